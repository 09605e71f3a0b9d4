"""Evidence: photographs that a task's report carries, and what is taken for one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary, UniqueConstraint
from sqlmodel import Column, Field

from models.refusals import Refusal
from models.storage import Record, moment_column

MAX_PHOTOGRAPHS = 4  # of one report
MAX_BYTES = 10 * 2**20  # of one file; `.streamlit/config.toml` holds it as well
MAX_PIXELS = 50_000_000  # the largest that telephones make by themselves
PICTURE_SIDE, THUMBNAIL_SIDE = 2000, 320  # the longer side of what is kept
KINDS = ("JPEG", "PNG", "WEBP")
NAME_LENGTH = 60


class Photograph(Record, table=True):
    """A fact: a report carries a photograph. Its bytes are in a table of their own, which no
    board reads.
    """

    __table_args__ = (
        UniqueConstraint("report_id", "place"),
        CheckConstraint("width > 0 AND height > 0"),
    )

    id: int = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="taskreport.id")
    place: int
    width: int
    height: int
    at: datetime = Field(sa_column=moment_column())


class PhotographBytes(Record, table=True):
    """A photograph as it is shown: JPEG without the camera's metadata (EXIF, GPS)."""

    photograph_id: int = Field(foreign_key="photograph.id", primary_key=True)
    thumbnail: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    picture: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


@dataclass(frozen=True)
class Picture:
    """A photograph made ready to be kept: both sizes as JPEG; width and height are those of
    `picture`.
    """

    width: int
    height: int
    picture: bytes
    thumbnail: bytes


def kind_of(data: bytes) -> str | None:
    """What a file is by its first bytes, whatever its name says: one of `KINDS`, `HEIC`, or
    None.
    """
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in (
        b"heic",
        b"heix",
        b"hevc",
        b"heim",
        b"heis",
        b"mif1",
        b"msf1",
        b"avif",
    ):
        return "HEIC"
    return None


def webp_size(data: bytes) -> tuple[int, int]:
    """Width and height as a WebP's own header tells them: whatever opens one takes memory for
    them at once. (0, 0): none.
    """
    if len(data) < 30:
        return 0, 0
    match data[12:16]:
        case b"VP8X":
            return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(
                data[27:30], "little"
            )
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case b"VP8 ":
            return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(
                data[28:30], "little"
            ) & 0x3FFF
    return 0, 0


def require_file(name: str, data: bytes) -> str:
    """The kind of a file. Refuses `photograph_too_long`, `photograph_heic` and
    `photograph_kind`, each with the file's name.
    """
    file = name[:NAME_LENGTH]
    if len(data) > MAX_BYTES:
        raise Refusal("photograph_too_long", file=file, limit=MAX_BYTES // 2**20)
    kind = kind_of(data)
    if kind == "HEIC":
        raise Refusal("photograph_heic", file=file)
    if kind is None:
        raise Refusal("photograph_kind", file=file)
    return kind


def require_pixels(name: str, width: int, height: int) -> None:
    """Refuses `photograph_too_large`, before anything of the picture is decoded."""
    if width * height > MAX_PIXELS:
        raise Refusal("photograph_too_large", file=name[:NAME_LENGTH], limit=MAX_PIXELS // 10**6)


def require_few(number: int) -> None:
    if number > MAX_PHOTOGRAPHS:
        raise Refusal("photographs_too_many", count=number, limit=MAX_PHOTOGRAPHS)
