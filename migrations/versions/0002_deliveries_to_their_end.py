"""Deliveries to their end."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "digest",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("cause_id", sa.Uuid(), nullable=False),
        sa.Column("counted_to", storage.base.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cause_id"], ["cause.id"], name=op.f("fk_digest_cause_id_cause"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_digest_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contact_id", "period", name=op.f("pk_digest")),
    )
    with op.batch_alter_table("digest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_digest_cause_id"), ["cause_id"], unique=False)

    op.create_table(
        "heard",
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_heard")),
    )

    op.create_table(
        "correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("warning_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_description", storage.base.SealedBytes(), nullable=False),
        sa.Column("sealed_advice", storage.base.SealedBytes(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", storage.base.Moment(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", storage.base.Moment(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(confirmed_by is null) = (confirmed_at is null)", name=op.f("ck_correction_confirmed")
        ),
        sa.CheckConstraint(
            "confirmed_by is null or confirmed_by <> written_by",
            name=op.f("ck_correction_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["account.id"], name=op.f("fk_correction_confirmed_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["warning_id"],
            ["warning.id"],
            name=op.f("fk_correction_warning_id_warning"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["account.id"], name=op.f("fk_correction_written_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correction_warning_id"), ["warning_id"], unique=False)
        batch_op.create_index(
            "ix_correction_waiting",
            ["warning_id"],
            unique=True,
            postgresql_where=sa.text("confirmed_at IS NULL"),
            sqlite_where=sa.text("confirmed_at IS NULL"),
        )

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quiet_from", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("quiet_until", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("danger_in_quiet", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("time_zone", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("digest_at", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("digest_since", storage.base.Moment(timezone=True), nullable=True)
        )

    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.add_column(sa.Column("corrects_id", sa.Uuid(), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_alert_reference"), type_="unique")
        batch_op.create_index(batch_op.f("ix_alert_corrects_id"), ["corrects_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_alert_reference"), ["reference"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_alert_corrects_id_alert"), "alert", ["corrects_id"], ["id"]
        )

    with op.batch_alter_table("cause", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stopped_channel", sa.String(length=8), nullable=True))
        batch_op.add_column(
            sa.Column("told_late_at", storage.base.Moment(timezone=True), nullable=True)
        )

    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("told_bad_at", storage.base.Moment(timezone=True), nullable=True)
        )

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("looks", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("look_at", storage.base.Moment(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("resent", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("former_id", sa.String(length=64), nullable=True))
        batch_op.add_column(
            sa.Column("mail_owed", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.create_index(
            "ix_delivery_look",
            ["look_at"],
            unique=False,
            postgresql_where=sa.text("look_at IS NOT NULL"),
            sqlite_where=sa.text("look_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_delivery_mail_owed",
            ["cause_id"],
            unique=False,
            postgresql_where=sa.text("mail_owed"),
            sqlite_where=sa.text("mail_owed"),
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_delivery_mail_owed",
            postgresql_where=sa.text("mail_owed"),
            sqlite_where=sa.text("mail_owed"),
        )
        batch_op.drop_index(
            "ix_delivery_look",
            postgresql_where=sa.text("look_at IS NOT NULL"),
            sqlite_where=sa.text("look_at IS NOT NULL"),
        )
        batch_op.drop_column("mail_owed")
        batch_op.drop_column("former_id")
        batch_op.drop_column("resent")
        batch_op.drop_column("look_at")
        batch_op.drop_column("looks")

    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_column("told_bad_at")

    with op.batch_alter_table("cause", schema=None) as batch_op:
        batch_op.drop_column("told_late_at")
        batch_op.drop_column("stopped_channel")

    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_alert_corrects_id_alert"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_alert_reference"))
        batch_op.drop_index(batch_op.f("ix_alert_corrects_id"))
        batch_op.create_unique_constraint(batch_op.f("uq_alert_reference"), ["reference"])
        batch_op.drop_column("corrects_id")

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("digest_since")
        batch_op.drop_column("digest_at")
        batch_op.drop_column("time_zone")
        batch_op.drop_column("danger_in_quiet")
        batch_op.drop_column("quiet_until")
        batch_op.drop_column("quiet_from")

    with op.batch_alter_table("digest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_digest_cause_id"))

    op.drop_table("digest")
    op.drop_table("heard")
    op.drop_table("correction")
