"""`brolly doctor`: looks at every setting and connection and says what is wrong."""

import os
import smtplib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import click
from sqlalchemy.exc import DBAPIError
from urllib3.exceptions import HTTPError

from checker.model import RegisterUnavailable, WrongRegisterKey
from checker.remote_evaluator import evaluator_of
from cli.keys import missing_keys
from config.areas import load_areas
from config.settings import Settings, SettingsError, load_settings
from members.actions import caseworkers_with_keys
from members.openid import OpenIdProvider, ProviderAway
from members.vouching import Terms
from messages.texts.provider_http import open_pool
from storage.engine import connect, reading
from storage.keys import Sealers
from storage.migrating import DatabaseBehind, require_newest
from storage.notes import read_note
from storage.record_keys import without_recovery
from storage.redis_server import RedisError, redis_client
from storage.sealing import KeyFileError
from web.phones import require_hours
from workers.queues import live_workers
from workers.running import running
from workers.services import Services

BACKUP_WITHIN = timedelta(days=2)
DRILL_WITHIN = timedelta(days=100)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found; `trouble` is empty where all is well."""

    subject: str
    trouble: str
    detail: str = ""


@click.command()
def doctor() -> None:
    """Look at every setting and connection; exit 1 if something is wrong."""
    try:
        settings = load_settings()
    except SettingsError as error:
        for line in str(error).splitlines():
            _say(Finding("settings", line))
        sys.exit(1)
    findings = [Finding("settings", "", "all readable")]
    for finding in findings:
        _say(finding)
    for look in LOOKS:
        for finding in look(settings):
            findings.append(finding)
            _say(finding)
    sys.exit(1 if any(finding.trouble for finding in findings) else 0)


def _say(finding: Finding) -> None:
    mark = click.style("wrong", fg="red") if finding.trouble else "ok   "
    click.echo(f"{mark}  {finding.subject}: {finding.trouble or finding.detail}")


def _data_folder(settings: Settings) -> Iterator[Finding]:
    if settings.database_url and settings.redis_url:
        return  # nothing in it is written
    folder = settings.data_dir.absolute()
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        trouble = f"BROLLY_DATA_DIR: {folder} is no folder that this account may write to"
    elif folder.stat().st_mode & 0o077:
        trouble = f"BROLLY_DATA_DIR: others may look into {folder}: run chmod 700 on it"
    else:
        trouble = ""
    yield Finding("data folder", trouble, str(folder))


def _areas(settings: Settings) -> Iterator[Finding]:
    try:
        yield Finding("areas", "", f"{len(load_areas(settings))} areas")
    except SettingsError as error:
        yield Finding("areas", str(error))


def _hours(settings: Settings) -> Iterator[Finding]:
    try:
        require_hours(settings)
        yield Finding("hours", "", "of the caseworkers' phone: readable, or none")
    except SettingsError as error:
        yield Finding("hours", str(error))


def _keys(settings: Settings) -> Iterator[Finding]:
    missing = missing_keys(settings)
    for setting, path in missing.items():
        words = f"{setting}: there is no {path}: run `brolly keys create`, or restore it"
        yield Finding("keys", words)
    if missing:
        return
    try:
        Sealers.load(settings)
        evaluator_of(settings)
    except KeyFileError as error:
        yield Finding("keys", str(error))
    else:
        yield Finding("keys", "", "all there, readable by this account alone")


def _database(settings: Settings) -> Iterator[Finding]:
    kind = urlsplit(settings.database).scheme.partition("+")[0]
    try:
        require_newest(connect(settings.database))
        yield Finding("database", "", f"{kind}, at the newest version")
    except DatabaseBehind as error:
        yield Finding("database", str(error))
    except DBAPIError as error:
        yield Finding(
            "database",
            f"{kind} cannot be reached ({type(error.orig).__name__}): look at BROLLY_DATABASE_URL",
        )


def _records(settings: Settings) -> Iterator[Finding]:
    engine = connect(settings.database)
    try:
        with reading(engine)() as session:
            lost, holders = without_recovery(session), len(caseworkers_with_keys(session))
    except DBAPIError:
        return  # the database's own line says what is wrong
    finally:
        engine.dispose()
    trouble = f"{lost} records do not open with the recovery key" if lost else ""
    yield Finding("records", trouble, f"sealed to the recovery key and {holders} caseworkers")


def backups(settings: Settings) -> Iterator[Finding]:
    """Say when the last backup was made and the last one was tried."""
    now = datetime.now(UTC)
    for what, most, command in (
        ("backup", BACKUP_WITHIN, "`brolly backup`"),
        ("drill", DRILL_WITHIN, "`brolly restore --drill`"),
    ):
        note = read_note(settings.data_dir, what)
        if settings.demo or note is None:
            yield Finding(f"last {what}", "", f"none is noted here: {command} makes one")
            continue
        days = (now - note.at).days
        ago = "today" if days == 0 else f"{days} {'day' if days == 1 else 'days'} ago"
        late = f"{ago}: run {command}" if now - note.at > most else ""
        wrong = "" if note.well else f"{note.archive} could not be restored: make another one"
        yield Finding(f"last {what}", wrong or late, f"{ago}, {note.archive}")


def _queue(settings: Settings) -> Iterator[Finding]:
    try:
        redis = redis_client(settings.redis)
        redis.ping()
        working = live_workers(redis)
    except RedisError as error:
        yield Finding(
            "queue",
            f"Redis cannot be reached ({type(error).__name__}): is `brolly up` running, or "
            "BROLLY_REDIS_URL right?",
        )
        return
    yield Finding("queue", "", "Redis answers")
    missing = "" if working else "no worker is alive: start `brolly worker` or `brolly up`"
    yield Finding("workers", missing, f"{working} alive")


def _register(settings: Settings) -> Iterator[Finding]:
    try:
        with Services.open(settings) as services:
            services.prove_register()
        yield Finding("register", "", "its canary answers")
    except (RegisterUnavailable, WrongRegisterKey, KeyFileError, DBAPIError, RedisError) as error:
        yield Finding(
            "register", f"checks cannot be answered ({type(error).__name__}): see the lines above"
        )


def providers(settings: Settings) -> Iterator[Finding]:
    """Name each provider of text messages, and what it is there for."""
    second = settings.sms_second
    if settings.twilio_account_sid:
        yield Finding("text messages by Twilio", "", "account, token and sender are set")
    elif not second:
        yield _off("text messages", settings, "BROLLY_TWILIO_ACCOUNT_SID")
    if not second:
        return
    trouble = _http_sms_trouble(settings)
    detail = f"the gateway answers; {_role(settings)}"
    yield Finding(f"text messages by {second}", trouble, detail)


def _off(subject: str, settings: Settings, setting: str) -> Finding:
    """Say that this shell sets no way to send; a demonstration that runs has its own gateway."""
    instance = running(settings.data_dir)
    if instance and instance.demo:
        words = (
            "not set in this shell; the demonstration that runs here takes them to its own "
            f"gateway, shown at {instance.url}/demo/messages"
        )
        return Finding(subject, "", words)
    return Finding(subject, f"off: set {setting} to send any")


def _role(settings: Settings) -> str:
    """Return what the second provider is there for."""
    if not settings.twilio_account_sid:
        return "it is the only provider"
    if settings.sms_failover:
        return "it takes over while Twilio falters"
    return "nothing is sent by it while BROLLY_SMS_FAILOVER is off"


def _http_sms_trouble(settings: Settings) -> str:
    """Return what keeps the gateway from answering, whatever the answer would be."""
    gateway = open_pool(settings.http_sms_url, connections=1, timeout=5)
    try:
        gateway.urlopen("HEAD", urlsplit(settings.http_sms_url).path or "/", redirect=False)
    except (HTTPError, OSError) as error:
        name = type(error).__name__
        return f"the gateway does not answer ({name}): look at BROLLY_HTTP_SMS_URL"
    finally:
        gateway.close()
    return ""


def _mail(settings: Settings) -> Iterator[Finding]:
    if not settings.smtp_url:
        yield _off("mail", settings, "BROLLY_SMTP_URL")
        return
    parts = urlsplit(settings.smtp_url)
    opener = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    try:
        with opener(parts.hostname or "", parts.port or 0, timeout=5) as server:
            server.noop()
        yield Finding("mail", "", "the server answers")
    except OSError as error:
        yield Finding(
            "mail",
            f"the server does not answer ({type(error).__name__}): look at BROLLY_SMTP_URL",
        )


def openid(settings: Settings) -> Iterator[Finding]:
    """Ask the OpenID provider what it offers."""
    if not settings.oidc_issuer:
        return
    subject = f"signing in with {settings.oidc_name}"
    try:
        terms = Terms.of(settings)
        if terms is not None:
            OpenIdProvider(terms).look(datetime.now(UTC))
        yield Finding(subject, "", "the provider says where everything is, and its keys")
    except SettingsError as error:
        yield Finding(subject, str(error))
    except ProviderAway as error:
        yield Finding(subject, f"{error}: look at BROLLY_OIDC_ISSUER")


LOOKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    _data_folder,
    _areas,
    _hours,
    _keys,
    _database,
    _records,
    backups,
    _queue,
    _register,
    providers,
    _mail,
    openid,
)
