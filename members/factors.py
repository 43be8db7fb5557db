"""Second factors: what is shown besides a passphrase, and when a code fits; no I/O.

Codes are those of RFC 6238: six digits for each 30 seconds, one step early or late is taken.
"""

import hmac
import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import pyotp

from members.digits import LONGEST_TYPED
from members.model import Account

STEP_SECONDS = 30
DIGITS = 6
GROUP = 4
WAITING = timedelta(minutes=5)  # for a code, after the passphrase
ENROLLING = timedelta(minutes=15)  # for who has to get an app first
FRESH = timedelta(minutes=5)
LONGEST_LABEL = 40
CODES = 10
CODE_LENGTH = 16  # of Crockford's base 32: 80 bits
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans("OIL", "011")
# What stands in an app's list, where somebody else may look: no name of ours, and none of theirs.
ISSUER, OWNER = "Sign-in", "Account"


class FactorKind(StrEnum):
    """What somebody has besides the passphrase."""

    TOTP = "totp"
    PASSKEY = "passkey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A second factor, as its owner sees it."""

    id: UUID
    kind: FactorKind
    label: str = field(repr=False)
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody whose passphrase was right, and who has not shown a second factor yet."""

    account: Account
    enrolled: bool  # or the first factor has to be set up now


def new_secret() -> str:
    """Return a fresh secret of 160 bits, in base 32 (RFC 4226 asks for that many)."""
    return pyotp.random_base32()


def codes_at(secret: str, now: datetime) -> list[str]:
    """Return the codes that are taken at a moment, the oldest first."""
    return [pyotp.TOTP(secret).generate_otp(step) for step in _steps(now)]


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step that a code belongs to, if it is taken now; all three are compared."""
    fits = [
        step
        for step, right in zip(_steps(now), codes_at(secret, now), strict=True)
        if hmac.compare_digest(right, code)
    ]
    return max(fits, default=None)


def address_of(secret: str) -> str:
    """Return what the picture for an app says: the otpauth address."""
    return pyotp.TOTP(secret).provisioning_uri(name=OWNER, issuer_name=ISSUER)


def new_codes() -> list[str]:
    """Return ten fresh recovery codes, without their dashes."""
    return [new_code() for _ in range(CODES)]


def new_code() -> str:
    """Return a fresh code of 80 bits, without its dashes."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def read_code(typed: str) -> str:
    """Return a recovery code as it is kept, whatever its spacing and case; "" if it is none."""
    plain = unicodedata.normalize("NFKC", typed[:LONGEST_TYPED]).upper()
    code = "".join(each for each in plain if each.isalnum()).translate(MISREAD)
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else ""


def in_groups(words: str, between: str = "-") -> str:
    """Return a code or a secret as people copy it, in groups of four."""
    return between.join(words[start : start + GROUP] for start in range(0, len(words), GROUP))


def _steps(now: datetime) -> range:
    step = int(now.timestamp()) // STEP_SECONDS
    return range(step - 1, step + 2)
