"""All visible text in both languages, and how numbers, dates and ages are written in each."""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from models.refusals import Refusal

LANGUAGES = ("vi", "en")
DEFAULT = "vi"
# Facts of a refusal that name something by its number: 1121, never 1.121.
PLAIN = ("line", "first", "port", "number", "task", "entry")


@cache
def catalogue(language: str) -> dict[str, str]:
    """Dotted key to text."""
    text = (Path(__file__).parent / f"{language}.toml").read_text(encoding="utf-8")
    return dict(_flatten(tomllib.loads(text)))


def _flatten(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


@cache
def _group(language: str, prefix: str) -> dict[str, str]:
    return {
        key[len(prefix) + 1 :]: text
        for key, text in catalogue(language).items()
        if key.startswith(f"{prefix}.")
    }


class Words:
    """One language and one time zone: text by key, and numbers, moments and ages in words."""

    def __init__(self, language: str, time_zone: ZoneInfo) -> None:
        self.language = language if language in LANGUAGES else DEFAULT
        self.time_zone = time_zone

    def __call__(self, key: str, **facts: object) -> str:
        """The text of a key, its facts written in this language."""
        return catalogue(self.language)[key].format(
            **{name: self.fact(value) for name, value in facts.items()}
        )

    def template(self, key: str) -> str:
        """The text of a key with its placeholders."""
        return catalogue(self.language)[key]

    def has(self, key: str) -> bool:
        return key in catalogue(self.language)

    def group(self, prefix: str) -> dict[str, str]:
        """The texts below a prefix, by the rest of their keys; for the browser's own drawing."""
        return _group(self.language, prefix)

    def fact(self, value: object) -> str:
        """A fact as text in this language; a dict is a name in both languages."""
        if isinstance(value, dict):
            return str(value[self.language])
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
        facts = {name: self.fact(value) for name, value in refusal.facts.items()}
        facts |= {
            name: str(number)
            for name in PLAIN
            if isinstance(number := refusal.facts.get(name), int)
        }
        if "why" in facts and self.has(f"why.{facts['why']}"):
            facts["why"] = catalogue(self.language)[f"why.{facts['why']}"].format(**facts)
        for name in ("status", "theirs"):
            if name in facts and self.has(f"status.{facts[name]}"):
                facts[name] = self(f"status.{facts[name]}")
        if "answer" in facts and self.has(f"answer.{facts['answer']}"):
            facts["answer"] = self(f"answer.{facts['answer']}")
        return catalogue(self.language)[f"refusal.{refusal.code}"].format(**facts)

    def of(self, record: object, name: str) -> str:
        """A record's text in this language: `of(section, "name")` reads `name_vi` or `name_en`."""
        return str(getattr(record, f"{name}_{self.language}"))

    def number(self, value: int | float) -> str:
        return str(format_decimal(value, locale=self.language))

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
        """07:12, 21/7/2023."""
        return f"{self.time(value)}, {self.day(value)}"

    def age(self, span: timedelta) -> str:
        """3 minutes, 2 hours, 5 days: the largest unit that fits, rounded down."""
        minutes = max(int(span / timedelta(minutes=1)), 0)
        if minutes < 1:
            return self("age.now")
        if minutes < 120:
            return self("age.minutes", number=minutes)
        if minutes < 48 * 60:
            return self("age.hours", number=minutes // 60)
        return self("age.days", number=minutes // (24 * 60))

    def ago(self, span: timedelta) -> str:
        """How long ago; under a minute just that it was now."""
        age = self.age(span)
        return age if span < timedelta(minutes=1) else self("age.ago", span=age)
