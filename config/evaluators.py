"""Where the register's key is, if it is not in this program."""

import re
from dataclasses import dataclass
from typing import Self

HEX_KEYS = re.compile(r"[0-9a-f]{64}(,[0-9a-f]{64})?")
HERE = ("unix:/", "http://127.0.0.1:")


@dataclass(frozen=True, slots=True)
class EvaluatorAddress:
    """Where an evaluator is (`unix:/path` or an https:// address), and its public key in hex.

    During a rotation there are two: the key in use and the one that takes its place.
    """

    url: str
    public_keys: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> Self:
        """Read `address#public key` or `address#public key,next one`; raises ValueError."""
        url, _, keys = text.partition("#")
        if not url.startswith((*HERE, "https://")) or not HEX_KEYS.fullmatch(keys):
            message = (
                "must be addresses such as unix:/run/brolly/evaluator.sock#<public key> or "
                "https://evaluator.example.org#<public key>, with spaces between; "
                "`brolly evaluator` prints its key"
            )
            raise ValueError(message)
        return cls(url, tuple(keys.split(",")))
