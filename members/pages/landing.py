"""Where a sign-in leads."""

import re

from members.model import Account

LOCAL = re.compile(r"/(?![/\\])[!-~]*")  # no blanks or tabs: browsers drop them from addresses


def first_page(account: Account | None) -> str:
    """Return where an account lands: at the desk, at the check, or at its own page."""
    if account is not None and account.is_caseworker:
        return "/desk"
    return "/check" if account is not None and account.may_check else "/account"


def is_local(address: str) -> bool:
    """Whether an address stays on this site: one slash, then nothing that browsers drop or turn."""
    return LOCAL.fullmatch(address) is not None
