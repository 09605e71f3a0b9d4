"""What an event calls itself, its sections and its forums, and whether it is Vietnamese only; changes
keep these, the theme and the minutes of a silence too.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_nouns"
down_revision = "2026_11_26_calendars"
branch_labels = depends_on = None

NOUNS = {"event_noun": "programme", "section_noun": "subcommittee", "forum_noun": "forum"}


def upgrade() -> None:
    for table in ("event", "eventchange"):
        for name, noun in NOUNS.items():
            column = sa.Column(name, sa.String(), nullable=False, server_default=noun)
            op.add_column(table, column)
        only = sa.Column("vietnamese_only", sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column(table, only)
    for name in ("theme_vi", "theme_en"):
        column = sa.Column(name, sa.String(), nullable=False, server_default="")
        op.add_column("eventchange", column)
    silence = sa.Column("silence", sa.JSON(), nullable=False, server_default="{}")
    op.add_column("eventchange", silence)
    # Neither could change before, so what a change left is what the event has. With the defaults
    # an erasure would take the event's theme for one that a person wrote over.
    for name in ("theme_vi", "theme_en", "silence"):
        op.execute(
            f"UPDATE eventchange SET {name} ="
            f" (SELECT event.{name} FROM event WHERE event.id = eventchange.event_id)"
        )


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
