"""All visible text in both languages, and how numbers, dates and ages are written in each.

A text that names the event, a section or a forum holds `[event]`, `[section]`, `[forum]` (or
`[Section]`, where it begins): what the event calls them is written in where the text is looked up.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from models.events.event import Event, zone
from models.events.nouns import Nouns
from models.refusals import Refusal
from models.text import capitalised

LANGUAGES = ("vi", "en")
DEFAULT = "vi"
USUAL = Nouns()
# Facts of a refusal that name something by its number: 1121, never 1.121.
PLAIN = ("line", "first", "port", "number", "task", "entry")

# Facts of a refusal that are a key of a group of texts.
NAMED = {
    "status": "status",
    "theirs": "status",
    "answer": "answer",
    "state": "contribution_state",
    "next": "contribution_state",
    "synthesis_state": "synthesis_state",
    "synthesis_step": "synthesis_step",
    "petition_state": "petition_state",
    "petition_step": "petition_step",
}


TERM = re.compile(r"\[(\w+)\]")


@cache
def catalogue(language: str, nouns: Nouns = USUAL) -> dict[str, str]:
    """Dotted key to text, as an event with these nouns says it."""
    texts = written(language)
    chosen = (f"noun.{kind}.{choice}." for kind, choice in asdict(nouns).items())
    terms = {
        key.removeprefix(prefix): text
        for prefix in chosen
        for key, text in texts.items()
        if key.startswith(prefix)
    }
    terms |= {name.capitalize(): capitalised(text) for name, text in terms.items()}
    return {
        key: TERM.sub(lambda found: terms.get(found[1], found[0]), text)
        for key, text in texts.items()
    }


@cache
def written(language: str) -> dict[str, str]:
    """Dotted key to text as it stands in its file, where the nouns have their places."""
    text = (Path(__file__).parent / f"{language}.toml").read_text(encoding="utf-8")
    return dict(_flatten(tomllib.loads(text)))


def _flatten(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


@cache
def _group(language: str, nouns: Nouns, prefix: str) -> dict[str, str]:
    return {
        key[len(prefix) + 1 :]: text
        for key, text in catalogue(language, nouns).items()
        if key.startswith(f"{prefix}.")
    }


@lru_cache(maxsize=8192)  # of figures that are drawn again with every change
def _number(value: int | float, language: str) -> str:
    return str(format_decimal(value, locale=language))


class Counted(str):
    """A number in words, which also chooses between two texts: `{count:task|tasks}`."""

    one = False

    def __format__(self, spec: str) -> str:
        if "|" not in spec:
            return super().__format__(spec)
        single, several = spec.split("|")
        return single if self.one else several


class Words:
    """One language and one time zone: text by key, and numbers, moments and ages in words.

    With `now` (aware) a moment is written as seen from it: of today only its time. `nouns`: what
    the event calls itself, its sections and its forums. `alone`: it is shown in no other language.
    """

    def __init__(
        self,
        language: str,
        time_zone: ZoneInfo,
        now: datetime | None = None,
        nouns: Nouns = USUAL,
        *,
        alone: bool = False,
    ) -> None:
        self.language = language if language in LANGUAGES else DEFAULT
        self.time_zone = time_zone
        self.now = now
        self.nouns = nouns
        self.alone = alone
        self._texts = catalogue(self.language, nouns)

    def dated(self) -> "Words":
        """The same words with every moment in full: for a file, which is read on another day."""
        return Words(self.language, self.time_zone, nouns=self.nouns, alone=self.alone)

    def vietnamese(self) -> "Words":
        """The same words in Vietnamese and in full, as rules prescribe for parts of documents."""
        return Words("vi", self.time_zone, nouns=self.nouns)

    def __call__(self, key: str, **facts: object) -> str:
        """The text of a key, its facts written in this language."""
        return self._texts[key].format(
            **{name: self._counted(value) for name, value in facts.items()}
        )

    def _counted(self, value: object, *, plain: bool = False) -> str:
        names = plain and isinstance(value, int)  # something, by its number
        text = Counted(value if names else self.fact(value))
        text.one = not isinstance(value, bool) and value == 1
        return text

    def template(self, key: str) -> str:
        """The text of a key with its placeholders."""
        return self._texts[key]

    def has(self, key: str) -> bool:
        return key in self._texts

    def group(self, prefix: str) -> dict[str, str]:
        """The texts below a prefix, by the rest of their keys; for the browser's own drawing."""
        return _group(self.language, self.nouns, prefix)

    def fact(self, value: object) -> str:
        """A fact as text in this language; a dict is a name in both languages."""
        if isinstance(value, dict):
            return str(value[self.language] or value[DEFAULT])
        if isinstance(value, bool):
            return str(value)
        if isinstance(value, int):
            return self.number(value)
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, date):
            return self.day(value)
        return str(value)

    def refusal(self, refusal: Refusal) -> str:
        """One sentence that says what was refused and why."""
        facts: dict[str, str] = {
            name: self._counted(value, plain=name in PLAIN) for name, value in refusal.facts.items()
        }
        if "why" in facts and self.has(f"why.{facts['why']}"):
            facts["why"] = self._texts[f"why.{facts['why']}"].format(**facts)
        for name, group in NAMED.items():
            if name in facts and self.has(f"{group}.{facts[name]}"):
                facts[name] = self(f"{group}.{facts[name]}")
        return self._texts[f"refusal.{refusal.code}"].format(**facts)

    def of(self, record: object, name: str) -> str:
        """A record's text in this language: `of(section, "name")` reads `name_vi` or `name_en`, and
        the Vietnamese where the English is empty.
        """
        own = getattr(record, f"{name}_{self.language}")
        return str(own or getattr(record, f"{name}_{DEFAULT}"))

    def number(self, value: int | float) -> str:
        return _number(value, self.language)

    def share(self, value: float) -> str:
        return str(format_percent(value, format="#,##0.#%", locale=self.language))

    def day(self, value: date | datetime) -> str:
        """21/7/2023, or 21 Jul 2023."""
        local = self._local_day(value)
        if self.language == "vi":
            return f"{local.day}/{local.month}/{local.year}"
        return str(format_date(local, "d MMM y", locale="en"))

    def day_short(self, value: date | datetime) -> str:
        """21/7, or 21 Jul."""
        local = self._local_day(value)
        if self.language == "vi":
            return f"{local.day}/{local.month}"
        return str(format_date(local, "d MMM", locale="en"))

    def _local_day(self, value: date | datetime) -> date:
        return value.astimezone(self.time_zone).date() if isinstance(value, datetime) else value

    def time(self, value: datetime) -> str:
        return f"{value.astimezone(self.time_zone):%H:%M}"

    def moment(self, value: datetime) -> str:
        """07:12 today, 07:12 hôm qua, else 07:12 ngày 21/7; with the year where it is another."""
        day, time = self._local_day(value), self.time(value)
        today = self._local_day(self.now) if self.now else None
        if day == today:
            return time
        if today and day == today - timedelta(days=1):
            return self("moment.yesterday", time=time)
        near = today is not None and day.year == today.year
        return self("moment.day", time=time, day=self.day_short(day) if near else self.day(day))

    def event_day(self, day: date, first: date, last: date) -> str:
        """A day as counted from the event's: "trước 30 ngày", "ngày thứ hai", "sau 3 ngày"."""
        if day < first:
            return self("event_day.before", number=(first - day).days)
        if day > last:
            return self("event_day.after", number=(day - last).days)
        number = (day - first).days + 1
        named = f"event_day.day_{number}"
        return self(named) if self.has(named) else self("event_day.day", number=number)

    def age(self, span: timedelta) -> str:
        """3 minutes, 1 hour 51 minutes, 5 days: rounded down; from a day on whole days."""
        minutes = max(int(span / timedelta(minutes=1)), 0)
        hours, rest = divmod(minutes, 60)
        if minutes < 1:
            return self("age.now")
        if not hours:
            return self("age.minutes", number=minutes)
        if hours >= 24:
            return self("age.days", number=hours // 24)
        if rest:
            return self("age.hours_minutes", hours=hours, minutes=rest)
        return self("age.hours", number=hours)

    def left(self, at: datetime, now: datetime) -> str:
        """How long until a moment: from two midnights on in days of the calendar."""
        days = (self._local_day(at) - self._local_day(now)).days
        return self("age.days", number=days) if days > 1 else self.age(at - now)

    def ago(self, span: timedelta) -> str:
        """How long ago; under a minute just that it was now."""
        age = self.age(span)
        return age if span < timedelta(minutes=1) else self("age.ago", span=age)


def event_words(event: Event, language: str, now: datetime | None = None) -> Words:
    """The words of an event: in its time zone, by its nouns, and Vietnamese where it is so only."""
    shown = DEFAULT if event.vietnamese_only else language
    return Words(shown, zone(event), now, event.nouns, alone=event.vietnamese_only)
