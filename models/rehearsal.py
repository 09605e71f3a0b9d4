"""How far a rehearsal has performed its scenario."""

from sqlmodel import Field

from models.storage import Record


class RehearsalProgress(Record, table=True):
    """The number of scenario rows performed, moved in the transaction of what they did: each row happens once."""

    event_id: int = Field(foreign_key="event.id", primary_key=True)
    performed: int = 0
