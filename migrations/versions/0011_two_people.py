"""What takes two people: asked for and granted; warnings withdrawn, roles of staff."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WARNING_RULES = (
    (
        "suspended",
        "state <> 'suspended' or (suspended_by is not null and published_by is not null)",
    ),
    (
        "two_withdraw",
        "state <> 'withdrawn' or published_by is null or alone_because is not null or (withdrawal_id is not null and withdrawn_by is not null)",  # noqa: E501 - the rule in one piece
    ),
)


def upgrade() -> None:
    """Apply."""
    _make_approvals()
    _make_role_grants()
    with op.batch_alter_table("warning") as batch_op:
        batch_op.add_column(sa.Column("suspended_by", sa.Uuid(), nullable=True))
        batch_op.add_column(
            sa.Column("suspended_at", storage.base.Moment(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("withdrawal_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("alone_because", sa.String(length=8), nullable=True))
    op.execute("update warning set alone_because = 'earlier' where state = 'withdrawn'")
    with op.batch_alter_table("warning") as batch_op:
        batch_op.create_foreign_key(
            batch_op.f("fk_warning_suspended_by_account"), "account", ["suspended_by"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_warning_withdrawal_id_id_withdrawn_by_approval"),
            "approval",
            ["withdrawal_id", "id", "withdrawn_by"],
            ["id", "subject_id", "granted_by"],
        )
        for name, rule in WARNING_RULES:
            batch_op.create_check_constraint(batch_op.f(f"ck_warning_{name}"), rule)


def downgrade() -> None:
    """Take back."""
    op.execute(
        "update warning set state = 'published', suspended_by = null where state = 'suspended'"
    )
    with op.batch_alter_table("warning") as batch_op:
        for name, _rule in WARNING_RULES:
            batch_op.drop_constraint(batch_op.f(f"ck_warning_{name}"), type_="check")
        batch_op.drop_constraint(
            batch_op.f("fk_warning_withdrawal_id_id_withdrawn_by_approval"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("fk_warning_suspended_by_account"), type_="foreignkey")
        for column in (
            "alone_because",
            "withdrawn_by",
            "withdrawal_id",
            "suspended_at",
            "suspended_by",
        ):
            batch_op.drop_column(column)
    with op.batch_alter_table("account") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_account_staff"), type_="check")
        batch_op.drop_constraint(
            batch_op.f("fk_account_grant_id_id_role_role_grant"), type_="foreignkey"
        )
        batch_op.drop_column("grant_id")
    op.drop_table("role_grant")
    op.drop_table("approval")


def _make_approvals() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", storage.base.Moment(timezone=True), nullable=False),
        sa.Column("sealed_reason", storage.base.SealedBytes(), nullable=False),
        sa.Column("expires_at", storage.base.Moment(timezone=True), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("refused_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", storage.base.Moment(timezone=True), nullable=True),
        sa.Column("used_at", storage.base.Moment(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", storage.base.Moment(timezone=True), nullable=True),
        sa.Column("sealed_findings", storage.base.SealedBytes(), nullable=True),
        sa.Column("told_at", storage.base.Moment(timezone=True), nullable=True),
        sa.Column("told_overdue_at", storage.base.Moment(timezone=True), nullable=True),
        sa.CheckConstraint("granted_by <> asked_by", name=op.f("ck_approval_two_people")),
        sa.CheckConstraint("granted_by <> subject_id", name=op.f("ck_approval_not_oneself")),
        sa.CheckConstraint(
            "granted_by is null or refused_by is null", name=op.f("ck_approval_one_answer")
        ),
        sa.CheckConstraint(
            "(granted_by is null and refused_by is null) = (decided_at is null)",
            name=op.f("ck_approval_decided"),
        ),
        sa.CheckConstraint(
            "used_at is null or granted_by is not null", name=op.f("ck_approval_used")
        ),
        sa.CheckConstraint("(kind = 'role') = (role is not null)", name=op.f("ck_approval_role")),
        sa.CheckConstraint(
            "kind not in ('unpublish', 'emergency') or asked_by is not null",
            name=op.f("ck_approval_by_somebody"),
        ),
        sa.CheckConstraint(
            "reviewed_by is null or (granted_by is not null and reviewed_by <> asked_by"
            " and reviewed_by <> granted_by and reviewed_by <> subject_id)",
            name=op.f("ck_approval_third_person"),
        ),
        sa.CheckConstraint(
            "(reviewed_by is null) = (reviewed_at is null)", name=op.f("ck_approval_reviewed")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["account.id"], name=op.f(f"fk_approval_{column}_account")
            )
            for column in ("asked_by", "granted_by", "refused_by", "reviewed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint(
            "id", "subject_id", "granted_by", name=op.f("uq_approval_id_subject_id_granted_by")
        ),
        sa.UniqueConstraint(
            "id",
            "subject_id",
            "role",
            "granted_by",
            name=op.f("uq_approval_id_subject_id_role_granted_by"),
        ),
    )
    op.create_index(
        "ix_approval_waiting",
        "approval",
        ["kind", "subject_id"],
        unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
        sqlite_where=sa.text("decided_at IS NULL"),
    )


def _make_role_grants() -> None:
    """Make grants, one for each account of staff that is here: the operator made it alone."""
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("founded", sa.Boolean(), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=True),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("given_at", storage.base.Moment(timezone=True), nullable=False),
        sa.CheckConstraint(
            "founded or (approval_id is not null and granted_by is not null)",
            name=op.f("ck_role_grant_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["approval_id", "account_id", "role", "granted_by"],
            ["approval.id", "approval.subject_id", "approval.role", "approval.granted_by"],
            name=op.f("fk_role_grant_approval_id_account_id_role_granted_by_approval"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint(
            "id", "account_id", "role", name=op.f("uq_role_grant_id_account_id_role")
        ),
    )
    op.add_column("account", sa.Column("grant_id", sa.Uuid(), nullable=True))
    staff = "role not in ('member', 'practitioner')"
    op.execute(
        "insert into role_grant (id, account_id, role, founded, given_at)"  # noqa: S608 - constants
        f" select id, id, role, true, created_at from account where {staff}"
    )
    op.execute(f"update account set grant_id = id where {staff}")  # noqa: S608 - a constant
    with op.batch_alter_table("account") as batch_op:
        batch_op.create_foreign_key(
            batch_op.f("fk_account_grant_id_id_role_role_grant"),
            "role_grant",
            ["grant_id", "id", "role"],
            ["id", "account_id", "role"],
            deferrable=True,
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_account_staff"),
            "role in ('member', 'practitioner') or grant_id is not null",
        )
