"""Working names: how they are written and found."""

import pytest
from hypothesis import given as over
from hypothesis import strategies as some

from members import names
from members.model import LONGEST_NAME
from members.refusals import NameRefused
from storage.base import new_id
from storage.keys import Sealers


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Rosa  of   Salford ", "Rosa of Salford"),
        ("\uff32\uff4f\uff53\uff41", "Rosa"),
        ("Zoë 2", "Zoë 2"),
        ("玫瑰", "玫瑰"),
    ],
)
def test_a_name_is_kept_tidy(typed: str, kept: str) -> None:
    assert names.normalised(typed) == kept


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "at least"),
        ("x", "at least"),
        ("x" * (LONGEST_NAME + 1), "at most"),
        ("x" * 10_000, "at most"),
        ("--!--", "letters"),
        ("Ro\u202esa", "letters"),
        ("Ro\x00sa", "letters"),
        ("rosa@example.org", "cannot be"),
        ("07700 900123", "cannot be"),
        ("Rosa 07700900123", "cannot be"),
        ("www.example.org", "cannot be"),
    ],
)
def test_a_name_that_would_identify_or_mislead_is_refused(typed: str, reason: str) -> None:
    with pytest.raises(NameRefused, match=reason):
        names.normalised(typed)


@over(name=some.text(alphabet="abcdeé XYZ", min_size=2, max_size=20))
def test_a_name_is_found_however_it_is_typed(sealers: Sealers, name: str) -> None:
    look_up = names.fingerprint(sealers.members, name)
    assert look_up == names.fingerprint(sealers.members, f"  {name.upper()} ")
    assert look_up != names.fingerprint(sealers.members, name + "q")


def test_a_sealed_name_opens_for_its_own_account_only(sealers: Sealers) -> None:
    account_id = new_id()
    sealed = names.seal(sealers.members, "Rosa", account_id)
    assert names.unseal(sealers.members, sealed, account_id) == "Rosa"
    assert b"Rosa" not in bytes(sealed)
