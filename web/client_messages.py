"""What a browser may tell Streamlit: only what its pages need."""

from google.protobuf.message import DecodeError
from starlette.types import Message, Receive
from streamlit.proto.BackMsg_pb2 import BackMsg

# Not among them: emptying everybody's cache, running on every save, telling the git state, debugging.
KNOWN = {
    "rerun_script",
    "stop_script",
    "file_urls_request",
    "app_heartbeat",
    "backend_operation_request",
}


def only_known(receive: Receive) -> Receive:
    """Drops messages of other kinds, and text, which would end Streamlit's handler with an error."""

    async def received() -> Message:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive" or is_known(message.get("bytes")):
                return message

    return received


def is_known(frame: bytes | None) -> bool:
    if not frame:
        return False
    try:
        return BackMsg.FromString(frame).WhichOneof("type") in KNOWN
    except DecodeError:
        return False
