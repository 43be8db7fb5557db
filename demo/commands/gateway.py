"""`brolly demo gateway`: the loopback gateway on its own."""

import json
import secrets
from pathlib import Path

import click

from demo.gateway.modes import Behaviour, NotAMode
from demo.gateway.options import DEMO_ACCOUNT, KEEP, Addresses, Options
from demo.gateway.server import serve

BEHAVIOUR = {
    "mode": "ok, hang, drop, 500, 429, slow, half_close, or a mix such as 429:0.5,slow:0.1.",
    "json_mode": "The same for the second provider, at /json/messages.",
    "mail_mode": "ok, 421, 451, hang, drop, bounce, or a mix.",
    "callbacks": "ok, late, duplicate, out_of_order or suppressed.",
    "statuses": "Which of queued,sent,delivered are posted.",
    "slow_seconds": "How long a slow answer takes.",
    "late_seconds": "How late late callbacks are.",
    "step_seconds": "Time between queued, sent and delivered.",
    "rate": "Segments a second for each sender; beyond it 429. No limit unless given.",
    "inbound_url": "Where texts to the service are posted.",
    "bounce_to": "host:port of the server that bounces are handed to.",
    "bounce_status": "Their status (RFC 3463), such as 5.1.1 or 4.2.2.",
}
PORT = click.IntRange(0, 65535)


def _behaviour_options(command: click.Command) -> click.Command:
    for name, words in BEHAVIOUR.items():
        command.params.append(click.Option([f"--{name.replace('_', '-')}"], help=words))
    return command


@_behaviour_options
@click.command()
@click.option("--port", type=PORT, default=0, help="HTTP port; 0 chooses a free one.")
@click.option("--smtp-port", type=PORT, default=0, help="SMTP port; 0 chooses a free one.")
@click.option("--ledger", type=click.Path(dir_okay=False, path_type=Path), help="Ledger file.")
@click.option("--keep", type=click.IntRange(1), default=KEEP, help="Messages kept in memory.")
@click.option("--seed", type=int, help="Draw the modes of a mix in the same order again.")
@click.option("--account-sid", envvar="BROLLY_TWILIO_ACCOUNT_SID", default=DEMO_ACCOUNT)
@click.option(
    "--auth-token",
    envvar="BROLLY_TWILIO_AUTH_TOKEN",
    help="Better given as BROLLY_TWILIO_AUTH_TOKEN, which a list of programs does not show.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the addresses as JSON.")
def gateway(
    *,
    port: int,
    smtp_port: int,
    ledger: Path | None,
    keep: int,
    seed: int | None,
    account_sid: str,
    auth_token: str | None,
    as_json: bool,
    **behaviour: str | None,
) -> None:
    """Stand in for Twilio and for a mail server, on 127.0.0.1 only.

    Prints one line when it listens, and stops at Ctrl-C or SIGTERM. What it accepts is on the
    ledger before it answers; GET /messages.json shows what arrived.
    """
    try:
        changes = {name: value for name, value in behaviour.items() if value is not None}
        chosen = Behaviour().changed(changes)
    except NotAMode as error:
        raise click.UsageError(str(error)) from None
    options = Options(
        auth_token=auth_token or secrets.token_hex(16),
        account_sid=account_sid,
        port=port,
        smtp_port=smtp_port,
        ledger=ledger,
        keep=keep,
        seed=seed,
        behaviour=chosen,
    )
    _serve(options, as_json=as_json, token_is_new=not auth_token)


def _serve(options: Options, *, as_json: bool, token_is_new: bool) -> None:
    def ready(addresses: Addresses) -> None:
        line = {
            "url": addresses.url,
            "smtp_url": addresses.smtp_url,
            "account_sid": options.account_sid,
            **({"auth_token": options.auth_token} if token_is_new else {}),
            **({"ledger": str(options.ledger)} if options.ledger else {}),
        }
        in_words = "  ".join(f"{name} {value}" for name, value in line.items())
        click.echo(json.dumps(line) if as_json else f"gateway  {in_words}")

    try:
        serve(options, ready)
    except OSError as error:
        message = f"the gateway cannot start: {error.strerror or error}"
        raise click.ClickException(message) from None


if __name__ == "__main__":
    gateway()
