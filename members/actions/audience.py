"""The audience of a warning: members at risk, as a query that other rooms insert from.

It names contacts, never accounts: who is behind a contact stays in this room.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    Subquery,
    case,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from members.model import AT_RISK, AccountState, Severity, WorkSetting
from members.records import AccountAreaRow, AccountRow, AccountSettingRow
from messages import actions as messages
from messages.model import Channel

Audience = Select[tuple[UUID, str, str, str]]


def audience(
    *, areas: Collection[str], severity: Severity, settings: Collection[WorkSetting]
) -> Audience:
    """Return a query of contact_id, channel, text_key and why, one row a contact and channel.

    A warning without an area concerns every area, one without a setting every setting; so does
    an account that chose no setting. Nuisance warnings have no audience. `why` says what chose
    the recipient, such as "area GB-GMP; danger; out_call", in at most 120 characters.
    """
    chosen = _chosen(areas, severity, settings)
    each = union_all(
        _reached(chosen, Channel.SMS, chosen.c.sms_contact_id, chosen.c.by_sms),
        _reached(chosen, Channel.EMAIL, chosen.c.email_contact_id, chosen.c.by_email),
    ).subquery("each")
    # The condition keeps SQLite from reading INSERT ... SELECT ... ON CONFLICT as a join.
    return select(each.c.contact_id, each.c.channel, each.c.text_key, each.c.why).where(
        each.c.contact_id.is_not(None)
    )


def audience_size(
    session: Session,
    *,
    areas: Collection[str],
    severity: Severity,
    settings: Collection[WorkSetting],
) -> dict[tuple[Channel, str], int]:
    """Return how many recipients there are by channel and text key."""
    each = audience(areas=areas, severity=severity, settings=settings).subquery()
    rows = session.execute(
        select(each.c.channel, each.c.text_key, func.count()).group_by(
            each.c.channel, each.c.text_key
        )
    )
    return {(Channel(channel), text_key): count for channel, text_key, count in rows}


def _chosen(areas: Collection[str], severity: Severity, settings: Collection[WorkSetting]) -> CTE:
    """Return the accounts that want to hear of it, each with the reason."""
    place: ColumnElement[str] = literal("any area")
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
        fits,
    )
    if areas:
        places = _places(areas)
        chosen = chosen.join(places, places.c.account_id == AccountRow.id)
        place = case((places.c.area.is_(None), "everywhere"), else_="area " + places.c.area)
    why = place + literal(f"; {severity}; ") + setting
    return chosen.add_columns(why.label("why")).cte("chosen")


_WANTS = {Severity.DANGER: AccountRow.danger, Severity.RISK: AccountRow.risk}


def _places(areas: Collection[str]) -> Subquery:
    """Return the accounts of these areas, each with one that fits, or with none for everywhere."""
    named = select(AccountAreaRow.account_id, AccountAreaRow.area).where(
        AccountAreaRow.area.in_(sorted(set(areas)))
    )
    everywhere = select(AccountRow.id, null()).where(AccountRow.everywhere)
    both = union_all(named, everywhere).subquery("both")
    return (
        select(both.c.account_id, func.min(both.c.area).label("area"))
        .group_by(both.c.account_id)
        .subquery("places")
    )


def _by_setting(
    settings: Collection[WorkSetting],
) -> tuple[ColumnElement[str], ColumnElement[bool]]:
    """Return the words for the setting that fits, and the condition that one does."""
    if not settings:
        return literal("any setting"), true()
    mine = select(func.min(AccountSettingRow.setting)).where(
        AccountSettingRow.account_id == AccountRow.id
    )
    shared = mine.where(AccountSettingRow.setting.in_(sorted(set(settings)))).scalar_subquery()
    return (
        func.coalesce(shared, "any setting"),
        or_(shared.is_not(None), mine.scalar_subquery().is_(None)),
    )


def _reached(
    chosen: CTE, channel: Channel, contact_id: ColumnElement[UUID], wanted: ColumnElement[bool]
) -> Select[tuple[UUID, str, str, str]]:
    """Return those with this channel switched on and a contact that can be written to."""
    reachable = messages.reachable_contacts(channel).subquery()
    return (
        select(
            contact_id.label("contact_id"),
            literal(channel.value).label("channel"),
            chosen.c.text_key,
            chosen.c.why,
        )
        .join(reachable, reachable.c.id == contact_id)
        .where(wanted)
    )
