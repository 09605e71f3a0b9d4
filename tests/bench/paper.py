"""The pages of a document's DOCX, as a word processor prints it, and those of its PDF.

Only where LibreOffice is installed; it is given the typefaces of the PDF, whose metrics are those
of the DOCX's own.
"""

import io
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pypdf import PdfReader

from data.documents import fonts
from data.documents.content import Document
from data.documents.docx import docx_bytes
from data.documents.pdf import pdf_bytes

OFFICE = shutil.which("soffice")
TYPEFACES = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{folder}/cache</cachedir>
<alias binding="same"><family>Times New Roman</family>
<prefer><family>Liberation Serif</family></prefer></alias></fontconfig>"""


def pages_apart(documents: Sequence[Document]) -> list[float]:
    """How many pages apart each document is as DOCX and as PDF; none without LibreOffice."""
    if OFFICE is None:
        return []
    with TemporaryDirectory() as name:
        folder = Path(name)
        files = [folder / f"{number}.docx" for number in range(len(documents))]
        for file, document in zip(files, documents, strict=True):
            file.write_bytes(docx_bytes(document))
        _print(folder, files)
        printed = [_pages(file.with_suffix(".pdf").read_bytes()) for file in files]
    drawn = [_pages(pdf_bytes(document)) for document in documents]
    return [abs(one - other) for one, other in zip(printed, drawn, strict=True)]


def _print(folder: Path, files: Sequence[Path]) -> None:
    settings = folder / "fonts.conf"
    typefaces = Path(fonts.__file__).parent / "fonts"
    settings.write_text(TYPEFACES.format(fonts=typefaces, folder=folder), encoding="utf-8")
    own = {"FONTCONFIG_FILE": str(settings), "HOME": str(folder)}
    command = [OFFICE, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *files]
    subprocess.run(command, env=os.environ | own, check=True, capture_output=True, timeout=300)


def _pages(written: bytes) -> int:
    return len(PdfReader(io.BytesIO(written)).pages)
