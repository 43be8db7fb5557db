"""Who may open a page. Every view declares it; the app refuses to start with one that does not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import g, session

from members.factors import Waiting
from members.model import Account, AccountState, Role

View = TypeVar("View", bound=Callable[..., object])

TOKEN = "sign_in"  # noqa: S105 - a key of the cookie, no secret
NEXT = "next"  # in the signed cookie: the page that asked for a sign-in


class SignInNeeded(Exception):
    """The page is for somebody who is signed in."""


class ProofNeeded(Exception):
    """Who asks shows once more who they are; the text is for the page, or "" the first time."""

    def __init__(self, words: str = "", *, with_code: bool, with_passkey: bool) -> None:
        """Keep whether a second factor is asked for, too, and whether a passkey is one."""
        super().__init__(words)
        self.with_code = with_code
        self.with_passkey = with_passkey


class NotForThisAccount(Exception):
    """The account may not open this page; the answer is that of a page that is not there."""


@dataclass(frozen=True, slots=True)
class Access:
    """A rule on accounts, by the name it is declared under."""

    name: str
    allows: Callable[[Account | None], bool]

    def admit(self, account: Account | None) -> None:
        """Raise SignInNeeded or NotForThisAccount unless the account may pass."""
        if self.allows(account):
            return
        if account is None:
            raise SignInNeeded
        raise NotForThisAccount


PUBLIC = Access("public", lambda account: True)  # noqa: ARG005 - the rule's shape
SIGNED_IN = Access("signed in", lambda account: account is not None)
WAITS = Access("waits for a second step", lambda account: account is None and _waits(enrolled=True))
ENROLS = Access("sets a factor up", lambda account: account is None and _waits(enrolled=False))
MAY_CHECK = Access("may check", lambda account: account is not None and account.may_check)


def public(view: View) -> View:
    """Declare a page that anybody may open."""
    return _declare(view, PUBLIC)


def signed_in(view: View) -> View:
    """Declare a page for any account, vetted or not."""
    return _declare(view, SIGNED_IN)


def second_step(view: View) -> View:
    """Declare a page for whoever showed the passphrase and has a second factor to show."""
    return _declare(view, WAITS)


def enrolling(view: View) -> View:
    """Declare a page for staff who showed the passphrase and have no second factor yet."""
    return _declare(view, ENROLS)


def may_check(view: View) -> View:
    """Declare a page for accounts that get answers from the register."""
    return _declare(view, MAY_CHECK)


def staff(*roles: Role) -> Callable[[View], View]:
    """Declare a page for vetted accounts with one of these roles."""
    allowed = frozenset(roles)

    def allows(account: Account | None) -> bool:
        return (
            account is not None and account.state is AccountState.VETTED and account.role in allowed
        )

    access = Access(" or ".join(sorted(allowed)), allows)
    return lambda view: _declare(view, access)


def needs_no_token(view: View) -> View:
    """Declare a changing request without a form token: its sender is proved by a signature."""
    view.needs_no_token = True  # type: ignore[attr-defined] # a mark on the function
    return view


def fresh(view: View) -> View:
    """Declare a change that a thief of a sign-in must not make: who one is, is shown once more.

    The gate asks, unless it was shown on this sign-in within the last five minutes.
    """
    view.fresh = True  # type: ignore[attr-defined] # a mark on the function
    return view


def is_for_the_fresh(view: Callable[..., object]) -> bool:
    """Whether a view is declared so."""
    return getattr(view, "fresh", False)


def access_of(view: Callable[..., object]) -> Access | None:
    """Return what a view declared, or None."""
    return getattr(view, "access", None)


def current() -> Account | None:
    """Return the account of this request, if somebody is signed in."""
    account: Account | None = g.get("account")
    return account


def current_account() -> Account:
    """Return the account of this request; raises SignInNeeded."""
    account = current()
    if account is None:
        raise SignInNeeded
    return account


def waiting() -> Waiting | None:
    """Return who waits for the second step in this browser, if somebody does."""
    found: Waiting | None = g.get("waiting")
    return found


def who_waits() -> Waiting:
    """Return who waits for the second step; raises SignInNeeded."""
    found = waiting()
    if found is None:
        raise SignInNeeded
    return found


def keep_waiting_token(token: str) -> None:
    """Keep a token that waits for its second step, and the page that asked for the sign-in."""
    after = keep_token(token)
    session[NEXT] = after


def keep_token(token: str) -> str:
    """Keep a new sign-in's token in the signed cookie, and nothing from before.

    Returns the page that asked for the sign-in, or "": always an address of our own.
    """
    after = str(session.get(NEXT, ""))
    session.clear()
    session[TOKEN] = token
    return after


def kept_token() -> str | None:
    """Return the token of this browser's sign-in, if it has one."""
    token: str | None = session.get(TOKEN)
    return token


def forget_token() -> None:
    """Forget the sign-in, and all else in the signed cookie."""
    session.clear()


def _waits(*, enrolled: bool) -> bool:
    found = waiting()
    return found is not None and found.enrolled is enrolled


def _declare(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined] # a mark on the function
    return view
