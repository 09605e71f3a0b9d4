"""Contributions: questions and petitions, their topics, and what became of each."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_contributions"
down_revision = "2026_11_26_personal_data"
branch_labels = depends_on = None

LEVELS = "IN ('','commune','province','centre')"


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


def _topic() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("name_vi", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.ForeignKeyConstraint(["parent_id"], ["topic.id"]),
    ]


def _submission() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("unit", "office", "field", "body", "level")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["programmeitem.id"]),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"]),
        sa.ForeignKeyConstraint(["unit_id"], ["delegation.id"]),
        sa.CheckConstraint("kind IN ('question','petition')"),
        sa.CheckConstraint(f"level {LEVELS}"),
        sa.CheckConstraint("length(text) > 0"),
    ]


def _of_contribution() -> list[sa.schema.SchemaItem]:
    return [
        *_fact(),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contribution_id"], ["contribution.id"]),
    ]


def _of_item() -> list[sa.schema.SchemaItem]:
    return [
        *_fact(),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["programmeitem.id"]),
    ]


def upgrade() -> None:
    op.create_table(
        "topic",
        sa.Column("id", sa.Integer(), nullable=False),
        *_topic(),
        sa.Column("retired", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_topic_event_id"), "topic", ["event_id"])
    op.create_table(
        "topicchange",
        *_fact(),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_topic(),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("added", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"]),
    )
    op.create_index("ix_topic_change", "topicchange", ["topic_id", "id"])
    op.create_table(
        "contribution",
        *_fact(),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *_submission(),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegate.id"]),
        sa.UniqueConstraint("event_id", "number"),
        sa.CheckConstraint("channel IN ('unit','file','forum','phone')"),
    )
    op.create_table(
        "contributionedit",
        *_of_contribution(),
        sa.Column("version", sa.Integer(), nullable=False),
        *_submission(),
    )
    op.create_index("ix_contribution_edit", "contributionedit", ["contribution_id", "id"])
    op.create_table(
        "contributionstate",
        *_of_contribution(),
        sa.Column("state", sa.String(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("said_by", "said", "owed_by", "owed_level")
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["undoes_id"], ["contributionstate.id"]),
        sa.CheckConstraint(
            "state IN ('submitted','waiting','put','asked','answered_here','answer_owed','left',"
            "'rejected')"
        ),
        sa.CheckConstraint(f"owed_level {LEVELS}"),
    )
    op.create_index("ix_contribution_state", "contributionstate", ["contribution_id", "id"])
    op.create_table(
        "contributionmerge",
        *_of_contribution(),
        sa.Column("into_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["into_id"], ["contribution.id"]),
    )
    op.create_index("ix_contribution_merge", "contributionmerge", ["contribution_id", "id"])
    op.create_table(
        "forumorientation", *_of_item(), sa.Column("text", sa.String(), nullable=False)
    )
    op.create_index("ix_forum_orientation", "forumorientation", ["item_id", "id"])
    op.create_table(
        "phonequestions",
        *_of_item(),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_index("ix_phone_questions", "phonequestions", ["item_id", "id"])
    op.create_index(op.f("ix_phonequestions_token"), "phonequestions", ["token"])


def downgrade() -> None:
    for name in (
        "phonequestions",
        "forumorientation",
        "contributionmerge",
        "contributionstate",
        "contributionedit",
        "contribution",
        "topicchange",
        "topic",
    ):
        op.drop_table(name)
