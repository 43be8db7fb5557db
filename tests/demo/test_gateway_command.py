"""`brolly demo gateway` on its own."""

import json
import os
import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from click.testing import CliRunner
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from demo.commands.gateway import gateway
from demo.gateway.handle import GatewayDidNotStart, running_alone
from tests.servers import free_port

COMMAND = [sys.executable, "-m", "demo.commands.gateway"]


@contextmanager
def started(*options: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with running_program([*COMMAND, *options], environment) as program:
        assert program.stdout
        yield program, program.stdout.readline()


@contextmanager
def running_program(
    command: Sequence[str], environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[str]]:
    program = subprocess.Popen(  # noqa: S603 - this interpreter, this package
        command, stdout=subprocess.PIPE, text=True, env=os.environ | environment
    )
    with program:
        try:
            yield program
        finally:
            program.kill()


def refused(*options: str) -> str:
    result = CliRunner().invoke(gateway, options)
    assert result.exit_code in {1, 2}
    return result.output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_listens_and_stops_when_told(number: int, tmp_path: Path) -> None:
    ledger = tmp_path / "new" / "ledger.jsonl"
    with started("--json", "--ledger", str(ledger), "--mode", "hang") as (program, line):
        ready = json.loads(line)
        url = f"{ready['url']}/2010-04-01/Accounts/{ready['account_sid']}/Messages.json"
        fields = {"To": "+447700900123", "From": "Brolly", "Body": "hello"}
        credentials = (ready["account_sid"], ready["auth_token"])
        with pytest.raises(requests.ReadTimeout):
            requests.post(url, data=fields, auth=credentials, timeout=0.2)
        smtp = smtplib.SMTP("127.0.0.1", urlsplit(ready["smtp_url"]).port or 0, timeout=5)
        program.send_signal(number)
        assert program.wait(timeout=10) == 0
        smtp.close()
    assert len(ledger.read_text().splitlines()) == 1


def test_a_given_token_is_not_printed() -> None:
    environment = {"BROLLY_TWILIO_AUTH_TOKEN": "kept-quiet", "BROLLY_TWILIO_ACCOUNT_SID": "AC77"}
    with started(**environment) as (_, line):
        assert line.startswith("gateway  url http://127.0.0.1:")
        assert "account_sid AC77" in line
        assert "kept-quiet" not in line


@pytest.mark.parametrize("mail_port_is_taken", [False, True])
def test_it_runs_where_the_settings_send_to(*, mail_port_is_taken: bool) -> None:
    port, mail_port = free_port(), free_port()
    environment = {
        "BROLLY_TWILIO_ACCOUNT_SID": "AC77",
        "BROLLY_TWILIO_AUTH_TOKEN": "kept-quiet",
        "BROLLY_TWILIO_FROM": "Brolly",
        "BROLLY_TWILIO_API_BASE": f"http://127.0.0.1:{port}",
        "BROLLY_SMTP_URL": f"smtp://127.0.0.1:{mail_port}",
        "BROLLY_MAIL_FROM": "updates@example.org",
    }
    code = (
        "from config.settings import load_settings; from demo.gateway.server import run_gateway; "
        "run_gateway(load_settings())"
    )
    with socket.socket() as other:
        if mail_port_is_taken:
            other.bind(("127.0.0.1", mail_port))
            other.listen()
        with running_program([sys.executable, "-c", code], environment) as program:
            account = f"http://127.0.0.1:{port}/2010-04-01/Accounts/AC77.json"
            answer = when_it_answers(account, auth=("AC77", "kept-quiet"))
            assert answer.json()["sid"] == "AC77"
            if not mail_port_is_taken:
                smtplib.SMTP("127.0.0.1", mail_port, timeout=5).quit()
            program.terminate()
            assert program.wait(timeout=10) == 0


def when_it_answers(url: str, auth: tuple[str, str]) -> requests.Response:
    session = requests.Session()
    session.mount("http://", HTTPAdapter(max_retries=Retry(connect=20, backoff_factor=0.01)))
    with session:
        return session.get(url, auth=auth, timeout=5)


def test_a_mode_that_is_not_there_is_explained() -> None:
    assert "'sideways' is none of ok, hang, drop" in refused("--mode", "sideways")


def test_a_taken_port_is_explained() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "cannot start" in refused("--port", str(taken.getsockname()[1]))


def test_a_ledger_that_cannot_be_opened_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot start" in refused("--ledger", str(tmp_path / "file" / "ledger.jsonl"))


def test_a_trial_hears_of_a_gateway_that_did_not_start() -> None:
    with pytest.raises(GatewayDidNotStart), running_alone(mode="sideways"):
        pass
