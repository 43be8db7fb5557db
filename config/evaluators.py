"""Where the register's key is, if it is not in this program."""

import re
from dataclasses import dataclass
from typing import Self

HEX_KEY = re.compile(r"[0-9a-f]{64}")
HERE = ("unix:/", "http://127.0.0.1:")


@dataclass(frozen=True, slots=True)
class EvaluatorAddress:
    """Where an evaluator is (`unix:/path` or an https:// address), and its public key in hex."""

    url: str
    public_key: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Read `address#public key`; raises ValueError in words."""
        url, _, public_key = text.partition("#")
        if not url.startswith((*HERE, "https://")) or not HEX_KEY.fullmatch(public_key):
            message = (
                "must be addresses such as unix:/run/brolly/evaluator.sock#<public key> or "
                "https://evaluator.example.org#<public key>, with spaces between; "
                "`brolly evaluator` prints its key"
            )
            raise ValueError(message)
        return cls(url, public_key)
