"""A tab that speaks Streamlit's own protocol: it opens a page and keeps every byte that the
server sends it.
"""

import json
from collections.abc import Iterable
from contextlib import AbstractContextManager

from google.protobuf.json_format import MessageToDict
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

from tests.serving import Server

PATIENCE = 40.0  # seconds for a page; two cores are shared with the other tests


def stream(
    server: Server, *, cookie: str = "", session: str = "", headers: Iterable[tuple[str, str]] = ()
) -> ClientConnection:
    """Streamlit's WebSocket as a browser opens it; `session` asks for a session that was there
    before.
    """
    sent = [*headers, *([("Cookie", cookie)] if cookie else [])]
    protocols = ["streamlit", "no-xsrf-token", session] if session else ["streamlit"]
    address = f"ws://{server.host}/_stcore/stream"
    return connect(
        address,
        origin=server.address,
        subprotocols=protocols,
        additional_headers=sent,
        max_size=None,
        compression=None,
    )


class Page(AbstractContextManager):
    """One tab. `raw` is everything that it was sent since its last run began."""

    def __init__(
        self,
        server: Server,
        *,
        cookie: str = "",
        session: str = "",
        headers: Iterable[tuple[str, str]] = (),
    ) -> None:
        self.socket = stream(server, cookie=cookie, session=session, headers=headers)
        self.raw = b""
        self.session = ""
        self.told: list[ForwardMsg] = []

    def __exit__(self, *_) -> None:
        self.socket.close()

    def open(self, page: str, query: str = "", *states: WidgetState) -> "Page":
        """Runs a page, with what its widgets hold, and waits until its script has ended."""
        asked = BackMsg()
        asked.rerun_script.page_name = "" if page == "home" else page
        asked.rerun_script.query_string = query
        asked.rerun_script.context_info.timezone, asked.rerun_script.context_info.locale = (
            "Asia/Ho_Chi_Minh",
            "vi-VN",
        )
        asked.rerun_script.widget_states.widgets.extend(states)
        self.raw, self.told = b"", []
        self.socket.send(asked.SerializeToString())
        while True:
            frame = self.socket.recv(timeout=PATIENCE)
            message = ForwardMsg.FromString(frame)
            self.raw += frame
            self.told.append(message)
            if message.WhichOneof("type") == "new_session":
                self.session = message.new_session.initialize.session_id
            if message.WhichOneof("type") == "script_finished":
                return self

    def widget(self, kind: str, key: str) -> str:
        """The id of the widget with that key, as the page sent it."""
        (found,) = [one["id"] for one in self.elements(kind) if one["id"].endswith(f"-{key}")]
        return found

    def shows(self, text: str) -> bool:
        """Whether a text is anywhere in what was sent: in plain bytes, or escaped within JSON."""
        return text.encode() in self.raw or json.dumps(text)[1:-1].encode() in self.raw

    def elements(self, kind: str) -> list[dict]:
        """What the page drew of one kind."""
        drawn = [
            message.delta.new_element
            for message in self.told
            if message.WhichOneof("type") == "delta"
        ]
        return [
            MessageToDict(getattr(one, kind)) for one in drawn if one.WhichOneof("type") == kind
        ]

    def kinds(self) -> set[str]:
        """Which kinds of elements the page drew."""
        drawn = [
            message.delta.new_element
            for message in self.told
            if message.WhichOneof("type") == "delta"
        ]
        return {one.WhichOneof("type") for one in drawn} - {None}
