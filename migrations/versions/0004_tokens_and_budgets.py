"""Tokens of members' programs, and budgets for more than checks."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "api_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", storage.base.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_api_token_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_token_account_id"), ["account_id"], unique=False)
    _make_budgets(["account_id", "spending"])
    op.create_table(
        "register_alarm",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("told_at", storage.base.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_register_alarm")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("register_alarm")
    _make_budgets(["account_id"])
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_token_account_id"))

    op.drop_table("api_token")


def _make_budgets(key: list[str]) -> None:
    """Make the table anew: what it holds is of a day, and an upgrade may give a day back."""
    op.drop_table("check_budget")
    op.create_table(
        "check_budget",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        *([sa.Column("spending", sa.String(length=8), nullable=False)] if len(key) > 1 else []),
        sa.Column("burst_until", sa.BigInteger(), nullable=False),
        sa.Column("day_began", sa.BigInteger(), nullable=False),
        sa.Column("day_used", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_check_budget_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_check_budget")),
    )
    with op.batch_alter_table("check_budget", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_budget_day_began"), ["day_began"], unique=False)
