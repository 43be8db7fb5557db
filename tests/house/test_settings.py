"""Every setting is documented, and nothing else is."""

import re

from config.settings import PREFIX, Settings
from tests.house.tree import ROOT

DOCUMENT = ROOT / "docs" / "settings.md"


def test_every_setting_is_documented() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    documented = set(re.findall(rf"\b{PREFIX}([A-Z0-9_]+)\b", text))
    assert {name.upper() for name in Settings.model_fields} == documented
