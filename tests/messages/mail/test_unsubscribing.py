"""One click in a mail stops more of them; to look at the page does not."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from messages import actions
from messages.mail.smtp_mail import SmtpMail
from messages.mail.unsubscribing import contact_of, stop_token
from messages.model import (
    STOPPABLE,
    CauseKind,
    Channel,
    DeliveryState,
    Outgoing,
    OwnWish,
)
from messages.records import ContactRow, SuppressionRow
from storage.base import new_id
from storage.engine import reading, writing
from storage.keys import Sealers
from tests.messages.house import PUBLIC, opened, settings_for
from tests.messages.posting import (
    NOON,
    a_cause,
    everybody,
    mailbox,
    some_contacts,
    states,
)
from tests.reports.browser import Page

CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def contact_id(engine: Engine, sealers: Sealers) -> UUID:
    with writing(engine).begin() as session:
        return some_contacts(session, sealers, 1, Channel.EMAIL)[0]


@pytest.fixture
def client(database_url: str, keys: Path) -> Iterator[FlaskClient]:
    with opened(settings_for(keys, database_url)) as app:
        yield app.test_client()


def way_out(sealers: Sealers, contact_id: UUID) -> str:
    return f"/unsubscribe/{stop_token(sealers.contacts, contact_id)}"


def reasons(engine: Engine) -> list[str]:
    with reading(engine)() as session:
        return list(session.scalars(select(SuppressionRow.reason)))


def sent_of(
    session: Session, sealers: Sealers, kind: CauseKind, channel: Channel = Channel.EMAIL
) -> tuple[UUID, list[Outgoing]]:
    """Send a message of a kind to everybody; return the cause and what may go out."""
    cause_id = a_cause(session, sealers, kind=kind)
    actions.expand(session, cause_id=cause_id, audience=everybody(), now=NOON, not_before=NOON)
    claim = actions.claim(session, cause_id=cause_id, channel=channel, token=new_id(), now=NOON)
    ids = list(claim.deliveries)
    return cause_id, actions.begin_sending(session, sealers.contacts, claim, ids, now=NOON)


def test_a_mail_programs_click_stops_the_mail(
    client: FlaskClient, engine: Engine, sealers: Sealers, contact_id: UUID
) -> None:
    for _ in range(2):
        assert client.post(way_out(sealers, contact_id), data=CLICK).status_code == 200
        assert reasons(engine) == [OwnWish.UNSUBSCRIBED]
    with writing(engine).begin() as session:
        cause_id, outgoing = sent_of(session, sealers, CauseKind.ALERT)
        assert outgoing == []
        assert states(session, cause_id) == {DeliveryState.SUPPRESSED: 1}


def test_the_click_may_come_as_a_form_of_parts(
    client: FlaskClient, engine: Engine, sealers: Sealers, contact_id: UUID
) -> None:
    answer = client.post(
        way_out(sealers, contact_id), data=CLICK, content_type="multipart/form-data"
    )
    assert (answer.status_code, reasons(engine)) == (200, [OwnWish.UNSUBSCRIBED])


def test_to_look_changes_nothing(
    client: FlaskClient, engine: Engine, sealers: Sealers, contact_id: UUID
) -> None:
    page = client.get(way_out(sealers, contact_id))
    assert page.status_code == 200
    assert client.head(way_out(sealers, contact_id)).status_code == 200
    assert reasons(engine) == []
    markup = page.get_data(as_text=True)
    (form,) = [each for each in Page(markup).forms if "List-Unsubscribe" in each.fields]
    assert form.fields.to_dict() == CLICK
    assert mailbox(0) not in markup


def test_a_post_without_the_click_changes_nothing(
    client: FlaskClient, engine: Engine, sealers: Sealers, contact_id: UUID
) -> None:
    assert client.post(way_out(sealers, contact_id)).status_code == 400
    assert reasons(engine) == []


def test_a_forged_token_leads_nowhere(
    client: FlaskClient, engine: Engine, sealers: Sealers, contact_id: UUID
) -> None:
    genuine = stop_token(sealers.contacts, contact_id)
    other = stop_token(sealers.contacts, uuid4())
    for token in (genuine[:21] + other[21:], other[:21] + genuine[21:], "x", genuine + "A"):
        assert client.get(f"/unsubscribe/{token}").status_code == 404
        assert client.post(f"/unsubscribe/{token}", data=CLICK).status_code == 404
    assert reasons(engine) == []


def test_a_contact_that_is_gone_is_thanked_all_the_same(
    client: FlaskClient, engine: Engine, sealers: Sealers, contact_id: UUID
) -> None:
    with writing(engine).begin() as session:
        actions.remove_contact(session, contact_id=contact_id, now=NOON)
    assert client.post(way_out(sealers, contact_id), data=CLICK).status_code == 200
    assert reasons(engine) == []


@given(st.uuids(), st.text(max_size=50))
def test_only_a_token_of_ours_names_a_contact(
    sealers: Sealers, contact_id: UUID, guess: str
) -> None:
    token = stop_token(sealers.contacts, contact_id)
    assert contact_of(sealers.contacts, token) == contact_id
    assert len(token) == 43
    assert contact_of(sealers.contacts, guess) is None


@pytest.mark.parametrize("kind", sorted(STOPPABLE))
def test_what_comes_unasked_can_be_stopped(
    session: Session, sealers: Sealers, kind: CauseKind
) -> None:
    (contact_id,) = some_contacts(session, sealers, 1, Channel.EMAIL)
    _, (outgoing,) = sent_of(session, sealers, kind)
    assert contact_of(sealers.contacts, outgoing.stop_token) == contact_id


@pytest.mark.parametrize("kind", [CauseKind.CODE, CauseKind.NOTICE])
def test_what_is_for_one_person_now_carries_no_way_out(
    session: Session, sealers: Sealers, kind: CauseKind
) -> None:
    some_contacts(session, sealers, 1, Channel.EMAIL)
    _, (outgoing,) = sent_of(session, sealers, kind)
    assert outgoing.stop_token == ""


def test_a_text_carries_no_tokens(session: Session, sealers: Sealers) -> None:
    some_contacts(session, sealers, 1)
    _, (outgoing,) = sent_of(session, sealers, CauseKind.ALERT, Channel.SMS)
    assert (outgoing.stop_token, outgoing.bounce_token) == ("", "")


def test_the_way_out_stands_in_the_mail_as_it_is(session: Session, sealers: Sealers) -> None:
    some_contacts(session, sealers, 1, Channel.EMAIL)
    _, (outgoing,) = sent_of(session, sealers, CauseKind.ALERT)
    long = "https://" + ".".join(["a" * 40] * 4) + ".example.org"
    for base in (PUBLIC, long):  # longer than a line: the email package would encode it
        mail = SmtpMail("smtp://127.0.0.1", mail_from="updates@example.org", public_url=base)
        content = mail._content(outgoing, outgoing.address).decode()  # noqa: SLF001 - as sent
        head = content.partition("\r\n\r\n")[0].split("\r\n")
        assert f"List-Unsubscribe: <{base}/unsubscribe/{outgoing.stop_token}>" in head
        assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in head
        assert max(len(line) for line in head) <= 998  # RFC 5322, 2.1.1


def test_who_unsubscribed_still_gets_a_code_and_with_it_comes_back(
    session: Session, sealers: Sealers
) -> None:
    (contact_id,) = some_contacts(session, sealers, 1, Channel.EMAIL)
    actions.unsubscribe(session, contact_id=contact_id, now=NOON)
    assert sent_of(session, sealers, CauseKind.NOTICE)[1] == []
    assert len(sent_of(session, sealers, CauseKind.CODE)[1]) == 1
    actions.verify_contact(session, contact_id=contact_id, now=NOON)
    assert len(sent_of(session, sealers, CauseKind.ALERT)[1]) == 1


def test_a_code_does_not_get_past_what_staff_decided(session: Session, sealers: Sealers) -> None:
    (contact_id,) = some_contacts(session, sealers, 1, Channel.EMAIL)
    actions.suppress(
        session,
        sealers.contacts,
        channel=Channel.EMAIL,
        address=mailbox(0),
        reason="staff",
        now=NOON,
    )
    actions.unsubscribe(session, contact_id=contact_id, now=NOON)
    assert sent_of(session, sealers, CauseKind.CODE)[1] == []
    actions.verify_contact(session, contact_id=contact_id, now=NOON)
    actions.start_again(session, contact_id=contact_id)
    assert not actions.is_stopped(session, contact_id=contact_id)
    assert session.scalars(select(SuppressionRow.reason)).all() == ["staff"]


def test_starting_again_is_for_that_address_alone(session: Session, sealers: Sealers) -> None:
    mine, another = some_contacts(session, sealers, 2, Channel.EMAIL)
    for each in (mine, another):
        actions.unsubscribe(session, contact_id=each, now=NOON)
    actions.start_again(session, contact_id=mine)
    assert not actions.is_stopped(session, contact_id=mine)
    assert actions.is_stopped(session, contact_id=another)
    assert session.scalars(select(ContactRow.id)).all()


@pytest.mark.parametrize(
    ("sender", "words"),
    [("+447700900999", "Reply STOP"), ("Updates", "which cannot be replied to")],
)
def test_the_short_address_says_how_to_stop(
    database_url: str, keys: Path, sender: str, words: str
) -> None:
    settings = settings_for(keys, database_url, twilio_from=sender)
    with opened(settings) as app:
        page = app.test_client().get("/stop")
    assert page.status_code == 200
    assert words in page.get_data(as_text=True)
