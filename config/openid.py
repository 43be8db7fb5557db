"""The settings of signing in with an OpenID provider."""

from collections.abc import Iterator
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings

from config.addresses import require_safe

REST = ("client_id", "client_secret_file", "name", "required_acr", "required_amr")


class OpenIdSettings(BaseSettings):
    """How staff sign in with the organisation's account, if they do."""

    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret_file: Path | None = None
    oidc_name: str = Field(default="", max_length=40)
    oidc_required_acr: str = ""
    oidc_required_amr: str = ""

    @field_validator("oidc_issuer")
    @classmethod
    def _is_an_issuer_or_empty(cls, value: str) -> str:
        if value:
            require_safe(value)
            parts = urlsplit(value)  # OpenID Connect Discovery 1.0, section 3
            if parts.query or parts.fragment or parts.username:
                message = "must be the issuer alone, without ?, # and @, as the provider writes it"
                raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _can_ask_a_provider(self) -> Self:
        for lacks, words in _needs(self):
            if lacks:
                raise ValueError(words)
        return self


def _needs(given: OpenIdSettings) -> Iterator[tuple[bool, str]]:
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
