"""The live feed: a beat at once, the board for walls, a wake-up for those whose topics changed,
and for nobody else.
"""

import asyncio
import json
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from websockets.sync.client import connect

from data.attendance.commands import admit, undo_attendance
from data.incidents import open_entry
from data.readiness.tasks import confirm_section, report_status
from data.reviews.directives import give_directive
from data.roll_calls.commands import end_roll_call, open_roll_call
from data.storage import changes
from tests import apart, stage
from tests.web.conftest import stop_clock
from web.feed_frames import framed
from web.live import TOPICS, Viewer

pytestmark = pytest.mark.xdist_group("web")

NOW = "D+1 07:00"
PATIENCE = 20.0  # seconds


class Tab:
    """One tab's end of the feed."""

    def __init__(self, socket) -> None:
        self.socket = socket

    def next(self, kind: str, *, within: float = PATIENCE) -> dict:
        """The next message of a kind; others are passed over."""
        until = time.monotonic() + within
        while True:
            told = json.loads(self.socket.recv(timeout=max(until - time.monotonic(), 0.01)))
            if told["kind"] == kind:
                return told

    def watch(self, *topics: str) -> None:
        self.socket.send(json.dumps({"watch": topics}))

    def watch_from(self, revision: int, *topics: str) -> None:
        """Watches topics whose regions show that revision."""
        self.socket.send(json.dumps({"watch": dict.fromkeys(topics, revision)}))


@contextmanager
def tab(server, topics: str = "", **options):
    with connect(
        f"ws://{server.host}/live?topics={topics}",
        origin=server.address,
        max_size=2**22,
        **options,
    ) as socket:
        yield Tab(socket)


def confirm():
    return stage.give(
        confirm_section, by="lead.an_ninh", when=NOW, section_id=stage.section("an_ninh")
    )


def test_a_new_tab_hears_a_beat_at_once(server):
    with tab(server) as one:
        beat = one.next("beat", within=2)
        assert beat["healthy"] is True and abs(beat["real"] / 1000 - time.time()) < 5
        assert one.next("beat")["revision"] >= beat["revision"]


def test_a_wall_gets_the_board_at_once(server):
    with tab(server, "wall") as wall:
        board = wall.next("board")["board"]
    assert board["event"]["rehearsal"] is True
    assert {section["key"] for section in board["sections"]} == {"an_ninh", "hau_can"}
    assert board["clock"]["speed"] == 0


def test_a_report_wakes_whoever_watches_readiness(server):
    with tab(server, "readiness") as lead:
        lead.next("beat")
        confirm()
        told = lead.next("changed")
        assert "readiness" in told["topics"] and told["revision"] == stage.revision()


def test_a_scan_does_not_wake_a_leads_page(server):
    scan = {"badge": stage.VAN, "item_id": stage.item("phien_chinh")}
    with tab(server, "readiness") as lead, tab(server, "attendance") as desk:
        lead.next("beat"), desk.next("beat")
        stage.give(admit, by="desk.ban_1", when=NOW, **scan)
        assert desk.next("changed")["topics"] == ["attendance"]
        stage.give(undo_attendance, by="desk.ban_1", when=NOW, **scan)
        desk.next("changed")
        confirm()
        assert lead.next("changed")["revision"] == stage.revision()  # the first that it hears of


# --- a section's own page ---


def report(number: int, note: str = ""):
    facts = {"task_id": stage.task(number), "status": "on_track", "note": note}
    return stage.give(report_status, by="command", when=NOW, **facts)


def order(section: str):
    return stage.give(
        give_directive,
        by="committee",
        when=NOW,
        kind="directive",
        text="Kiểm tra lối thoát hiểm",
        why="",
        section_id=stage.section(section),
        office_id=None,
        due_at=stage.at(NOW) + timedelta(days=1),
    )


def ask_round(*sections: str):
    call = stage.give(
        open_roll_call,
        by="committee",
        when=NOW,
        section_ids=[stage.section(key) for key in sections],
        question="Mở cửa hội trường",
        about_at=stage.at(NOW) + timedelta(hours=1),
        holds_minutes=30,
    )
    stage.give(end_roll_call, by="committee", when=NOW, roll_call_id=call.id)


def own_page(section: str) -> str:
    """The names that a section's own page watches."""
    names = [f"{topic}:{stage.section(section)}" for topic in ("readiness", "incidents", "reviews")]
    return ",".join(["event", "clock", "roll_calls", *names])


@pytest.mark.parametrize(
    "act",
    [
        lambda: confirm(),
        lambda: report(1),
        lambda: report(4),  # it waits for a task of this section, which tells what it holds up
        lambda: report(5),  # through another one
        lambda: order("an_ninh"),
        lambda: ask_round("an_ninh"),
        lambda: stop_clock(NOW),
    ],
    ids=["no change", "a task", "what waits for it", "what waits for that", "a directive",
         "a roll-call", "the clock"],
)  # fmt: skip
def test_what_concerns_a_section_wakes_its_telephone(server, act):
    with tab(server, own_page("an_ninh")) as lead:
        lead.next("beat")
        act()
        told = lead.next("changed")
        assert told["revision"] == max(told["revisions"].values())
        assert told["topics"] == sorted(told["revisions"]) and not told["turned"]


def test_what_concerns_another_section_alone_wakes_no_other_telephone(server):
    with tab(server, own_page("an_ninh")) as lead, tab(server, "readiness,reviews") as room:
        lead.next("beat"), room.next("beat")
        for act in (
            lambda: stage.give(
                confirm_section, by="command", when=NOW, section_id=stage.section("hau_can")
            ),
            lambda: report(3),
            lambda: order("hau_can"),
        ):
            act()
            assert room.next("changed")["revision"] == stage.revision()  # who watches all of it
        confirm()
        told = lead.next("changed")  # the first that it hears of
        assert told["revisions"] == {
            f"readiness:{stage.section('an_ninh')}": stage.revision(),
        }


def test_a_notification_that_was_lost_is_made_good_by_the_heartbeat(server, monkeypatch):
    """Whose page it concerns is not known then: it wakes all."""
    with tab(server, own_page("hau_can")) as lead:
        lead.next("beat")
        monkeypatch.setattr(changes, "CHANNEL", "elsewhere")
        confirm()
        monkeypatch.undo()
        assert lead.next("changed")["revision"] == stage.revision()
        assert lead.next("beat")["revision"] == stage.revision()


def test_a_change_between_the_reading_of_a_region_and_its_watching_is_told(server):
    shown = stage.revision()
    with tab(server, "readiness") as room, tab(server) as lead:
        room.next("beat"), lead.next("beat")
        confirm()
        room.next("changed")
        own = f"readiness:{stage.section('an_ninh')}"
        lead.watch_from(stage.revision(), own)
        lead.watch_from(shown, own, f"reviews:{stage.section('an_ninh')}", "readiness:x", "clock:")
        assert lead.next("changed")["revisions"] == {own: stage.revision()}


def test_a_wall_is_sent_what_changed_and_only_then(server):
    with tab(server, "wall") as wall:
        before = wall.next("board")["board"]
        section = stage.section("hau_can")
        stage.give(
            open_entry, by="command", when=NOW, section_id=section, priority=1, text="Cháy bếp"
        )
        after = wall.next("board")["board"]
        assert (
            after["entries"][0]["text"] == "Cháy bếp"
            and after["entries_open"] == before["entries_open"] + 1
        )
        wall.next("beat")
        with pytest.raises(TimeoutError):
            wall.next("board", within=0.3)


def test_a_burst_is_gathered_and_its_last_state_arrives(server):
    task = stage.task(5)
    with tab(server, "wall") as wall:
        wall.next("board")
        started, received = time.monotonic(), []
        for number in range(20):
            stage.give(
                report_status,
                by="lead.hau_can",
                when=NOW,
                task_id=task,
                status="at_risk",
                note=f"Lần {number}",
            )
        last = stage.revision()
        while not received or received[-1]["revision"] < last:
            received.append(wall.next("board")["board"])
        assert received[-1]["newest"][0]["text"] == "Lần 19"
        assert len(received) <= (time.monotonic() - started) / 0.4 + 2


def test_a_tab_can_watch_more_later(server):
    with tab(server, "attendance") as page:
        page.next("beat")
        page.watch("attendance", "readiness")
        page.next("beat")
        confirm()
        assert "readiness" in page.next("changed")["topics"]


@pytest.mark.parametrize(
    "asked",
    [
        "{",
        "[]",
        "5",
        "null",
        '"watch"',
        '{"watch": 5}',
        '{"watch": [1, null, {}]}',
        '{"watch": ["nothing"]}',
        '{"watch": {"readiness:-1": "x", "readiness:": {}, "nothing": 5}}',
        "x" * 100_000,
        b"\x00\xff",
        b"",
    ],
    ids=lambda asked: repr(asked[:12]),
)
def test_what_makes_no_sense_is_ignored(server, asked):
    with tab(server, "readiness") as page:
        page.next("beat")
        page.socket.send(asked)
        confirm()
        assert page.next("changed")


@pytest.mark.parametrize("topics", ["", "nothing", "wall%00", ",,,", "x" * 5000])
def test_unknown_topics_are_ignored(server, topics):
    with tab(server, topics) as page:
        assert page.next("beat")["healthy"]


def test_a_board_is_the_same_with_compression_and_without(server):
    """Each message is compressed by itself: those before it need not be known."""
    with tab(server, "wall") as one, tab(server, "wall", compression=None) as other:
        assert one.next("board") == other.next("board")
        confirm()
        assert one.next("board") == other.next("board")
        said = one.socket.response.headers["Sec-WebSocket-Extensions"]
        assert "server_no_context_takeover" in said and "client_no_context_takeover" in said
        assert "Sec-WebSocket-Extensions" not in other.socket.response.headers


@pytest.mark.parametrize("window", [None, 9, 15])
def test_a_text_is_framed_once_for_all_who_get_it(window):
    text = "Hội nghị " * 2000
    frame = framed(text, window)
    assert frame is framed(text, window)
    assert (len(frame) > len(text)) == (window is None)


def test_a_slow_viewer_gets_the_newest_of_each_kind_and_none_of_what_was_overtaken():
    async def watch() -> list[str]:
        reads, sent = asyncio.Event(), []

        class Socket:
            async def send_text(self, text: str) -> None:
                sent.append(text)
                await reads.wait()

        viewer = Viewer(Socket(), frozenset({"wall"}), TOPICS)
        sending = asyncio.create_task(viewer.send())
        for number in range(100):
            viewer.post("board", f"board {number}")
            viewer.post("beat", f"beat {number}")
            await asyncio.sleep(0)
        reads.set()
        while len(sent) < 4:
            await asyncio.sleep(0)
        sending.cancel()
        return sent

    assert apart.run(watch()) == ["board 0", "beat 0", "board 99", "beat 99"]


def test_what_is_sent_at_once_never_overtakes_what_waits():
    async def watch() -> list[str]:
        sent, taken = [], [True, False, False, True]

        class Socket:
            async def send_text(self, text: str) -> None:
                await asyncio.sleep(0)
                sent.append(text)

        def write(text: str) -> bool:
            if takes := taken.pop(0):
                sent.append(text)
            return takes

        viewer = Viewer(Socket(), frozenset({"wall"}), TOPICS, write=write)
        sending = asyncio.create_task(viewer.send())
        viewer.post("board", "at once")
        viewer.post("board", "the socket is slow")
        viewer.post("beat", "so this waits as well")
        viewer.post("board", "newest")
        for _ in range(2):
            await asyncio.sleep(0)
        viewer.post("board", "while they are sent")
        while len(sent) < 4:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        taken[:] = [True]
        viewer.post("board", "at once again")
        sending.cancel()
        return sent

    assert apart.run(watch()) == [
        "at once",
        "newest",
        "so this waits as well",
        "while they are sent",
        "at once again",
    ]


def test_the_clock_wakes_the_walls(server):
    with tab(server, "wall") as wall:
        wall.next("board")
        try:
            stop_clock("D+1 07:05")
            assert (
                wall.next("board")["board"]["clock"]["event"]
                == stage.at("D+1 07:05").timestamp() * 1000
            )
        finally:
            stop_clock(NOW)


def test_the_boards_carry_no_names_of_the_people_who_acted(server):
    with tab(server, "wall") as wall:
        told = json.dumps(wall.next("board"), ensure_ascii=False)
    for name in ("Trưởng Tiểu ban", "Tổ điểm danh", "Bí thư"):
        assert name not in told


def test_the_servers_log_stays_clean(server):
    """Last in this file: nothing above made the server complain."""
    assert "Traceback" not in server.log and "ERROR" not in server.log, server.log[-3000:]
