"""What signing freezes: the minutes of a forum, and the three documents of a synthesis."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from data.contributions.queries import ContributionSnapshot
from data.documents import frozen
from data.documents.content import written_moment, written_span
from data.synthesis.queries import Synthesis
from data.words import LANGUAGES, Words, event_words
from models.attendance.unit_names import office_in_unit
from models.contributions.contributions import ContributionKind, Level, State
from models.contributions.topics import TopicSnapshot
from models.documents import Content
from models.events.event import Event
from models.programme import ItemSnapshot
from models.synthesis import minutes as signed_minutes
from models.synthesis import versions as synthesis_versions
from models.synthesis.paragraphs import ParagraphSnapshot, Part
from models.text import both, one_line

LEVELS = (*(level.value for level in Level), "")
"""The levels of the competent bodies in the order of the lists; empty: not known yet."""
ASKED = (State.ASKED, State.ANSWERED_HERE, State.ANSWER_OWED)
PETITION_COLUMNS = (
    ("place", 0.07, "center"),
    ("what", 0.43, "left"),
    ("unit", 0.22, "left"),
    ("body", 0.28, "left"),
)
OWED_COLUMNS = (
    ("place", 0.07, "center"),
    ("what", 0.43, "left"),
    ("body", 0.32, "left"),
    ("due", 0.18, "left"),
)


def _every(event: Event) -> list[Words]:
    return [event_words(event, language) for language in LANGUAGES]


def who_asks(one: ContributionSnapshot, words: Words) -> str:
    """By whom a contribution is: the office, where it is known, and the unit."""
    return office_in_unit(one.office, words.of(one, "unit"))


# --- the minutes of a forum ----------------------------------------------------------------------


@dataclass(frozen=True)
class Forum:
    """A forum with its contributions: those asked there in their order, and those that were not."""

    item: ItemSnapshot
    asked: tuple[ContributionSnapshot, ...]
    not_asked: tuple[ContributionSnapshot, ...]


def forum_of(
    item: ItemSnapshot, contributions: Iterable[ContributionSnapshot], order: dict[int, int]
) -> Forum:
    """The forum of an item; `order`: contribution id to its place among those asked."""
    own = [one for one in contributions if one.item_id == item.id]
    asked = [one for one in own if one.state in ASKED]
    asked.sort(key=lambda one: (order.get(one.id, len(order)), one.since, one.id))
    return Forum(item, tuple(asked), tuple(one for one in own if one.state not in ASKED))


def minutes_content(
    event: Event,
    forum: Forum,
    *,
    version: int | None,
    moment: datetime,
    signer: dict[str, str] | None,
) -> Content:
    """The whole text of a forum's minutes; a draft has no version and no signer."""
    every = _every(event)
    return {
        "version": signed_minutes.VERSION,
        "meta": {
            "version": version,
            "moment": moment.isoformat(),
            "signer": signer,
            "forum": both(forum.item, "title"),
            "event": frozen.event_facts(event, every[0]),
        },
        "frame": {words.language: _minutes_frame(forum, moment, signer, words) for words in every},
        "text": minutes_text(event, forum),
    }


def minutes_text(event: Event, forum: Forum) -> Content:
    """The sections of a forum's minutes by language: what makes them differ from those before."""
    return {words.language: _minutes_sections(forum, words) for words in _every(event)}


def _minutes_frame(
    forum: Forum, moment: datetime, signer: dict[str, str] | None, words: Words
) -> Content:
    item = forum.item
    begins, ends = item.started_at or item.starts_at, item.finished_at or item.ends_at
    units = {words.of(one, "unit") for one in forum.asked}
    facts = {
        "when": written_span(begins, ends, words),
        "where": words.of(item, "venue"),
        "what": words.of(item, "title"),
        "chair": item.chair,
        "secretary": words.fact(signer) if signer else "",
    }
    labels = [(words(f"document.minutes.{name}"), text) for name, text in facts.items()]
    spoke = words("document.forum.spoke", number=len(forum.asked), units=len(units))
    return {
        "summary": _summary(words.of(item, "title"), words),
        "facts": [*labels, (words("document.forum.who_took_part"), spoke)],
        "closing": words("document.forum.closing", at=written_moment(moment, words)),
    }


def _summary(title: str, words: Words) -> str:
    """What the minutes are of; a discussion that is called so is not named twice."""
    begins = words("document.forum.summary_begins").casefold()
    if title.casefold().startswith(begins):
        return title
    return words("document.forum.summary", forum=title)


def _minutes_sections(forum: Forum, words: Words) -> list[Content]:
    said_there: list[str] = []
    for place, one in enumerate(forum.asked, start=1):
        said = one_line(one.text)
        facts = {"number": str(place), "who": who_asks(one, words), "text": said}
        said_there.append(words("document.forum.asked", **facts))
        said_there.append(f"{frozen.DASH}{_answered(one, words)}")
    owed = [one for one in forum.asked if one.state is State.ANSWER_OWED]
    sections = [
        frozen.section(
            words("document.forum.part_asked"), said_there or [words("document.forum.none_asked")]
        )
    ]
    if owed:
        sections.append(
            frozen.section(words("document.forum.part_owed"), tables=[_owed(owed, words)])
        )
    if forum.not_asked:
        rest = [
            words(
                "document.forum.asked",
                number=str(place),
                who=who_asks(one, words),
                text=one_line(one.text),
            )
            for place, one in enumerate(forum.not_asked, start=1)
        ]
        sections.append(frozen.section(words("document.forum.part_not_asked"), rest))
    return sections


def _answered(one: ContributionSnapshot, words: Words) -> str:
    said = one_line(one.said)
    if one.state is State.ANSWER_OWED:
        return words("document.forum.owed", who=one.owed_by, day=one.due_on or "…")
    if one.state is State.ANSWERED_HERE:
        return words(
            "document.forum.answered", who=one.said_by or words("document.forum.chair"), said=said
        )
    return words("document.forum.unanswered")


def _owed(owed: Sequence[ContributionSnapshot], words: Words) -> Content:
    rows = [
        (str(place), one_line(one.text), one.owed_by, words.day(one.due_on) if one.due_on else "")
        for place, one in enumerate(owed, start=1)
    ]
    return frozen.table(OWED_COLUMNS, rows, lambda name: words(f"document.synthesis.column_{name}"))


# --- the synthesis -------------------------------------------------------------------------------


@dataclass(frozen=True)
class SignedForum:
    """A forum whose minutes the synthesis stands on: its title, and their version and digest."""

    title: dict[str, str]
    version: int
    digest: str


def synthesis_content(
    event: Event,
    found: Synthesis,
    *,
    number: int | None,
    moment: datetime,
    forums: Sequence[SignedForum],
) -> Content:
    """The whole text of a synthesis as at a moment; a draft has no number."""
    every = _every(event)
    made = {words.language: _Written(event, found, forums, words) for words in every}
    return {
        "version": synthesis_versions.VERSION,
        "meta": {
            "number": number,
            "moment": moment.isoformat(),
            "event": frozen.event_facts(event, every[0]),
            "forums": [
                {"title": one.title, "version": one.version, "digest": one.digest} for one in forums
            ],
        },
        "paragraphs": [_frozen_paragraph(one, found.topics) for one in found.paragraphs],
        "frame": {language: one.frames() for language, one in made.items()},
        "text": {language: one.texts() for language, one in made.items()},
    }


def _frozen_paragraph(one: ParagraphSnapshot, topics: Iterable[TopicSnapshot]) -> Content:
    written = one.paragraph
    topic = next((both(topic, "name") for topic in topics if topic.id == written.topic_id), None)
    return {
        "id": one.id,
        "part": written.part,
        "topic": topic,
        "text": written.text,
        "sources": list(written.sources),
    }


class _Written:
    """The sentences of a synthesis in one language."""

    def __init__(
        self, event: Event, found: Synthesis, forums: Sequence[SignedForum], words: Words
    ) -> None:
        self.event, self.found, self.forums, self.words = event, found, forums, words
        counted = list(found.contributions.values())
        self.petitions = [one for one in counted if one.kind == ContributionKind.PETITION]
        self.owed = [one for one in counted if one.state is State.ANSWER_OWED]

    def say(self, name: str, **facts: object) -> str:
        return self.words(f"document.synthesis.{name}", **facts)

    # --- the words around the parts --------------------------------------------------------------

    def frames(self) -> Content:
        event, words = self.event, self.words
        name = both(event, "name")
        issuer = event.documents.get(f"issuer_{words.language}") or words("document.committee")
        facts = {"event": name, "issuer": issuer, "forums": len(self.forums)}
        return {
            document: {
                part: words(f"document.{document}.{part}", **facts)
                for part in ("summary", "opening", "closing")
            }
            for document in ("synthesis", "conclusion", "petitions")
        }

    # --- the parts -------------------------------------------------------------------------------

    def texts(self) -> Content:
        return {
            "synthesis": [
                frozen.section(self.say("part_general"), self.general()),
                frozen.section(self.say("part_opinions"), sections=self.by_topic()),
                frozen.section(self.say("part_levels"), self.levels()),
                *self.by_level(annex=True),
            ],
            "conclusion": self.conclusion(),
            "petitions": self.by_level(),
        }

    def general(self) -> list[str]:
        """How many contributions of how many units there are, and what became of them."""
        counted = list(self.found.contributions.values())
        units = {self.words.of(one, "unit") for one in counted}
        states = {
            "answered": State.ANSWERED_HERE,
            "owed": State.ANSWER_OWED,
            "unanswered": State.ASKED,
        }
        numbers = {
            name: sum(one.state is state for one in counted) for name, state in states.items()
        }
        numbers["not_asked"] = len(counted) - sum(numbers.values())
        parts = [self.say(name, number=number) for name, number in numbers.items() if number]
        received = self.say(
            "received",
            number=len(counted),
            units=len(units),
            petitions=len(self.petitions),
            forums=len(self.forums),
        )
        return [received, *([self.say("of_those", parts="; ".join(parts))] if parts else [])]

    def by_topic(self) -> list[Content]:
        """The opinions under the names of their topics."""
        words = self.words
        names = {topic.id: words.of(topic, "name") for topic in self.found.topics}
        grouped: dict[str, list[str]] = {}
        for one in self.found.paragraphs:
            if one.paragraph.part == Part.OPINIONS:
                name = names.get(one.paragraph.topic_id or 0) or self.say("no_topic")
                grouped.setdefault(name, []).extend(lines_of(one))
        return [
            frozen.section(f"{place}. {name}", lines)
            for place, (name, lines) in enumerate(grouped.items(), start=1)
        ]

    def levels(self) -> list[str]:
        """How many petitions each level is competent for."""
        numbers = {level: len(self.of_level(level)) for level in LEVELS}
        parts = [
            self.say(f"level_count_{level or 'unknown'}", number=number)
            for level, number in numbers.items()
            if number
        ]
        if not parts:
            return [self.say("no_petitions")]
        return [
            self.say("levels_counted", number=len(self.petitions), parts="; ".join(parts)),
            self.say("in_annex"),
        ]

    def of_level(self, level: str) -> list[ContributionSnapshot]:
        found = [one for one in self.petitions if (one.owed_level or one.level) == level]
        return sorted(found, key=lambda one: (one.owed_by or one.body, one.number))

    def by_level(self, *, annex: bool = False) -> list[Content]:
        """The petitions by the level of the competent body, then by the body."""
        return [
            frozen.section(
                self.say(f"level_{level or 'unknown'}"), tables=[self.listed(found)], annex=annex
            )
            for level in LEVELS
            if (found := self.of_level(level))
        ]

    def listed(self, petitions: Sequence[ContributionSnapshot]) -> Content:
        rows = [
            (
                str(place),
                one_line(one.text),
                self.words.of(one, "unit"),
                one.owed_by or one.body,
            )
            for place, one in enumerate(petitions, start=1)
        ]
        return frozen.table(PETITION_COLUMNS, rows, lambda name: self.say(f"column_{name}"))

    def conclusion(self) -> list[Content]:
        """The conclusion, and who answers what until when."""
        lines = [
            line
            for one in self.found.paragraphs
            if one.paragraph.part == Part.CONCLUSION
            for line in lines_of(one)
        ]
        say = self.words
        sections = [
            frozen.section(
                say("document.conclusion.part_concluded"),
                lines or [say("document.conclusion.nothing")],
            )
        ]
        if self.owed:
            owed = sorted(self.owed, key=lambda one: (one.owed_by, one.number))
            sections.append(
                frozen.section(
                    say("document.conclusion.part_owed"),
                    [say("document.conclusion.owed")],
                    [_owed(owed, say)],
                )
            )
        return sections


def lines_of(one: ParagraphSnapshot) -> list[str]:
    """The lines of a paragraph's text, each a paragraph of the document."""
    return [line for line in one.paragraph.text.splitlines() if line.strip()]
