"""The demo's directory: the listings that come with the program, and therapists who are nobody."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from demo.accounts import BUSY_AREAS, FIRST, SECOND
from directory import actions
from directory.model import Cost, Group, ListingDraft, ListingKind, Phone
from directory.shipped import shipped

THERAPISTS = 12
INVENTED = "(invented)"
FICTION = 960_200  # 01632 960200 and up: kept for fiction, and nobody else's here
HOURS = ("Mo-Fr 10:00-18:00", "Tu,Th 16:00-21:00", "We-Sa 09:30-13:00", "")
LANGUAGES = (("en",), ("en", "pl"), ("en", "ro"), ("en", "es", "pt"), ("en", "th"), ("en", "zh"))
GROUPS = (frozenset[Group](), frozenset({Group.TRANS}), frozenset({Group.WOMEN, Group.MIGRANTS}))


def load_listings(
    session: Session, *, areas: Mapping[str, str], home_region: str, now: datetime
) -> None:
    """Write them all."""
    for draft in (*shipped(areas, home_region), *therapists(now)):
        actions.write_listing(session, draft, areas=areas, now=now)


def therapists(now: datetime) -> Iterator[ListingDraft]:
    """Yield therapists with numbers and addresses that are kept for fiction."""
    for index in range(THERAPISTS):
        digits = f"{FICTION + index}"
        number = Phone(number=f"01632 {digits}", e164=f"+441632{digits}")
        first, second = FIRST[-1 - index], SECOND[index % len(SECOND)]
        yield ListingDraft(
            name=f"{first} {second}, therapist {INVENTED}",
            kinds=frozenset({ListingKind.THERAPIST, ListingKind.MENTAL_HEALTH}),
            summary="Talking therapy with somebody who takes sex work for work. "
            "Nobody real: part of the demo.",
            phones=(number,),
            email=f"therapist{index}@example.org",
            hours=HOURS[index % len(HOURS)],
            time_zone="Europe/London",
            country="GB",
            region="GB-ENG",
            areas=frozenset({BUSY_AREAS[index % len(BUSY_AREAS)]}),
            languages=LANGUAGES[index % len(LANGUAGES)],
            groups=GROUPS[index % len(GROUPS)],
            cost=(Cost.BY_INCOME, Cost.PAID)[index % 2],
            works_with="Sex workers of all kinds, alone or in couples.",
            source="The demo",
            verified_on=now.date(),
        )
