"""Settings: one frozen object, read once from `BROLLY_*`, failing by name."""

import re
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from phonenumbers import SUPPORTED_REGIONS
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.addresses import LOOPBACK, require_page, require_port_or_none, require_safe
from config.evaluators import EvaluatorAddress
from config.openid import require_issuer, what_openid_lacks
from config.proxies import Network, read_proxies
from config.sending import what_sending_lacks
from config.wording import in_words

PREFIX = "BROLLY_"
PORT = 8000
DOMAIN = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}", re.IGNORECASE)
SHORTEST_TOKEN = 20
LONGEST_SOCKET_PATH = 100  # sockaddr_un holds 108 bytes on Linux, 104 on macOS


class SettingsError(Exception):
    """A setting is missing or wrong; the text names it and says what to do."""


class Settings(BaseSettings):
    """Everything an instance is told, documented one by one in docs/settings.md."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True
    )

    # Where things are
    data_dir: Path = Path("data")
    database_url: str = ""
    redis_url: str = ""
    register_url: str = ""
    public_url: str = ""  # this machine at the port, unless set
    port: int = Field(default=PORT, ge=1, le=65535)

    # What the instance is
    instance_name: str = "Brolly"
    home_region: str = "GB"
    time_zone: str = "Europe/London"
    areas_file: Path | None = None
    exit_url: str = "https://www.bbc.co.uk/weather"
    caseworker_phone: str = ""

    # Sending
    twilio_account_sid: str = ""
    twilio_auth_token: str = Field(default="", repr=False)
    twilio_from: str = ""
    twilio_messaging_service_sid: str = ""
    twilio_api_base: str = ""
    sms_second: Literal["", "http"] = ""
    sms_failover: bool = False
    http_sms_url: str = ""
    http_sms_token: str = Field(default="", repr=False)
    http_sms_secret: str = Field(default="", repr=False)
    http_sms_from: str = ""
    smtp_url: str = Field(default="", repr=False)
    mail_from: str = ""
    bounce_domain: str = ""
    bounce_port: int = Field(default=8025, ge=1, le=65535)
    sms_segments_per_second: float = Field(default=10, gt=0)
    sms_segment_price: float = Field(default=0.04, ge=0)
    sms_price_currency: str = "GBP"
    sending_concurrency: int = Field(default=16, ge=1, le=64)
    operator_mail: str = Field(default="", repr=False)
    look_after_seconds: int = Field(default=15 * 60, ge=1, le=24 * 60 * 60)
    routine_delay_minutes: int = Field(default=60, ge=0, le=24 * 60)

    # Limits of the check
    check_burst: int = Field(default=20, ge=1)
    check_daily: int = Field(default=20, ge=1)
    sweep_accounts: int = Field(default=10, ge=1)

    # Serving
    web_processes: int = Field(default=2, ge=1)
    web_threads: int = Field(default=2, ge=1)
    metrics_token: str = Field(default="", repr=False)
    trusted_proxies: str = "127.0.0.1 ::1"

    # Signing in with the organisation's account
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret_file: Path | None = None
    oidc_name: str = Field(default="", max_length=40)
    oidc_required_acr: str = ""
    oidc_required_amr: str = ""

    # Key files; in the data folder unless named
    evaluators: str = ""
    evaluator_token: str = Field(default="", repr=False)
    evaluator_ca_file: Path | None = None
    session_key_file: Path | None = None
    member_key_file: Path | None = None
    contact_key_file: Path | None = None
    report_key_file: Path | None = None
    watch_key_file: Path | None = None
    audit_key_file: Path | None = None
    register_key_file: Path | None = None
    rotation_public_key_file: Path | None = None
    record_recovery_public_key_file: Path | None = None
    audit_anchor_file: Path | None = None
    backup_recipients: str = ""

    # Demonstration
    demo: bool = False
    demo_gateway_url: str = ""

    @model_validator(mode="before")
    @classmethod
    def _is_here_unless_set(cls, given: dict[str, object]) -> dict[str, object]:
        here = f"http://127.0.0.1:{given.get('port') or PORT}"
        return {**given, "public_url": given.get("public_url") or here}

    @field_validator("home_region")
    @classmethod
    def _is_a_region(cls, value: str) -> str:
        if value.upper() not in SUPPORTED_REGIONS:
            message = "is not a two-letter country code (ISO 3166-1), such as GB"
            raise ValueError(message)
        return value.upper()

    @field_validator("time_zone")
    @classmethod
    def _is_a_time_zone(cls, value: str) -> str:
        try:
            return ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError):
            message = "is not a time zone (IANA), such as Europe/London"
            raise ValueError(message) from None

    @field_validator("exit_url")
    @classmethod
    def _is_elsewhere(cls, value: str) -> str:
        require_page(value)
        return value

    @field_validator("http_sms_url", "twilio_api_base")
    @classmethod
    def _is_safe_or_empty(cls, value: str) -> str:
        if value:
            require_safe(value)
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _is_an_issuer_or_empty(cls, value: str) -> str:
        if value:
            require_issuer(value)
        return value

    @field_validator("public_url")
    @classmethod
    def _is_a_web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            message = "must be the full address people type, such as https://check.example.org"
            raise ValueError(message)
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            message = "must start with https:// unless it is on this machine (127.0.0.1)"
            raise ValueError(message)
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _is_a_database(cls, value: str) -> str:
        if value.startswith("postgres://"):
            value = "postgresql" + value.removeprefix("postgres")
        if value.startswith("postgresql://"):
            value = "postgresql+psycopg" + value.removeprefix("postgresql")
        if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            message = "must start with sqlite:/// or postgresql://"
            raise ValueError(message)
        require_port_or_none(value)
        return value

    @field_validator("register_url")
    @classmethod
    def _is_redis_or_a_cluster(cls, value: str) -> str:
        cls._is_redis(value.replace("+cluster", "", 1))
        return value

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            message = "must start with redis://, rediss:// or unix://"
            raise ValueError(message)
        require_port_or_none(value)
        return value

    @field_validator("smtp_url")
    @classmethod
    def _is_smtp(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"smtp", "smtps", "smtp+starttls"}:
            message = "must start with smtp://, smtps:// or smtp+starttls://"
            raise ValueError(message)
        if value and not urlsplit(value).hostname:
            message = "names no server: write it like smtp://mail.example.org:587"
            raise ValueError(message)
        require_port_or_none(value)
        return value

    @field_validator("bounce_domain")
    @classmethod
    def _is_a_domain(cls, value: str) -> str:
        if value and not DOMAIN.fullmatch(value):
            message = "must be a domain in ASCII letters, such as bounces.example.org"
            raise ValueError(message)
        return value.lower()

    @field_validator("evaluators")
    @classmethod
    def _are_evaluators(cls, value: str) -> str:
        for each in value.split():
            EvaluatorAddress.read(each)
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _are_proxies(cls, value: str) -> str:
        read_proxies(value)
        return value

    @field_validator("operator_mail")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        local, _, domain = value.rpartition("@")
        if value and not (local and domain):
            message = "must be an address such as operator@example.org"
            raise ValueError(message)
        return value

    @field_validator("metrics_token", "evaluator_token")
    @classmethod
    def _is_long_enough(cls, value: str) -> str:
        if value and len(value) < SHORTEST_TOKEN:
            message = f"must be at least {SHORTEST_TOKEN} characters that nobody can guess"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _may_ask_evaluators(self) -> Self:
        if self.evaluators and not self.evaluator_token:
            message = f"{PREFIX}EVALUATOR_TOKEN is needed with {PREFIX}EVALUATORS"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _can_send(self) -> Self:
        lack = what_sending_lacks(self)
        if lack:
            raise ValueError(lack)
        return self

    @model_validator(mode="after")
    def _can_ask_a_provider(self) -> Self:
        lack = what_openid_lacks(self)
        if lack:
            raise ValueError(lack)
        return self

    @cached_property
    def database(self) -> str:
        """The database's address: the setting, or SQLite in the data folder."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'brolly.sqlite3').absolute()}"

    @cached_property
    def valkey_socket(self) -> Path:
        """Where the embedded Valkey listens: in the data folder, or nearby if that is too long."""
        socket = (self.data_dir / "valkey.sock").absolute()
        if len(str(socket)) <= LONGEST_SOCKET_PATH:
            return socket
        name = sha256(str(socket).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"brolly-{name}" / "valkey.sock"

    @property
    def embedded_valkey(self) -> bool:
        """Whether `brolly up` looks after a Valkey of its own."""
        return not self.redis_url

    @cached_property
    def redis(self) -> str:
        """The queue's Redis: the setting, or the embedded Valkey."""
        return self.redis_url or f"unix://{self.valkey_socket}"

    @cached_property
    def register(self) -> str:
        """The register's Redis: the setting, or the same server as the queue."""
        return self.register_url or self.redis

    @cached_property
    def proxies(self) -> tuple[Network, ...]:
        """The proxies whose word counts."""
        return read_proxies(self.trusted_proxies)

    @cached_property
    def evaluator_addresses(self) -> tuple[EvaluatorAddress, ...]:
        """Where the register's key is, if not in this program."""
        return tuple(map(EvaluatorAddress.read, self.evaluators.split()))

    def key_file(self, name: str) -> Path:
        """Return the path of a key file: its setting, or `<data folder>/keys/<name>`."""
        chosen: Path | None = getattr(self, f"{name}_key_file")
        return (chosen or self.data_dir / "keys" / f"{name}.key").absolute()

    @property
    def audit_anchors(self) -> Path:
        """Where the head of the audit is written from time to time."""
        return (self.audit_anchor_file or self.data_dir / "audit.anchors").absolute()

    @property
    def takes_replies(self) -> bool:
        """Whether our text messages can be replied to: names cannot, numbers can."""
        return bool(self.twilio_messaging_service_sid) or self.twilio_from.startswith("+")

    @property
    def look_after(self) -> timedelta:
        """How long after it became unknown, and then again, a delivery is looked for."""
        return timedelta(seconds=self.look_after_seconds)

    @property
    def secure(self) -> bool:
        """Whether people reach the service over https."""
        return self.public_url.startswith("https://")


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment, or from a mapping in its place.

    Raises SettingsError with one line for each wrong setting, naming it and never its value.
    """
    try:
        if environment is None:
            return Settings()
        given = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in environment.items()
            if name.startswith(PREFIX) and value
        }
        return Settings.model_validate(given)
    except ValidationError as error:
        raise SettingsError(in_words(error, prefix=PREFIX)) from None
