import unicodedata
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from members.model import WorkSetting
from members.typed import clean
from reports.model import Consent
from reports.pages.typed import Typed


def typed(*fields: tuple[str, str]) -> Typed:
    return Typed(form=MultiDict(fields), areas={}, region="GB", today=date(2026, 3, 4))


@given(st.text())
@settings(deadline=None)
def test_what_is_left_is_visible_and_cleaning_it_again_changes_nothing(text: str) -> None:
    left = clean(text)
    assert clean(left) == left
    assert left == left.strip()
    assert all(each in "\n\t" or unicodedata.category(each) not in {"Cc", "Cs"} for each in left)


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
@settings(deadline=None)
def test_visible_characters_of_every_script_are_kept(text: str) -> None:
    assert clean(text) == text.strip()


def test_joiners_that_scripts_need_are_kept() -> None:
    family = "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
    assert clean(family) == family


def test_line_breaks_of_every_system_are_one() -> None:
    assert clean("a\r\nb\rc\nd") == "a\nb\nc\nd"
    assert typed(("where", " a\r\n b ")).line("where") == "a b"


def test_a_choice_is_taken_only_if_it_was_offered() -> None:
    form = typed(("setting", "street"), ("other", "the moon"), ("on", "alert"), ("on", "x"))
    assert form.one_of("setting", WorkSetting) is WorkSetting.STREET
    assert form.one_of("other", WorkSetting) is None
    assert form.one_of("absent", WorkSetting) is None
    assert form.some_of("on", Consent) == (Consent.ALERT,)
