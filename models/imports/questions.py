"""What an import asks, what it found, and what a person answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from models.imports.sheets import Sheet, address


@dataclass(frozen=True)
class Place:
    """A cell of a file: which sheet, which line, which column (from 0)."""

    file: str
    sheet: str
    line: int
    column: int = 0

    @property
    def cell(self) -> str:
        return address(self.line, max(self.column, 0))


def place(sheet: Sheet, line: int, column: int = 0) -> Place:
    return Place(sheet.file, sheet.name, line, max(column, 0))


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """An error or a warning at a cell: `code` is a sentence of the words, `facts` what it names."""

    severity: Severity
    code: str
    at: Place
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """What cannot be inferred: as written, what is proposed, and what else may be chosen.

    `kind` names the sentence; `choices` are codes of words or texts taken as they stand.
    `detail`: what the sentence tells besides.
    """

    kind: str
    at: Place
    written: str
    proposal: str
    choices: tuple[str, ...]
    detail: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.at.file}:{self.at.sheet}:{self.at.line}"


class Answers:
    """The answers of a person: by question, or by kind for all of it."""

    def __init__(self, given: Mapping[str, str] | None = None) -> None:
        self._given = dict(given or {})

    def to(self, question: Question) -> str:
        """The answer that counts: its own, that to all of its kind, else the proposal."""
        for key in (question.key, question.kind):
            answer = self._given.get(key)
            if answer and (answer in question.choices or "*" in question.choices):
                return answer
        return question.proposal


@dataclass
class Notebook:
    """The questions and findings of one reading, and the answers that it goes by."""

    answers: Answers
    questions: list[Question] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def ask(self, question: Question) -> str:
        self.questions.append(question)
        return self.answers.to(question)

    def error(self, code: str, at: Place, **facts: object) -> None:
        self.findings.append(Finding(Severity.ERROR, code, at, facts))

    def warn(self, code: str, at: Place, **facts: object) -> None:
        self.findings.append(Finding(Severity.WARNING, code, at, facts))

    def of(self, severity: Severity) -> list[Finding]:
        return [one for one in self.findings if one.severity is severity]
