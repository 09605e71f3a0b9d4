"""Papers: what is read at an item, by whom, for how long, and what came of it."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_papers"
down_revision = "2026_11_26_distribution"
branch_labels = depends_on = None


def _fact() -> list[sa.schema.SchemaItem]:
    """What every fact has."""
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key"),
    ]


def _plan() -> list[sa.schema.SchemaItem]:
    """What a person writes of a paper."""
    return [
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
    ]


def _of_paper() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"]),
    ]


def upgrade() -> None:
    op.create_table(
        "paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=True),
        *_plan(),
        sa.ForeignKeyConstraint(["item_id"], ["programmeitem.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_paper_item_id"), "paper", ["item_id"])
    op.create_table(
        "paperchange",
        *_fact(),
        *_of_paper(),
        *_plan(),
        sa.Column("added", sa.Boolean(), nullable=False),
    )
    op.create_index(op.f("ix_paperchange_paper_id"), "paperchange", ["paper_id"])
    op.create_table(
        "papermark",
        *_fact(),
        *_of_paper(),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("undone", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("mark IN ('received','called','ended','missed')"),
    )
    op.create_index("ix_paper_mark", "papermark", ["paper_id", "mark", "id"])


def downgrade() -> None:
    for name in ("papermark", "paperchange", "paper"):
        op.drop_table(name)
