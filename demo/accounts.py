"""Demo accounts: names and contacts from ranges kept for fiction, the same for the same seed.

All accounts of a role share one passphrase, hashed once: a few thousand argon2id hashes would
take minutes, and nobody real is behind them.
"""

from base64 import b32encode
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from members import actions as members
from members.cover import Cover
from members.model import Preferences, Role, WorkSetting
from storage.sealing import Sealer

PASSPHRASES = {
    Role.MEMBER: "umbrella in the rain",
    Role.PRACTITIONER: "outreach van on tuesday",
    Role.CASEWORKER: "kettle and open window",
    Role.LEAD: "keys on a long ribbon",
    Role.OPERATOR: "quiet humming machine",
}
STAFF = {
    Role.LEAD: ("Imogen Lead",),
    Role.CASEWORKER: ("Ruth Casework", "Sol Casework"),
    Role.OPERATOR: ("Ora Operator",),
}
FIRST = (
    "Amber", "Blue", "Coral", "Dusk", "Ember", "Fern", "Golden", "Hazel", "Ivory", "Jade",
    "Kestrel", "Lilac", "Maple", "Night", "Olive", "Pearl", "Quartz", "Rowan", "Silver", "Thistle",
)  # fmt: skip
SECOND = (
    "Finch", "Harbour", "Lantern", "Meadow", "Moth", "Orchard", "River", "Sparrow", "Star", "Wren",
)  # fmt: skip
ORGANISATION = "Lantern Outreach (demo)"
PRACTITIONERS = 0.15
BUSY_AREAS = ("GB-GMP", "GB-MET", "GB-MER", "GB-WYK", "GB-WMD", "GB-SCT", "GB-AVS", "GB-SWP")
# The first digits of North American numbers: not N11, not N9X, not 555.
AREA_CODES = tuple(
    code
    for code in range(201, 990)
    if code % 100 != 11 and code // 10 % 10 != 9 and code != 555  # noqa: PLR2004 - the numbering plan
)
BRITISH = 400  # the rest of the range is what the gateway treats as faulty
RESERVED = 500  # 07700 900500 and up are members'; those below are what the register is about


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMember:
    """A member who is nobody."""

    name: str
    role: Role
    phone: str | None
    email: str | None
    preferences: Preferences


def demo_members(number: int, seed: int) -> Iterator[DemoMember]:
    """Yield members, the same for the same number and seed; names never repeat."""
    random = Random(seed)  # noqa: S311 - not for secrets
    for index in range(number):
        by_sms, by_email = random.choice(((True, True), (True, False), (False, True)))
        phone = demo_phone(index) if by_sms else None
        by_sms, by_email = phone is not None, by_email or phone is None
        yield DemoMember(
            name=member_name(index),
            role=Role.PRACTITIONER if random.random() < PRACTITIONERS else Role.MEMBER,
            phone=phone,
            email=f"member{index}@example.org" if by_email else None,
            preferences=_preferences(random, by_sms=by_sms, by_email=by_email),
        )


def member_name(index: int) -> str:
    """Return the working name of the member with this index."""
    first, second = FIRST[index % len(FIRST)], SECOND[index // len(FIRST) % len(SECOND)]
    round_ = index // (len(FIRST) * len(SECOND))
    return f"{first} {second}" + (f" {round_ + 1}" if round_ else "")


def demo_phone(index: int) -> str | None:
    """Return a number of a member's own, while there are any: 07700 900500-900899, then +1."""
    if index < BRITISH:
        return f"+447700900{RESERVED + index}"
    area, line = divmod(index - BRITISH, 100)
    return f"+1{AREA_CODES[area]}55501{line:02}" if area < len(AREA_CODES) else None


def demo_token(sealer: Sealer, name: str) -> str:
    """Return the token of a demo member's own program: the same each time, with the same keys."""
    return members.as_token(sealer.fingerprint("demo token", name))


def demo_secret(sealer: Sealer, name: str) -> str:
    """Return the secret of a demo account's app: the same each time, with the same keys."""
    return b32encode(sealer.fingerprint("demo factor", name)[:20]).decode()


def is_demo_name(role: Role, name: str) -> bool:
    """Whether a name is one that this module gives out."""
    if role in STAFF:
        return name in STAFF[role]
    first, _, rest = name.partition(" ")
    return first in FIRST and rest.split(" ")[0] in SECOND


def _preferences(random: Random, *, by_sms: bool, by_email: bool) -> Preferences:
    settings = random.sample(list(WorkSetting), random.choice((0, 0, 1, 2)))
    return Preferences(
        areas=frozenset(random.sample(BUSY_AREAS, random.randint(1, 3))),
        everywhere=random.random() < 0.1,  # noqa: PLR2004 - a few want to hear of everything
        danger=True,
        risk=random.random() < 0.8,  # noqa: PLR2004 - most do
        settings=frozenset(settings),
        by_sms=by_sms,
        by_email=by_email,
        cover=random.choice(list(Cover)),
    )


def first_of_each_role() -> dict[Role, tuple[str, str]]:
    """Return a name and passphrase for each role, to be shown at the start."""
    names = {Role.MEMBER: member_name(0), **{role: names[0] for role, names in STAFF.items()}}
    return {role: (name, PASSPHRASES[role]) for role, name in names.items()}
