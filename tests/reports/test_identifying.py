import pytest

from reports.identifying import identifying_words, names_in


@pytest.mark.parametrize(
    ("text", "pointed_at"),
    [
        ("Became violent when asked to pay.", ()),
        ("Lives at flat 12 b.", ("12",)),
        ("He rang from 07700 900123.", ("07700 900123",)),
        ("Drives a grey Skoda. Parks outside.", ("Skoda",)),
        ("Calls himself Dave and works at Tesco", ("Dave", "Tesco")),
        ("Write to him at x@example.org", ("x@example.org",)),
        ("I was told. I left.", ()),
        ("It was in leeds.", ("Leeds",)),
    ],
)
def test_words_that_may_identify_somebody_are_pointed_at(
    text: str, pointed_at: tuple[str, ...]
) -> None:
    assert identifying_words(text, places=["Leeds"]) == pointed_at


def test_a_name_of_the_report_is_pointed_at_where_a_sentence_begins_with_it() -> None:
    names = names_in("Then Anna's friend called him Derek. Never again.")
    text = "Derek's hits hurt. Never meet alone.\nAnna knows. Stone says he"
    assert identifying_words(text, names=names) == ("Derek", "Anna")
