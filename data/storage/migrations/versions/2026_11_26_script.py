"""The script: lines of items, who runs a room, what is left out, what speakers are told."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_script"
down_revision = "2026_11_26_document_changes"
branch_labels = depends_on = None

TEXTS = ("who", "words", "technique", "backstage", "note")


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


def _line() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in TEXTS),
        sa.Column("fixed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["programmeitem.id"]),
    ]


def upgrade() -> None:
    op.create_table("scriptline", *_line(), sa.PrimaryKeyConstraint("item_id"))
    op.create_table("scriptchange", *_fact(), *_line())
    op.create_index(op.f("ix_scriptchange_item_id"), "scriptchange", ["item_id"])
    op.create_table(
        "roomturn",
        *_fact(),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"]),
    )
    op.create_index("ix_room_turn_newest", "roomturn", ["venue_id", "id"])
    op.create_table(
        "scriptmark",
        *_fact(),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("undone", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["programmeitem.id"]),
        sa.CheckConstraint("mark IN ('skipped','held')"),
    )
    op.create_index("ix_script_mark", "scriptmark", ["item_id", "mark", "id"])
    op.create_table(
        "speakermessage",
        *_fact(),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"]),
    )
    op.create_index("ix_speaker_message_newest", "speakermessage", ["venue_id", "id"])


def downgrade() -> None:
    for name in ("speakermessage", "scriptmark", "roomturn", "scriptchange", "scriptline"):
        op.drop_table(name)
