"""What `brolly up --demo` adds: loopback gateways, demo data, and who can sign in."""

import secrets
import socket

import click

from config.settings import Settings
from demo.accounts import first_of_each_role
from demo.commands.load import load_once
from demo.gateway.server import run_gateway
from workers.services import Services
from workers.supervising import Child

MEMBERS, SEED = 300, 1
ACCOUNT_SID = "AC" + "0" * 32
FROM = "+447700900999"
MAIL_FROM = "updates@example.org"
SEGMENTS_PER_SECOND = 100
CASEWORKERS = {"caseworker_phone": "01632 960 150", "caseworker_hours": "Mo-Su 09:00-22:00"}


def demo_settings(settings: Settings) -> Settings:
    """Point whatever sending is not set to the loopback gateway; what is set stays."""
    sms_port, mail_port = _free_port(), _free_port()
    gateway = f"http://127.0.0.1:{sms_port}"
    change: dict[str, object] = {"demo": True, "demo_gateway_url": gateway}
    if not settings.twilio_account_sid:
        pace = {"sms_segments_per_second": SEGMENTS_PER_SECOND, "routine_delay_minutes": 0}
        change |= {name: of for name, of in pace.items() if name not in settings.model_fields_set}
        change |= {
            "twilio_account_sid": ACCOUNT_SID,
            "twilio_auth_token": secrets.token_hex(16),
            "twilio_from": FROM,
            "twilio_api_base": gateway,
        }
    if not settings.caseworker_phone:
        change |= CASEWORKERS
    if not settings.smtp_url:
        change |= {"smtp_url": f"smtp://127.0.0.1:{mail_port}", "mail_from": MAIL_FROM}
    return settings.model_copy(update=change)


def demo_children(settings: Settings) -> list[Child]:
    """Return the loopback gateway, if anything is sent through it."""
    if settings.twilio_api_base != settings.demo_gateway_url:
        return []
    return [Child("gateway", lambda: run_gateway(settings))]


def load_demo_once(settings: Settings) -> None:
    """Load the demo data into an empty database; leave any other as it is."""
    with Services.open(settings) as services:
        load_once(services, number=MEMBERS, seed=SEED)


def say_who_can_sign_in(settings: Settings) -> None:
    """Print a demo account of each role, and where arrived messages are shown."""
    click.echo("\nSign in as")
    for role, (name, passphrase) in first_of_each_role().items():
        click.echo(f"  {role:<13} {name:<16} {passphrase}")
    click.echo(f"Codes for the second step of staff: {settings.public_url}/demo")
    click.echo(f"Messages that arrive: {settings.public_url}/demo/messages\n")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
