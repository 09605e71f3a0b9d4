"""Imports into an event: their files, the rows that they wrote, and their undoing."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_imports"
down_revision = "2026_11_26_import_drafts"
branch_labels = depends_on = None


def upgrade() -> None:
    op.create_table(
        "import",
        *_fact(),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        *_of_a_fact(),
    )
    op.create_index("ix_import", "import", ["event_id", "id"])
    op.create_table(
        "importedrow",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.CheckConstraint("step IN ('added','changed','retired','restored')"),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"]),
        sa.PrimaryKeyConstraint("import_id", "part", "row_id", "step"),
    )
    op.create_table(
        "importundo",
        *_fact(),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"]),
        sa.UniqueConstraint("import_id"),
        *_of_a_fact(),
    )
    op.create_index("ix_import_undo", "importundo", ["event_id", "id"])


def _fact() -> list[sa.Column]:
    return [
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
    ]


def _of_a_fact() -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key"),
    ]


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
