"""Exports through the browser: prepared, released, fetched, and read by each reporter."""

import csv
from io import StringIO

import pytest

from casework.intelligence import LABELS
from members.model import Role
from reports import actions as reports
from reports.model import Consent
from tests.casework.exports import HURT, POLICE
from tests.casework.paper import text_of, without_spaces
from tests.given_reports import GivenReport
from tests.members.visits import Visitor
from tests.whole import Whole, press

OURS = "Robbed after an hour (=1+1); the person left on foot."
NARRATIVE = "He took all of my money while I was in the shower.\nI ran to Ann in Flat 7."
MARK = "'"  # before a cell that a program for tables would run
SECRETS = (
    "shower",
    "Flat 7",
    "Brixton",
    "kettle",
    "07700 900200",
    "900200",
    "mornings",
    "23:15",
    "website",
)


def given(house: Whole, consents: frozenset[Consent] = frozenset({POLICE})) -> GivenReport:
    """Return a verified report."""
    report = house.report(consents=consents, harms=HURT, narrative=NARRATIVE)
    by = house.person(Role.CASEWORKER).id
    with house.writing() as session:
        reports.take(session, report.id, by=by)
        reports.verify(session, report.id, by=by, now=house.now)
    return report


def prepare(desk: Visitor, *chosen: GivenReport, text: str = OURS) -> Visitor:
    """Choose reports, write a text for each, and hand over."""
    desk.open(f"/desk/disclosures/new/{POLICE}")
    ids = [str(report.id) for report in chosen]
    desk.send("step=write", form=f"/{POLICE}", reports=ids, recipient="A police force")
    texts = {f"text-{number}": text for number in range(1, len(chosen) + 1)}
    desk.send("step=make", form=f"/{POLICE}", **texts)
    return desk


def switch(house: Whole, report: GivenReport, consent: Consent = POLICE) -> Visitor:
    """Switch a consent off, as the reporter."""
    return press(follow(house, report), "/report/mine/consent", off=consent)


def follow(house: Whole, report: GivenReport) -> Visitor:
    """Open a report with its code."""
    visitor = house.visitor()
    visitor.open("/report/return")
    visitor.send(form="/report/return", code=report.code)
    return visitor


@pytest.fixture
def maker(house: Whole) -> Visitor:
    """Give somebody who prepares."""
    return house.sign_in(house.person(Role.CASEWORKER))


@pytest.fixture
def releaser(house: Whole) -> Visitor:
    """Give somebody who releases."""
    return house.sign_in(house.person(Role.LEAD))


def fetched(visitor: Visitor, address: str) -> list[dict[str, str]]:
    """Return the rows of the sheet."""
    answer = visitor.client.get(f"{address}/file.csv")
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(StringIO(answer.text, newline="")))


def test_what_leaves_is_what_the_page_showed_and_what_each_reporter_reads(
    house: Whole, maker: Visitor, releaser: Visitor
) -> None:
    both = {report.reference: report for report in (given(house), given(house))}
    prepare(maker, *both.values())
    address, shown = maker.path, maker.text
    assert maker.client.get(f"{address}/file.csv").status_code == 409
    releaser.open(address).send(form="/release")
    assert "Take the sheet" in releaser.text
    rows = fetched(maker, address)
    paper = text_of(maker.client.get(f"{address}/file.pdf").data)
    assert len(rows) == len(both)
    ledgers = [follow(house, each).open("/report/shared").text for each in both.values()]
    for row in rows:
        assert list(row) == list(LABELS)
        [ledger] = [each for each in ledgers if row["number"] in each]
        assert "A police force" in ledger
        for name, cell in row.items():
            line = f"{LABELS[name]} {cell.removeprefix(MARK)}"
            on_paper = line if name == "number" else line.replace(LABELS[name], f"{LABELS[name]}:")
            assert without_spaces(on_paper) in paper
            assert (line in ledger) is bool(cell)
            assert line in shown
    for secret in (*SECRETS, *both, *(each.code for each in both.values())):
        assert secret not in str(rows)
        assert without_spaces(secret) not in paper


def test_a_cell_that_a_program_would_run_is_harmless(
    house: Whole, maker: Visitor, releaser: Visitor
) -> None:
    prepare(maker, given(house), text="=HYPERLINK(1)")
    releaser.open(maker.path).send(form="/release")
    [row] = fetched(maker, maker.path)
    assert row["text"] == "'=HYPERLINK(1)"
    assert row["identifiers"].startswith("'+44 7700 900123")


def test_nobody_releases_what_they_prepared(house: Whole, maker: Visitor) -> None:
    prepare(maker, given(house))
    assert "Somebody else lets it out" in maker.text
    address, digest = maker.path, digest_on(house.sign_in(house.person(Role.LEAD)), maker.path)
    press(maker, f"{address}/release", digest=digest)
    assert maker.status == 403
    assert "somebody else must release it" in maker.text
    assert "Waits for a second person" in maker.text


def test_a_consent_taken_back_before_the_release_names_the_row_and_lets_nothing_out(
    house: Whole, maker: Visitor, releaser: Visitor
) -> None:
    stays, gone = given(house), given(house)
    prepare(maker, stays, gone)
    digest = digest_on(releaser, maker.path)
    switch(house, gone)
    press(releaser, f"{maker.path}/release", digest=digest)
    assert releaser.status == 409
    assert "Nothing left" in releaser.text
    assert releaser.text.count("taken back The reporter does not agree any more") == 1
    assert "Nothing was passed on" in follow(house, stays).open("/report/shared").text
    releaser.send(form="/drop")
    assert (releaser.path, releaser.status) == ("/desk/disclosures", 200)
    assert "dropped" in releaser.text


def test_a_consent_taken_back_after_the_release_is_told_and_its_row_is_not_fetched_again(
    house: Whole, maker: Visitor, releaser: Visitor
) -> None:
    stays, gone = given(house), given(house)
    prepare(maker, stays, gone)
    releaser.open(maker.path).send(form="/release")
    switch(house, gone)
    assert len(fetched(maker, maker.path)) == 1
    assert "a consent was taken back" in maker.client.get("/desk/disclosures").text
    assert "Tell A police force" in releaser.open(maker.path).text
    assert "You switched this off since" in follow(house, gone).open("/report/shared").text
    switch(house, stays)
    assert maker.client.get(f"{maker.path}/file.csv").status_code == 409
    assert maker.client.get(f"{maker.path}/file.pdf").status_code == 409


def test_a_consent_taken_back_while_it_is_prepared_keeps_what_was_written_for_the_others(
    house: Whole, maker: Visitor
) -> None:
    gone, stays = given(house), given(house)
    maker.open(f"/desk/disclosures/new/{POLICE}")
    ids = [str(gone.id), str(stays.id)]
    maker.send("step=write", form=f"/{POLICE}", reports=ids, recipient="A police force")
    switch(house, gone)
    maker.send("step=make", form=f"/{POLICE}", **{"text-1": "Of the first.", "text-2": "Second."})
    assert maker.status == 422
    assert "a report is left out now" in maker.text
    assert maker.form(f"/{POLICE}").fields.getlist("reports") == [str(stays.id)]
    assert maker.form(f"/{POLICE}").fields["text-1"] == "Second."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Write in your own words"),
        ("He took all of my money while I was there.", "These are the reporter's own words"),
    ],
)
def test_the_reporters_own_words_stay_here(
    house: Whole, maker: Visitor, text: str, words: str
) -> None:
    prepare(maker, given(house), text=text)
    assert maker.status == 422
    assert words in maker.text


def test_each_report_is_opened_on_record_and_each_step_is_kept(
    house: Whole, maker: Visitor, releaser: Visitor
) -> None:
    report = given(house)
    prepare(maker, report)
    releaser.open(maker.path).send(form="/release")
    fetched(maker, maker.path)
    audit = releaser.open("/desk/audit").text
    for act in (
        "opened a report",
        "prepared what shall leave",
        "looked at what shall leave, or left",
        "released what a colleague had prepared",
        "downloaded what was released",
    ):
        assert act in audit


@pytest.mark.parametrize("consent", [Consent.RESEARCH, "nonsense"])
def test_nothing_is_prepared_under_a_consent_that_lets_nothing_out(
    maker: Visitor, consent: str
) -> None:
    assert maker.open(f"/desk/disclosures/new/{consent}").status == 404


def test_without_a_code_the_ledger_asks_for_it(house: Whole) -> None:
    assert house.visitor().open("/report/shared").path == "/report/return"


def test_an_account_reads_the_ledger_of_its_own_reports_alone(house: Whole) -> None:
    report = given(house)
    member = house.sign_in(house.person())
    assert member.open(f"/account/reports/{report.reference}/shared").status == 404


def digest_on(visitor: Visitor, address: str) -> str:
    """Return which words a page shows."""
    return visitor.open(address).form("/release").fields["digest"]
