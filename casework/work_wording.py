"""What outcomes of a referral are called on pages."""

from collections.abc import Mapping
from types import MappingProxyType

from casework.work import ReferralOutcome
from reports.wording import N_

OUTCOMES: Mapping[ReferralOutcome, str] = MappingProxyType(
    {
        ReferralOutcome.TOLD: N_("They were told of it"),
        ReferralOutcome.CONTACTED: N_("They were in touch with it"),
        ReferralOutcome.HELPED: N_("It helped"),
        ReferralOutcome.NO_ANSWER: N_("Nobody answered"),
        ReferralOutcome.REFUSED: N_("It refused"),
        ReferralOutcome.NOT_WANTED: N_("They do not want it"),
    }
)
