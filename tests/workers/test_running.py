"""Which `brolly up` looks after a data folder, and what commands beside it make of that."""

from pathlib import Path

import pytest

from cli.doctor import LOOKS, providers
from config.settings import Settings
from workers.running import AlreadyRunning, Running, hold, running

URL = "http://127.0.0.1:8311"
DEMO = Running(process=7, url=URL, demo=True)
PLAIN = Running(process=7, url=URL, demo=False)


@pytest.mark.parametrize("one", [DEMO, PLAIN], ids=["demo", "plain"])
def test_whoever_looks_after_a_folder_is_found_until_it_ends(tmp_path: Path, one: Running) -> None:
    assert running(tmp_path) is None
    with hold(tmp_path, one):
        assert running(tmp_path) == one
        with pytest.raises(AlreadyRunning, match="process 7 at"):
            hold(tmp_path, DEMO)
        assert running(tmp_path) == one
    assert running(tmp_path) is None


def test_beside_a_demonstration_the_doctor_says_whose_settings_it_reads(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    (mail,) = (look for look in LOOKS if look.__name__ == "_mail")
    with hold(tmp_path, DEMO):
        for finding in (*providers(settings), *mail(settings)):
            assert finding.trouble == ""
            assert "not set in this shell" in finding.detail
            assert f"{URL}/demo/messages" in finding.detail
    with hold(tmp_path, PLAIN):
        for finding in (*providers(settings), *mail(settings)):
            assert "off: set BROLLY_" in finding.trouble
