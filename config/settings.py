"""Settings: one frozen object, read once from `BROLLY_*`, failing by name."""

import tempfile
from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from phonenumbers import SUPPORTED_REGIONS
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from config.addresses import LOOPBACK, require_page, require_port_or_none
from config.evaluators import EvaluatorAddress
from config.openid import OpenIdSettings
from config.proxies import Network, read_proxies
from config.sending import SendingSettings
from config.wording import in_words

PREFIX = "BROLLY_"
PORT = 8000
SHORTEST_TOKEN = 20
LONGEST_SOCKET_PATH = 100  # sockaddr_un holds 108 bytes on Linux, 104 on macOS


class SettingsError(Exception):
    """A setting is missing or wrong; the text names it and says what to do."""


class Settings(SendingSettings, OpenIdSettings):
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
    caseworker_hours: str = ""  # read where hours are, in web

    # Limits of the check
    check_burst: int = Field(default=20, ge=1)
    check_daily: int = Field(default=20, ge=1)
    sweep_accounts: int = Field(default=10, ge=1)

    # Serving
    web_processes: int = Field(default=2, ge=1)
    web_threads: int = Field(default=2, ge=1)
    metrics_token: str = Field(default="", repr=False)
    trusted_proxies: str = "127.0.0.1 ::1"

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
