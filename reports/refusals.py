"""Why a step with a report or a warning is refused; no I/O."""

from reports.model import NotInThisState


class Overtaken(NotInThisState):
    """Somebody else rewrote it since this form was opened."""
