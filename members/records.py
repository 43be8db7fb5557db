"""The rows of members; private to the room."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Moment, SealedBytes
from storage.sealing import Sealed


class OrganisationRow(Base):
    """An organisation that practitioners belong to; organisations are public bodies."""

    __tablename__ = "organisation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)


class AccountRow(Base):
    """An account: a working name, a passphrase, a role, and what its owner wants to hear."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("by_sms = false or sms_contact_id is not null", "sms"),
        CheckConstraint("by_email = false or email_contact_id is not null", "email"),
        CheckConstraint("role in ('member', 'practitioner') or grant_id is not null", "staff"),
        ForeignKeyConstraint(
            ["grant_id", "id", "role"],
            ["role_grant.id", "role_grant.account_id", "role_grant.role"],
            use_alter=True,  # grants point at approvals, and those at accounts:
            deferrable=True,  # a restore fills all three before it looks
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name_fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    sealed_name: Mapped[Sealed] = mapped_column(SealedBytes)
    passphrase_hash: Mapped[str] = mapped_column(String(128))
    role: Mapped[str] = mapped_column(String(16), index=True)
    grant_id: Mapped[UUID | None]  # of a role of staff
    state: Mapped[str] = mapped_column(String(16), index=True)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    sms_contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    email_contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    by_sms: Mapped[bool] = mapped_column(default=False)
    by_email: Mapped[bool] = mapped_column(default=False)
    everywhere: Mapped[bool] = mapped_column(default=False, index=True)
    danger: Mapped[bool] = mapped_column(default=True)
    risk: Mapped[bool] = mapped_column(default=True)
    cover: Mapped[str] = mapped_column(String(16), default="plain")
    language: Mapped[str] = mapped_column(String(35), default="en")
    quiet_from: Mapped[int | None]  # minutes since midnight, local; none: no quiet hours
    quiet_until: Mapped[int | None]
    danger_in_quiet: Mapped[bool] = mapped_column(default=False, server_default=false())
    time_zone: Mapped[str | None] = mapped_column(String(40))  # IANA; none: the instance's
    digest_at: Mapped[int | None]  # minutes since midnight, local; none: no digest
    digest_since: Mapped[datetime | None] = mapped_column(Moment)  # before, each warning was told


class AccountAreaRow(Base):
    """An area that a member wants to hear of."""

    __tablename__ = "account_area"

    area: Mapped[str] = mapped_column(String(12), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )


class AccountSettingRow(Base):
    """A setting that a member works in; none at all means any."""

    __tablename__ = "account_setting"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    setting: Mapped[str] = mapped_column(String(16), primary_key=True)


class ApplicationRow(Base):
    """What an applicant said of themselves; deleted when it is decided."""

    __tablename__ = "application"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    sealed_statement: Mapped[Sealed] = mapped_column(SealedBytes)
    sealed_organisation: Mapped[Sealed | None] = mapped_column(SealedBytes)
    applied_at: Mapped[datetime] = mapped_column(Moment)


class VettingRow(Base):
    """Who vetted an account, when and how: never an ID, a picture or an address."""

    __tablename__ = "vetting"
    __table_args__ = (CheckConstraint("account_id <> decided_by", "not_oneself"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime] = mapped_column(Moment)
    how: Mapped[str | None] = mapped_column(String(24))
    accepted: Mapped[bool]


class SignInRow(Base):
    """A signed-in browser; the cookie holds a random token, this row its SHA-256.

    The account's private key is here too until the sign-in ends, under a key that follows from the
    token: neither the row nor the cookie opens anything alone.
    """

    __tablename__ = "sign_in"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    sealed_key: Mapped[Sealed | None] = mapped_column(SealedBytes)
    waiting: Mapped[bool] = mapped_column(default=False, server_default=false())  # for a 2nd step
    proved_at: Mapped[datetime | None] = mapped_column(Moment)  # when all was shown last
    # A keyed hash of the session at the OpenID provider that it began with, which may end it.
    openid_session: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    challenge: Mapped[bytes | None] = mapped_column(LargeBinary(32))  # for a passkey, once
    challenged_at: Mapped[datetime | None] = mapped_column(Moment)


class FactorRow(Base):
    """A second factor; it counts once its owner has shown a code of it, or made the passkey."""

    __tablename__ = "factor"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(8))
    sealed_label: Mapped[Sealed] = mapped_column(SealedBytes)
    sealed_secret: Mapped[Sealed] = mapped_column(SealedBytes)
    last_step: Mapped[int | None]  # of the code that was taken last: none is taken twice
    credential_fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    sign_count: Mapped[int | None] = mapped_column(BigInteger)  # a passkey's: it only grows
    created_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    last_used_at: Mapped[datetime | None] = mapped_column(Moment)


class RecoveryCodeRow(Base):
    """A recovery code, which opens once in the place of a factor; only a keyed hash is kept."""

    __tablename__ = "recovery_code"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    code_fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class KeyholderRow(Base):
    """The key pair of an account; its private part opens with the passphrase alone."""

    __tablename__ = "keyholder"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed_private: Mapped[Sealed] = mapped_column(SealedBytes)
    made_at: Mapped[datetime] = mapped_column(Moment)


class TokenRow(Base):
    """A token for a member's own program; this row holds its SHA-256."""

    __tablename__ = "api_token"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)


class SignInTryRow(Base):
    """Failed tries for one working name, so that guessing gets slow."""

    __tablename__ = "sign_in_try"

    name_fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(Moment, index=True)
    on_record: Mapped[int] = mapped_column(default=0, server_default="0")  # of staff, in the audit


class ContactCodeRow(Base):
    """A code sent to a contact to show that it is theirs; only a keyed hash is kept."""

    __tablename__ = "contact_code"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    contact_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("contact.id", ondelete="SET NULL"), index=True
    )
    channel: Mapped[str] = mapped_column(String(8))
    address_fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    code_fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class ResetRow(Base):
    """That a name's passphrase was said to be forgotten, whether anybody has it or not.

    The code is kept as a keyed hash; a name has three slots a day, and the database no fourth.
    """

    __tablename__ = "reset"
    __table_args__ = (
        UniqueConstraint("name_fingerprint", "slot"),
        CheckConstraint("slot between 1 and 3", "three_a_day"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name_fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    slot: Mapped[int]
    account_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    code_fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class OpenIdLinkRow(Base):
    """By whom the OpenID provider means an account: a keyed hash of issuer and subject."""

    __tablename__ = "openid_link"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    subject_fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    linked_at: Mapped[datetime] = mapped_column(Moment)


class OpenIdVisitRow(Base):
    """Somebody whom the provider vouched for, and who is not signed in yet."""

    __tablename__ = "openid_visit"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("openid_link.account_id", ondelete="CASCADE"), index=True
    )
    session: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    vouched_at: Mapped[datetime] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)


class OpenIdLogoutRow(Base):
    """A logout token that was taken, by a keyed hash: none is taken twice."""

    __tablename__ = "openid_logout"

    token_fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    taken_at: Mapped[datetime] = mapped_column(Moment, index=True)
