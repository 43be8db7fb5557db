"""The directory: listings and what finds them, publications."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "listing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=8), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "order_key",
            sa.String(length=160).with_variant(sa.String(length=160, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("summary", sa.String(length=600), nullable=False),
        sa.Column("phones", sa.JSON(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("web", sa.String(length=300), nullable=False),
        sa.Column("hours", sa.String(length=200), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("areas", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("cost", sa.String(length=16), nullable=False),
        sa.Column("works_with", sa.String(length=2000), nullable=False),
        sa.Column("involvement", sa.String(length=2000), nullable=False),
        sa.Column("priorities", sa.String(length=2000), nullable=False),
        sa.Column("challenges", sa.String(length=2000), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("laid_out_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_listing"),
        sa.UniqueConstraint("order_key", name="uq_listing_order_key"),
        sa.UniqueConstraint("reference", name="uq_listing_reference"),
    )
    with op.batch_alter_table("listing", schema=None) as batch_op:
        batch_op.create_index("ix_listing_laid_out_until", ["laid_out_until"])
        batch_op.create_index("ix_listing_verified_on", ["verified_on"])

    op.create_table(
        "publication",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("summary", sa.String(length=600), nullable=False),
        sa.Column("link", sa.String(length=300), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_publication"),
    )
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.create_index("ix_publication_kind", ["kind"])
        batch_op.create_index("ix_publication_topic", ["topic"])
        batch_op.create_index("ix_publication_year", ["year"])

    op.create_table(
        "listing_mark",
        sa.Column(
            "mark",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "order_key",
            sa.String(length=160).with_variant(sa.String(length=160, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listing.id"],
            name="fk_listing_mark_listing_id_listing",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("mark", "order_key", name="pk_listing_mark"),
    )
    with op.batch_alter_table("listing_mark", schema=None) as batch_op:
        batch_op.create_index("ix_listing_mark_listing_id_mark", ["listing_id", "mark"])

    op.create_table(
        "listing_opening",
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listing.id"],
            name="fk_listing_opening_listing_id_listing",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("listing_id", "begins_at", name="pk_listing_opening"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("listing_opening")
    with op.batch_alter_table("listing_mark", schema=None) as batch_op:
        batch_op.drop_index("ix_listing_mark_listing_id_mark")

    op.drop_table("listing_mark")
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.drop_index("ix_publication_year")
        batch_op.drop_index("ix_publication_topic")
        batch_op.drop_index("ix_publication_kind")

    op.drop_table("publication")
    with op.batch_alter_table("listing", schema=None) as batch_op:
        batch_op.drop_index("ix_listing_verified_on")
        batch_op.drop_index("ix_listing_laid_out_until")

    op.drop_table("listing")
