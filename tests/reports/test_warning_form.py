"""The warning's form in a browser: what was typed stays, and no area is ever widened."""

from dataclasses import replace

import pytest

from checker.model import HarmKind
from members.model import Role, Severity, WorkSetting
from reports import actions
from tests.given_reports import GivenReport
from tests.members.visits import Visitor
from tests.reports.warning_form import FILLED, SAID, fill, form_of, kept
from tests.whole import DRAFT, Whole, press


@pytest.fixture
def caseworker(house: Whole) -> Visitor:
    return house.sign_in(house.person(Role.CASEWORKER))


@pytest.fixture
def verified(house: Whole, caseworker: Visitor) -> GivenReport:
    report = house.report()
    for name in ("take", "verify"):
        press(caseworker, f"/desk/reports/{report.id}", step=name)
    return report


def test_the_form_starts_from_what_was_reported_coarsened(
    caseworker: Visitor, verified: GivenReport
) -> None:
    fields = form_of(caseworker, verified.id).page.forms[1].fields
    assert fields["severity"] == Severity.DANGER
    assert fields.getlist("kinds") == [HarmKind.ROBBERY_OR_THEFT, HarmKind.HATE_INCIDENT]
    assert fields["month"] == "2026-03"
    assert fields.getlist("areas") == ["GB-MET"]
    assert fields["description"] == ""
    assert "Brixton" not in fields.values()


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
    fill(form_of(caseworker, verified.id), answers)
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
    fill(form_of(caseworker, verified.id), {**FILLED, "areas": ["XX-NOWHERE"]})
    assert caseworker.status == 422
    assert "Choose areas from the list." in caseworker.text
    assert kept(caseworker)["areas"] == ["XX-NOWHERE"]


def test_line_breaks_count_as_browsers_count_them(
    caseworker: Visitor, verified: GivenReport
) -> None:
    fill(form_of(caseworker, verified.id), {**FILLED, "description": "x\r\n" * 500})
    assert caseworker.path.startswith("/desk/warnings/")


def test_a_preview_shows_what_members_will_see_and_keeps_nothing(
    house: Whole, caseworker: Visitor, verified: GivenReport
) -> None:
    fill(form_of(caseworker, verified.id), FILLED, "look")
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
    fill(form_of(caseworker, verified.id), {**FILLED, "description": words}, "look")
    assert "Could these words identify somebody?" in caseworker.text


def test_what_is_handed_over_waits_for_a_second_person(
    house: Whole, caseworker: Visitor, verified: GivenReport
) -> None:
    fill(form_of(caseworker, verified.id), FILLED)
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
        description=SAID,
        advice="Be paid first.",
        show_month=False,
        show_band=False,
        to_alert=False,
    )


def test_only_a_verified_report_gets_a_warning(house: Whole, caseworker: Visitor) -> None:
    report = house.report()
    fill(form_of(caseworker, report.id), FILLED)
    assert caseworker.status == 409


def test_what_was_typed_stays_when_somebody_else_published_in_between(
    house: Whole, caseworker: Visitor
) -> None:
    warning = house.proposed(house.person(Role.CASEWORKER))
    form_of(caseworker, warning.report_id)
    publisher = house.sign_in(house.person(Role.CASEWORKER))
    press(publisher, f"/desk/warnings/{warning.id}/publish")
    fill(caseworker, FILLED)
    assert caseworker.status == 409
    assert "This has changed in the meantime" in caseworker.text
    assert "this was not saved" in caseworker.text
    assert kept(caseworker) == {
        name: [value] if isinstance(value, str) else value for name, value in FILLED.items()
    } | {"kinds": ["robbery_or_theft", "non_payment"], "areas": kept(caseworker)["areas"]}
    assert set(kept(caseworker)["areas"]) == set(FILLED["areas"])
    assert house.warning(warning).draft == DRAFT


@pytest.fixture
def elsewhere(house: Whole, caseworker: Visitor) -> GivenReport:
    """Give a verified report from an area that has left the list since."""
    report = house.report(area="GB-OLD")
    for name in ("take", "verify"):
        press(caseworker, f"/desk/reports/{report.id}", step=name)
    return report


def test_an_area_that_has_left_the_list_stays_chosen_and_is_handed_over(
    house: Whole, caseworker: Visitor, elsewhere: GivenReport
) -> None:
    assert "GB-OLD (not in the list)" in form_of(caseworker, elsewhere.id).text
    assert kept(caseworker)["areas"] == ["GB-OLD"]
    areas = kept(caseworker)["areas"]
    fill(caseworker, {**FILLED, "areas": areas})
    assert caseworker.path.startswith("/desk/warnings/")
    with house.services.reading() as session:
        sealer = house.services.sealers.reports
        warning = actions.warning_of(session, sealer, elsewhere.id)
    assert warning is not None
    assert warning.draft.areas == ("GB-OLD",)
    assert kept(form_of(caseworker, elsewhere.id))["areas"] == ["GB-OLD"]


def test_an_area_that_has_left_the_list_stays_chosen_through_preview_and_refusal(
    caseworker: Visitor, elsewhere: GivenReport
) -> None:
    form_of(caseworker, elsewhere.id)
    fill(caseworker, {**FILLED, "areas": ["GB-OLD"]}, "look")
    assert kept(caseworker)["areas"] == ["GB-OLD"]
    fill(caseworker, {**FILLED, "areas": ["GB-OLD"], "kinds": []})
    assert caseworker.status == 422
    assert kept(caseworker)["areas"] == ["GB-OLD"]
