"""Tests of data/documents/profiles.py: the profiles, own ones as a file, and bad ones refused."""

import copy
import shutil
import tomllib
from dataclasses import replace
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import pytest

from data.documents.profiles import FILE, HERE, own_profiles, profile_of, profiles, read_profile
from data.events import loading
from data.storage import database
from data.words import LANGUAGES, Words
from models.refusals import Refusal
from tests.data.documents.stage import event as headed_event
from tests.stage import REAL, SMALL, current, refused

VINH = ZoneInfo("Asia/Ho_Chi_Minh")
TABLES = tomllib.loads((HERE / FILE).read_text(encoding="utf-8"))


def changed(path: str, value: object, key: str = "party") -> dict:
    """A profile's table with one field set (None: taken away), by its dotted name."""
    table = copy.deepcopy(TABLES[key])
    *parts, last = path.split(".")
    inner = table
    for part in parts:
        inner = inner[part]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return table


def test_the_margins_and_sizes_lie_within_what_the_state_prescribes():
    state = profiles()["state"]
    assert 20 <= state.paper.top <= 25 and 20 <= state.paper.bottom <= 25
    assert 30 <= state.paper.left <= 35 and 15 <= state.paper.right <= 20
    sizes = {name: style.size for name, style in state.styles.items()}
    assert all(12 <= sizes[name] <= 13 for name in ("heading", "parent", "issuer"))
    assert all(
        13 <= sizes[name] <= 14
        for name in ("motto", "place_date", "kind", "summary", "authority", "position", "signer")
    )
    assert (
        sizes["number"] == 13 and 13 <= state.body.size <= 14 and 13 <= state.page_number.size <= 14
    )
    assert state.body.first_line in (10, 12.7) and state.body.gap >= 6
    assert state.body.line_unit == "lines" and 1 <= state.body.line <= 1.5
    assert (
        1 / 3 <= state.below.issuer <= 1 / 2
        and 1 / 3 <= state.below.summary <= 1 / 2
        and state.below.motto == 1
    )
    assert state.authority == {
        "on_behalf": "TM.",
        "deputy": "KT.",
        "by_order": "TL.",
        "by_delegation": "TUQ.",
        "acting": "Q.",
    }


def test_the_partys_own_values():
    party = profiles()["party"]
    assert (party.paper.top, party.paper.bottom, party.paper.left, party.paper.right) == (
        20,
        20,
        30,
        15,
    )
    assert (party.heading, party.motto) == ("Đảng Cộng sản Việt Nam", "")
    assert (party.below.heading, party.below.issuer, party.below.summary) == (1, "*", "-----")
    assert (
        party.body.line_unit == "points"
        and party.body.line >= 18
        and party.body.gap >= 6
        and 14 <= party.body.size <= 15
    )
    assert party.authority == {"on_behalf": "T/M", "deputy": "K/T", "by_order": "T/L"}
    assert 15 <= party.styles["kind"].size <= 16 and 14 <= party.styles["summary"].size <= 15


def test_the_partys_values_of_2026_differ_where_its_new_rules_do():
    party, known = profiles()["party_2026"], profiles()["party"]
    assert party.paper.mirrored and not known.paper.mirrored
    assert replace(party.paper, mirrored=False) == known.paper
    assert party.body.line_unit == "points" and 18 <= party.body.line <= 22
    assert party.authority == known.authority | {"acting": "Q."}
    urgency, addressed = party.styles["urgency"], party.styles["addressed"]
    assert (urgency.size, urgency.bold, urgency.capitals) == (14, True, True)
    assert (addressed.size, addressed.italic) == (14, True)
    assert party.basis == "- {text};" and party.signature > known.signature


def test_a_profile_that_an_earlier_version_stored_is_read_without_the_later_fields():
    stored = changed("basis", None, "party_2026")
    del stored["signature"], stored["paper"]["mirrored"]
    for name in ("urgency", "addressed", "basis"):
        stored["styles"].pop(name, None)
    profile = read_profile("own", stored)
    assert (profile.basis, profile.signature, profile.paper.mirrored) == ("{text};", 60, False)
    assert set(profile.styles) == set(profiles()["party"].styles)


@pytest.mark.parametrize("key", ["party", "state"])
@pytest.mark.parametrize(
    ("moment", "written"),
    [
        ("2023-07-22T00:30", ("22", "7", "2023")),
        ("2024-02-05T02:00", ("05", "02", "2024")),
        ("2024-01-09T18:00", ("10", "01", "2024")),  # the 10th already in Vinh
        ("2024-03-09T02:00", ("09", "3", "2024")),
        ("2024-12-31T18:00", ("01", "01", "2025")),
    ],
)
def test_days_below_ten_and_the_first_two_months_have_a_zero_before_them(key, moment, written):
    day = profiles()[key].day(datetime.fromisoformat(moment).replace(tzinfo=timezone.utc), VINH)
    assert (day["day"], day["month"], day["year"]) == written


@pytest.mark.parametrize(
    ("path", "value", "field", "why"),
    [
        ("font", "", "font", "empty"),
        ("heading", None, "heading", "empty"),
        ("number", "Số {nubmer}", "number", "places_malformed"),
        ("number", "Số {number.__class__}", "number", "places_malformed"),
        ("number", "Số {number", "number", "places_malformed"),
        ("place_date", "{place}, {day:>9}", "place_date", "places_malformed"),
        ("pad_days_below", 9.5, "pad_days_below", "not_whole"),
        ("pad_months_below", 99, "pad_months_below", "too_large"),
        ("paper", None, "paper", "empty"),
        ("paper", 210, "paper", "not_a_table"),
        ("paper.left", "ba", "left", "not_a_number"),
        ("paper.left", -1, "left", "too_small"),
        ("paper.left", float("nan"), "left", "too_small"),
        ("paper.left", 101, "left", "too_large"),
        ("paper.width", 100, "right", "too_large"),
        ("paper.lef", 30, "lef", "unknown_field"),
        ("below.issuer", 1.5, "issuer", "too_large"),
        ("below.issuer", 0, "issuer", "too_small"),
        ("below.summary", None, "summary", "empty"),
        ("authority.deputy", "", "deputy", "empty"),
        ("body.line", 13, "line", "too_small"),
        ("body.line_unit", "inches", "line_unit", "not_among"),
        ("page_number.from_top", 0, "from_top", "too_small"),
        ("styles.kind", None, "kind", "empty"),
        ("styles.kind", 14, "kind", "not_a_table"),
        ("styles.kind.size", 200, "size", "too_large"),
        ("styles.kind.bold", "yes", "bold", "not_a_switch"),
        ("styles.kind.colour", "red", "colour", "unknown_field"),
        ("styles.kinds", {"size": 14}, "kinds", "unknown_field"),
        ("colour", "red", "colour", "unknown_field"),
        ("basis", "- {name};", "basis", "places_malformed"),
        ("signature", 500, "signature", "too_large"),
        ("paper.mirrored", "yes", "mirrored", "not_a_switch"),
        ("styles.urgency", 14, "urgency", "not_a_table"),
    ],
)
def test_a_bad_value_is_refused_by_file_and_field(path, value, field, why):
    with pytest.raises(Refusal) as caught:
        read_profile("party", changed(path, value))
    facts = caught.value.facts
    assert (caught.value.code, facts["field"], facts["why"]) == ("file_setting", field, why)
    assert facts["file"].startswith("profiles.toml [party")
    for language in LANGUAGES:
        written = Words(language, VINH).refusal(caught.value)
        assert "profiles.toml" in written and field in written and why not in written.split()


@pytest.fixture
def folder(tmp_path):
    """The small event's folder, to change."""
    return shutil.copytree(SMALL, tmp_path / "event")


def head_documents(folder, profile: str, more: str = "") -> None:
    with (folder / "event.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'\n[documents]\nprofile = "{profile}"\nsymbol = "VP"\nparent_vi = "Tỉnh ủy"\n{more}\n'
        )


def own_profile(folder, text: str | None = None) -> None:
    written = (
        (HERE / FILE)
        .read_text(encoding="utf-8")
        .split("# Hướng dẫn 05-HD")[0]
        .replace("[party", "[party_2027")
    )
    (folder / FILE).write_text(
        text or written.replace("left = 30", "left = 25").replace("T/M", "TM/"), encoding="utf-8"
    )


def load(folder) -> None:
    database.run(loading.load_event, folder=folder, rehearsal=False, now=REAL)


@pytest.mark.one_database
def test_a_profile_is_added_as_a_file_in_the_events_folder(event, folder):
    own_profile(folder)
    head_documents(
        folder,
        "party_2027",
        'authority = "on_behalf"\nspelling = "uỷ"\nrecipients = ["Thường trực", " Lưu "]\n'
        'urgency = "urgent"\naddressed = ["Tỉnh ủy"]\nbasis = ["Căn cứ Quy định"]',
    )
    load(folder)
    (folder / FILE).unlink()
    loaded = current()
    profile = profile_of(loaded)
    assert (profile.key, profile.paper.left, profile.authority["on_behalf"]) == (
        "party_2027",
        25,
        "TM/",
    ), "it is stored"
    assert (loaded.documents["spelling"], loaded.documents["recipients"]) == (
        "uỷ",
        ["Thường trực", "Lưu"],
    )
    assert (loaded.documents["urgency"], loaded.documents["basis"]) == (
        "urgent",
        ["Căn cứ Quy định"],
    )


@pytest.mark.one_database
def test_a_folders_own_profile_of_a_known_name_comes_before_the_programs(event, folder):
    (folder / FILE).write_text(
        (HERE / FILE).read_text(encoding="utf-8").replace("left = 30", "left = 33"),
        encoding="utf-8",
    )
    head_documents(folder, "state")
    load(folder)
    assert profile_of(current()).paper.left == 33 and profiles()["state"].paper.left == 30


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("profile", "more", "field", "why"),
    [
        ("party_2028", "", "profile", "not_among"),
        ("party", 'authority = "by_hand"', "authority", "not_among"),
        ("party", 'spelling = "uy"', "spelling", "not_among"),
        ("party", 'recipients = "Lưu"', "recipients", "not_texts"),
        ("party", 'recipients = ["Lưu", " "]', "recipients", "not_texts"),
        ("party", 'addressed = "Tỉnh ủy"', "addressed", "not_texts"),
        ("party", 'urgency = "now"', "urgency", "not_among"),
    ],
)
def test_what_an_event_says_of_its_documents_is_refused_by_file_and_field(
    event, folder, profile, more, field, why
):
    head_documents(folder, profile, more)
    with refused("file_setting", file="event.toml [documents]", field=field, why=why):
        load(folder)


@pytest.mark.one_database
def test_a_bad_profile_of_a_folder_is_refused_before_anything_is_loaded(event, folder):
    head_documents(folder, "party")
    own_profile(folder, '[party_2026]\nfont = "Arial"\n')
    with refused("file_setting", file="profiles.toml [party_2026]", why="empty"):
        load(folder)
    own_profile(folder, "[party_2026\n")
    with refused("file_not_toml", file="profiles.toml", line=1):
        load(folder)


def test_a_folder_without_the_file_has_no_profiles_of_its_own(folder):
    assert own_profiles(folder) == {}


def test_an_event_without_settings_has_the_default_profile():
    plain = headed_event()
    plain.documents = {}
    assert profile_of(plain).key == "party"
