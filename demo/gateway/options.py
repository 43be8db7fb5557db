"""What a gateway is started with, and where it then listens."""

from dataclasses import dataclass, field
from pathlib import Path

from demo.gateway.modes import Behaviour

DEMO_ACCOUNT = "AC" + "0" * 32
KEEP = 20_000
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a gateway is started with; port 0 means a free one."""

    auth_token: str = field(repr=False)
    account_sid: str = DEMO_ACCOUNT
    port: int = 0
    smtp_port: int = 0
    ledger: Path | None = None
    keep: int = KEEP
    seed: int | None = None
    behaviour: Behaviour = field(default_factory=Behaviour)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where a gateway listens."""

    url: str
    smtp_url: str
