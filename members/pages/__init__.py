"""The pages of members: signing in, joining, one's own account, and deciding on applicants."""

from members.pages import (
    access,
    account,
    applicants,
    closing,
    contacts,
    factors,
    joining,
    passkeys,
    preferences,
    second_step,
    signing_in,
)
from members.pages.blueprint import pages

__all__ = [
    "access",
    "account",
    "applicants",
    "closing",
    "contacts",
    "factors",
    "joining",
    "pages",
    "passkeys",
    "preferences",
    "second_step",
    "signing_in",
]
