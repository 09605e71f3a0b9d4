"""An event may have a rehearsal of its own, made from what it holds: the rehearsal names it."""

from alembic import op

revision = "2026_11_26_trials"
down_revision = "2026_11_26_delegation_changes"
branch_labels = depends_on = None


def upgrade() -> None:
    # As text: SQLite adds a column together with what it refers to, and no other way.
    op.execute("ALTER TABLE event ADD COLUMN origin_id INTEGER REFERENCES event (id)")


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
