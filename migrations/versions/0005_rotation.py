"""What a rotation of the register's key has computed, beside what it will replace."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("register_ledger", schema=None) as batch_op:
        batch_op.add_column(sa.Column("next_tag", sa.LargeBinary(length=16), nullable=True))
        batch_op.add_column(
            sa.Column("next_sealed_element", storage.base.SealedBytes(), nullable=True)
        )

    with op.batch_alter_table("register_state", schema=None) as batch_op:
        batch_op.add_column(sa.Column("next_public_key", sa.LargeBinary(length=32), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("register_state", schema=None) as batch_op:
        batch_op.drop_column("next_public_key")

    with op.batch_alter_table("register_ledger", schema=None) as batch_op:
        batch_op.drop_column("next_sealed_element")
        batch_op.drop_column("next_tag")
