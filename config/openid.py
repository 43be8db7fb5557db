"""What the settings of signing in with an OpenID provider need of one another."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from config.addresses import require_safe

if TYPE_CHECKING:
    from config.settings import Settings

REST = ("client_id", "client_secret_file", "name", "required_acr", "required_amr")


def require_issuer(value: str) -> None:
    """Refuse what cannot be an issuer (OpenID Connect Discovery 1.0, section 3)."""
    require_safe(value)
    parts = urlsplit(value)
    if parts.query or parts.fragment or parts.username:
        message = "must be the issuer alone, without ?, # and @, as the provider writes it"
        raise ValueError(message)


def what_openid_lacks(settings: "Settings") -> str:
    """Return what is missing, naming its setting, or nothing."""
    return next((words for lacks, words in _needs(settings) if lacks), "")


def _needs(given: "Settings") -> Iterator[tuple[bool, str]]:
    """Yield each need: whether it is not met, and what to say then."""
    issuer = bool(given.oidc_issuer)
    for name in ("client_id", "client_secret_file", "name"):
        words = f"BROLLY_OIDC_{name.upper()} is needed with BROLLY_OIDC_ISSUER"
        yield issuer and not getattr(given, f"oidc_{name}"), words
    yield (
        issuer and not (given.oidc_required_acr.split() or given.oidc_required_amr.split()),
        (
            "BROLLY_OIDC_REQUIRED_ACR or BROLLY_OIDC_REQUIRED_AMR is needed with "
            "BROLLY_OIDC_ISSUER: by what the provider says that it asked for a second factor"
        ),
    )
    for name in REST:
        words = f"BROLLY_OIDC_{name.upper()} does nothing without BROLLY_OIDC_ISSUER: set that too"
        yield bool(getattr(given, f"oidc_{name}")) and not issuer, words
