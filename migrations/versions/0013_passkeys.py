"""Passkeys beside the codes of an app, and the challenge that one of them answers."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("factor", schema=None) as batch_op:
        batch_op.add_column(sa.Column("credential_fingerprint", sa.LargeBinary(32), nullable=True))
        batch_op.add_column(sa.Column("sign_count", sa.BigInteger(), nullable=True))
        batch_op.create_unique_constraint(
            batch_op.f("uq_factor_credential_fingerprint"), ["credential_fingerprint"]
        )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.add_column(sa.Column("challenge", sa.LargeBinary(32), nullable=True))
        batch_op.add_column(
            sa.Column("challenged_at", storage.base.Moment(timezone=True), nullable=True)
        )


def downgrade() -> None:
    """Take back; who has a passkey alone has no second factor then."""
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_column("challenged_at")
        batch_op.drop_column("challenge")
    op.execute("delete from factor where kind = 'passkey'")
    with op.batch_alter_table("factor", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_factor_credential_fingerprint"), type_="unique")
        batch_op.drop_column("sign_count")
        batch_op.drop_column("credential_fingerprint")
