"""The desk in a browser: review, the warning's form, and nobody else gets in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from checker.model import HarmKind
from config.settings import Settings
from members.model import Role, Severity, WorkSetting
from reports import actions
from reports.model import Report, ReportState
from tests import given_reports
from tests.given_reports import GivenReport
from tests.members.visits import Visitor
from tests.whole import DRAFT, Whole, press, whole


@pytest.fixture
def house(keys: Path, database_url: str, redis_url: str, scratch: Path) -> Iterator[Whole]:
    settings = Settings(data_dir=keys, database_url=database_url, redis_url=redis_url)
    with whole(settings, scratch / "compiled") as house:
        yield house


@pytest.fixture
def caseworker(house: Whole) -> Visitor:
    return house.sign_in(house.person(Role.CASEWORKER))


def opened(house: Whole, report_id: UUID) -> Report:
    with house.services.reading() as session:
        return actions.open_report(session, house.services.sealers.reports, report_id)


def step(visitor: Visitor, report_id: UUID, name: str) -> Visitor:
    return press(visitor, f"/desk/reports/{report_id}", step=name)


@pytest.fixture
def verified(house: Whole, caseworker: Visitor) -> GivenReport:
    report = house.report()
    for name in ("take", "verify"):
        step(caseworker, report.id, name)
    return report


def form_of(visitor: Visitor, report: GivenReport) -> Visitor:
    visitor.open(f"/desk/reports/{report.id}/warning")
    return visitor


# Review


def test_the_queue_leads_to_a_report_and_to_what_shares_its_number(
    house: Whole, caseworker: Visitor
) -> None:
    first, second = house.report(), house.report(narrative="Another evening.")
    caseworker.open("/desk")
    assert first.reference in caseworker.text
    assert "shared with 1 report" in caseworker.text
    caseworker.open(f"/desk/reports/{first.id}")
    assert "He took the money back and shouted." in caseworker.text
    assert second.reference in caseworker.text
    assert "Another evening." not in caseworker.text
    assert caseworker.title.startswith(first.reference)


def test_a_report_is_taken_and_verified_and_leaves_the_queue(
    house: Whole, caseworker: Visitor
) -> None:
    report = house.report()
    step(caseworker, report.id, "take")
    step(caseworker, report.id, "verify")
    assert caseworker.path == f"/desk/reports/{report.id}"
    assert "Verified by you." in caseworker.text
    assert opened(house, report.id).state is ReportState.VERIFIED
    assert report.reference not in caseworker.open("/desk").text
    assert report.reference in caseworker.open("/desk/closed").text


def test_a_declined_report_is_closed(house: Whole, caseworker: Visitor) -> None:
    report = house.report()
    step(caseworker, report.id, "take")
    step(caseworker, report.id, "decline")
    assert "This report is closed." in caseworker.text
    assert opened(house, report.id).state is ReportState.DECLINED


@pytest.mark.parametrize("name", ["take", "verify", "decline"])
def test_a_step_that_comes_too_late_says_so_and_changes_nothing(
    house: Whole, caseworker: Visitor, verified: GivenReport, name: str
) -> None:
    step(caseworker, verified.id, name)
    assert caseworker.status == 409
    assert "This has changed in the meantime" in caseworker.text
    assert opened(house, verified.id).state is ReportState.VERIFIED


def test_a_report_must_be_taken_before_it_is_verified(house: Whole, caseworker: Visitor) -> None:
    report = house.report()
    assert step(caseworker, report.id, "verify").status == 409
    assert opened(house, report.id).state is ReportState.RECEIVED


@pytest.mark.parametrize("name", ["take", "verify", "decline"])
def test_a_step_on_a_report_that_is_not_there_finds_nothing(caseworker: Visitor, name: str) -> None:
    assert step(caseworker, uuid4(), name).status == 404


def test_a_note_is_kept_for_colleagues(house: Whole, caseworker: Visitor) -> None:
    report = house.report()
    caseworker.open(f"/desk/reports/{report.id}").send(form="/notes", note="Rang back at noon.")
    assert "Rang back at noon." in caseworker.text
    colleague = house.sign_in(house.person(Role.LEAD))
    assert "Rang back at noon." in colleague.open(f"/desk/reports/{report.id}").text


def test_a_note_on_a_report_that_is_not_there_finds_nothing(caseworker: Visitor) -> None:
    assert press(caseworker, f"/desk/reports/{uuid4()}/notes", note="Where?").status == 404


def test_a_note_that_is_too_long_stays_in_its_field(house: Whole, caseworker: Visitor) -> None:
    report = house.report()
    words = "word " * 500
    caseworker.open(f"/desk/reports/{report.id}").send(form="/notes", note=words)
    assert caseworker.status == 422
    assert caseworker.form("/notes").fields["note"] == words.strip()
    assert "Shorten this to 2000 characters." in caseworker.text
    assert opened(house, report.id).additions == ()


# The warning's form


def test_the_form_starts_from_what_was_reported_coarsened(
    caseworker: Visitor, verified: GivenReport
) -> None:
    fields = form_of(caseworker, verified).page.forms[1].fields
    assert fields["severity"] == Severity.DANGER
    assert fields.getlist("kinds") == [HarmKind.ROBBERY_OR_THEFT, HarmKind.HATE_INCIDENT]
    assert fields["month"] == "2026-03"
    assert fields.getlist("areas") == ["GB-MET"]
    assert fields["description"] == ""
    assert "Brixton" not in fields.values()


FILLED: dict[str, str | list[str]] = {
    "severity": "risk",
    "kinds": ["non_payment", "robbery_or_theft"],
    "month": "2026-02",
    "areas": ["GB-GMP", "GB-MET"],
    "settings": ["street"],
    "description": "Line one.\nLine two & <b>more</b>.",
    "advice": "Be paid first.",
}
BAD: dict[str, tuple[dict[str, str | list[str]], str, str]] = {
    "no kind": ({"kinds": []}, "kinds", "Choose at least one kind of harm."),
    "no month": ({"month": ""}, "month", "Give the month as YYYY-MM"),
    "a month in words": ({"month": "May 2026"}, "month", "Give the month as YYYY-MM"),
    "half a month": ({"month": "2026-5"}, "month", "Give the month as YYYY-MM"),
    "the thirteenth month": ({"month": "2026-13"}, "month", "Give the month as YYYY-MM"),
    "a month to come": ({"month": "9999-12"}, "month", "This month has not begun."),
    "no words": ({"description": "  "}, "description", "Write what members need to know."),
    "too many words": ({"description": "x" * 1001}, "description", "Shorten this to 1000"),
    "too much advice": ({"advice": "x" * 61}, "advice", "Shorten this to 60"),
}


def fill(visitor: Visitor, answers: dict[str, str | list[str]], button: str = "hand over") -> None:
    """Fill in the warning's form; its answers replace what stands there."""
    form = visitor.page.forms[1]
    for name in ("show_month", "show_band", "to_alert"):
        form.fields.poplist(name)
    visitor.page.forms = [form]
    form.action = visitor.path
    visitor.fill(visitor.path, **answers, step=button)


@pytest.mark.parametrize(("wrong", "field", "words"), BAD.values(), ids=BAD)
def test_a_warning_that_is_not_whole_keeps_everything_typed_and_says_what_is_missing(
    house: Whole,
    caseworker: Visitor,
    verified: GivenReport,
    wrong: dict[str, str | list[str]],
    field: str,
    words: str,
) -> None:
    answers = {**FILLED, **wrong}
    fill(form_of(caseworker, verified), answers)
    assert caseworker.status == 422
    assert 'role="alert"' in caseworker.markup
    assert f'href="#{field}"' in caseworker.markup
    assert f'id="{field}"' in caseworker.markup
    assert words in caseworker.text
    kept = caseworker.page.forms[1].fields
    for name, value in answers.items():
        if isinstance(value, list):
            assert sorted(kept.getlist(name)) == sorted(value), name
        else:
            assert kept[name] == value.strip(), name
    assert not {"show_month", "show_band", "to_alert"} & set(kept)
    with house.services.reading() as session:
        sealer = house.services.sealers.reports
        assert actions.warning_of(session, sealer, verified.id) is None


def test_an_area_that_is_not_ours_is_refused_and_never_taken_for_everywhere(
    caseworker: Visitor, verified: GivenReport
) -> None:
    fill(form_of(caseworker, verified), {**FILLED, "areas": ["XX-NOWHERE"]})
    assert caseworker.status == 422
    assert "Choose areas from the list." in caseworker.text


def test_line_breaks_count_as_browsers_count_them(
    caseworker: Visitor, verified: GivenReport
) -> None:
    fill(form_of(caseworker, verified), {**FILLED, "description": "x\r\n" * 500})
    assert caseworker.path.startswith("/desk/warnings/")


def test_a_preview_shows_what_members_will_see_and_keeps_nothing(
    house: Whole, caseworker: Visitor, verified: GivenReport
) -> None:
    fill(form_of(caseworker, verified), FILLED, "look")
    assert caseworker.status == 200
    preview = caseworker.markup.partition('id="preview"')[2]
    assert "Line two &amp; &lt;b&gt;more&lt;/b&gt;." in preview
    assert "Be paid first." in preview
    with house.services.reading() as session:
        sealer = house.services.sealers.reports
        assert actions.warning_of(session, sealer, verified.id) is None


def test_words_that_could_identify_somebody_are_pointed_out(
    caseworker: Visitor, verified: GivenReport
) -> None:
    words = "Robert from Greater Manchester, 07700 900123."
    fill(form_of(caseworker, verified), {**FILLED, "description": words}, "look")
    assert "Could these words identify somebody?" in caseworker.text


def test_what_is_handed_over_waits_for_a_second_person(
    house: Whole, caseworker: Visitor, verified: GivenReport
) -> None:
    fill(form_of(caseworker, verified), FILLED)
    assert "You verified this report" in caseworker.text
    colleague = house.sign_in(house.person(Role.CASEWORKER))
    assert "Waiting for a second person" in colleague.open("/desk").text
    with house.services.reading() as session:
        sealer = house.services.sealers.reports
        warning = actions.warning_of(session, sealer, verified.id)
    assert warning is not None
    assert warning.draft == replace(
        DRAFT,
        severity=Severity.RISK,
        kinds=(HarmKind.NON_PAYMENT, HarmKind.ROBBERY_OR_THEFT),
        month="2026-02",
        areas=("GB-GMP", "GB-MET"),
        settings=(WorkSetting.STREET,),
        description="Line one.\nLine two & <b>more</b>.",
        advice="Be paid first.",
        show_month=False,
        show_band=False,
        to_alert=False,
    )


def test_only_a_verified_report_gets_a_warning(house: Whole, caseworker: Visitor) -> None:
    report = house.report()
    fill(form_of(caseworker, report), FILLED)
    assert caseworker.status == 409


def test_a_report_that_waits_too_long_is_marked(house: Whole, caseworker: Visitor) -> None:
    with house.writing() as session:
        given_reports.a_report(
            session,
            house.services.sealers,
            house.services.evaluator,
            given_reports.a_submission(),
            now=datetime.now(UTC) - timedelta(hours=3),
        )
    assert "overdue" in caseworker.open("/desk").text
