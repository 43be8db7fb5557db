"""What is under way at a moment: at the gateway, and by the deliveries in the database."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Engine, String, and_, case, column, func, select, table
from sqlalchemy.exc import DBAPIError

from demo.gateway import Handle
from storage.base import Moment

DELIVERY = table(
    "delivery",
    column("cause_id"),
    column("channel", String),
    column("state", String),
    column("next_at", Moment),
    column("updated_at", Moment),
)
CAUSE = table("cause", column("id"), column("stopped_channel", String))


@dataclass(frozen=True, slots=True)
class Traffic:
    """What is under way.

    `open` are sends that wait for the gateway's answer. `sending` and `claimed` are deliveries that
    workers took since a moment: those held longer may be a dead worker's. `due` may go out now; one
    that waits out a backoff does not count.
    """

    open: int = 0
    sending: int = 0
    claimed: int = 0
    due: int = 0

    @property
    def mid_send(self) -> bool:
        """Whether something is being sent at this very moment."""
        return bool(self.open or self.sending)

    @property
    def mid_fan_out(self) -> bool:
        """Whether something is being sent, or is about to be."""
        return bool(self.mid_send or self.claimed or self.due)


def due(engine: Engine, otherwise: int) -> int:
    """Return how many deliveries may go out now; `otherwise` if the database is away."""
    counted = select(func.count()).select_from(DELIVERY).where(_is_due())
    try:
        with engine.connect() as connection:
            return connection.scalars(counted).one()
    except DBAPIError:
        return otherwise


def look(engine: Engine, gateway: Handle, *, since: datetime) -> Traffic:
    """Look at what is under way, at the gateway last."""
    sending = claimed = waiting = 0
    recent = DELIVERY.c.updated_at >= since
    counts = select(
        *(
            func.count(case((condition, 1)))
            for condition in (
                and_(DELIVERY.c.state == "sending", recent),
                and_(DELIVERY.c.state == "claimed", recent),
                _is_due(),
            )
        )
    ).where(DELIVERY.c.state.in_(("pending", "claimed", "sending")))
    try:
        with engine.connect() as connection:
            sending, claimed, waiting = tuple(connection.execute(counts).one())
    except DBAPIError:
        pass  # the database is away
    return Traffic(open_sends(gateway), sending, claimed, waiting)


def open_sends(gateway: Handle) -> int:
    """Return how many sends wait for the gateway's answer."""
    return int(gateway.counts()["open"])


def _is_due() -> ColumnElement[bool]:
    """Whether a delivery may go out now; not if its channel was stopped."""
    stopped = CAUSE.c.stopped_channel == DELIVERY.c.channel
    return and_(
        DELIVERY.c.state == "pending",
        DELIVERY.c.next_at <= datetime.now(UTC),
        ~select(CAUSE.c.id).where(CAUSE.c.id == DELIVERY.c.cause_id, stopped).exists(),
    )
