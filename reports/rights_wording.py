"""What pages say on requests about data; the answers never say whether anything is held.

In English; pages pass it through gettext. An answer is the same words whatever was decided: only
what is told on a request for access differs.
"""

from reports.rights import Outcome, Proof, Remedy, RequestKind
from reports.wording import N_

REQUESTS = {
    RequestKind.ACCESS: N_("Tell me what you hold about me"),
    RequestKind.ERASURE: N_("Delete what you hold about me"),
    RequestKind.DISPUTE: N_("A warning about me is wrong"),
}

ANSWERS = {
    RequestKind.ACCESS: N_(
        "We have looked at it with two people. The law lets us neither confirm nor deny what we "
        "hold where an answer could put somebody else at risk. This is such an answer, and we give "
        "it in the same words whether or not we hold anything."
    ),
    RequestKind.ERASURE: N_(
        "We have looked at it with two people. If we held anything that has to be deleted, it has "
        "been deleted. Where the law lets us keep something to protect others, we keep it. We "
        "answer in the same words whether or not we hold anything."
    ),
    RequestKind.DISPUTE: N_(
        "We have looked at it with two people. If we held anything inaccurate, it has been put "
        "right. We answer in the same words whether or not we hold anything."
    ),
}

OUTCOMES = {
    Outcome.TOLD: N_("Tell what is written below"),
    Outcome.NOT_CONFIRMED: N_("Neither confirm nor deny"),
    Outcome.ERASED: N_("Deleted, or nothing was held"),
    Outcome.REFUSED: N_("Kept, for a lawful reason"),
    Outcome.STANDS: N_("What we hold stands, or nothing was held"),
    Outcome.CORRECTED: N_("Corrected"),
    Outcome.WITHDRAWN: N_("Withdrawn"),
}

PROOFS = {
    Proof.NONE: N_("Not shown"),
    Proof.WROTE: N_("They answered a message that we sent to it"),
    Proof.RANG: N_("We rang it and spoke to them"),
    Proof.ACCOUNT: N_("It is a confirmed contact of their account"),
    Proof.CODE: N_("They typed the code that we sent to it"),
}

REMEDIES = {
    Remedy.WITHDRAW: N_("Withdraw its warning, and keep the report"),
    Remedy.UNLIST: N_("Take what the request names off the report and the register"),
    Remedy.ERASE: N_("Erase it with every word, and withdraw its warning if it has one"),
}

DEEDS = {
    Remedy.WITHDRAW: N_("The report is kept."),
    Remedy.UNLIST: N_("What the request names comes off the report and the register."),
    Remedy.ERASE: N_("It is erased with every word, for good."),
}
