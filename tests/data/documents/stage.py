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
    names = dict.fromkeys(("name_vi", "name_en", "place_vi", "place_en"), "Gặp mặt")
    return Event(**names, documents=documents | settings, rehearsal=False)


def opened(written: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(written))


def docx_texts(made) -> list[str]:
    """Every paragraph in the order of the page, those of tables too."""
    return [
        "".join(part.text or "" for part in one.iter() if part.tag.endswith("}t"))
        for one in made.element.body.iter()
        if one.tag.endswith("}p")
    ]


def rows_of(table) -> list[list[str]]:
    return [
        [
            "".join(part.text or "" for part in cell.iter() if part.tag.endswith("}t"))
            for cell in row._tr.tc_lst
        ]
        for row in table.rows
    ]


def pdf(written: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(written))


def one_line(text: str) -> str:
    return " ".join(text.split())
