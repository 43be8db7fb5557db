"""The gateway's Messages API, through the real Twilio client."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from demo.gateway import Handle, running
from tests.demo.twilio_client import FROM, TO, client_of

SERVICE = "MG" + "1" * 32


@pytest.fixture(scope="module")
def shared() -> Iterator[Handle]:
    with running(step_seconds=0) as gateway:
        yield gateway


@pytest.fixture
def gateway(shared: Handle) -> Handle:
    shared.clear()
    return shared


def send(gateway: Handle, **fields: object) -> object:
    asked = {"to": TO, "from_": FROM, "body": "hello"} | fields
    return client_of(gateway).messages.create(**asked)


def test_a_message_comes_back_as_twilio_describes_it(gateway: Handle) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    message = client_of(gateway).messages.create(to=TO, from_=FROM, body="hello €")
    assert message.sid.startswith("SM")
    assert len(message.sid) == 34
    assert (message.status, message.num_segments, message.direction) == (
        "queued",
        "1",
        "outbound-api",
    )
    assert (message.to, message.from_, message.body) == (TO, FROM, "hello €")
    assert message.date_created >= before.replace(microsecond=0)
    assert message.uri.endswith(f"/Messages/{message.sid}.json")
    assert message.error_code is None


def test_a_message_of_a_service_is_accepted_without_a_number(gateway: Handle) -> None:
    message = client_of(gateway).messages.create(to=TO, messaging_service_sid=SERVICE, body="hello")
    assert (message.status, message.from_, message.messaging_service_sid) == (
        "accepted",
        None,
        SERVICE,
    )


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": "07700900123"}, 21211),
        ({"to": "+0123"}, 21211),
        ({"to": ""}, 21604),
        ({"from_": ""}, 21603),
        ({"from_": "A name too long"}, 21212),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
        ({"status_callback": "ftp://example.org"}, 21609),
        ({"validity_period": 0}, 90007),
        ({"validity_period": 36_001}, 90007),
        ({"to": "+447700900999"}, 21211),
    ],
)
def test_a_bad_request_is_refused_with_twilios_code(
    gateway: Handle, fields: dict[str, object], code: int
) -> None:
    with pytest.raises(TwilioRestException) as refused:
        send(gateway, **fields)
    assert (refused.value.status, refused.value.code) == (400, code)
    assert gateway.messages() == []
    assert gateway.counts()["outcomes"] == {str(code): 1}


def test_the_longest_body_and_validity_are_taken(gateway: Handle) -> None:
    send(gateway, body="x" * 1600, validity_period=36_000)
    assert gateway.messages()[0]["segments"] == 11


def test_wrong_credentials_are_refused(gateway: Handle) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client_of(gateway, token="wrong").messages.create(to=TO, from_=FROM, body="hello")
    assert (refused.value.status, refused.value.code) == (401, 20003)
    assert gateway.messages() == []


def test_another_account_is_refused(gateway: Handle) -> None:
    other = client_of(gateway).api.v2010.accounts("AC" + "1" * 32)
    with pytest.raises(TwilioRestException) as refused:
        other.fetch()
    assert refused.value.code == 20003
    assert client_of(gateway).api.v2010.accounts(gateway.account_sid).fetch().status == "active"


def test_a_message_is_fetched_and_redacted_but_the_phone_keeps_it(gateway: Handle) -> None:
    messages = client_of(gateway).messages
    sid = messages.create(to=TO, from_=FROM, body="hello").sid
    assert messages(sid).fetch().status == "delivered"
    assert messages(sid).update(body="").body == ""
    assert messages(sid).fetch().body == ""
    assert gateway.messages()[0]["body"] == "hello"


def test_a_message_on_its_way_is_not_redacted() -> None:
    with running(step_seconds=60) as slow:
        messages = client_of(slow).messages
        sid = messages.create(to=TO, from_=FROM, body="hello").sid
        with pytest.raises(TwilioRestException) as refused:
            messages(sid).update(body="")
        assert messages(sid).fetch().body == "hello"
    assert (refused.value.status, refused.value.code) == (409, 20009)


def test_only_redaction_changes_a_message(gateway: Handle) -> None:
    messages = client_of(gateway).messages
    sid = messages.create(to=TO, from_=FROM, body="hello").sid
    with pytest.raises(TwilioRestException) as refused:
        messages(sid).update(body="something else")
    assert refused.value.code == 20001
    with pytest.raises(TwilioRestException) as missing:
        messages("SM" + "0" * 32).fetch()
    assert missing.value.code == 20404


def test_the_list_is_newest_first_and_filtered_by_recipient(gateway: Handle) -> None:
    for number in range(4):
        send(gateway, to=f"+44770090010{number % 2}", body=str(number))
    bodies = [each.body for each in client_of(gateway).messages.list()]
    assert bodies == ["3", "2", "1", "0"]
    odd = client_of(gateway).messages.list(to="+447700900101")
    assert [each.body for each in odd] == ["3", "1"]
    assert client_of(gateway).messages.list(from_="+447700900002") == []


def test_pages_follow_each_other_while_messages_arrive(gateway: Handle) -> None:
    for number in range(7):
        send(gateway, body=str(number))
    pages = client_of(gateway).messages.stream(page_size=3)
    bodies = [next(pages).body]
    send(gateway, body="late")
    bodies += [each.body for each in pages]
    assert bodies == ["6", "5", "4", "3", "2", "1", "0"]


def test_the_list_is_filtered_by_date(gateway: Handle) -> None:
    send(gateway)
    messages, now = client_of(gateway).messages, datetime.now(UTC)
    hour = timedelta(hours=1)
    assert len(messages.list(date_sent=now.date())) == 1
    assert len(messages.list(date_sent_after=now - hour, date_sent_before=now + hour)) == 1
    assert messages.list(date_sent_after=now + hour) == []
    assert messages.list(date_sent_before=now - hour) == []
    assert messages.list(date_sent=now - 48 * hour) == []


def test_a_list_query_that_cannot_be_read_is_refused(gateway: Handle) -> None:
    url = f"{gateway.url}/2010-04-01/Accounts/{gateway.account_sid}/Messages.json"
    for query in ({"PageSize": "many"}, {"DateSent": "yesterday"}):
        credentials = (gateway.account_sid, gateway.auth_token)
        answer = requests.get(url, params=query, auth=credentials, timeout=5)
        assert (answer.status_code, answer.json()["code"]) == (400, 20001)


def test_what_arrived_is_shown_with_its_delivery(gateway: Handle) -> None:
    delivery = str(uuid4())
    send(gateway, status_callback=f"http://127.0.0.1:9/receipts/{delivery}?code=1")
    send(gateway, status_callback=f"http://127.0.0.1:9/receipts?delivery={delivery}")
    send(gateway)
    newest, *others = gateway.messages("sms")
    assert newest["delivery"] is None
    assert [each["delivery"] for each in others] == [delivery, delivery]
    assert newest | {"to": TO, "from": FROM, "body": "hello", "state": "delivered"} == newest
    assert gateway.messages("email") == []


def test_arrivals_since_a_number_or_a_time(gateway: Handle) -> None:
    send(gateway, body="first")
    first = gateway.messages()[0]
    send(gateway, body="second")
    for since in (first["number"], first["received_at"]):
        assert [each["body"] for each in gateway.messages(since=since)] == ["second"]
    assert [each["body"] for each in gateway.messages(limit=1)] == ["second"]


def test_only_the_newest_messages_are_kept_but_all_are_counted() -> None:
    with running(keep=2) as gateway:
        for number in range(4):
            send(gateway, to=f"+44770090010{number}", body=str(number))
        assert [each["body"] for each in gateway.messages()] == ["3", "2"]
        assert client_of(gateway).messages.list(to="+447700900100") == []
        assert gateway.counts()["accepted"] == {"sms": 4, "email": 0}
        assert gateway.counts()["kept"] == 2


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/messages.json?limit=few", "whole number"),
        ("/messages.json?since=yesterday", "a time such as"),
        ("/control/mode", "a JSON object"),
        ("/control/inbound", "a JSON object with from, to, body"),
    ],
)
def test_a_control_request_that_is_not_understood_is_explained(
    gateway: Handle, path: str, words: str
) -> None:
    ask = requests.post if path.startswith("/control") else requests.get
    answer = ask(f"{gateway.url}{path}", timeout=5)
    assert answer.status_code == 400
    assert words in answer.json()["error"]


def test_the_current_mode_can_be_read(gateway: Handle) -> None:
    mode = requests.get(f"{gateway.url}/control/mode", timeout=5).json()
    assert (mode["mode"], mode["step_seconds"]) == ("ok", 0)


@pytest.mark.parametrize(
    "headers", [{"Host": "gateway.example.org"}, {"Origin": "https://example.org"}]
)
def test_pages_of_other_sites_get_no_messages(gateway: Handle, headers: dict[str, str]) -> None:
    answer = requests.get(f"{gateway.url}/messages.json", headers=headers, timeout=5)
    assert answer.status_code == 403
