"""Tests of the links that sign one browser in, once."""

import io
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader
from sqlalchemy import text

from data.access import invitations, sign_ins
from data.access.invitation_sheets import invitation_sheets
from data.commands import Origin, run
from data.events import loading
from data.storage import database
from data.words import Words
from models.refusals import Refusal
from tests import warm
from tests.stage import REAL, SMALL, current, give, person, refused

ROOT = Path(__file__).parents[3]


def real_event() -> None:
    database.run(loading.load_event, folder=SMALL, rehearsal=False, now=REAL)


def invited(key: str = "lead.an_ninh") -> str:
    return run(Origin(real=REAL), invitations.invite_from_command_line, key=key)


def join(token: str) -> str:
    return database.run(invitations.join, token=token, now=REAL)


def signed_in(token: str) -> str | None:
    with database.reading() as session:
        found = sign_ins.visitor_of(
            session, sign_ins.sign_in_of(session, token, now=REAL), now=REAL
        ).person
    return found.key if found else None


def test_an_invitation_signs_one_browser_in_at_a_real_event(db):
    real_event()
    assert signed_in(join(invited())) == "lead.an_ninh"


def test_a_used_invitation_is_refused(db):
    real_event()
    token = invited()
    join(token)
    with refused("invitation_unknown"):
        join(token)


@pytest.mark.parametrize("token", ["", "made-up", "x" * 5000])
def test_an_unknown_invitation_is_refused(db, token):
    real_event()
    with refused("invitation_unknown"):
        join(token)


def test_no_one_is_invited_who_is_not_in_the_file(db):
    real_event()
    with refused("person_unknown"):
        invited("lead.nobody")


def test_of_many_browsers_with_one_invitation_one_is_let_in(db):
    real_event()
    token = invited()

    def try_it(_number: int) -> str | None:
        try:
            return join(token)
        except Refusal:
            return None

    with ThreadPoolExecutor(8) as pool:
        let_in = [own for own in pool.map(try_it, range(8)) if own]
    assert len(let_in) == 1


def test_only_the_hash_of_an_invitation_is_stored(db):
    real_event()
    token = invited()
    with database.reading() as session:
        assert token not in str(session.execute(text("SELECT * FROM invitation")).all())


def command_line(*words: str) -> subprocess.CompletedProcess:
    return warm.run("-m", "cli", *words)


@pytest.mark.slow
def test_the_command_line_loads_a_real_event_and_makes_a_link_that_works(db):
    loaded = command_line("load", str(SMALL))
    assert loaded.returncode == 0, loaded.stderr
    assert "đại biểu" in loaded.stdout and "delegates" in loaded.stdout
    made = command_line("link", "command")
    assert made.returncode == 0, made.stderr
    path = made.stdout.strip().splitlines()[-1]
    assert signed_in(join(path.removeprefix("/join/"))) == "command"


@pytest.mark.slow
@pytest.mark.one_database
def test_the_command_line_says_in_both_languages_what_is_wrong_and_loads_nothing(db, tmp_path):
    (tmp_path / "event.toml").write_text("slug = \n", encoding="utf-8")
    failed = command_line("load", str(tmp_path))
    assert failed.returncode == 1
    assert "Tệp event.toml, dòng 1" in failed.stderr and "File event.toml, line 1" in failed.stderr
    assert "Traceback" not in failed.stderr
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM event")).scalar_one() == 0


@pytest.mark.one_database
def test_everyone_who_never_came_gets_a_card_with_a_link_that_signs_in(db):
    real_event()
    join(invited("admin"))
    given = give(invitations.invite_missing, by="admin", when=REAL)
    names = {one.name_vi for one in given}
    assert person("admin").name_vi not in names and person("lead.an_ninh").name_vi in names
    assert signed_in(join(given[0].token)) is not None
    words = Words("vi", ZoneInfo("Asia/Ho_Chi_Minh"))
    facts = {"address": "https://su-kien.local:8501", "event": current().short_name_vi}
    sheets = PdfReader(io.BytesIO(invitation_sheets(given, **facts, words=words, at=REAL)))
    assert len(sheets.pages) == -(-len(given) // 8)
    shown = " ".join(" ".join(page.extract_text() for page in sheets.pages).split())
    assert all(name.split()[0] in shown for name in names) and "ba ngày" in shown
