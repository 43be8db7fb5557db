"""Corrections on the pages: two people, seen before confirmed, rewritten or dropped."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from members.model import Role
from reports.model import Warning
from tests.alerts.corrections import TRUTH, confirm, correction_id, corrections, wrote
from tests.alerts.steps import a_recipient, alert_of, on_the_register, publish
from tests.given_reports import DRAFT
from tests.members.visits import Visitor
from tests.whole import Whole, press


def test_one_writes_and_a_second_person_confirms(
    house: Whole, warning: Warning, colleague: Visitor
) -> None:
    member = house.sign_in(a_recipient(house, "GB-MET"))
    publish(colleague, warning)
    with house.writing() as session:
        session.execute(text("UPDATE delivery SET state = 'delivered', left_at = next_at"))
    wrote(colleague, warning)
    assert "A correction waits for a second person" in colleague.text
    assert "You wrote it" in colleague.text
    other = house.sign_in(house.person(Role.CASEWORKER))
    assert warning.reference in other.open("/desk").text
    assert TRUTH not in member.open(f"/updates/{warning.reference}").text
    confirm(other, warning)
    [correction] = corrections(house, warning)
    assert other.path == f"/alerts/{correction.id}"
    assert f"Correction to {warning.reference}" in other.text
    assert "0 of 2" in other.text
    assert TRUTH in member.open(f"/updates/{warning.reference}").text
    found = on_the_register(house)
    assert found is not None
    assert found.advice == "Look for a red van."
    original = alert_of(house, warning)
    assert original is not None
    assert f"/alerts/{correction.id}" in other.open(f"/alerts/{original.id}").markup


def test_whoever_wrote_it_cannot_confirm_it(
    house: Whole, warning: Warning, colleague: Visitor
) -> None:
    publish(colleague, warning)
    wrote(colleague, warning)
    other = house.sign_in(house.person(Role.CASEWORKER))
    path = f"/desk/warnings/{warning.id}/correct/confirm"
    assert press(colleague, path, correction=correction_id(other, warning)).status == 403
    assert "somebody else must confirm" in colleague.text
    assert house.warning(warning).draft.description == DRAFT.description


def test_the_database_refuses_a_lone_corrector(
    house: Whole, warning: Warning, colleague: Visitor
) -> None:
    publish(colleague, warning)
    wrote(colleague, warning)
    with pytest.raises(IntegrityError), house.writing() as session:
        session.execute(
            text("UPDATE correction SET confirmed_by = written_by, confirmed_at = written_at")
        )


def test_nobody_confirms_words_that_they_have_not_seen(
    house: Whole, warning: Warning, colleague: Visitor
) -> None:
    publish(colleague, warning)
    wrote(colleague, warning)
    other = house.sign_in(house.person(Role.CASEWORKER))
    seen = correction_id(other, warning)
    wrote(colleague, warning, "He drives a green van.")
    path = f"/desk/warnings/{warning.id}/correct/confirm"
    assert press(other, path, correction=seen).status == 409
    assert press(other, path, correction="nonsense").status == 409
    assert "green van" in other.text
    assert house.warning(warning).draft.description == DRAFT.description


def test_without_a_change_or_without_words_nothing_is_handed_over(
    warning: Warning, colleague: Visitor
) -> None:
    publish(colleague, warning)
    colleague.open(f"/desk/warnings/{warning.id}/correct")
    assert colleague.fill("/correct").status == 422
    assert "Nothing differs" in colleague.text
    assert wrote(colleague, warning, "  ").status == 422
    assert wrote(colleague, warning, "x" * 1001).status == 422
    assert "waits for a second" not in colleague.open(f"/desk/warnings/{warning.id}").text


def test_a_correction_is_rewritten_or_dropped(warning: Warning, colleague: Visitor) -> None:
    publish(colleague, warning)
    wrote(colleague, warning)
    assert TRUTH in colleague.open(f"/desk/warnings/{warning.id}/correct").markup
    wrote(colleague, warning, "He drives a green van.")
    assert "green van" in colleague.text
    assert TRUTH not in colleague.text
    colleague.fill("/correct/discard")
    assert "waits for a second" not in colleague.text
    assert "Corrections waiting" not in colleague.open("/desk").text


def test_what_is_not_published_has_no_correction(warning: Warning, colleague: Visitor) -> None:
    path = f"/desk/warnings/{warning.id}/correct"
    assert colleague.open(path).status == 409
    assert press(colleague, path, description=TRUTH).status == 409
