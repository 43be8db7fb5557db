"""Sealed records: key pairs of accounts, wrapped keys of records, a key held by a sign-in.

Reports from before are sealed under the server's key and do not open with a key of their own:
there was no instance with any when this was made.
"""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "record_key",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("wrapped", storage.base.SealedBytes(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "holder_id", name=op.f("pk_record_key")),
    )
    with op.batch_alter_table("record_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_record_key_holder_id"), ["holder_id"], unique=False)
    op.create_table(
        "keyholder",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_private", storage.base.SealedBytes(), nullable=False),
        sa.Column("made_at", storage.base.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_keyholder_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_keyholder")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sealed_key", storage.base.SealedBytes(), nullable=True))
    with op.batch_alter_table("register_ledger", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kept_element", storage.base.SealedBytes(), nullable=True))
        batch_op.add_column(
            sa.Column("next_kept_element", storage.base.SealedBytes(), nullable=True)
        )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index("ix_report_reporter_fingerprint")
        batch_op.alter_column("reporter_fingerprint", new_column_name="reporter_mark")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_reporter_mark"), ["reporter_mark"])


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_reporter_mark"))
        batch_op.alter_column("reporter_mark", new_column_name="reporter_fingerprint")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index("ix_report_reporter_fingerprint", ["reporter_fingerprint"])
    with op.batch_alter_table("register_ledger", schema=None) as batch_op:
        batch_op.drop_column("next_kept_element")
        batch_op.drop_column("kept_element")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_column("sealed_key")
    op.drop_table("keyholder")
    with op.batch_alter_table("record_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_record_key_holder_id"))
    op.drop_table("record_key")
