"""Files that are made at the tap on their button: a failure is said there in one sentence, and the
file waits until it is fetched.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from logging import getLogger
from pathlib import PurePosixPath
from uuid import uuid4

from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.proto.ForwardMsg_pb2 import BackendOperationResponse, DeferredFileResponsePayload
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.media_file_storage import MediaFileStorageError

from data.storage import database, faults
from data.words import LANGUAGES, Words, catalogue
from models.refusals import Refusal

log = getLogger(__name__)

FETCHED_WITHIN = 120.0  # seconds from the tap to the browser's request: its line may be weak

# Of a button that its page has replaced meanwhile, and whose visitor is therefore not known.
OUTDATED = " · ".join(catalogue(language)["export.outdated"] for language in LANGUAGES)


@dataclass(frozen=True)
class Export:
    """A file's content at the tap on its button; `words`: those of the visitor."""

    make: Callable[[], bytes]
    words: Words

    def __call__(self) -> bytes:
        return self.make()

    def sentence(self, failure: BaseException | None) -> str:
        """Why there is no file; a bug is logged with its trace."""
        if isinstance(failure, Refusal):
            return self.words.refusal(failure)
        if isinstance(failure, database.UNREACHABLE):
            log.warning("a file was not made: the database does not answer")
            code = faults.code_of(failure)
            return self.words("export.lost" if code == faults.LOST else f"refusal.{code}")
        log.error("a file could not be made", exc_info=failure)
        return self.words("export.failed")


async def _handle(
    handler: DeferredFileHandler, request: BackendOperationRequest, session_id: str
) -> BackendOperationResponse:
    number, files = request.deferred_file.file_id, handler._get_media_file_mgr()
    entry = files._deferred_callables.get(number)
    made = entry["callable"] if entry else None
    answer = BackendOperationResponse(request_id=request.request_id)
    holder = f"holder {uuid4()}"
    try:
        url = await asyncio.to_thread(_make, files, number, holder)
    except MediaFileStorageError as failure:  # whatever it was
        known = isinstance(made, Export)
        answer.error_msg = made.sentence(failure.__cause__) if known else OUTDATED
    else:
        answer.deferred_file.CopyFrom(DeferredFileResponsePayload(url=url))
        asyncio.get_running_loop().call_later(FETCHED_WITHIN, files.clear_session_refs, holder)
    return answer


def _make(files: MediaFileManager, number: str, holder: str) -> str:
    """Makes the file and returns its address, where it stays as long as there is its holder.

    No session of Streamlit's refers to it, and the second script of any visitor that ends would
    remove it: on a busy day before its request has come.
    """
    url = files.execute_deferred(number)
    with files._lock:
        files._files_by_session_and_coord[holder] = {"": PurePosixPath(url).stem}
    return url


def mend_downloads() -> None:
    """From now on a button says why its file was not made, in the words of its visitor, and what
    was made waits for its request.

    Streamlit 1.67 answers "Failed to generate file for download", whatever it was, and in every
    language, and removes a file before it is fetched; there is no setting for either.
    """
    DeferredFileHandler.handle = _handle
