"""Synthesis: minutes of forums, paragraphs and versions; and the register of answers."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_synthesis"
down_revision = "2026_11_26_contributions"
branch_labels = depends_on = None

COLUMN_OF = {
    "programmeitem": "item_id",
    "signedminutes": "minutes_id",
    "synthesisparagraph": "paragraph_id",
    "synthesisversion": "version_id",
}


def _row() -> list[sa.schema.SchemaItem]:
    return [sa.Column("id", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("id")]


def _fact() -> list[sa.schema.SchemaItem]:
    """What every fact has."""
    return [
        *_row(),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.UniqueConstraint("idempotency_key"),
    ]


def _of(name: str, *, nullable: bool = False, unique: bool = False) -> list[sa.schema.SchemaItem]:
    """A column that refers to a row of another table."""
    column = COLUMN_OF.get(name, f"{name}_id")
    found: list[sa.schema.SchemaItem] = [
        sa.Column(column, sa.Integer(), nullable=nullable),
        sa.ForeignKeyConstraint([column], [f"{name}.id"]),
    ]
    return found + ([sa.UniqueConstraint(column)] if unique else [])


def _texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _frozen() -> list[sa.Column]:
    return [sa.Column("content", sa.JSON(), nullable=False), *_texts("digest")]


def upgrade() -> None:
    op.create_table(
        "signedminutes",
        *_fact(),
        *_of("programmeitem"),
        sa.Column("version", sa.Integer(), nullable=False),
        *_frozen(),
        sa.UniqueConstraint("item_id", "version"),
    )
    op.create_table(
        "minuteswithdrawal",
        *_fact(),
        *_of("signedminutes", unique=True),
        *_texts("reason"),
        sa.CheckConstraint("length(reason) > 0"),
    )
    op.create_table("synthesisparagraph", *_row(), *_of("event"))
    op.create_index(op.f("ix_synthesisparagraph_event_id"), "synthesisparagraph", ["event_id"])
    op.create_table(
        "paragraphedit",
        *_fact(),
        *_of("synthesisparagraph"),
        sa.Column("version", sa.Integer(), nullable=False),
        *_texts("part"),
        *_of("topic", nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        *_texts("text"),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("removed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.UniqueConstraint("paragraph_id", "version"),
        sa.CheckConstraint("part IN ('opinions','conclusion')"),
        sa.CheckConstraint("length(text) > 0"),
    )
    op.create_table(
        "synthesisversion",
        *_fact(),
        *_of("event"),
        sa.Column("number", sa.Integer(), nullable=False),
        *_frozen(),
        sa.UniqueConstraint("event_id", "number"),
    )
    op.create_table(
        "synthesisstep",
        *_fact(),
        *_of("synthesisversion"),
        *_texts("step", "note"),
        sa.CheckConstraint("step IN ('recall','return','approve','reopen','withdraw')"),
    )
    op.create_index("ix_synthesis_step", "synthesisstep", ["version_id", "id"])
    op.create_table(
        "petition",
        *_row(),
        *_of("event"),
        sa.Column("number", sa.Integer(), nullable=False),
        *_of("contribution", nullable=True, unique=True),
        sa.UniqueConstraint("event_id", "number"),
    )
    op.create_table(
        "petitionedit",
        *_fact(),
        *_of("petition"),
        sa.Column("version", sa.Integer(), nullable=False),
        *_texts("text", "field", "unit", "body", "level"),
        sa.Column("due_on", sa.Date(), nullable=False),
        *_of("section", nullable=True),
        sa.Column("struck", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.UniqueConstraint("petition_id", "version"),
        sa.CheckConstraint("level IN ('commune','province','centre')"),
        sa.CheckConstraint("length(text) > 0"),
    )
    op.create_table(
        "answer",
        *_fact(),
        *_of("petition"),
        *_texts("kind", "text", "number"),
        sa.Column("signed_on", sa.Date(), nullable=True),
        *_texts("signer"),
        sa.Column("promised_on", sa.Date(), nullable=True),
        *_texts("file_digest"),
        sa.CheckConstraint("kind IN ('answered','explained','roadmap')"),
        sa.CheckConstraint("(kind = 'roadmap') = (promised_on IS NOT NULL)"),
    )
    op.create_index("ix_answer_petition", "answer", ["petition_id", "id"])
    op.create_table(
        "answerfile",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        *_texts("name"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"]),
        sa.PrimaryKeyConstraint("answer_id"),
    )
    op.create_table(
        "answerwithdrawal",
        *_fact(),
        *_of("answer", unique=True),
        *_texts("reason"),
        sa.CheckConstraint("length(reason) > 0"),
    )
    op.create_table(
        "petitionreminder",
        *_row(),
        *_of("petition"),
        sa.Column("due_on", sa.Date(), nullable=False),
        *_texts("level"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("petition_id", "due_on", "level"),
        sa.CheckConstraint("level IN ('lead','deputy','command')"),
    )


def downgrade() -> None:
    for name in (
        "petitionreminder",
        "answerwithdrawal",
        "answerfile",
        "answer",
        "petitionedit",
        "petition",
        "synthesisstep",
        "synthesisversion",
        "paragraphedit",
        "synthesisparagraph",
        "minuteswithdrawal",
        "signedminutes",
    ):
        op.drop_table(name)
