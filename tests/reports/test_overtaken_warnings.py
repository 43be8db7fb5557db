"""Two people rewrite one proposed warning: nothing is replaced unseen, nothing typed is lost."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from time import sleep

import pytest
from sqlalchemy.orm import Session

from members.model import Role
from reports import actions
from reports.model import Warning
from tests.given_reports import DRAFT
from tests.members.visits import Visitor
from tests.reports.warning_form import FILLED, fill, form_of, kept
from tests.whole import Whole, press

THEIRS = "Drives off when asked to pay."
MINE = "Locks the doors of his car."
BOTH: dict[str, str | list[str]] = {**FILLED, "description": MINE, "advice": "Keep out of it."}


@pytest.fixture
def ruth(house: Whole) -> Visitor:
    return house.sign_in(house.person(Role.CASEWORKER))


@pytest.fixture
def imogen(house: Whole) -> Visitor:
    return house.sign_in(house.person(Role.LEAD))


@pytest.fixture
def warning(house: Whole) -> Warning:
    return house.proposed(house.person(Role.CASEWORKER))


def opened(visitor: Visitor, warning: Warning) -> Visitor:
    return form_of(visitor, warning.report_id)


def rewrites(visitor: Visitor, warning: Warning, description: str = THEIRS) -> None:
    fill(opened(visitor, warning), {**FILLED, "description": description})
    assert visitor.path.startswith("/desk/warnings/")


def stands(house: Whole, warning: Warning) -> str:
    return house.warning(warning).draft.description


def test_a_form_that_was_overtaken_keeps_what_was_typed_beside_what_stands(
    house: Whole, ruth: Visitor, imogen: Visitor, warning: Warning
) -> None:
    opened(ruth, warning)
    rewrites(imogen, warning)
    fill(ruth, BOTH)
    assert ruth.status == 409
    assert "rewrote this warning while you were writing" in ruth.text
    assert THEIRS in ruth.text
    assert "Written by a colleague" in ruth.text
    assert "It differs from yours in: What members read; Advice, in a few words" in ruth.text
    assert {name: sorted(values) for name, values in kept(ruth).items()} == {
        name: [value] if isinstance(value, str) else sorted(value) for name, value in BOTH.items()
    }
    assert not {"show_month", "show_band", "to_alert"} & set(ruth.page.forms[1].fields)
    assert f'href="/desk/warnings/{warning.id}"' in ruth.markup
    assert stands(house, warning) == THEIRS


def test_whoever_has_seen_the_other_text_may_put_their_own_in_its_place(
    house: Whole, ruth: Visitor, imogen: Visitor, warning: Warning
) -> None:
    opened(ruth, warning)
    rewrites(imogen, warning)
    fill(ruth, BOTH)
    assert "Put mine in its place" in ruth.markup
    fill(ruth, BOTH)
    assert ruth.path == f"/desk/warnings/{warning.id}"
    assert stands(house, warning) == MINE


def test_a_text_that_was_not_shown_is_never_replaced_however_often_it_is_tried(
    house: Whole, ruth: Visitor, imogen: Visitor, warning: Warning
) -> None:
    opened(ruth, warning)
    rewrites(imogen, warning)
    fill(ruth, BOTH)
    rewrites(imogen, warning, "Has a second phone.")
    fill(ruth, BOTH)
    assert ruth.status == 409
    assert "Has a second phone." in ruth.text
    assert stands(house, warning) == "Has a second phone."


@pytest.mark.parametrize("change", [{}, {"kinds": []}], ids=["a preview", "a fault"])
def test_the_form_stays_the_one_that_was_opened_through(
    house: Whole,
    ruth: Visitor,
    imogen: Visitor,
    warning: Warning,
    change: dict[str, str | list[str]],
) -> None:
    opened(ruth, warning)
    rewrites(imogen, warning)
    fill(ruth, {**BOTH, **change}, "look")
    fill(ruth, BOTH)
    assert ruth.status == 409
    assert stands(house, warning) == THEIRS


def test_two_first_warnings_of_one_report_do_not_replace_each_other(
    house: Whole, ruth: Visitor, imogen: Visitor
) -> None:
    report = house.report()
    for step in ("take", "verify"):
        press(imogen, f"/desk/reports/{report.id}", step=step)
    form_of(ruth, report.id)
    form_of(imogen, report.id)
    fill(imogen, {**FILLED, "description": THEIRS})
    fill(ruth, BOTH)
    assert ruth.status == 409
    assert THEIRS in ruth.text
    with house.services.reading() as session:
        found = actions.warning_of(session, house.services.sealers.reports, report.id)
    assert found is not None
    assert found.draft.description == THEIRS


@pytest.mark.parametrize("said", ["", "nonsense"])
def test_a_form_that_does_not_say_what_it_was_opened_with_replaces_nothing(
    house: Whole, ruth: Visitor, warning: Warning, said: str
) -> None:
    opened(ruth, warning)
    fill(ruth, {**BOTH, "opened": said})
    assert ruth.status == 409
    assert stands(house, warning) == DRAFT.description


def test_the_same_words_sent_twice_are_no_conflict(
    house: Whole, ruth: Visitor, warning: Warning
) -> None:
    opened(ruth, warning)
    page = ruth.page
    fill(ruth, BOTH)
    once = house.warning(warning)
    ruth.page, ruth.path = page, f"/desk/reports/{warning.report_id}/warning"
    page.forms.insert(0, page.forms[0])
    fill(ruth, BOTH)
    assert ruth.path == f"/desk/warnings/{warning.id}"
    assert house.warning(warning) == once


def test_a_published_text_is_shown_beside_what_was_typed_too_late(
    ruth: Visitor, imogen: Visitor, warning: Warning
) -> None:
    opened(ruth, warning)
    press(imogen, f"/desk/warnings/{warning.id}/publish")
    fill(ruth, BOTH)
    assert ruth.status == 409
    assert "this was not saved" in ruth.text
    assert DRAFT.description in ruth.text
    assert kept(ruth)["description"] == [MINE]
    assert "Put mine in its place" not in ruth.markup


def rewritten(house: Whole, session: Session, warning: Warning) -> None:
    """Rewrite a warning in a transaction that is not over yet."""
    actions.propose(
        session,
        house.services.sealers.reports,
        report_id=warning.report_id,
        draft=replace(DRAFT, description=THEIRS),
        by=warning.written_by,
        now=house.now + timedelta(seconds=1),
        opened=warning.version,
    )


def test_who_writes_while_another_one_is_being_saved_waits_and_is_told(
    house: Whole, ruth: Visitor, warning: Warning
) -> None:
    opened(ruth, warning)
    with ThreadPoolExecutor() as pool:
        with house.writing() as session:
            rewritten(house, session, warning)
            meanwhile = pool.submit(fill, ruth, BOTH)
            sleep(0.5)  # long enough to get to where it must wait
            assert not meanwhile.done()
        meanwhile.result()
    assert ruth.status == 409
    assert stands(house, warning) == THEIRS


def test_what_is_rewritten_while_it_is_published_is_published_as_it_was_rewritten(
    house: Whole, warning: Warning
) -> None:
    publisher = house.person(Role.CASEWORKER)

    def publish() -> Warning:
        with house.writing() as session:
            return actions.publish(
                session,
                house.services.sealers.reports,
                house.services.evaluator,
                warning_id=warning.id,
                by=publisher.id,
                now=house.now,
            ).warning

    with ThreadPoolExecutor() as pool:
        with house.writing() as session:
            rewritten(house, session, warning)
            meanwhile = pool.submit(publish)
            sleep(0.5)  # long enough to get to where it must wait
        published = meanwhile.result()
    assert published.draft.description == THEIRS
    assert published.draft == house.warning(warning).draft
