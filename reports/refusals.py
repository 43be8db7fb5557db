"""Why a step with a report or a warning is refused; no I/O."""


class NothingHappened(Exception):
    """A report without a word of what happened cannot be sent."""


class NoSuchReceipt(Exception):
    """No report or draft is kept under this receipt code."""


class NotInThisState(Exception):
    """The report or warning has moved on; the step does not fit any more."""


class TwoPeopleNeeded(Exception):
    """Nobody publishes what they verified themselves."""


class HeldUntilMatch(Exception):
    """The reporter chose to wait until another report names the same number or address."""


class ConsentMissing(Exception):
    """The reporter did not agree to this use of the report."""


class Overtaken(NotInThisState):
    """Somebody else rewrote it since this form was opened."""
