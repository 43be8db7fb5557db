"""Counting argon2id computations, each with what it cost."""

from typing import Any

import pytest
from argon2 import low_level

from members import passphrases


def counted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int, int]]:
    """Return a list to which every computation adds its memory, passes and salt's length."""
    costs: list[tuple[int, int, int]] = []
    computed = low_level.hash_secret_raw

    def watched(secret: bytes, salt: bytes, **how: Any) -> bytes:
        costs.append((how["memory_cost"], how["time_cost"], len(salt)))
        return computed(secret, salt, **how)

    monkeypatch.setattr(passphrases, "hash_secret_raw", watched)
    return costs
