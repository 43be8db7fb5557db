"""How many failed tries at signing in are on record already."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("sign_in_try", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("on_record", sa.Integer(), server_default="0", nullable=False)
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("sign_in_try", schema=None) as batch_op:
        batch_op.drop_column("on_record")
