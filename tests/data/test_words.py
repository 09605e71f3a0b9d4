"""The two catalogues agree, every refusal has its sentence, and numbers, dates and ages are written
as each language does.
"""

import ast
import re
import unicodedata
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from data.words import LANGUAGES, USUAL, Words, catalogue, written
from models.events.nouns import CHOICES, Nouns
from models.refusals import Refusal
from tests.source import nodes, tree

ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
EVENING = datetime(2023, 7, 20, 17, 12, tzinfo=timezone.utc)  # 00:12 on 21 July in the event's zone
FILE_FACTS = {"file", "line", "field", "why", "value"}  # what Row.refuse gives of itself


def words(language: str) -> Words:
    return Words(language, ZONE)


def placeholders(text: str) -> list[str]:
    """The names of a text's facts; `{count:task|tasks}` chooses a word and is no more of them."""
    return sorted({name for _, name, _, _ in Formatter().parse(text) if name is not None})


@cache
def functions() -> list[tuple[Path, ast.AST]]:
    """Every function of the rules, the data and the pages, with its file."""
    return list(_functions())


def _functions():
    for folder in ("models", "data", "web"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in nodes(tree(path)):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield path.relative_to(ROOT), node


def calls(node: ast.AST, name: str):
    for call in nodes(node):
        if isinstance(call, ast.Call) and name == getattr(
            call.func, "id", getattr(call.func, "attr", None)
        ):
            yield call


def strings(node: ast.AST, function: ast.AST) -> set[str]:
    """The texts an argument can be: written in place, or assigned to its name in the same
    function.
    """
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) else set()
    if isinstance(node, ast.IfExp):
        return strings(node.body, function) | strings(node.orelse, function)
    if isinstance(node, ast.Name):
        assigned = (step for step in nodes(function) if isinstance(step, ast.Assign))
        found = [
            step.value
            for step in assigned
            if any(getattr(target, "id", None) == node.id for target in step.targets)
        ]
        return set().union(*(strings(value, function) for value in found))
    return set()


@cache
def refusals() -> list[tuple[str, set[str], bool, str]]:
    """(code, names of its facts, whether it gives more facts than those, place) of every
    `Refusal(...)`.
    """
    return [
        (
            code,
            {word.arg for word in call.keywords if word.arg},
            any(not word.arg for word in call.keywords),
            f"{path}:{call.lineno}",
        )
        for path, function in functions()
        for call in calls(function, "Refusal")
        for code in strings(call.args[0], function)
    ]


@cache
def reasons() -> list[tuple[str, set[str], str]]:
    """(why, names of its facts, place) of every `row.refuse(field, why)`, and of every rule given
    to `row.checked`.
    """
    found = [
        (why, {word.arg for word in call.keywords if word.arg}, f"{path}:{call.lineno}")
        for path, function in functions()
        for call in calls(function, "refuse")
        for why in strings(call.args[1], function)
    ]
    rules = {
        name.id
        for _, function in functions()
        for call in calls(function, "checked")
        for name in ast.walk(call.args[1])
        if isinstance(name, ast.Name)
    }
    for path, function in functions():
        if function.name in rules:
            for call in calls(function, "Refusal"):
                found += [
                    (code, set(), f"{path}:{call.lineno}")
                    for code in strings(call.args[0], function)
                ]
    return found


def test_both_languages_have_the_same_keys_in_the_same_order():
    assert list(catalogue("en")) == list(catalogue("vi"))


def test_both_languages_use_the_same_placeholders_in_each_text():
    other = {
        key: (text, catalogue("en")[key])
        for key, text in catalogue("vi").items()
        if placeholders(text) != placeholders(catalogue("en")[key])
    }
    assert other == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_noun_has_its_terms_and_every_text_uses_only_these(language):
    texts = written(language)
    by_choice = {
        (kind, choice.value): {
            key.rpartition(".")[2] for key in texts if key.startswith(f"noun.{kind}.{choice}.")
        }
        for kind, choices in CHOICES.items()
        for choice in choices
    }
    for (kind, _), terms in by_choice.items():
        assert terms and terms == by_choice[kind, getattr(USUAL, kind)]
    terms = set().union(*by_choice.values())
    used = {one.lower() for text in texts.values() for one in re.findall(r"(?<!\[)\[(\w+)\]", text)}
    assert used <= terms | {"rehearsal", "auth"}, used - terms  # tables of settings
    own = catalogue(language, Nouns("conference", "team", "discussion"))
    shown = [re.sub(r"\{\w+", "", text) for key, text in own.items() if not key.startswith("noun.")]
    firsts = re.compile(r"\b(tiểu ban|diễn đàn|sections?|forums?)\b", re.IGNORECASE)
    assert [text for text in shown if firsts.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_padded_or_decomposed(language):
    for key, text in catalogue(language).items():
        assert text and text == text.strip() and text == unicodedata.normalize("NFC", text), key


def test_the_english_has_no_vietnamese_letters_outside_names_and_quoted_examples():
    plain = {
        key: re.sub(r"“[^”]*”", "", text)
        for key, text in catalogue("en").items()
        if key not in ("app.name", "app.language")
    }
    assert {
        key: text
        for key, text in plain.items()
        if any(unicodedata.combining(mark) for mark in unicodedata.normalize("NFD", text))
        or set(text) & set("đĐ")
    } == {}


def test_the_search_for_refusals_finds_them_in_every_form():
    codes = {code for code, *_ in refusals()}
    assert {
        "note_needed",
        "file_field",
        "file_setting",
        "already_in",
        "already_in_at_desk",
        "wrong_item",
    } <= codes
    assert {"empty", "used_twice", "cycle", "offset_malformed", "badge_mistyped"} <= {
        why for why, *_ in reasons()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_a_sentence(language):
    assert [
        (code, place)
        for code, _, _, place in refusals()
        if not words(language).has(f"refusal.{code}")
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_a_file_is_refused_for_has_words(language):
    assert [
        (why, place) for why, _, place in reasons() if not words(language).has(f"why.{why}")
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_gives_the_facts_its_sentence_needs(language):
    texts = catalogue(language)
    lacking = [
        (code, place)
        for code, facts, more, place in refusals()
        if not more and not set(placeholders(texts[f"refusal.{code}"])) <= facts
    ]
    lacking += [
        (why, place)
        for why, facts, place in reasons()
        if not set(placeholders(texts[f"why.{why}"])) <= facts | FILE_FACTS
    ]
    assert lacking == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_sentence_ends_with_a_full_stop(language):
    assert [
        key
        for key, text in catalogue(language).items()
        if key.startswith("refusal.") and not text.endswith(".")
    ] == []


@pytest.mark.parametrize(("language", "text"), [("vi", "1.121"), ("en", "1,121")])
def test_thousands_are_separated_as_the_language_does(language, text):
    assert words(language).number(1121) == text
    assert words(language)("age.days", number=1121).startswith(text)


@pytest.mark.parametrize(
    ("language", "value", "text"),
    [
        ("vi", 0.875, "87,5%"),
        ("en", 0.875, "87.5%"),
        ("vi", 1, "100%"),
        ("en", 1, "100%"),
        ("vi", 0, "0%"),
        ("en", 0.9999, "100%"),
    ],
)
def test_a_share_has_at_most_one_decimal(language, value, text):
    assert words(language).share(value) == text


@pytest.mark.parametrize(
    ("language", "day", "short", "moment"),
    [
        ("vi", "21/7/2023", "21/7", "00:12 ngày 21/7/2023"),
        ("en", "21 Jul 2023", "21 Jul", "00:12, 21 Jul 2023"),
    ],
)
def test_moments_and_days_are_written_in_the_zone_of_the_event(language, day, short, moment):
    written = words(language)
    assert written.day(EVENING) == written.day(date(2023, 7, 21)) == day
    assert written.day_short(EVENING) == written.day_short(date(2023, 7, 21)) == short
    assert written.time(EVENING) == "00:12"
    assert written.moment(EVENING) == moment


@pytest.mark.parametrize(
    ("days", "vi", "en"),
    [
        (0, "00:12", "00:12"),
        (1, "00:12 hôm qua", "00:12 yesterday"),
        (2, "00:12 ngày 21/7", "00:12, 21 Jul"),
        (-1, "00:12 ngày 21/7", "00:12, 21 Jul"),
        (170, "00:12 ngày 21/7/2023", "00:12, 21 Jul 2023"),
    ],
)
def test_a_moment_is_written_as_seen_from_now_and_in_full_for_a_file(days, vi, en):
    for language, text in (("vi", vi), ("en", en)):
        seen = Words(language, ZONE, EVENING + timedelta(days=days))
        assert seen.moment(EVENING) == text
        assert seen.dated().moment(EVENING) == words(language).moment(EVENING)


@pytest.mark.parametrize(
    ("day", "vi", "en"),
    [
        (-30, "trước 30 ngày", "30 days before"),
        (0, "ngày thứ nhất", "first day"),
        (1, "ngày thứ hai", "second day"),
        (4, "ngày thứ 5", "day 5"),
        (7, "sau 3 ngày", "3 days after"),
    ],
)
def test_a_day_is_named_as_counted_from_the_events(day, vi, en):
    first = date(2023, 7, 21)
    for language, text in (("vi", vi), ("en", en)):
        told = words(language).event_day(first + timedelta(days=day), first, date(2023, 7, 25))
        assert told == text


def test_what_is_left_is_counted_in_days_of_the_calendar_from_two_midnights_on():
    now = EVENING + timedelta(hours=17)  # 17:12, so that forty hours later two midnights are past
    for hours, vi, en in ((6, "6 giờ", "6 h"), (30, "1 ngày", "1 day"), (40, "2 ngày", "2 days")):
        assert words("vi").left(now + timedelta(hours=hours), now) == vi
        assert words("en").left(now + timedelta(hours=hours), now) == en


def test_one_is_told_in_the_singular_in_english():
    for number, text in ((1, "1 device signed out."), (2, "2 devices signed out.")):
        assert words("en")("people.withdrawn", number=number).endswith(text)
    for number, text in ((1, "1 try is left."), (2, "2 tries are left.")):
        assert words("en").refusal(Refusal("pin_wrong", number=number)).endswith(text)


NOT_FOR_LEADERS = re.compile(r"\b(bạn|vai(?! trò)|trễ|trọng yếu)\b", flags=re.IGNORECASE)
WAYS_OF_A_WORD = {  # one English word that says two things: what it is called there is right
    "contributions",  # on the bar of a telephone there is room for one word
    "excused",
    "started",
    "now",
    "draft",
    "organising committee",
    "media",
    "{span} late",
    "for {at}",
    "at risk",
    "minutes",  # of a meeting, and of time
    "not reached",  # a contribution, and a paper
    "recalled",
    "register",
}


def test_vietnamese_speaks_to_officials_and_has_one_word_for_one_thing():
    told = catalogue("vi")
    assert {key: text for key, text in told.items() if NOT_FOR_LEADERS.search(text)} == {}
    said: dict[str, dict[str, str]] = {}
    for key, english in catalogue("en").items():
        if not key.startswith(("document.", "noun.")):
            said.setdefault(english.lower(), {})[told[key].lower()] = key
    two = {english: ways for english, ways in said.items() if len(ways) > 1}
    assert {english: ways for english, ways in two.items() if english not in WAYS_OF_A_WORD} == {}


@pytest.mark.parametrize(
    ("span", "vi", "en"),
    [
        (timedelta(minutes=-5), "vừa xong", "just now"),
        (timedelta(seconds=59), "vừa xong", "just now"),
        (timedelta(seconds=60), "1 phút", "1 min"),
        (timedelta(seconds=119), "1 phút", "1 min"),
        (timedelta(minutes=59, seconds=59), "59 phút", "59 min"),
        (timedelta(minutes=60), "1 giờ", "1 h"),
        (timedelta(minutes=111), "1 giờ 51 phút", "1 h 51 min"),
        (timedelta(hours=23, minutes=59), "23 giờ 59 phút", "23 h 59 min"),
        (timedelta(hours=24), "1 ngày", "1 day"),
        (timedelta(days=2, hours=23), "2 ngày", "2 days"),
    ],
)
def test_an_age_is_in_hours_and_minutes_and_from_a_day_on_in_days_rounded_down(span, vi, en):
    assert (words("vi").age(span), words("en").age(span)) == (vi, en)


@pytest.mark.parametrize(
    ("language", "number", "day"), [("vi", "1.121", "21/7/2023"), ("en", "1,121", "21 Jul 2023")]
)
def test_a_fact_is_written_by_its_kind(language, number, day):
    written = words(language)
    assert written.fact(1121) == number
    assert written.fact(date(2023, 7, 21)) == day
    assert written.fact(EVENING) == written.moment(EVENING)
    assert written.fact("0417K") == "0417K"
    assert written.fact(True) == "True"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("vi", "“Phiên chính” đã được ghi bắt đầu lúc 00:12 ngày 21/7/2023."),
        ("en", "“Phiên chính” was already recorded as started at 00:12, 21 Jul 2023."),
    ],
)
def test_a_refusal_gives_moments_in_the_zone_of_the_event(language, text):
    assert (
        words(language).refusal(Refusal("item_already_started", item="Phiên chính", at=EVENING))
        == text
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("vi", "Tệp roster.csv, dòng 1121, cột “badge”: “0417K” đã dùng ở dòng 12."),
        ("en", "File roster.csv, line 1121, column “badge”: “0417K” is already used in line 12."),
    ],
)
def test_a_refused_file_is_shown_with_line_column_and_reason(language, text):
    refusal = Refusal(
        "file_field",
        file="roster.csv",
        line=1121,
        field="badge",
        why="used_twice",
        value="0417K",
        first=12,
    )
    assert words(language).refusal(refusal) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("vi", "Không ghi được vào thư mục dữ liệu /data (Permission denied)."),
        ("en", "The data folder /data cannot be written to (Permission denied)."),
    ],
)
def test_a_reason_without_words_of_its_own_is_shown_as_it_came(language, text):
    assert (
        words(language).refusal(
            Refusal("folder_unwritable", folder="/data", why="Permission denied")
        )
        == text
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("vi", "Ghi chú: cần nêu lý do khi báo “Đang vướng mắc”."),
        ("en", "Note: give the reason when you report “Blocked”."),
    ],
)
def test_a_refused_status_is_shown_by_its_name(language, text):
    assert words(language).refusal(Refusal("note_needed", status="blocked")) == text


def test_an_unknown_language_is_the_default_one():
    assert Words("fr", ZONE).language == "vi"
    assert Words("en", ZONE).language == "en"


def test_a_group_has_the_texts_below_its_prefix_by_the_rest_of_their_keys():
    assert words("en").group("level") == {
        "late": "Late",
        "at_risk": "At risk",
        "silent": "No update",
        "not_started": "Not started",
        "on_track": "On track",
        "ready": "Ready",
    }
    assert all("." not in key for key in words("en").group("wall"))


def test_a_record_is_read_in_the_language():
    class Section:
        name_vi, name_en = "Tiểu ban Y tế", "Medical section"

    assert [words(language).of(Section, "name") for language in LANGUAGES] == [
        "Tiểu ban Y tế",
        "Medical section",
    ]
