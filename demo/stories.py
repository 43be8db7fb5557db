"""Demo reports: invented, on numbers and addresses kept for fiction, the same for the same seed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from checker.model import HarmKind
from demo.accounts import BUSY_AREAS
from members.model import WorkSetting

FIRST_WARNING = "07700 900123"
SHARED = "07700 900456"
WEEKS = timedelta(weeks=8)  # over which the demo's warnings were published
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What somebody who is nobody reports, and what a caseworker makes of it."""

    happened_at: datetime
    kinds: tuple[HarmKind, ...]
    area: str
    setting: WorkSetting
    identifiers: tuple[str, ...]
    narrative: str
    description: str
    advice: str
    weapon: bool = False
    published_at: datetime | None = None  # of a story that became a warning


WORDS: dict[HarmKind, tuple[str, str, str]] = {
    HarmKind.RAPE_OR_SEXUAL_ASSAULT: (
        "He seemed calm on the phone. Once inside he would not stop when I said no.",
        "Calm when booking; ignored a clear no and blocked the door.",
        "Do not meet alone.",
    ),
    HarmKind.CONDOM_REMOVAL: (
        "He took the condom off without telling me and laughed about it.",
        "Removed the condom without consent.",
        "PEP works within 72 hours.",
    ),
    HarmKind.PHYSICAL_ASSAULT: (
        "He grabbed me by the throat when I asked for the money first.",
        "Became violent when asked to pay first.",
        "Do not meet alone.",
    ),
    HarmKind.ROBBERY_OR_THEFT: (
        "A second man came in behind him and they took my phone and the cash.",
        "Arrived with a second man; phone and money taken.",
        "Check who is outside first.",
    ),
    HarmKind.NON_PAYMENT: (
        "The transfer he showed me was a fake screenshot.",
        "Showed a forged bank transfer.",
        "Wait for money to arrive.",
    ),
    HarmKind.THREATS_OR_VERBAL_ABUSE: (
        "He shouted and said he knew where I live.",
        "Shouted and made threats when the time was up.",
        "Screen calls; do not host.",
    ),
    HarmKind.STALKING_OR_HARASSMENT: (
        "He has rung over forty times and waits across the road.",
        "Calls many times a day and waits outside.",
        "Keep a log; tell somebody.",
    ),
    HarmKind.BLACKMAIL_OR_OUTING: (
        "He says he will send my pictures to my family unless I pay.",
        "Demands money with threats to tell family.",
        "Do not pay; talk to us.",
    ),
    HarmKind.HATE_INCIDENT: (
        "He used slurs all through the call and then at the door.",
        "Used slurs on the phone and at the door.",
        "You can end any call.",
    ),
    HarmKind.NO_SHOW_OR_TIME_WASTING: (
        "Booked three times and never came.",
        "Books repeatedly and does not come.",
        "Ask for a deposit.",
    ),
}


def first_story(now: datetime) -> Story:
    """Return the story behind the number that everybody tries first."""
    return _story(
        (HarmKind.PHYSICAL_ASSAULT, HarmKind.ROBBERY_OR_THEFT),
        Random(0),  # noqa: S311 - not for secrets
        happened_at=now - timedelta(days=20),
        published_at=now - timedelta(days=18),
        identifiers=(FIRST_WARNING, "first.contact@example.org"),
        area="GB-GMP",
    )


def published_stories(number: int, seed: int, now: datetime) -> Iterator[Story]:
    """Yield stories that became warnings, of all kinds and severities, the first published first.

    They were published at odd moments, one in each equal share of the weeks up to a day ago.
    """
    random = Random(seed + 1)  # noqa: S311 - not for secrets
    kinds = list(HarmKind)
    for index in range(number):
        share = (WEEKS - A_DAY) / number
        published_at = now - A_DAY - share * (number - index - random.random())
        chosen = {kinds[index % len(kinds)], *random.sample(kinds[:9], random.choice((0, 0, 1)))}
        yield _story(
            tuple(sorted(chosen)),
            random,
            happened_at=published_at - timedelta(days=random.randint(1, 240)),
            published_at=published_at,
            identifiers=_identifiers(random, 130 + index),
        )


def waiting_stories(seed: int, now: datetime) -> Iterator[Story]:
    """Yield stories that still wait in the queue; two of them share a number."""
    random = Random(seed + 2)  # noqa: S311 - not for secrets
    for hours, kinds, identifiers in (
        (1, (HarmKind.PHYSICAL_ASSAULT, HarmKind.NON_PAYMENT), (SHARED,)),
        (5, (HarmKind.THREATS_OR_VERBAL_ABUSE,), (SHARED, "caller456@example.org")),
        (26, (HarmKind.NON_PAYMENT,), ("01632 960457",)),
        (40, (HarmKind.NO_SHOW_OR_TIME_WASTING,), ("07700 900458",)),
        (60, (HarmKind.STALKING_OR_HARASSMENT,), ("07700 900459",)),
    ):
        yield _story(
            kinds, random, happened_at=now - timedelta(hours=hours), identifiers=identifiers
        )


def one_more(random: Random, now: datetime, kind: HarmKind = HarmKind.PHYSICAL_ASSAULT) -> Story:
    """Return a fresh story, such as for `brolly demo publish`; its severity is that of the kind."""
    story = _story(
        (kind,),
        random,
        happened_at=now - timedelta(days=1),
        identifiers=(f"07700 900{random.randint(300, 399)}",),
    )
    return replace(story, weapon=False)  # which would make any kind a danger


def _story(
    kinds: tuple[HarmKind, ...],
    random: Random,
    *,
    happened_at: datetime,
    identifiers: tuple[str, ...],
    area: str = "",
    published_at: datetime | None = None,
) -> Story:
    narrative, description, advice = WORDS[kinds[0]]
    return Story(
        happened_at=happened_at,
        kinds=kinds,
        area=area or random.choice(BUSY_AREAS),
        setting=random.choice(list(WorkSetting)),
        identifiers=identifiers,
        narrative=" ".join(WORDS[kind][0] for kind in kinds) or narrative,
        description=description,
        advice=advice,
        weapon=random.random() < 0.1,  # noqa: PLR2004 - a few
        published_at=published_at,
    )


def _identifiers(random: Random, index: int) -> tuple[str, ...]:
    phone = f"07700 900{index}"
    return (phone, f"contact{index}@example.net") if random.random() < 0.4 else (phone,)  # noqa: PLR2004 - some have both
