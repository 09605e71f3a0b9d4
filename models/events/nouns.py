"""What an event calls itself, its sections and its forums: the nouns that its sentences use."""

from dataclasses import dataclass
from enum import StrEnum

from models.refusals import Refusal
from models.text import folded


class EventNoun(StrEnum):
    """Chương trình, Hội nghị, Lễ, Đại hội."""

    PROGRAMME = "programme"
    CONFERENCE = "conference"
    CEREMONY = "ceremony"
    CONGRESS = "congress"


class SectionNoun(StrEnum):
    """Tiểu ban, tổ."""

    SUBCOMMITTEE = "subcommittee"
    TEAM = "team"


class ForumNoun(StrEnum):
    """Diễn đàn, tổ thảo luận."""

    FORUM = "forum"
    DISCUSSION = "discussion"


@dataclass(frozen=True)
class Nouns:
    """A choice of each noun, by its value."""

    event: str = EventNoun.PROGRAMME.value
    section: str = SectionNoun.SUBCOMMITTEE.value
    forum: str = ForumNoun.FORUM.value


CHOICES: dict[str, type[StrEnum]] = {
    "event": EventNoun,
    "section": SectionNoun,
    "forum": ForumNoun,
}

_BEGINNINGS = {
    "hoi nghi": EventNoun.CONFERENCE,
    "dai hoi": EventNoun.CONGRESS,
    "le": EventNoun.CEREMONY,
}


def require_nouns(nouns: Nouns) -> Nouns:
    """Refuses `noun_unknown`."""
    for name, choices in CHOICES.items():
        if getattr(nouns, name) not in list(choices):
            raise Refusal("noun_unknown", value=str(getattr(nouns, name))[:40])
    return nouns


def noun_of_name(name: str) -> EventNoun:
    """What an event calls itself by how its name begins: "Hội nghị tổng kết…" is a conference."""
    key = f"{folded(name)} "
    found = (noun for start, noun in _BEGINNINGS.items() if key.startswith(f"{start} "))
    return next(found, EventNoun.PROGRAMME)
