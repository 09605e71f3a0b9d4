"""The distribution ledger: versions of documents, marks by delegate and channel, outbox, links."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_distribution"
down_revision = "2026_11_26_synthesis"
branch_labels = depends_on = None

CHANNEL = "channel IN ('email','paper','link','hand')"
STATE = "state IN ('to_send','sending','sent','unknown','failed','acknowledged')"


def _fact(*, by_person: bool = True) -> list[sa.schema.SchemaItem]:
    """What every fact has."""
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=not by_person),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key"),
    ]


def _of_version() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("distribution_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["distribution_id"], ["distribution.id"]),
    ]


def _of_delegate() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegate.id"]),
    ]


def _row() -> list[sa.schema.SchemaItem]:
    return [
        *_of_version(),
        *_of_delegate(),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.CheckConstraint(CHANNEL),
        sa.CheckConstraint(STATE),
    ]


def upgrade() -> None:
    op.create_table(
        "distribution",
        *_fact(),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("title", "file_name", "file_kind", "digest")
        ),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.UniqueConstraint("event_id", "kind", "version"),
        sa.CheckConstraint("kind IN ('synthesis','minutes','notice','other')"),
        sa.CheckConstraint("file_kind IN ('pdf','docx')"),
    )
    op.create_table(
        "distributionfile",
        *_of_version(),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("distribution_id"),
    )
    op.create_table(
        "distributionwithdrawal",
        *_fact(),
        *_of_version(),
        sa.Column("undone", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_index(
        "ix_distribution_withdrawal", "distributionwithdrawal", ["distribution_id", "id"]
    )
    op.create_table(
        "distributionmark",
        *_fact(by_person=False),
        *_row(),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("to_whom", sa.String(), nullable=False),
    )
    op.create_index(
        "ix_distribution_mark",
        "distributionmark",
        ["distribution_id", "delegate_id", "channel", "id"],
    )
    op.create_table(
        "distributionstate",
        *_row(),
        sa.Column("mark_id", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["mark_id"], ["distributionmark.id"]),
        sa.PrimaryKeyConstraint("distribution_id", "delegate_id", "channel"),
    )
    op.create_index(
        "ix_distribution_due",
        "distributionstate",
        ["channel", "state", "due_at", "delegate_id"],
    )
    op.create_index("ix_distribution_claimed", "distributionstate", ["channel", "claimed_at"])
    op.create_table(
        "distributionlink",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        *_of_version(),
        *_of_delegate(),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("channel IN ('email','link')"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_distribution_link", "distributionlink", ["distribution_id", "delegate_id"])
    op.create_table(
        "delegateaddress",
        *_of_delegate(),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("delegate_id"),
    )


def downgrade() -> None:
    for name in (
        "delegateaddress",
        "distributionlink",
        "distributionstate",
        "distributionmark",
        "distributionwithdrawal",
        "distributionfile",
        "distribution",
    ):
        op.drop_table(name)
