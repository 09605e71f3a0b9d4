"""Tests of long imports: read and written by a process of their own, stopped, and never doubled."""

import io
import os
import pickle
import queue
import signal
import subprocess
import sys
from datetime import date, datetime, timezone
from pathlib import Path

import pytest
from sqlmodel import col, delete, select

from data.commands import Origin, run
from data.imports import apart, drafts, pipe, work
from data.imports.errors_file import errors_file
from data.imports.requests import Apply, Errors, Look, Looked, Phase, Progress
from data.imports.work import End, Work
from data.storage import database
from data.words import Words
from jobs.imports import let_go
from models.events.event import zone
from models.events.nouns import Nouns
from models.imports.drafts import ImportDraft, ImportFile
from models.refusals import Refusal
from models.storage import Change
from tests.data.imports.quirks import text
from tests.data.imports.test_drafts import act, begun
from tests.stage import REAL, content, current, person, refused, row_counts

pytestmark = [pytest.mark.one_database, pytest.mark.slow]

HEADER = ["STT", "Họ và tên", "Chức vụ", "Đơn vị"]
MANY = 300
LONG = 120.0  # seconds of patience


def listed(rows: int) -> tuple[str, bytes]:
    """A list that names each person once; its last row has no unit."""
    lines = [[n, f"Nguyễn Văn {n}", f"Cán bộ {n}", f"Xã Số {n // 70}"] for n in range(1, rows)]
    return "danh-sach.csv", text([HEADER, *lines, [rows, "Lê Lợi", "Cán bộ", None]]).encode()


def ingredients(draft_id: int) -> drafts.Ingredients:
    with database.reading() as session:
        return drafts.ingredients_of(session, session.get_one(ImportDraft, draft_id), REAL)


def looked(draft_id: int) -> Work:
    found = work.look(draft_id, ingredients(draft_id).key)
    assert found.over.wait(LONG)
    return found


def asked(draft_id: int, seal: str | None, key: str = "one") -> Apply:
    with database.reading() as session:
        version = session.get_one(ImportDraft, draft_id).version
    return Apply(draft_id, version, seal, {}, person("admin").id, None, key)


def errors_asked(draft_id: int) -> Errors:
    return Errors(draft_id, "danh-sach.csv", "vi", Nouns())


@pytest.fixture
def draft_id(event, monkeypatch):
    monkeypatch.setattr(drafts, "MAX_ROWS_HERE", MANY - 1)
    monkeypatch.setattr(drafts, "_recent", drafts._Recent())  # others read the same list
    yield (made := begun(listed(MANY)))
    work.forget(made)


def test_a_long_list_is_read_and_written_apart_as_it_would_be_here(draft_id):
    of = ingredients(draft_id)
    assert of.is_long and of.rows == MANY
    first = looked(draft_id)
    shown: Looked = first.answer
    assert work.look(draft_id, of.key) is first, "it is read once for everybody"
    here = drafts.previewed(of)
    assert shown.preview.outcome.counts == here.outcome.counts
    assert shown.preview.outcome.notes.findings == here.outcome.notes.findings
    assert shown.preview.tables[0].count == MANY > len(shown.preview.tables[0].rows)
    assert shown.difference.counts and shown.seal == shown.difference.seal
    words = Words("vi", zone(current()))
    assert len(pickle.dumps(errors_asked(draft_id))) < 1_000, "it carries no catalogue"
    apart = work.errors(errors_asked(draft_id))
    assert abs(len(apart) - len(errors_file(here, "danh-sach.csv", words))) < 20
    before = row_counts()
    tried = work.apply(asked(draft_id, shown.seal))
    assert work.apply(asked(draft_id, shown.seal, "two")) is tried, "a second tap"
    assert tried.over.wait(LONG) and (tried.end, tried.refusal) == (End.DONE, None)
    assert work.apply(tried.request) is tried and tried.request.was_done()
    after = row_counts()
    assert after["delegate"] - before["delegate"] == MANY
    assert after["import"] - before["import"] == 1
    assert (after["importdraft"], after["importfile"]) == (0, 0)
    left = work._drafts[draft_id]
    assert (left.helper, left.look, left.errors) == (None, None, None), "they hold names"


def test_the_requests_of_a_draft_come_one_after_another(draft_id):
    """Two on one pipe would take each other's answers, and neither would end."""
    seal = looked(draft_id).answer.seal
    with database.writing():  # what is applied waits for its turn
        applying = work.apply(asked(draft_id, seal))
        with pytest.raises(Refusal, match="import_busy"):
            work.errors(errors_asked(draft_id))
        assert work.look(draft_id, "another") is applying
        work._drafts[draft_id].end()
    assert applying.over.wait(LONG) and applying.end is End.STOPPED
    reading = work.look(draft_id, "another")
    with pytest.raises(Refusal, match="import_busy"):
        work.apply(asked(draft_id, seal, "two"))
    newer = work.look(draft_id, ingredients(draft_id).key)
    assert newer is not reading and newer.over.wait(LONG) and newer.end is End.DONE
    assert reading.over.wait(LONG) and reading.end is not None


def test_others_wait_for_an_import_that_writes_within_bounds(draft_id, monkeypatch):
    seal = looked(draft_id).answer.seal
    monkeypatch.setattr(work, "MAX_WRITING", 0.0)
    process = work._drafts[draft_id].helper.process
    with database.engine().connect().execution_options(writes=True) as held, held.begin():
        tried = work.apply(asked(draft_id, seal))  # it has its turn, and can write nothing
        assert process.wait(LONG) != 0
    assert tried.over.wait(LONG) and tried.end is End.BROKEN
    with database.reading() as session:
        assert session.get(ImportDraft, draft_id) is not None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_whatever_is_raised_while_a_request_is_heard_out_its_draft_is_free_again(draft_id):
    unsayable = Apply(draft_id, 0, None, {"a": lambda: ""}, 1, None, "one")
    tried = work.apply(unsayable)
    assert tried.over.wait(LONG) and tried.end is End.BROKEN
    assert work.under_way(draft_id) is None and looked(draft_id).end is End.DONE


def test_the_process_of_an_import_ends_where_it_cannot_go_on():
    apart_alone = subprocess.Popen([sys.executable, "-m", "data.imports.apart"], cwd=work.ROOT,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
    apart_alone.stdin.write(b"\x80\x04\x8c\x07nowhere\x8c\x03one\x93.")
    apart_alone.stdin.flush()
    assert apart_alone.wait(LONG) == 1, "what it is asked for cannot be read"
    apart_alone.stdin.close(), apart_alone.stdout.close()
    requests = queue.Queue()
    requests.put(Look(1))
    with pytest.raises(SystemExit):  # another request is not the turn to write
        apart._answer(Writing(), requests, io.BytesIO())


class Writing:
    def do(self, say) -> None:
        say(Progress(Phase.WRITES))


def test_what_was_read_of_a_draft_goes_with_it_whoever_deletes_it(draft_id):
    """The command line erases an event, or another server confirms: what was read holds names."""
    looked(draft_id)
    drafts.previewed(ingredients(draft_id))
    process = work._drafts[draft_id].helper.process
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        drafts.forget_draft(session, draft_id)
        1 / 0  # noqa: B018
    let_go()
    assert drafts.read_here() == {draft_id} == {*work._drafts}, "it was not committed"
    with database.engine().begin() as elsewhere:
        elsewhere.execute(delete(ImportFile))
        elsewhere.execute(delete(ImportDraft))
    database.log_holds_erased = False
    let_go()
    assert process.wait(LONG) != 0 and draft_id not in work._drafts
    assert drafts.read_here() == set() and database.log_holds_erased
    again = begun(listed(MANY))
    drafts.previewed(ingredients(again))
    work._drafts[again] = work._Draft()
    database.run(drafts.forget_draft, draft_id=again)
    assert drafts.read_here() == set() and again not in work._drafts


def test_after_a_restart_amid_the_writing_the_page_knows_that_nothing_came_of_it(
    draft_id, monkeypatch
):
    def held():
        with database.reading() as session:
            return drafts.prepared(session, current().id)

    with refused("import_moved"):
        act(drafts.confirm_import, draft_id, version=held().version - 1)
    before = held().version
    act(drafts.confirm_import, draft_id, version=before)
    assert held().version == before and not work.was_cut_off(held()), "it is being written"
    monkeypatch.setattr(work, "STARTED", datetime.now(timezone.utc))  # another server
    assert work.was_cut_off(held())
    act(drafts.answer_import, draft_id, answers={"critical": "none"})
    assert not work.was_cut_off(held()), "somebody has gone on since"


def test_what_is_stopped_or_killed_writes_nothing_and_is_begun_again(draft_id):
    tables = ("delegate", "delegation", "import", "importdraft", "importfile", "change")
    with pytest.raises(Refusal, match="not_permitted"):
        work.stop(Origin(person("command")), draft_id)
    reading = work.look(draft_id, ingredients(draft_id).key)
    work.stop(Origin(person("admin")), draft_id)
    assert reading.over.wait(LONG) and reading.end is End.STOPPED
    assert work.look(draft_id, ingredients(draft_id).key) is reading, "until somebody says so"
    act(drafts.read_import_again, draft_id)
    with database.reading() as session:
        said = session.exec(select(Change.what, Change.person_id).order_by(col(Change.id))).all()
    assert [(one["command"], who) for one, who in said][-2:] == [
        (name, person("admin").id) for name in ("stop_import", "read_import_again")
    ]
    before = content(*tables)
    seal = looked(draft_id).answer.seal
    with database.writing():  # its turn does not come while somebody else writes
        tried = work.apply(asked(draft_id, seal))
        helper = work._drafts[draft_id].helper
        os.kill(helper.process.pid, signal.SIGKILL)  # as where there is no memory left
        helper.process.wait()
    assert tried.over.wait(LONG) and tried.end is End.BROKEN
    assert content(*tables) == before
    act(drafts.answer_import, draft_id, answers={"critical": "none"})
    again = work.apply(asked(draft_id, "another"))
    assert again.over.wait(LONG) and again.refusal.code == "import_moved"
    with database.reading() as session:
        assert session.get(ImportDraft, draft_id) is not None


def test_what_a_process_says_can_build_nothing_but_what_an_import_consists_of():
    """The process reads files of strangers: who took it over takes nothing else by it."""
    for hostile in (os.system, subprocess.Popen, Path.unlink, run):
        with pytest.raises(pickle.UnpicklingError):
            pipe.take(io.BytesIO(pickle.dumps(hostile)))
    other_name = b"\x80\x04\x8c\x11data.imports.work\x8c\x10subprocess.Popen\x93."
    with pytest.raises(pickle.UnpicklingError):
        pipe.take(io.BytesIO(other_name))
    for told in (Progress(Phase.WRITES), Refusal("no_event"), {1: date(2026, 12, 17)}):
        assert str(pipe.take(io.BytesIO(pickle.dumps(told)))) == str(told)
