"""Evaluators in processes of their own: alone, or two whose keys add up."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from checker import voprf
from checker.client import CannotCheck, PrivateChecker
from checker.derivation import input_of
from checker.evaluating import evaluator_app
from checker.evaluator import EvaluatorUnavailable, RegisterKeys
from checker.remote_evaluator import Evaluators, evaluator_of
from checker.voprf import KeyPair, Mode, key_pair, random_scalar
from cli.evaluator import evaluator as evaluator_command
from config.settings import Settings
from members import actions as members
from storage.sealing import KeyFileError
from tests.checker.evaluators import (
    SHOWN,
    TOKEN,
    Running,
    make_certificate,
    settings_for,
    start,
    start_with_tls,
)
from tests.checker.javascript import running as running_client
from tests.checker.samples import EMAIL, LISTED, UNLISTED
from tests.web.served import serving
from tests.whole import Whole, whole


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Running]]:
    folder = tmp_path_factory.mktemp("evaluators")
    pair = start(folder, "one"), start(folder, "two")
    yield pair
    for each in pair:
        each.stop()


@pytest.fixture
def started() -> Iterator[Callable[[Path, str], Running]]:
    """Give a way to start evaluators that end with the test, however it ends."""
    with ExitStack() as stack:

        def begin(folder: Path, name: str) -> Running:
            running = start(folder, name)
            stack.callback(running.stop)
            return running

        yield begin


@contextmanager
def opened(keys: Path, *addresses: str, **others: object) -> Iterator[Evaluators]:
    evaluator = evaluator_of(settings_for(keys, *addresses, **others))
    assert isinstance(evaluator, Evaluators)
    yield evaluator
    evaluator.close()


@pytest.mark.parametrize("several", [1, 2])
def test_what_they_evaluate_is_the_sum_of_their_keys_times_the_input(
    keys: Path, both: tuple[Running, Running], several: int
) -> None:
    chosen = both[:several]
    inputs = [input_of(each) for each in (LISTED, UNLISTED, EMAIL)]
    points = [voprf.hash_to_group(each, Mode.VOPRF) for each in inputs]
    expected = [
        voprf.total(voprf.multiply(one.key.secret, point) for one in chosen) for point in points
    ]
    publics = [one.key.public for one in chosen]
    with opened(keys, *(each.address for each in chosen)) as evaluator:
        assert evaluator.evaluate(inputs) == expected
        assert evaluator.public_key == voprf.total(publics)


class Another(RegisterKeys):
    """Evaluates under another key than the one that it is asked for."""

    def under(self, public_key: bytes) -> KeyPair:
        del public_key
        return self.current


def test_each_part_is_proved_under_its_own_key(keys: Path, both: tuple[Running, Running]) -> None:
    lying = evaluator_app(Another([key_pair(random_scalar())], Path()), TOKEN)
    refused = pytest.raises(EvaluatorUnavailable, match="did not prove")
    with serving(lying) as url:
        one, two = both[0].address, f"{url}#{both[1].key.public.hex()}"
        with opened(keys, one, two) as evaluator, refused:
            evaluator.evaluate([input_of(LISTED)])


def test_a_key_that_an_evaluator_does_not_hold_is_refused(
    keys: Path, both: tuple[Running, Running]
) -> None:
    exchanged = f"unix:{both[0].file}#{both[1].key.public.hex()}"
    refused = pytest.raises(EvaluatorUnavailable, match="status 404")
    with opened(keys, exchanged) as evaluator, refused:
        evaluator.evaluate([input_of(LISTED)])


def test_without_the_token_nothing_is_evaluated(keys: Path, both: tuple[Running, Running]) -> None:
    stranger = {"evaluator_token": "another-token-of-some-length"}
    refused = pytest.raises(EvaluatorUnavailable, match="status 401")
    with opened(keys, both[0].address, **stranger) as evaluator, refused:
        evaluator.evaluate([input_of(LISTED)])


@pytest.mark.parametrize(
    "body", [b"", bytes(31), bytes(32), b"\xff" * 32, bytes(32 * 65), b"x" * 33]
)
def test_what_is_no_element_is_refused(
    keys: Path, both: tuple[Running, Running], body: bytes
) -> None:
    with opened(keys, both[0].address) as evaluator:
        [one] = evaluator.evaluators
        path = f"/evaluate/{one.public_key.hex()}"
        answer = one.pool.urlopen("POST", path, body=body, headers=SHOWN)
        assert (answer.status, answer.data) == (400, b"")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("POST", "/evaluate"),
        ("POST", "/evaluate/"),
        ("POST", "/evaluate/no-key"),
        ("POST", f"/evaluate/{'ab' * 32}"),
    ],
)
def test_there_is_nothing_else(
    keys: Path, both: tuple[Running, Running], method: str, path: str
) -> None:
    with opened(keys, both[0].address) as evaluator:
        [one] = evaluator.evaluators
        assert one.pool.urlopen(method, path, headers=SHOWN).status == 404
        assert one.pool.urlopen(method, path).status == 401


def test_beyond_this_machine_it_speaks_tls_to_who_knows_its_certificate(
    keys: Path, tmp_path: Path
) -> None:
    running = start_with_tls(tmp_path, "one")
    inputs = [input_of(LISTED)]
    certificate = tmp_path / "certificate.pem"
    try:
        with opened(keys, running.address, evaluator_ca_file=certificate) as evaluator:
            [found] = evaluator.evaluate(inputs)
        point = voprf.hash_to_group(inputs[0], Mode.VOPRF)
        assert found == voprf.multiply(running.key.secret, point)
        for other in ({}, {"evaluator_ca_file": make_certificate(keys)[0]}):
            refused = pytest.raises(EvaluatorUnavailable, match="SSLError")
            with opened(keys, running.address, **other) as evaluator, refused:
                evaluator.evaluate(inputs)
        in_plain = running.address.replace("https:", "http:")
        refused = pytest.raises(EvaluatorUnavailable, match="does not answer")
        with opened(keys, in_plain) as evaluator, refused:
            evaluator.evaluate(inputs)
    finally:
        running.stop()


def test_beyond_this_machine_it_does_not_listen_without_a_certificate(tmp_path: Path) -> None:
    RegisterKeys.generate(tmp_path / "one.key")
    environment = {
        "BROLLY_REGISTER_KEY_FILE": str(tmp_path / "one.key"),
        "BROLLY_EVALUATOR_TOKEN": TOKEN,
    }
    refused = CliRunner().invoke(
        evaluator_command, ["--host", "10.0.0.7", "--port", "1"], env=environment
    )
    assert refused.exit_code == 2
    assert "--certificate" in refused.stderr


def test_its_socket_is_for_owner_and_group(both: tuple[Running, Running]) -> None:
    assert both[0].file
    assert both[0].file.stat().st_mode & 0o777 == 0o660


@pytest.fixture
def house(
    keys: Path,
    database_url: str,
    redis_url: str,
    scratch: Path,
    both: tuple[Running, Running],
) -> Iterator[Whole]:
    """Give an instance that has no register key, but two evaluators."""
    settings = settings_for(
        keys,
        *(each.address for each in both),
        database_url=database_url,
        redis_url=redis_url,
        register_key_file=scratch / "none.key",
    )
    with whole(settings, scratch / "compiled") as house:
        house.published()
        yield house


def a_token(house: Whole) -> str:
    person = house.person()
    with house.writing() as session:
        return members.create_token(session, account_id=person.id, now=house.now)


def test_an_instance_without_the_key_checks_in_both_ways(house: Whole) -> None:
    visitor = house.sign_in(house.person())
    visitor.open("/check").send(form="/check", entry="07700 900123")
    assert "Danger" in visitor.text
    with serving(house.app) as url:
        checker = PrivateChecker(url, a_token(house))
        listed, unlisted = checker.check([LISTED, UNLISTED])
        checker.close()
    assert listed.found is not None
    assert unlisted.found is None


def test_the_javascript_client_adds_them_up_too(house: Whole) -> None:
    with serving(house.app) as url, running_client() as client:
        headers = {"Authorization": f"Bearer {a_token(house)}"}
        base = f"{url}/api/v1"
        pinned = requests.get(f"{base}/oprf/key", headers=headers, timeout=5).json()
        assert len(pinned["others"]) == 1
        blinded = client("ask", id="1", inputs=[input_of(LISTED).decode()])
        question = {"blinded": blinded}
        reply = requests.post(
            f"{base}/oprf/evaluate", json=question, headers=headers, timeout=5
        ).json()
        [(_, _, bucket, _)] = client("answered", id="1", reply=reply, pinned=pinned)
        octets = requests.get(
            f"{base}/register/{pinned['epoch']}/bucket/{bucket}", headers=headers, timeout=5
        ).content
    assert len(octets) == pinned["pad"] * pinned["entry"]


def test_with_one_of_two_down_nothing_can_be_checked(
    keys: Path,
    redis_url: str,
    tmp_path: Path,
    scratch: Path,
    database_url: str,
    started: Callable[[Path, str], Running],
) -> None:
    one, two = started(tmp_path, "one"), started(tmp_path, "two")
    settings = settings_for(
        keys,
        one.address,
        two.address,
        database_url=database_url,
        redis_url=redis_url,
    )
    with whole(settings, scratch / "compiled") as house:
        house.published()
        token = a_token(house)
        visitor = house.sign_in(house.person())
        two.stop()
        fields = visitor.open("/check").form("/check").fields
        refused = visitor.client.post("/check", data={**fields, "entry": "07700 900123"})
        assert (refused.status_code, "Cannot check now" in refused.text) == (503, True)
        unavailable = pytest.raises(CannotCheck, match="unavailable")
        with (
            serving(house.app) as url,
            closing(PrivateChecker(url, token)) as checker,
            unavailable,
        ):
            checker.check([LISTED])
        assert house.services.ready()["register"] is False
        started(tmp_path, "two")
        visitor.open("/check").send(form="/check", entry="07700 900123")
        assert "Danger" in visitor.text


def test_without_evaluators_the_key_file_is_needed(keys: Path, scratch: Path) -> None:
    settings = Settings(data_dir=keys, register_key_file=scratch / "none.key")
    with pytest.raises(KeyFileError, match="BROLLY_REGISTER_KEY_FILE"):
        evaluator_of(settings)


@pytest.mark.parametrize(
    "value", ["evaluator.example.org", "unix:/x", "http://elsewhere.example#" + "a" * 64]
)
def test_an_address_that_cannot_be_one_is_said_in_words(value: str) -> None:
    with pytest.raises(ValueError, match="must be addresses such as"):
        Settings(evaluators=value, evaluator_token=TOKEN)
