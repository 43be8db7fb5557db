"""Signing in with the organisation's account: links, visits, and logouts that were taken."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "openid_link",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("subject_fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("linked_at", storage.base.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_openid_link_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_openid_link")),
        sa.UniqueConstraint("subject_fingerprint", name=op.f("uq_openid_link_subject_fingerprint")),
    )
    op.create_table(
        "openid_visit",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("session", sa.LargeBinary(length=32), nullable=False),
        sa.Column("vouched_at", storage.base.Moment(timezone=True), nullable=False),
        sa.Column("created_at", storage.base.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["openid_link.account_id"],
            name=op.f("fk_openid_visit_account_id_openid_link"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_openid_visit")),
    )
    op.create_table(
        "openid_logout",
        sa.Column("token_fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("taken_at", storage.base.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_fingerprint", name=op.f("pk_openid_logout")),
    )
    for table, columns in INDEXES.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column])
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.add_column(sa.Column("openid_session", sa.LargeBinary(length=32), nullable=True))
        batch_op.create_index(batch_op.f("ix_sign_in_openid_session"), ["openid_session"])


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_openid_session"))
        batch_op.drop_column("openid_session")
    for table in ("openid_logout", "openid_visit", "openid_link"):
        for column in INDEXES.get(table, ()):
            op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
        op.drop_table(table)


INDEXES = {
    "openid_visit": ("account_id", "session", "created_at"),
    "openid_logout": ("taken_at",),
}
