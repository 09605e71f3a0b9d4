"""Shared by the tests of documents: an event with a head for them, and reading files back."""

import io

import docx
from pypdf import PdfReader

from models.events.event import Event


def event(**settings) -> Event:
    """An event in memory; `settings` change head and signature of its documents."""
    documents = {
        "profile": "party", "symbol": "BDVTU", "parent_vi": "Tỉnh ủy Nghệ An",
        "parent_en": "Province", "issuer_vi": "Ban Dân vận",
        "issuer_en": "Commission", "place_vi": "Nghệ An", "place_en": "Nghệ An",
    }  # fmt: skip
    fields = [
        f"{name}_{language}"
        for name in ("name", "short_name", "place")
        for language in ("vi", "en")
    ]
    names = dict.fromkeys(fields, "Gặp mặt")
    return Event(**names, documents=documents | settings, rehearsal=False)


def opened(written: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(written))


def docx_texts(made) -> list[str]:
    """Every paragraph in the order of the page, those of tables too; any space is a plain one."""
    return [text_of(one) for one in made.element.body.iter() if one.tag.endswith("}p")]


def text_of(element) -> str:
    """The text of an element of a word file, any space a plain one."""
    parts = (part.text or "" for part in element.iter() if part.tag.endswith("}t"))
    return "".join(parts).replace("\u00a0", " ")


def rows_of(table) -> list[list[str]]:
    return [[text_of(cell) for cell in row._tr.tc_lst] for row in table.rows]


def pdf(written: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(written))


def one_line(text: str) -> str:
    return " ".join(text.split())
