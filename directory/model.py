"""What a listing says, what somebody looks for, what was published; no I/O."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

PAGE = 20  # listings
LONGEST_NAME = 120
LONGEST_SUMMARY = 600
LONGEST_WORDS = 2_000  # of each of the answers of an organisation
LONGEST_HOURS = 200
LONGEST_LINK = 300
MOST_PHONES = 5
LONGEST_SUGGESTION = 2_000
LONGEST_CONTACT = 200
MOST_SUGGESTIONS = 200  # a day, from all together
AHEAD = timedelta(days=8)  # nobody waits for an opening after that
STALE = timedelta(days=180)  # since somebody last asked whether all of it is still so


class ListingKind(StrEnum):
    """What a service does."""

    SEX_WORKERS = "sex_workers"  # a project for sex workers
    SEXUAL_HEALTH = "sexual_health"
    SEXUAL_VIOLENCE = "sexual_violence"
    DOMESTIC_ABUSE = "domestic_abuse"
    STALKING = "stalking"
    CRIME = "crime"  # to report one, or to be helped after one
    EXPLOITATION = "exploitation"
    MENTAL_HEALTH = "mental_health"
    THERAPIST = "therapist"
    DRUGS_ALCOHOL = "drugs_alcohol"
    HOUSING = "housing"
    MONEY = "money"
    LEGAL = "legal"
    MIGRATION = "migration"
    COMMUNITY = "community"
    ADVOCACY = "advocacy"


class Group(StrEnum):
    """Whom a service is for; a listing without any is for everybody."""

    WOMEN = "women"
    MEN = "men"
    TRANS = "trans"
    RACIALISED = "racialised"
    MIGRANTS = "migrants"
    STREET = "street"
    ONLINE = "online"
    YOUNG = "young"
    PARENTS = "parents"
    DISABLED = "disabled"


class Cost(StrEnum):
    """What it costs whoever is helped."""

    FREE = "free"
    BY_INCOME = "by_income"
    PAID = "paid"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A number as people dial it, in E.164, and what it is for; "" for the only one."""

    number: str
    e164: str
    purpose: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingDraft:
    """What is written about a service.

    `hours` is in the syntax of OpenStreetMap's `opening_hours`, "" where they are not known;
    `region` is whose public holidays it keeps (ISO 3166-2, such as GB-SCT, or only the country).
    `areas` are codes of the instance's areas; none stands for the whole country.
    """

    name: str
    kinds: frozenset[ListingKind]
    summary: str
    phones: tuple[Phone, ...] = ()
    email: str = ""
    web: str = ""
    hours: str = ""
    time_zone: str = ""
    country: str
    region: str = ""
    areas: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ()  # BCP 47
    groups: frozenset[Group] = frozenset()
    cost: Cost = Cost.UNKNOWN
    works_with: str = ""
    involvement: str = ""
    priorities: str = ""
    challenges: str = ""
    source: str
    verified_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(ListingDraft):
    """A listing; its reference stands in its address, where its name would tell who looked."""

    id: UUID
    reference: str
    shown: bool
    changed_at: datetime

    def is_stale(self, today: date) -> bool:
        """Whether nobody has looked for half a year if all of it is still so."""
        return self.verified_on + STALE < today


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody looks for: all of it has to fit. A listing for a whole country fits its areas.

    `words` are found at the beginning of words of a name, a summary or a place.
    """

    words: str = ""
    kind: ListingKind | None = None
    area: str = ""
    country: str = ""
    language: str = ""
    group: Group | None = None
    open_now: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """From when until when a service answers, in UTC."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """As much of a listing as stands among others; `opening` is the first that is not over."""

    id: UUID
    reference: str
    name: str
    kinds: tuple[ListingKind, ...]
    summary: str
    phones: tuple[Phone, ...]
    opening: Opening | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of listings by name, and where the next one begins; "" if this is the last."""

    listings: tuple[Card, ...]
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What somebody wrote for the desk, and how they can be asked, if they said so."""

    words: str = field(repr=False)
    contact: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A suggestion in the queue; `said` is None for whoever has no key to it."""

    id: UUID
    received_at: datetime
    listing_id: UUID | None
    listing_name: str
    said: Suggestion | None


class PublicationKind(StrEnum):
    """What was published."""

    POLICY_BRIEF = "policy_brief"
    REPORT = "report"
    MAGAZINE = "magazine"
    NOTICE = "notice"


class Topic(StrEnum):
    """What a publication is about."""

    POLICING = "policing"
    HEALTH = "health"
    HOUSING = "housing"
    EDUCATION = "education"
    SUPPORT = "support"
    RACIAL_JUSTICE = "racial_justice"
    SAFETY = "safety"
    LAW = "law"
    COMMUNITY = "community"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationDraft:
    """What is written about a publication; it is read elsewhere, under its link.

    `year` is 0 where the publication does not say one.
    """

    title: str
    kind: PublicationKind
    topic: Topic
    year: int
    summary: str = ""
    link: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication(PublicationDraft):
    """A publication."""

    id: UUID
    shown: bool


class NoSuchListing(Exception):
    """There is no such listing, or it is not shown."""


class NoSuchSuggestion(Exception):
    """There is no such suggestion, or it was decided on."""


class TooManySuggestions(Exception):
    """So many came within a day that no more are taken in."""


class NoSuchPublication(Exception):
    """There is no such publication."""


class Refused(Exception):
    """What was written cannot be taken; `errors` says why, by the name of the field."""

    def __init__(self, errors: dict[str, str]) -> None:
        """Keep the words for each field."""
        super().__init__(", ".join(sorted(errors)))
        self.errors = errors
