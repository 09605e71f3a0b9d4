"""Requests about personal data, and breaches of it."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_personal_data"
down_revision = "2026_11_26_written_sheets"
branch_labels = depends_on = None


def fact() -> list[sa.Column]:
    return [
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
    ]


def keys() -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key"),
    ]


def upgrade() -> None:
    op.create_table(
        "personalrequest",
        *fact(),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=True),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('access','correct','withdraw','erase')"),
        sa.CheckConstraint("(delegate_id IS NULL) <> (office_id IS NULL)"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegate.id"]),
        sa.ForeignKeyConstraint(["office_id"], ["person.id"]),
        sa.UniqueConstraint("event_id", "number"),
        *keys(),
    )
    op.create_table(
        "personalrequeststep",
        *fact(),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint("step IN ('answered','done','refused','reopened')"),
        sa.ForeignKeyConstraint(["request_id"], ["personalrequest.id"]),
        *keys(),
    )
    op.create_index("ix_personalrequeststep_request", "personalrequeststep", ["request_id", "id"])
    op.create_table(
        "breach",
        *fact(),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("detected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.UniqueConstraint("event_id", "number"),
        *keys(),
    )
    op.create_table(
        "breachstep",
        *fact(),
        sa.Column("breach_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint("step IN ('answered','done','reopened')"),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"]),
        *keys(),
    )
    op.create_index("ix_breachstep_breach", "breachstep", ["breach_id", "id"])


def downgrade() -> None:
    for name in ("breachstep", "breach", "personalrequeststep", "personalrequest"):
        op.drop_table(name)
