"""A file that is to be sent out: its kind by its content, its bounds, its digest."""

import hashlib
import io
import zipfile
import zlib
from pathlib import PurePath

from data.imports.bounds import require_bounded
from models.distribution.ledger import NAME_LENGTH, FileKind
from models.refusals import Refusal
from models.text import clean

MAX_BYTES = 10 * 2**20  # `.streamlit/config.toml` holds it as well
MIMES = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def require_file(name: str, raw: bytes) -> FileKind:
    """The kind of a file by its content, whatever its name says.

    Refuses `document_file_empty`, `document_file_too_large`, `document_file_kind`,
    `document_file_macros`, `import_encrypted`, `import_bomb`, `import_broken`, each with its name.
    """
    shown = shown_name(name)
    if not raw:
        raise Refusal("document_file_empty", file=shown)
    if len(raw) > MAX_BYTES:
        raise Refusal("document_file_too_large", file=shown, limit=MAX_BYTES // 2**20)
    if raw.startswith(b"%PDF-"):
        return FileKind.PDF
    if raw.startswith(b"PK\x03\x04"):
        return _require_docx(shown, raw)
    raise Refusal("document_file_kind", file=shown)


def _require_docx(shown: str, raw: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            require_bounded(shown, archive)
            parts = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, zlib.error, EOFError):
        raise Refusal("import_broken", file=shown) from None
    if "word/document.xml" not in parts:
        raise Refusal("document_file_kind", file=shown)
    if "word/vbaProject.bin" in parts:
        raise Refusal("document_file_macros", file=shown)
    return FileKind.DOCX


def shown_name(name: str) -> str:
    """The last part of a file's name, cleaned and cut."""
    return clean(PurePath(name.replace("\\", "/")).name)[:NAME_LENGTH] or "?"


def digest_of(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
