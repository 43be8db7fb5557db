"""The pages of members: signing in, joining, one's own account, and deciding on applicants."""

from members.pages import (
    access,
    account,
    applicants,
    approvals,
    closing,
    contacts,
    emergencies,
    factors,
    joining,
    linking,
    noticing,
    openid,
    passkeys,
    preferences,
    second_step,
    signing_in,
    staffing,
)
from members.pages.blueprint import pages

__all__ = [
    "access",
    "account",
    "applicants",
    "approvals",
    "closing",
    "contacts",
    "emergencies",
    "factors",
    "joining",
    "linking",
    "noticing",
    "openid",
    "pages",
    "passkeys",
    "preferences",
    "second_step",
    "signing_in",
    "staffing",
]
