"""The verbs of members; other rooms import these and the model, nothing else."""

from members.actions.accounts import (
    change_passphrase,
    count_accounts,
    create_account,
    find_organisation,
    get_account,
    list_accounts,
    reinstate,
    rename,
    suspend,
)
from members.actions.applying import (
    apply,
    count_applicants,
    decline,
    get_applicant,
    list_applicants,
    vet,
)
from members.actions.audience import audience, audience_size
from members.actions.choosing import change_preferences, preferences
from members.actions.contacts import (
    confirm_code,
    give_contact,
    list_contacts,
    request_code,
    sent_code,
    take_contact,
)
from members.actions.enrolling import enrol
from members.actions.leaving import leave
from members.actions.sign_ins import end_sign_in, list_sign_ins, sign_out_everywhere
from members.actions.signing_in import (
    begin_sign_in,
    count_try,
    finish_sign_in,
    resume,
    settle_try,
    sign_in,
    sign_out,
)
from members.passphrases import hashed

__all__ = [
    "apply",
    "audience",
    "audience_size",
    "begin_sign_in",
    "change_passphrase",
    "change_preferences",
    "confirm_code",
    "count_accounts",
    "count_applicants",
    "count_try",
    "create_account",
    "decline",
    "end_sign_in",
    "enrol",
    "find_organisation",
    "finish_sign_in",
    "get_account",
    "get_applicant",
    "give_contact",
    "hashed",
    "leave",
    "list_accounts",
    "list_applicants",
    "list_contacts",
    "list_sign_ins",
    "preferences",
    "reinstate",
    "rename",
    "request_code",
    "resume",
    "sent_code",
    "settle_try",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "suspend",
    "take_contact",
    "vet",
]
