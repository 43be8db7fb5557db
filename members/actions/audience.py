"""The audience of a warning: members at risk, as a query that other rooms insert from.

It names contacts, never accounts: who is behind a contact stays in this room.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    column,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
    values,
)
from sqlalchemy.orm import Session

from members.model import AT_RISK, AccountState, DigestDue, Quiet, Severity, WorkSetting
from members.records import AccountAreaRow, AccountRow, AccountSettingRow
from messages import actions as messages
from messages.model import Channel
from storage.base import Moment

Audience = Select[tuple[UUID, str, str, str, datetime | None]]
Narrow = Callable[[Select[*tuple[Any, ...]]], Select[*tuple[Any, ...]]]
NONE_CHOSEN = ""  # stands for no time zone, since NULL equals nothing


def audience(
    *,
    areas: Collection[str],
    severity: Severity,
    settings: Collection[WorkSetting],
    quiet: Sequence[Quiet] = (),
) -> Audience:
    """Return a query of whom to tell at once, one row a contact and channel.

    Its columns are contact_id, channel, text_key, why and not_before. A warning without an area
    concerns every area, one without a setting every setting; so does an account that chose no
    setting. Nuisance warnings have no audience, and who has a daily digest is not in that of
    routine ones. `why` says what chose the recipient, such as "area GB-GMP; danger; out_call", in
    at most 120 characters. `not_before` is when the quiet hours of `quiet` end, for text messages
    to those who have them.
    """
    at_once = AccountRow.digest_at.is_(None) if severity is Severity.RISK else true()
    found = _chosen(areas, severity, settings).where(at_once)
    return _by_channel(_with_quiet_hours(found, severity, quiet).cte("chosen"), verified_by=None)


def in_peace(
    found: Select[*tuple[Any, ...]], *, severity: Severity, quiet: Sequence[Quiet]
) -> Select[*tuple[Any, ...]]:
    """Add to any audience's query when the quiet hours of `quiet` end, as `audience` does."""
    each = found.subquery("found")
    ringing = and_(
        AccountRow.sms_contact_id == each.c.contact_id, each.c.channel == Channel.SMS.value
    )
    columns = (each.c.contact_id, each.c.channel, each.c.text_key, each.c.why)
    chosen = select(*columns).outerjoin_from(each, AccountRow, ringing)
    waiting = _with_quiet_hours(chosen, severity, quiet).subquery("waiting")
    return select(
        *waiting.c[*(one.name for one in columns)], waiting.c.quiet_until.label("not_before")
    )


def quiet_numbers(
    *, severity: Severity, quiet: Sequence[Quiet]
) -> Select[*tuple[UUID | None, datetime]]:
    """Return a query of contact_id and until: whose phone must not ring for this now."""
    found = select(AccountRow.sms_contact_id.label("contact_id")).where(
        AccountRow.sms_contact_id.is_not(None)
    )
    each = _with_quiet_hours(found, severity, quiet).subquery("each")
    return select(each.c.contact_id, each.c.quiet_until.label("until")).where(
        each.c.quiet_until.is_not(None)
    )


def digest_audience(
    *,
    areas: Collection[str],
    settings: Collection[WorkSetting],
    due: DigestDue,
) -> Select[*tuple[Any, ...]]:
    """Return a query of whose due digest counts routine warnings for these areas and settings.

    With the columns of `audience`, and `digest_since`: what was published before that is not
    counted. By contacts that they had when the digest was due. Quiet hours are for `in_peace`,
    once all is counted.
    """
    zone = AccountRow.time_zone
    theirs = and_(
        AccountRow.digest_at == due.minutes,
        zone.is_(None) if due.time_zone is None else zone == due.time_zone,
    )
    found = _chosen(areas, Severity.RISK, settings).where(theirs)
    chosen = _with_quiet_hours(found, Severity.RISK, ()).add_columns(AccountRow.digest_since).cte()
    return _by_channel(chosen, "digest_since", verified_by=due.at)


def digest_size(
    session: Session, *, areas: Collection[str], settings: Collection[WorkSetting]
) -> int:
    """Return how many members find a routine warning counted in their next digest."""
    found = _chosen(areas, Severity.RISK, settings).where(AccountRow.digest_at.is_not(None))
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def audience_size(
    session: Session,
    *,
    areas: Collection[str],
    severity: Severity,
    settings: Collection[WorkSetting],
    quiet: Sequence[Quiet] = (),
) -> dict[tuple[Channel, str, bool], int]:
    """Return how many recipients there are by channel, text key, and whether quiet hours last."""
    each = audience(areas=areas, severity=severity, settings=settings, quiet=quiet).subquery()
    waits = each.c.not_before.is_not(None).label("waits")
    rows = session.execute(
        select(each.c.channel, each.c.text_key, waits, func.count()).group_by(
            each.c.channel, each.c.text_key, waits
        )
    )
    return {
        (Channel(channel), text_key, bool(later)): count for channel, text_key, later, count in rows
    }


def _chosen(
    areas: Collection[str], severity: Severity, settings: Collection[WorkSetting]
) -> Select[*tuple[Any, ...]]:
    """Return the accounts that want to hear of it, each with the reason."""
    place, nearby = _by_place(areas)
    setting, fits = _by_setting(settings)
    chosen = select(
        AccountRow.sms_contact_id,
        AccountRow.by_sms,
        AccountRow.email_contact_id,
        AccountRow.by_email,
        (AccountRow.language + "/" + AccountRow.cover).label("text_key"),
    ).where(
        AccountRow.state == AccountState.VETTED,
        AccountRow.role.in_(sorted(AT_RISK)),
        _WANTS.get(severity, false()),
    )
    why = place + literal(f"; {severity}; ") + setting
    return fits(nearby(chosen)).add_columns(why.label("why"))


_WANTS = {Severity.DANGER: AccountRow.danger, Severity.RISK: AccountRow.risk}


# Areas and settings are grouped once and joined, not looked up for each account: PostgreSQL can
# foresee the size of what is joined, so it hashes a million accounts and finds a few by index.


def _by_place(areas: Collection[str]) -> tuple[ColumnElement[str], Narrow]:
    """Return the words for the place that fits, and what keeps those for whom one does."""
    if not areas:
        return literal("any area"), lambda chosen: chosen
    here = AccountAreaRow.area.in_(sorted(set(areas)))
    named = (
        select(AccountAreaRow.account_id, func.min(AccountAreaRow.area).label("area"))
        .where(here)
        .group_by(AccountAreaRow.account_id)
    )
    is_named = select(AccountAreaRow.area).where(AccountAreaRow.account_id == AccountRow.id, here)
    elsewhere = select(AccountRow.id, null()).where(AccountRow.everywhere, ~is_named.exists())
    places = union_all(named, elsewhere).subquery("places")
    return (
        case((places.c.area.is_(None), "everywhere"), else_="area " + places.c.area),
        lambda chosen: chosen.join(places, places.c.account_id == AccountRow.id),
    )


def _by_setting(settings: Collection[WorkSetting]) -> tuple[ColumnElement[str], Narrow]:
    """Return the words for the setting that fits, and what keeps those for whom one does."""
    if not settings:
        return literal("any setting"), lambda chosen: chosen
    shared = case((AccountSettingRow.setting.in_(sorted(set(settings))), AccountSettingRow.setting))
    mine = (
        select(AccountSettingRow.account_id, func.min(shared).label("setting"))
        .group_by(AccountSettingRow.account_id)
        .subquery("settings")
    )
    return (
        func.coalesce(mine.c.setting, "any setting"),
        lambda chosen: chosen.outerjoin(mine, mine.c.account_id == AccountRow.id).where(
            or_(mine.c.setting.is_not(None), mine.c.account_id.is_(None))
        ),
    )


def _with_quiet_hours(
    chosen: Select[*tuple[Any, ...]], severity: Severity, quiet: Sequence[Quiet]
) -> Select[*tuple[Any, ...]]:
    """Add the moment at which somebody's quiet hours end, if they last and hold for this."""
    if not quiet:
        return chosen.add_columns(cast(null(), Moment).label("quiet_until"))
    lasting = (
        values(
            column("time_zone", String),
            column("begins", Integer),
            column("ends", Integer),
            column("until", Moment),
            name="quiet",
        )
        .data(
            [(each.time_zone or NONE_CHOSEN, each.begins, each.ends, each.until) for each in quiet]
        )
        .cte()
    )
    theirs = and_(
        lasting.c.time_zone == func.coalesce(AccountRow.time_zone, NONE_CHOSEN),
        lasting.c.begins == AccountRow.quiet_from,
        lasting.c.ends == AccountRow.quiet_until,
        ~AccountRow.danger_in_quiet if severity is Severity.DANGER else true(),
    )
    return chosen.outerjoin(lasting, theirs).add_columns(lasting.c.until.label("quiet_until"))


def _by_channel(chosen: CTE, *more: str, verified_by: datetime | None) -> Select[*tuple[Any, ...]]:
    """Return one row for each contact; mail does not ring, so it does not wait.

    `more`: columns of the chosen that are carried along.
    """
    sms, mail = (messages.reachable_contacts(each, verified_by=verified_by) for each in Channel)
    never = cast(null(), Moment)
    columns = chosen.c
    along = [columns[name] for name in more]
    each = union_all(
        _reached(chosen, Channel.SMS, sms, columns.sms_contact_id, columns.quiet_until)
        .where(columns.by_sms)
        .add_columns(*along),
        _reached(chosen, Channel.EMAIL, mail, columns.email_contact_id, never)
        .where(columns.by_email)
        .add_columns(*along),
    ).subquery("each")
    # The condition keeps SQLite from reading INSERT ... SELECT ... ON CONFLICT as a join.
    return select(
        each.c.contact_id,
        each.c.channel,
        each.c.text_key,
        each.c.why,
        each.c.not_before,
        *(each.c[name] for name in more),
    ).where(each.c.contact_id.is_not(None))


def _reached(
    chosen: CTE,
    channel: Channel,
    contacts: Select[UUID],
    contact_id: ColumnElement[UUID],
    not_before: ColumnElement[datetime],
) -> Select[tuple[UUID, str, str, str, datetime]]:
    """Return those with a contact of this channel that can be written to."""
    reachable = contacts.subquery()
    return select(
        contact_id.label("contact_id"),
        literal(channel.value).label("channel"),
        chosen.c.text_key,
        chosen.c.why,
        not_before.label("not_before"),
    ).join(reachable, reachable.c.id == contact_id)
