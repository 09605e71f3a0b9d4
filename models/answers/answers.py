"""The register of petitions: what was asked of whom until when, and how it was answered.

It outlives the event and the erasure of personal data: a petition has a text of its own, which
names no person.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, false
from sqlmodel import Column, Field

from models.contributions.contributions import Level
from models.readiness.escalation import Reminder
from models.refusals import Refusal
from models.storage import Fact, Record, moment_column
from models.text import clean, clean_block, legible

LENGTHS = {"text": 4000, "field": 120, "body": 200, "unit": 200}
ANSWER_LENGTHS = {"text": 6000, "number": 60, "signer": 200}
REASON_LENGTH = 200
MAX_FILE_BYTES = 10 * 2**20
FILE_NAME_LENGTH = 120


class AnswerKind(StrEnum):
    """How a petition was answered; of a roadmap the matter itself is settled later."""

    ANSWERED = "answered"
    EXPLAINED = "explained"
    ROADMAP = "roadmap"


class State(StrEnum):
    """The state of a petition: owed until its answer, which says by its kind what became of it."""

    OWED = "owed"
    ROADMAP = "roadmap"
    ANSWERED = "answered"
    EXPLAINED = "explained"
    STRUCK = "struck"


class Step(StrEnum):
    """What is done with a petition."""

    EDIT = "edit"
    STRIKE = "strike"
    RESTORE = "restore"
    ANSWER = "answer"
    TAKE_BACK = "take_back"


OPEN = (State.OWED, State.ROADMAP)
ALLOWED: dict[State, set[Step]] = {
    State.OWED: {Step.EDIT, Step.STRIKE, Step.ANSWER},
    State.ROADMAP: {Step.ANSWER, Step.TAKE_BACK},
    State.ANSWERED: {Step.TAKE_BACK},
    State.EXPLAINED: {Step.TAKE_BACK},
    State.STRUCK: {Step.RESTORE},
}
"""An answer that was wrong is taken back before another one is recorded."""


@dataclass(frozen=True)
class Entered:
    """What is entered of a petition.

    `unit`: which unit brought it; `body`: the body that is competent, with its `level`. `due_on`:
    the last day of the answer. `section_id`: the section that follows it up, which is reminded.
    """

    text: str
    body: str
    level: str
    due_on: date
    field: str = ""
    unit: str = ""
    section_id: int | None = None


FIELDS = tuple(Entered.__dataclass_fields__)


class Petition(Record, table=True):
    """A petition of an event's register; what it says are its edits. `number` counts within the
    event."""

    __table_args__ = (UniqueConstraint("event_id", "number"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    number: int
    contribution_id: int | None = Field(default=None, foreign_key="contribution.id", unique=True)


class PetitionEdit(Fact, table=True):
    """A fact: a petition was registered or written again as the columns say, or (`struck`) taken
    out of the register. The highest `version` counts."""

    __table_args__ = (
        UniqueConstraint("petition_id", "version"),
        CheckConstraint("level IN ('commune','province','centre')"),
        CheckConstraint("length(text) > 0"),
    )

    id: int = Field(default=None, primary_key=True)
    petition_id: int = Field(foreign_key="petition.id")
    version: int
    text: str
    field: str = ""
    unit: str = ""
    body: str
    level: str
    due_on: date
    section_id: int | None = Field(default=None, foreign_key="section.id")
    struck: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Answer(Fact, table=True):
    """A fact: a petition was answered in writing.

    `number`, `signed_on`, `signer`: of the letter, and the office that signed it. `promised_on`: of
    a roadmap, until when the matter is settled. `file_digest`: SHA-256 of the letter's file, empty
    without one.
    """

    __table_args__ = (
        Index("ix_answer_petition", "petition_id", "id"),
        CheckConstraint("kind IN ('answered','explained','roadmap')"),
        CheckConstraint("(kind = 'roadmap') = (promised_on IS NOT NULL)"),
    )

    id: int = Field(default=None, primary_key=True)
    petition_id: int = Field(foreign_key="petition.id")
    kind: str
    text: str
    number: str = ""
    signed_on: date | None = None
    signer: str = ""
    promised_on: date | None = None
    file_digest: str = ""


class AnswerFile(Record, table=True):
    """The file of an answer's letter as it was given; its bytes go with the personal data."""

    answer_id: int = Field(foreign_key="answer.id", primary_key=True)
    name: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class AnswerWithdrawal(Fact, table=True):
    """A fact: an answer was recorded by mistake, and why."""

    __table_args__ = (CheckConstraint("length(reason) > 0"),)

    id: int = Field(default=None, primary_key=True)
    answer_id: int = Field(foreign_key="answer.id", unique=True)
    reason: str


class PetitionReminder(Record, table=True):
    """A fact: an office was reminded of a petition whose answer is overdue since `due_on`.

    Each level is reminded once per deadline.
    """

    __table_args__ = (
        UniqueConstraint("petition_id", "due_on", "level"),
        CheckConstraint("level IN ('lead','deputy','command')"),
    )

    id: int = Field(default=None, primary_key=True)
    petition_id: int = Field(foreign_key="petition.id")
    due_on: date
    level: str
    at: datetime = Field(sa_column=moment_column())


@dataclass(frozen=True)
class Letter:
    """What is recorded of an answer; see `Answer`."""

    kind: str
    text: str
    number: str = ""
    signed_on: date | None = None
    signer: str = ""
    promised_on: date | None = None


@dataclass(frozen=True)
class Given:
    """The answer that counts: the letter, when it was recorded (aware UTC) and by which office, and
    the file that came with it."""

    id: int
    letter: Letter
    at: datetime
    by: dict[str, str]
    file_digest: str = ""
    file_name: str = ""


@dataclass(frozen=True)
class PetitionSnapshot:
    """A petition as at a moment. `due_on`: the day by which the next word is due, of a roadmap the
    day that it promises. `overdue_at`: when it became, or becomes, overdue (aware UTC).
    `section_key`: of the section of its own event that follows it up; None where none does."""

    id: int
    number: int
    version: int
    contribution_id: int | None
    entered: Entered
    section_key: str | None
    state: State
    due_on: date
    overdue_at: datetime
    overdue: bool
    answer: Given | None = None
    reminders: tuple[Reminder, ...] = ()

    @property
    def open(self) -> bool:
        return self.state in OPEN

    def as_at(self, moment: datetime) -> "PetitionSnapshot":
        """The same with whether it is overdue at a moment."""
        return replace(self, overdue=self.open and self.overdue_at <= moment)


def state_of(*, struck: bool, answer: Letter | None) -> State:
    """The state of a petition by its last edit and the answer that counts."""
    if struck:
        return State.STRUCK
    return State(answer.kind) if answer else State.OWED


def due_of(entered: Entered, answer: Letter | None) -> date:
    """The day by which the next word is due."""
    return answer.promised_on if answer and answer.promised_on else entered.due_on


def overdue_from(due_on: date, zone: ZoneInfo) -> datetime:
    """The moment from which what was due on a day is overdue: the midnight after it."""
    return datetime.combine(due_on + timedelta(days=1), time(), tzinfo=zone)


def urgency(one: PetitionSnapshot) -> tuple[bool, bool, date, int]:
    """The sort key of the register: overdue first, then open ones by due day."""
    return (not one.overdue, not one.open, one.due_on, one.number)


# --- rules ---------------------------------------------------------------------------------------

TITLES = (("ông",), ("bà",), ("anh",), ("chị",), ("đ/c",), ("đồng", "chí"), ("mr",), ("mrs",))
NAME_WORDS = 2  # family name and given name
PHONE_DIGITS = range(9, 13)  # a telephone number, an identity number


def personal_hints(text: str) -> list[str]:
    """What in a text looks like a person: a form of address with a name, a number of a telephone or
    an identity card."""
    words = text.replace("\n", " ").split()
    plain = [word.strip(".,;:()“”\"'") for word in words]
    found = [word for word in plain if _is_number_of_person(word)]
    for place in range(len(plain)):
        for title in TITLES:
            following = place + len(title)
            if tuple(word.lower() for word in plain[place:following]) == title:
                name = _name_at(plain, following)
                if len(name) >= NAME_WORDS:
                    found.append(" ".join([*plain[place:following], *name]))
    return found


def _is_number_of_person(word: str) -> bool:
    digits = word.replace(".", "")
    return digits.isdecimal() and digits.startswith("0") and len(digits) in PHONE_DIGITS


def _name_at(words: list[str], place: int) -> list[str]:
    """The words from a place on that begin with a capital letter and are no abbreviation."""
    name: list[str] = []
    for word in words[place:]:
        if not (word[:1].isupper() and (word[1:].islower() or len(word) == 1)):
            break
        name.append(word)
    return name


def require_entered(entered: Entered, *, checked: bool = False) -> Entered:
    """The petition with its texts cleaned.

    Refuses `petition_text_needed`, `petition_body_needed`, `petition_<column>_too_long`,
    `level_unknown`, and `petition_names_person` with what looks like a person, unless a person has
    `checked` that it is none.
    """
    cleaned = replace(
        entered,
        text=clean_block(entered.text),
        field=clean(entered.field),
        unit=clean(entered.unit),
        body=clean(entered.body),
    )
    if not legible(cleaned.text):
        raise Refusal("petition_text_needed")
    if not legible(cleaned.body):
        raise Refusal("petition_body_needed")
    for name, limit in LENGTHS.items():
        if (length := len(getattr(cleaned, name))) > limit:
            raise Refusal(f"petition_{name}_too_long", length=length, limit=limit)
    if cleaned.level not in set(Level):
        raise Refusal("level_unknown", level=cleaned.level[:20])
    _require_impersonal(cleaned.text, checked=checked)
    return cleaned


def _require_impersonal(text: str, *, checked: bool) -> None:
    hints = personal_hints(text)
    if hints and not checked:
        raise Refusal("petition_names_person", found=", ".join(hints))


def require_due(due_on: date, *, today: date) -> None:
    """Refuses `petition_due_past`."""
    if due_on < today:
        raise Refusal("petition_due_past", day=due_on)


def require_allowed(state: State, step: Step, *, number: int) -> None:
    """Refuses `petition_step` where a petition of this state knows no such step."""
    if step not in ALLOWED[state]:
        raise Refusal(
            "petition_step", number=number, petition_step=step.value, petition_state=state.value
        )


def require_letter(letter: Letter, *, today: date, checked: bool = False) -> Letter:
    """The answer with its texts cleaned.

    Refuses `answer_kind_unknown`, `answer_text_needed`, `answer_<column>_too_long`,
    `answer_date_later`, `roadmap_date_needed`, `roadmap_date_past`, and `petition_names_person` as
    `require_entered` does.
    """
    if letter.kind not in set(AnswerKind):
        raise Refusal("answer_kind_unknown", kind=letter.kind[:20])
    cleaned = replace(
        letter,
        text=clean_block(letter.text),
        number=clean(letter.number),
        signer=clean(letter.signer),
        promised_on=letter.promised_on if letter.kind == AnswerKind.ROADMAP else None,
    )
    if not legible(cleaned.text):
        raise Refusal("answer_text_needed")
    for name, limit in ANSWER_LENGTHS.items():
        if (length := len(getattr(cleaned, name))) > limit:
            raise Refusal(f"answer_{name}_too_long", length=length, limit=limit)
    if cleaned.signed_on and cleaned.signed_on > today:
        raise Refusal("answer_date_later", day=cleaned.signed_on)
    if cleaned.kind == AnswerKind.ROADMAP:
        _require_promised(cleaned.promised_on, today)
    _require_impersonal(f"{cleaned.text}\n{cleaned.signer}", checked=checked)
    return cleaned


def _require_promised(day: date | None, today: date) -> None:
    if day is None:
        raise Refusal("roadmap_date_needed")
    if day <= today:
        raise Refusal("roadmap_date_past", day=day)


def require_reason(reason: str) -> str:
    """The cleaned reason of taking an answer back. Refuses `answer_reason_needed` and
    `answer_reason_too_long`."""
    written = clean(reason)
    if not legible(written):
        raise Refusal("answer_reason_needed")
    if len(written) > REASON_LENGTH:
        raise Refusal("answer_reason_too_long", length=len(written), limit=REASON_LENGTH)
    return written


@dataclass(frozen=True)
class LetterFile:
    """The file of a letter as it was given."""

    name: str
    content: bytes

    @property
    def digest(self) -> str:
        return sha256(self.content).hexdigest()


SIGNS = {b"%PDF-": "pdf", b"PK\x03\x04": "docx", b"\xff\xd8\xff": "jpg", b"\x89PNG": "png"}
"""How the files begin that an office keeps a letter in, and what they are."""


def require_file(file: LetterFile) -> LetterFile:
    """The file with its name cleaned. Refuses `answer_file_empty`, `answer_file_too_large` and
    `answer_file_unknown`, by its first bytes."""
    if not file.content:
        raise Refusal("answer_file_empty")
    if len(file.content) > MAX_FILE_BYTES:
        raise Refusal("answer_file_too_large", limit=MAX_FILE_BYTES // 2**20)
    if not any(file.content.startswith(sign) for sign in SIGNS):
        raise Refusal("answer_file_unknown")
    name = clean(file.name.replace("\\", "/").rpartition("/")[2])
    return replace(file, name=name[-FILE_NAME_LENGTH:] or "van-ban")


def require_day(text: str) -> date | None:
    """A day as it was typed, 21/7/2026; None for an empty text. Refuses `day_malformed`."""
    written = clean(text)
    if not written:
        return None
    parts = written.replace("-", "/").replace(".", "/").split("/")
    if len(parts) != 3 or not all(
        part.strip().isascii() and part.strip().isdecimal() for part in parts
    ):
        raise Refusal("day_malformed", day=written[:20])
    day, month, year = (int(part.strip()[:4]) for part in parts)
    try:
        return date(year, month, day)
    except ValueError:
        raise Refusal("day_malformed", day=written[:20]) from None


def differing(one: Entered, other: Entered) -> list[str]:
    """The fields in which two petitions differ."""
    return [name for name in FIELDS if getattr(one, name) != getattr(other, name)]
