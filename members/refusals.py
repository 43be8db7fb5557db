"""What this room refuses, each named for the event; the texts are for the person who typed."""

from datetime import timedelta


class WrongCredentials(Exception):
    """No account opens with this name and passphrase; nothing says which of the two is wrong."""


class TooManyTries(Exception):
    """Too many failed tries for this name; `wait` is how long until the next one."""

    def __init__(self, wait: timedelta) -> None:
        """Keep how long to wait."""
        super().__init__("too many tries for this name")
        self.wait = wait


class NameRefused(Exception):
    """A working name that cannot be used; the text says what to do."""


class PassphraseRefused(Exception):
    """A passphrase that cannot be used; the text says what to do."""


class StatementMissing(Exception):
    """An application without a word by which somebody could be vetted."""


class OrganisationMissing(Exception):
    """A practitioner applies without naming an organisation."""


class ContactRefused(Exception):
    """A phone number or address that cannot be used; the text says what to do."""


class TooManyCodes(Exception):
    """Three codes an hour were sent already, to this account or to this address."""

    def __init__(self, wait: timedelta) -> None:
        """Keep how long it is until the next one may be sent."""
        super().__init__()
        self.wait = wait


class ResetOver(Exception):
    """A code for a new passphrase that was never sent, was used already, or has run out."""


class FactorMissing(Exception):
    """Somebody who works here has no second factor to show: nobody skips it."""


class ContactMissing(Exception):
    """A channel was chosen for which no contact is confirmed."""


class UnknownArea(Exception):
    """An area that this instance does not have."""


class UnknownLanguage(Exception):
    """A language that no message is written in."""


class QuietHoursRefused(Exception):
    """Quiet hours without a beginning or an end, or that last all day; the text says what to do."""


class UnknownTime(Exception):
    """A time of day that cannot be chosen."""


class UnknownTimeZone(Exception):
    """A time zone that is in no list."""


class RecordsLocked(Exception):
    """This sign-in holds no key: it has to begin again with the passphrase."""


class WrongCode(Exception):
    """No second factor of the account gives this code, or it was used already."""


class WrongPasskey(Exception):
    """No passkey of the account gives this answer here and now."""


class CopiedPasskey(WrongPasskey):
    """A passkey says it was used less often than before: somebody may have a copy of it."""


class NoSuchFactor(Exception):
    """The account has no such second factor, or is not setting one up."""


class LastFactor(Exception):
    """Staff keep at least one second factor."""


class LinkRefused(Exception):
    """Another account is linked with this account at the provider."""


class NoSuchApproval(Exception):
    """Nothing was asked for by this id."""


class ApprovalOver(Exception):
    """It was decided or used already, or has run out."""


class AskedAlready(Exception):
    """The same was asked for, and waits for a second person."""


class SecondPersonNeeded(Exception):
    """Nobody grants what they asked for themselves, or what is about themselves."""
