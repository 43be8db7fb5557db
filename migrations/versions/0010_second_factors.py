"""Second factors and recovery codes; everybody signs in again, with both steps."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "factor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("sealed_label", storage.base.SealedBytes(), nullable=False),
        sa.Column("sealed_secret", storage.base.SealedBytes(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=True),
        sa.Column("created_at", storage.base.Moment(timezone=True), nullable=False),
        sa.Column("confirmed_at", storage.base.Moment(timezone=True), nullable=True),
        sa.Column("last_used_at", storage.base.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_factor_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("code_fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("used_at", storage.base.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_recovery_code_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    for table in ("factor", "recovery_code"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{table}_account_id"), ["account_id"])
    op.execute("delete from sign_in")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("waiting", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(
            sa.Column("proved_at", storage.base.Moment(timezone=True), nullable=True)
        )


def downgrade() -> None:
    """Take back."""
    op.execute("delete from sign_in")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_column("proved_at")
        batch_op.drop_column("waiting")
    for table in ("recovery_code", "factor"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(batch_op.f(f"ix_{table}_account_id"))
        op.drop_table(table)
