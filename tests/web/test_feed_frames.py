"""What a run tells a browser in one turn goes out together, in its order, and before the end."""

import asyncio
from types import SimpleNamespace

from websockets.frames import Frame, Opcode
from websockets.protocol import State

from tests import apart
from web.feed_frames import FeedProtocol


def framed(data: bytes) -> bytes:
    return Frame(Opcode.BINARY, data).serialize(mask=False)


def protocol(written: list[bytes]) -> FeedProtocol:
    """The protocol of an open connection of Streamlit's, whose transport notes what is written."""
    made = FeedProtocol.__new__(FeedProtocol)
    made.loop, made.gathered, made.disconnected = asyncio.get_running_loop(), [], False
    made.conn = SimpleNamespace(state=State.OPEN, extensions=[])
    made.transport = SimpleNamespace(write=written.append)
    made.writable = asyncio.Event()
    made.writable.set()
    return made


async def tell(made: FeedProtocol, *parts: bytes) -> None:
    for part in parts:
        await made.send({"type": "websocket.send", "bytes": part})


def test_the_messages_of_a_turn_are_one_write_in_their_order():
    written: list[bytes] = []

    async def play() -> None:
        made = protocol(written)
        await tell(made, b"first", b"second")
        assert written == []
        await asyncio.sleep(0)
        await tell(made, b"third")
        await asyncio.sleep(0)

    apart.run(play())
    assert written == [framed(b"first") + framed(b"second"), framed(b"third")]


def test_what_was_told_goes_out_before_the_end_and_nothing_after_it():
    written: list[bytes] = []

    async def play() -> None:
        made = protocol(written)
        await tell(made, b"last")
        made.write_gathered()  # as any other message does first
        await tell(made, b"late")
        made.conn.state = State.CLOSING
        await asyncio.sleep(0)

    apart.run(play())
    assert written == [framed(b"last")]
