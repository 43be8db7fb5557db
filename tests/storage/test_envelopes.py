"""Envelopes: a record's key opens that record alone, for its holders alone."""

from uuid import UUID

import pytest
from nacl.public import PrivateKey

from storage.base import new_id
from storage.envelopes import DataKey, unwrap, wrap
from storage.keys import Sealers
from storage.sealing import CannotOpen, Sealed, Sealer

PLACE = {"table": "report", "column": "sealed_narrative", "row": "1"}
RECORD = UUID(int=7)


@pytest.mark.parametrize("text", ["", "canary", "ünïcödé 窓辺", "x" * 20_000])
def test_what_a_key_sealed_opens_in_its_place(text: str) -> None:
    key = DataKey.fresh()
    assert key.text(key.seal(text, **PLACE), **PLACE) == text


@pytest.mark.parametrize("elsewhere", [{"table": "x"}, {"column": "x"}, {"row": "2"}])
def test_a_value_moved_elsewhere_does_not_open(elsewhere: dict[str, str]) -> None:
    key = DataKey.fresh()
    with pytest.raises(CannotOpen):
        key.unseal(key.seal("canary", **PLACE), **{**PLACE, **elsewhere})


@pytest.mark.parametrize("position", [0, 1, 12, 13, -1])
def test_a_changed_value_does_not_open(position: int) -> None:
    key = DataKey.fresh()
    octets = bytearray(key.seal("canary", **PLACE))
    octets[position] ^= 1
    with pytest.raises(CannotOpen):
        key.unseal(Sealed(octets), **PLACE)


def test_another_key_and_the_servers_own_open_nothing(sealers: Sealers) -> None:
    key = DataKey.fresh()
    sealed = key.seal("canary", **PLACE)
    for other in (DataKey.fresh(), sealers.reports):
        assert isinstance(other, DataKey | Sealer)
        with pytest.raises(CannotOpen):
            other.unseal(sealed, **PLACE)
    with pytest.raises(CannotOpen):
        key.unseal(sealers.reports.seal("canary", **PLACE), **PLACE)


def test_a_wrap_opens_for_its_holder_and_its_record_alone() -> None:
    key, holder = DataKey.fresh(), PrivateKey.generate()
    wrapped = wrap(key, RECORD, holder.public_key)
    assert unwrap(wrapped, RECORD, holder) == key
    with pytest.raises(CannotOpen):
        unwrap(wrapped, new_id(), holder)
    with pytest.raises(CannotOpen):
        unwrap(wrapped, RECORD, PrivateKey.generate())


@pytest.mark.parametrize("position", [0, 31, 32, 48, -1])
def test_a_changed_wrap_is_refused(position: int) -> None:
    holder = PrivateKey.generate()
    octets = bytearray(wrap(DataKey.fresh(), RECORD, holder.public_key))
    octets[position] ^= 1
    with pytest.raises(CannotOpen):
        unwrap(Sealed(octets), RECORD, holder)


def test_keys_from_one_secret_differ_by_purpose_and_salt() -> None:
    keys = {
        DataKey.derived(b"secret", purpose=purpose, salt=salt).octets
        for purpose in ("one", "other")
        for salt in (b"", b"salt")
    }
    assert len(keys) == 4
    assert DataKey.derived(b"secret", purpose="one") == DataKey.derived(b"secret", purpose="one")


def test_a_key_does_not_show() -> None:
    assert repr(DataKey(b"k" * 32)) == "DataKey()"
