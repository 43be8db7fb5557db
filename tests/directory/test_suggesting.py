"""Suggestions: sealed for the desk, read there on record, and gone when their time is over."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from directory import actions
from directory.actions.suggesting import DECIDED_KEPT, UNDECIDED_KEPT
from directory.model import (
    MOST_SUGGESTIONS,
    NoSuchListing,
    NoSuchSuggestion,
    Suggestion,
    TooManySuggestions,
)
from directory.records import SuggestionRow
from members.model import Role
from storage import audit
from storage.audit import Wanted
from storage.audit_chain import Act
from storage.record_keys import count_records
from storage.records import RecordKeyRow
from tests.directory.test_desk_pages import put
from tests.whole import Whole

WORDS, CONTACT = "Marmoset lane moved to the harbour.", "ask for Quill at the bar"
MOMENT = timedelta(seconds=1)


def reference_of(house: Whole, listing_id: UUID) -> str:
    with house.services.reading() as session:
        return actions.listing_by_id(session, listing_id).reference


def sent(house: Whole, *, at: datetime | None = None, reference: str = "") -> UUID:
    """Send a suggestion; return its id."""
    said = Suggestion(words=WORDS, contact=CONTACT)
    with house.writing() as session:
        actions.send_suggestion(
            session, house.services.sealers, said, reference=reference, now=at or house.now
        )
        newest = select(SuggestionRow.id).order_by(SuggestionRow.received_at.desc())
        return session.scalars(newest.limit(1)).one()


def acts(house: Whole) -> list[str]:
    """Return what was put on record of suggestions, the first one first."""
    with house.services.reading() as session:
        found = audit.entries(session, house.services.sealers.audit, Wanted())
    return [each.act for each in reversed(found) if each.act.startswith("suggestion")]


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(SuggestionRow)) or 0


def test_anybody_tells_of_a_missing_service_and_the_desk_decides(house: Whole) -> None:
    desk = house.sign_in(house.person(Role.CASEWORKER))
    visitor = house.visitor()
    visitor.open("/directory/suggest")
    visitor.send(suggestion=WORDS, **{"suggestion-contact": CONTACT})
    assert (visitor.path, "Thank you" in visitor.text) == ("/directory/suggest/thanks", True)
    assert "1 suggestion waits." in desk.open("/desk/directory").text
    desk.open("/desk/directory/suggestions")
    assert (WORDS in desk.text, CONTACT in desk.text) == (True, True)
    assert "A service that is missing" in desk.text
    form = desk.page.forms[-1]
    desk.fill(form.action, decision="taken")
    assert (desk.path, WORDS in desk.text) == ("/desk/directory/suggestions", False)
    assert "No suggestion waits." in desk.open("/desk/directory").text
    assert acts(house) == [
        Act.SUGGESTION_READ, Act.SUGGESTION_DECIDED, Act.SUGGESTION_READ
    ]  # fmt: skip
    with house.services.reading() as session:
        row = session.scalars(select(SuggestionRow)).one()
    assert (row.taken, row.decided_by is not None) == (True, True)


def test_what_is_wrong_with_a_listing_leads_the_desk_to_its_form(house: Whole) -> None:
    listing_id = put(house, name="Harbour")
    reference = reference_of(house, listing_id)
    desk = house.sign_in(house.person(Role.LEAD))
    visitor = house.visitor()
    assert (
        f'href="/directory/{reference}/suggest"' in visitor.open(f"/directory/{reference}").markup
    )
    visitor.open(f"/directory/{reference}/suggest").send(suggestion=WORDS)
    assert visitor.path == "/directory/suggest/thanks"
    desk.open("/desk/directory/suggestions")
    assert f'<a href="/desk/directory/{listing_id}/edit">Harbour</a>' in desk.markup
    form = desk.page.forms[-1]
    desk.fill(form.action, decision="left")
    with house.services.reading() as session:
        assert session.scalars(select(SuggestionRow)).one().taken is False
    assert house.visitor().open("/directory/00000000/suggest").status == 404


@pytest.mark.parametrize("words", ["", "  ", "x" * 2_001])
def test_what_cannot_be_taken_stays_in_the_form(house: Whole, words: str) -> None:
    visitor = house.visitor()
    visitor.open("/directory/suggest")
    visitor.send(suggestion=words, **{"suggestion-contact": CONTACT})
    assert visitor.status == 422
    fields = visitor.form("/directory/suggest").fields
    assert fields["suggestion"].strip() == words.strip()
    assert fields["suggestion-contact"] == CONTACT
    with house.services.reading() as session:
        assert count(session) == 0


def test_a_full_day_is_said_in_words_and_loses_nothing(house: Whole) -> None:
    said, now = Suggestion(words=WORDS), datetime.now(UTC)
    with house.writing() as session:
        for _ in range(MOST_SUGGESTIONS):
            take_in(session, house, said, now)
        with pytest.raises(TooManySuggestions):
            take_in(session, house, said, now)
    visitor = house.visitor()
    visitor.open("/directory/suggest").send(suggestion="Lantern is closed on Mondays.")
    assert (visitor.status, "Nothing was lost" in visitor.text) == (429, True)
    assert visitor.form("/directory/suggest").fields["suggestion"].startswith("Lantern")
    with house.writing() as session:
        assert count(session) == MOST_SUGGESTIONS
        take_in(session, house, said, now + timedelta(days=1))


def take_in(session: Session, house: Whole, said: Suggestion, now: datetime) -> None:
    actions.send_suggestion(session, house.services.sealers, said, reference="", now=now)


def test_a_suggestion_about_what_is_not_there_is_refused(house: Whole) -> None:
    with house.writing() as session, pytest.raises(NoSuchListing):
        actions.send_suggestion(
            session,
            house.services.sealers,
            Suggestion(words=WORDS),
            reference="00000000",
            now=house.now,
        )


def test_nothing_of_it_stands_in_the_database_in_plain(house: Whole) -> None:
    sent(house)
    with house.services.reading() as session:
        for table in SuggestionRow.metadata.sorted_tables:
            for row in session.execute(text(f'SELECT * FROM "{table.name}"')):  # noqa: S608 - ours
                assert not any(
                    b"armoset" in _octets(each) or b"Quill" in _octets(each) for each in row
                )


def _octets(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def test_whoever_has_no_key_sees_that_it_waits_and_no_words(house: Whole) -> None:
    first = house.person(Role.CASEWORKER)
    suggestion_id = sent(house)
    with house.writing() as session:
        wrap = session.get(RecordKeyRow, (suggestion_id, first.id))
        assert wrap is not None
        session.delete(wrap)
    desk = house.sign_in(first)
    desk.open("/desk/directory/suggestions")
    assert ("sealed before you had your key" in desk.text, WORDS in desk.text) == (True, False)


def test_a_suggestion_is_decided_once(house: Whole) -> None:
    ruth = house.person(Role.CASEWORKER)
    suggestion_id = sent(house)
    with house.writing() as session:
        actions.decide_suggestion(session, suggestion_id, taken=True, by=ruth.id, now=house.now)
        with pytest.raises(NoSuchSuggestion):
            actions.decide_suggestion(
                session, suggestion_id, taken=False, by=ruth.id, now=house.now
            )


def test_only_the_desk_reads_suggestions(house: Whole) -> None:
    sent(house)
    for visitor in (house.visitor(), house.sign_in(house.person(Role.MEMBER))):
        visitor.open("/desk/directory/suggestions")
        assert WORDS not in visitor.text
    assert acts(house) == []


def test_what_was_decided_goes_after_its_time_and_its_key_with_it(house: Whole) -> None:
    ruth = house.person(Role.CASEWORKER)
    decided, waiting = sent(house), sent(house, at=house.now + MOMENT)
    over, left = actions.retention()
    with house.writing() as session:
        actions.decide_suggestion(session, decided, taken=True, by=ruth.id, now=house.now)
        day = house.now + DECIDED_KEPT
        assert (over.due(session, day), over.due(session, day + MOMENT)) == (0, 1)
        assert over.remove(session, day + MOMENT, 10) == 1
        assert session.scalars(select(SuggestionRow.id)).all() == [waiting]
        assert count_records(session, actions.sealed_records()) == (1, 0)
        keys = select(func.count()).where(RecordKeyRow.record_id == decided)
        assert session.scalar(keys) == 0
        year = house.now + MOMENT + UNDECIDED_KEPT
        assert (left.due(session, year), left.due(session, year + MOMENT)) == (0, 1)
        assert left.remove(session, year + MOMENT, 10) == 1
        assert (count(session), left.total(session)) == (0, 0)
