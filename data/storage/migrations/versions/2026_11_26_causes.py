"""A fact at another item names the fact that brought it about, so that both are undone together.

Until now the key of such a fact was the key of its cause with a suffix: `/m` where the delegate
counts at the other item no more, `/l` where they left its room.
"""

from alembic import op

revision = "2026_11_26_causes"
down_revision = "2026_11_26_plain_words"
branch_labels = depends_on = None

# By its key, which is unique; the delegate is compared too, since a device chooses its own keys.
FILL = """
UPDATE attendancefact SET caused_by_id = (
  SELECT cause.id FROM attendancefact AS cause
  WHERE cause.idempotency_key
      = substr(attendancefact.idempotency_key, 1, length(attendancefact.idempotency_key) - 2)
    AND cause.delegate_id = attendancefact.delegate_id AND cause.item_id <> attendancefact.item_id)
WHERE substr(idempotency_key, length(idempotency_key) - 1) IN ('/m', '/l')
"""


def upgrade() -> None:
    # Plain statements: with its batches, Alembic would make SQLite's largest table anew.
    op.execute(
        "ALTER TABLE attendancefact ADD COLUMN caused_by_id INTEGER REFERENCES attendancefact (id)"
    )
    op.execute(FILL)
    op.execute(
        "CREATE INDEX ix_attendance_cause ON attendancefact (caused_by_id)"
        " WHERE caused_by_id IS NOT NULL"
    )


def downgrade() -> None:
    raise NotImplementedError("a restore of a backup leads back")
