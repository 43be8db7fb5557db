"""Digests: who has one, the day on which all are due, and whether each warning counted once."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Date, Engine, Integer, String, column, select, table, update

from chaos.arrivals import FILTERED, Arrived, Doubtful
from chaos.judging import Evidence, Tally
from chaos.oracle import Kind
from messages.model import Channel
from storage.base import Moment

SHARE = 4  # one in so many members has a digest
MINUTES = (1, 4, 9, 16, 25, 36, 49)  # from the beginning to when the digests of each group are due
DAY = 24 * 60
AHEAD = timedelta(minutes=10)
LONG_AGO = timedelta(days=7)  # since when members have their contacts and digests
BEFORE = timedelta(minutes=3)  # what is due is made within two
ACCOUNT = table(
    "account",
    column("id"),
    column("role", String),
    column("digest_at", Integer),
    column("digest_since", Moment),
)
CONTACT = table("contact", column("verified_at", Moment))
ALERT = table("alert", column("id"), column("published_at", Moment), column("leaves_from", Moment))
DIGEST = table(
    "digest",
    column("contact_id"),
    column("period", Date),
    column("counted_to", Moment),
)


def choose(engine: Engine, *, time_zone: str) -> None:
    """Let some members have a daily digest, at hours that come up while messages go out."""
    now = datetime.now(UTC)
    with engine.begin() as connection:
        ids = connection.scalars(
            select(ACCOUNT.c.id).where(ACCOUNT.c.role == "member").order_by(ACCOUNT.c.id)
        ).all()
        connection.execute(update(CONTACT).values(verified_at=now - LONG_AGO))
        for group, minutes in enumerate(MINUTES):
            chosen = ids[::SHARE][group :: len(MINUTES)]
            at = _minutes(now + timedelta(minutes=minutes), time_zone)
            connection.execute(
                update(ACCOUNT)
                .where(ACCOUNT.c.id.in_(chosen))
                .values(digest_at=at, digest_since=now - LONG_AGO)
            )


def let_a_day_pass(engine: Engine, *, time_zone: str) -> None:
    """Let all that was published be some minutes older, and everybody's next digest be due."""
    now = datetime.now(UTC)
    with engine.begin() as connection:
        for row in connection.execute(select(ALERT)).all():
            connection.execute(
                update(ALERT)
                .where(ALERT.c.id == row.id)
                .values(published_at=row.published_at - AHEAD, leaves_from=row.leaves_from - AHEAD)
            )
        for row in connection.execute(select(DIGEST)).all():
            connection.execute(
                update(DIGEST)
                .where(DIGEST.c.contact_id == row.contact_id, DIGEST.c.period == row.period)
                .values(period=_days_before(row.period), counted_to=row.counted_to - AHEAD)
            )
        connection.execute(
            update(ACCOUNT)
            .where(ACCOUNT.c.digest_at.is_not(None))
            .values(digest_at=_minutes(now - BEFORE, time_zone))
        )


def _days_before(period: date) -> date:
    """Return a day that is no longer today's or yesterday's, wherever midnight fell."""
    return period - timedelta(days=2)


def _minutes(moment: datetime, time_zone: str) -> int:
    local = moment.astimezone(ZoneInfo(time_zone))
    return (local.hour * 60 + local.minute) % DAY


@dataclass(slots=True)
class Told:
    """What an address was told by digests: how many warnings, at least, and whether exactly."""

    least: int = 0
    exactly: bool = True
    tried: bool = False

    def add(self, each: Arrived) -> None:
        """Count one more digest."""
        self.least += each.count + each.or_more
        self.exactly = self.exactly and not each.or_more

    def is_short(self, wanted: int) -> bool:
        """Whether warnings are missing."""
        return self.exactly and self.least < wanted

    def is_over(self, wanted: int) -> bool:
        """Whether warnings were counted that should not be, or twice."""
        return self.least > wanted


@dataclass(slots=True)
class DigestCourt:
    """Judges digests, address by address: each warning in one of them."""

    evidence: Evidence
    wanted: Counter[tuple[str, str]] = field(default_factory=Counter)
    told: dict[tuple[str, str], Told] = field(default_factory=dict)
    unknown: set[tuple[str, str]] = field(default_factory=set)
    again: Counter[str] = field(default_factory=Counter)
    filtered: bool = False

    def __post_init__(self) -> None:
        """Sort the evidence."""
        book = self.evidence.book
        self.wanted.update(each for counted in book.counted.values() for each in counted)
        digests = [each for each in self.evidence.arrived if each.key.kind is Kind.DIGEST]
        self.filtered = any(each.error == FILTERED for each in digests)
        self._hear(digests)
        self.unknown = set(_unknown(self.evidence.doubtful))

    def _hear(self, digests: Iterable[Arrived]) -> None:
        heard: set[str | None] = set()
        for each in digests:
            told = self.told.setdefault((each.key.channel, each.key.to), Told())
            if each.error:
                told.tried = True
            elif each.delivery in heard:
                self.again[each.key.channel] += 1
            else:
                heard.add(each.delivery)
                told.add(each)

    def judge(self) -> list[Tally]:
        """Return the tallies of digests by each channel; `unexpected` counts what came twice."""
        return [self._channel(channel) for channel in Channel]

    def _channel(self, channel: Channel) -> Tally:
        tally = Tally(what="digest", channel=channel, duplicate=self.again[channel])
        for key in (each for each in self.wanted.keys() | self.told.keys() if each[0] == channel):
            wanted, told = self.wanted[key], self.told.get(key, Told())
            tally.expected += wanted
            tally.arrived += told.least
            if told.is_over(wanted + self._owed_instead(key)):
                tally.unexpected += 1
            elif told.is_short(wanted):
                self._explain(tally, key, told)
        return tally

    def _explain(self, tally: Tally, key: tuple[str, str], told: Told) -> None:
        """Say of somebody who was told of too few what became of the rest."""
        mail = (Channel.EMAIL.value, self.evidence.book.instead.get(key[1], ""))
        by_mail = self.told.get(mail, Told())
        if key in self.unknown or mail in self.unknown:
            tally.unknown += 1
        elif key[0] == Channel.EMAIL:
            tally.lost += 1
        elif mail[1]:
            missing = by_mail.is_short(max(self.wanted[mail], self.wanted[key] - told.least))
            tally.lost += missing
            tally.instead += not missing
        elif self.filtered or told.tried:
            tally.untold += 1
        else:
            tally.lost += 1

    def _owed_instead(self, mail: tuple[str, str]) -> int:
        """Return how many warnings a mail may count in place of texts that did not arrive."""
        if mail[0] != Channel.EMAIL or self.wanted[mail]:
            return 0
        phones = (phone for phone, to in self.evidence.book.instead.items() if to == mail[1])
        texts = [(Channel.SMS.value, phone) for phone in phones]
        return sum(self.wanted[each] - self.told.get(each, Told()).least for each in texts)


def _unknown(doubtful: Collection[Doubtful]) -> Iterable[tuple[str, str]]:
    for each in doubtful:
        if each.unknown and each.key.kind is Kind.DIGEST:
            yield each.key.channel, each.key.to
