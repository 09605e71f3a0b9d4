"""What a browser may send to Streamlit: only what its pages need."""

from collections.abc import Iterator
from itertools import islice

from google.protobuf.message import DecodeError, Message
from starlette.types import Message as Event
from starlette.types import Receive
from streamlit.proto.BackMsg_pb2 import BackMsg

# Not among them: emptying the shared cache, running on every save, telling the git state,
# debugging.
KNOWN = {
    "rerun_script",
    "stop_script",
    "file_urls_request",
    "app_heartbeat",
    "backend_operation_request",
}
# What people type, and the address they are at. All other text names something: a widget, a
# fragment, a page, a request. Streamlit logs names that it does not know.
TYPED = {
    "ClientState.query_string",
    "ContextInfo.url",
    "WidgetState.string_value",
    "WidgetState.json_value",
    "WidgetState.json_trigger_value",
    "StringArray.data",
    "StringTriggerValue.data",
    "ChatInputValue.data",
}
MAX_NAME = 500  # characters; ours have under 130, a file's name up to 255
MAX_NAMES = 20_000  # per message; a page has a few hundred widgets
MAX_MESSAGE = 2_000_000  # bytes; files are uploaded by another route


def only_known(receive: Receive) -> Receive:
    """Drop messages of other kinds, oversized ones, and text, which would end Streamlit's
    handler.
    """

    async def received() -> Event:
        while True:
            event = await receive()
            if event["type"] != "websocket.receive" or is_known(event.get("bytes")):
                return event

    return received


def is_known(frame: bytes | None) -> bool:
    if not frame or len(frame) > MAX_MESSAGE:
        return False
    try:
        message = BackMsg.FromString(frame)
    except DecodeError:
        return False
    return message.WhichOneof("type") in KNOWN and _has_short_names(message)


def _has_short_names(message: Message) -> bool:
    lengths = [len(name) for name in islice(names(message), MAX_NAMES + 1)]
    return len(lengths) <= MAX_NAMES and max(lengths) <= MAX_NAME


def names(message: Message) -> Iterator[str]:
    """Every name in a message and its submessages; an empty one per message, so that all count."""
    yield ""
    for field, value in message.ListFields():
        if field.type in (field.TYPE_STRING, field.TYPE_MESSAGE) and field.full_name not in TYPED:
            for one in [value] if isinstance(value, str | Message) else value:
                yield from [one] if isinstance(one, str) else names(one)
