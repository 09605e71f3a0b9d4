"""Columns and tables take the words of the code.

Renamed in place, so every process stops before this upgrade: one of an older version would not find its columns.
"""

from alembic import op

revision = "2026_11_26_plain_words"
down_revision = "2026_11_25_evidence"
branch_labels = depends_on = None

KEYED = (
    "directive directivestep entry entryupdate eventplan itemplan latescansettled mediaplan"
    " mediapublication programmemark replacedbadge review rollcall rollcallanswer rollcallend"
    " rollmark sectionreport silenceacknowledgement taskplan taskreport"
).split()
SCANNED = ("attendancefact", "doorcount", "guestfact", "latescan")
COLUMNS = [  # table, from, to
    *((table, "nonce", "idempotency_key") for table in KEYED),
    *((table, "scan_id", "idempotency_key") for table in SCANNED),
    ("attendancefact", "standing", "status"),
    ("attendancestate", "standing", "status"),
    ("latescan", "told", "facts"),
    ("silencestep", "rung", "level"),
    ("silenceacknowledgement", "step_id", "reminder_id"),
]
TABLES = [  # from, to; after the columns
    ("silencestep", "silencereminder"),
]


def upgrade() -> None:
    for table, old, new in COLUMNS:
        op.execute(f'ALTER TABLE "{table}" RENAME COLUMN {old} TO {new}')
    for old, new in TABLES:
        op.execute(f'ALTER TABLE "{old}" RENAME TO "{new}"')


def downgrade() -> None:
    raise NotImplementedError("a restore of a backup leads back")
