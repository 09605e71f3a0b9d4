"""Every page opens for everybody, in both languages, empty and full, and speaks one language
only.
"""

import json
import re
from bisect import bisect_left
from functools import cache
from itertools import product

import pytest
from sqlalchemy import select

from data.access.people import people
from data.events import loading
from data.storage import database
from data.words import LANGUAGES, catalogue
from models.storage import Record
from tests.pages.visitor import FRAMED, PAGES
from tests.stage import REAL, SMALL
from ui.shell import frame, moment
from ui.synthesis.paragraphs import excerpt

ROLES = (
    "admin",
    "committee",
    "command",
    "media",
    "lead.an_ninh",
    "deputy.an_ninh",
    "desk.ban_1",
    "rapporteur.dien_dan_1",
)
VIETNAMESE = re.compile("(?![×÷])[À-ỹ]")
FACT = re.compile(r"\{\w+(?::[^}]*)?\}")
KEY = re.compile(r"\b[a-z_]+\.[a-z_0-9]+\b")
DETACHED = " · "  # what pages put between the parts of a line


Ends = tuple[str, str]  # a text's first and last letter; an empty one where a fact stands there


@cache
def sentences(language: str) -> tuple[set[str], dict[Ends, list[re.Pattern]]]:
    """The catalogue's texts with letters of their own: those without facts, and the others as
    patterns whose facts may be anything, by their ends: only few of them are tried on a text.
    """
    other = next(one for one in LANGUAGES if one != language)
    own = {
        text for key, text in catalogue(language).items() if text not in catalogue(other).values()
    }
    bare = {text for text in own if re.search("[^\\W\\d_]{2}", FACT.sub("", text))}
    told: dict[Ends, list[re.Pattern]] = {}
    for text in filter(FACT.search, bare):
        parts = FACT.split(text)
        pattern = re.compile(".+".join(map(re.escape, parts)), re.DOTALL)
        told.setdefault((parts[0][:1], parts[-1][-1:]), []).append(pattern)
    return {text for text in bare if not FACT.search(text)}, told


@cache
def speaks(language: str, shown: str) -> bool:
    plain, told = sentences(language)
    parts = [shown, *shown.split(DETACHED)]
    return not plain.isdisjoint(parts) or any(
        sentence.fullmatch(part)
        for part in parts
        for ends in product({part[:1], ""}, {part[-1:], ""})
        for sentence in told.get(ends, ())
    )


@cache
def typed_by_people(_event: str) -> tuple[str, ...]:
    """Every text of the database that exists in one language only, longest first: it is shown as
    it was written, or its beginning. The same for each database of an event.
    """
    found = set()
    with database.reading() as session:
        for table in Record.metadata.tables.values():
            for row in session.execute(select(table)).mappings():
                for name, value in row.items():
                    if not isinstance(value, str) or not VIETNAMESE.search(value):
                        continue
                    if not name.endswith("_vi") or row.get(f"{name[:-3]}_en") in (None, value):
                        found |= {value, excerpt(value)}
    return longest_first(found)


def longest_first(texts: set[str]) -> tuple[str, ...]:
    return tuple(sorted(texts, key=len, reverse=True))


@cache
def without(shown: str, written: tuple[str, ...]) -> str:
    """A text without what people wrote: Vietnamese, the longest first."""
    if not VIETNAMESE.search(shown):
        return shown
    for known in written[bisect_left(written, -len(shown), key=lambda one: -len(one)) :]:
        shown = shown.replace(known, "")
    return shown


def everybody() -> list[str]:
    with database.reading() as session:
        return [person.key for person in people(session)]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_an_event_every_page_says_so_in_one_sentence(nothing_loaded, visit, page, language):
    visitor = visit(language=language).open(page)
    assert [one.value for one in visitor.at.warning] == [catalogue(language)["app.no_event"]]
    assert not visitor.at.button


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("event", ["sample", "unreported"])
def test_every_page_opens_for_a_visitor_who_is_not_signed_in(request, event, visit, language):
    request.getfixturevalue(event)
    visitor = visit(language=language)
    for page in PAGES:
        visitor.open(page)
        asked = [one.value for one in visitor.at.info] == [
            catalogue(language)["frame.sign_in_first"]
        ]
        assert asked is (page not in ("home", "wall")), page


IN_ONE_LANGUAGE = [
    *[("sample", role, language) for role in ROLES for language in LANGUAGES],
    # Of an empty page a language shows the same to all roles who see it.
    *[("unreported", role, LANGUAGES[number % 2]) for number, role in enumerate(ROLES)],
]


@pytest.mark.parametrize(("event", "role", "language"), IN_ONE_LANGUAGE)
def test_every_page_opens_for_every_role_in_one_language(request, event, visit, role, language):
    request.getfixturevalue(event)
    visitor = visit(role, language)
    other = next(one for one in LANGUAGES if one != language)
    keys = set(catalogue("vi"))
    written = typed_by_people(event)
    for page in PAGES:
        for shown in visitor.open(page).texts():
            assert not keys & set(KEY.findall(shown)), (
                f"{page} shows a key of the catalogue: {shown!r}"
            )
            if shown != catalogue(language)["app.language"]:
                assert not speaks(other, without(shown, written)), (
                    f"{page} shows {other}: {shown!r}"
                )


@pytest.mark.parametrize("role", ["command", "desk.ban_1"])
def test_on_an_english_page_only_what_people_wrote_is_vietnamese(sample, visit, role):
    visitor = visit(role, "en")
    written = longest_first({*typed_by_people("sample"), catalogue("en")["app.name"]})
    for page in PAGES:
        for shown in visitor.open(page).texts():
            if shown != catalogue("en")["app.language"]:
                assert not VIETNAMESE.search(without(shown, written)), f"{page}: {shown!r}"


def test_no_page_of_the_second_sample_says_the_nouns_of_the_first_or_anything_in_english(
    conference, visit
):
    """What its people wrote may: they have a programme, too, and it is called Chương trình."""
    visitor = visit("admin", "en")
    written = typed_by_people("conference")
    own, first = catalogue("vi", conference.nouns), catalogue("vi")
    firsts = {text for key, text in first.items() if text not in own.values() and key in own}
    for page in PAGES:
        for shown in visitor.open(page).texts():
            told = without(shown, written)
            assert not speaks("en", told), f"{page} shows English: {shown!r}"
            assert told not in firsts, f"{page} shows {shown!r}"
            assert not re.search("tiểu ban|diễn đàn", told, re.IGNORECASE), f"{page}: {shown!r}"
        assert not visitor.has_button("frame.language")
    (wall,) = visitor.open("wall").at.get("bidi_component")
    words = json.loads(wall.proto.json or wall.proto.mixed.json)["words"]
    assert words["event_over"] == "Hội nghị đã kết thúc"
    assert firsts.isdisjoint(words.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_walls_words_are_of_the_visitors_language(sample, visit, language):
    (wall,) = visit(language=language).open("wall").at.get("bidi_component")
    data = wall.proto.json or wall.proto.mixed.json
    words = json.loads(data)["words"]
    assert words["present"] == catalogue(language)["wall.present"]
    assert words["level.late"] == catalogue(language)["level.late"]


@pytest.mark.parametrize("page", FRAMED)
def test_every_page_says_that_it_is_a_rehearsal(sample, visit, page):
    assert visit("command").open(page).shows("DIỄN TẬP")


@pytest.mark.parametrize("page", FRAMED)
def test_no_page_of_a_real_event_says_rehearsal(real_event, visit, page):
    visitor = visit()
    visitor.open(page)
    assert not visitor.shows("DIỄN TẬP")


def test_a_rehearsal_sign_in_counts_for_nothing_in_a_real_event(unreported, visit):
    lead = visit("lead.an_ninh").open("update")
    assert lead.has_button("update.no_change")
    database.run(loading.load_event, folder=SMALL, rehearsal=False, now=REAL)
    assert [one.value for one in lead.open("update").at.info] == [
        catalogue("vi")["frame.sign_in_first"]
    ]


def test_one_tap_changes_the_language_and_back(sample, visit):
    visitor = visit("command").open("home")
    assert visitor.shows("Việc đang chờ")
    visitor.tap("frame.language")
    assert visitor.shows("Delegates present") and not visitor.shows("Việc đang chờ")
    visitor.open("log")
    assert visitor.shows(catalogue("en")["log.text"])
    visitor.tap("frame.language")
    assert not visitor.shows(catalogue("en")["log.text"])


@pytest.mark.parametrize(
    ("role", "page"),
    [
        ("desk.ban_1", "review"),
        ("media", "attendance"),
        ("lead.an_ninh", "people"),
        ("desk.ban_1", "audit"),
    ],
)
def test_a_page_that_is_not_for_a_role_says_so_and_shows_nothing_else(sample, visit, role, page):
    visitor = visit(role).open(page)
    assert [one.value for one in visitor.at.info] == [catalogue("vi")["frame.not_for_you"]]
    assert (
        not visitor.at.get("vega_lite_chart") and not visitor.at.dataframe and not visitor.at.metric
    )


@pytest.mark.one_database
@pytest.mark.parametrize("page", [name for name in FRAMED if name != "home"])
def test_a_sign_in_that_ends_under_an_open_page_ends_the_page(sample, visit, page, monkeypatch):
    """What a page draws again by itself is asked anew who it is for, not only its first run."""
    ended, seen, require = [], moment.seen, frame.require
    monkeypatch.setattr(frame, "require", lambda name: (require(name), ended.append(name))[0])
    monkeypatch.setattr(moment, "seen", lambda sign_in: seen(None if ended else sign_in))
    visitor = visit("admin" if page in ("people", "events", "event") else "command").open(page)
    assert ended == [page]
    assert [one.value for one in visitor.at.info] == [catalogue("vi")["frame.sign_in_first"]]


def test_every_person_of_the_event_can_open_their_page(sample, visit):
    for person in everybody():
        visitor = visit(person).open("home")
        assert visitor.at.get("page_link"), person
