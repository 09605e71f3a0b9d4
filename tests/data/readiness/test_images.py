"""Tests of data/readiness/images.py: upright, small, and without a camera's metadata; bombs are
refused before they are opened.
"""

import io
import struct
import zlib

import pytest
from PIL import Image

from data.readiness import images
from data.readiness.images import prepare
from models.readiness.photographs import PICTURE_SIDE, THUMBNAIL_SIDE
from models.refusals import Refusal

GPS, ORIENTATION, MODEL = 34853, 274, 272
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><place>Vinh</place></x:xmpmeta>'
METADATA = (b"Exif", b"xmpmeta", b"Vinh", b"Telephone 9", b"ICC_PROFILE", b"Nghe An")


def camera_metadata() -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MODEL] = 6, "Telephone 9"  # 6: turned a quarter to the left
    exif.get_ifd(GPS).update({1: "N", 2: (18.0, 40.0, 24.0), 3: "E", 4: (105.0, 41.0, 24.0)})
    return exif


def taken(kind: str = "JPEG", size=(60, 40), mode: str = "RGB", **how) -> bytes:
    """A picture with a red left half."""
    made = Image.new(mode, size, "blue")
    made.paste(Image.new(mode, (size[0] // 2, size[1]), "red"), (0, 0))
    written = io.BytesIO()
    made.save(written, kind, **how)
    return written.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_is_left_of_a_cameras_metadata(kind):
    how = {"exif": camera_metadata()} | ({"comment": b"Nghe An"} if kind == "JPEG" else {})
    how |= {"xmp": XMP} if kind in ("JPEG", "WEBP") else {}
    data = taken(kind, **how)
    assert opened(data).getexif().get_ifd(GPS)  # the control: it is there
    made = prepare("a", data)
    for one in (made.picture, made.thumbnail):
        shown = opened(one)
        assert (
            shown.format == "JPEG"
            and not shown.getexif()
            and "xmp" not in shown.info
            and "comment" not in shown.info
        )
        assert not [word for word in METADATA if word in one]


def test_a_picture_is_turned_upright_before_its_orientation_is_forgotten():
    made = prepare("a", taken(exif=camera_metadata()))
    assert (made.width, made.height) == (40, 60)
    red, blue = (opened(made.picture).getpixel((20, y)) for y in (5, 55))
    assert red[0] > 200 and blue[2] > 200  # what was left is now on top


def test_both_sizes_are_bounded_and_keep_their_shape():
    made = prepare("a", taken(size=(4000, 1000)))
    assert (
        (made.width, made.height) == opened(made.picture).size == (PICTURE_SIDE, PICTURE_SIDE // 4)
    )
    assert opened(made.thumbnail).size == (THUMBNAIL_SIDE, THUMBNAIL_SIDE // 4)
    assert prepare("a", taken(size=(30, 20))).width == 30  # nothing is made larger


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("PNG", "1"), ("JPEG", "CMYK"), ("WEBP", "RGBA")],
)
def test_every_kind_of_colour_stays_a_photograph(kind, mode):
    written = io.BytesIO()
    Image.new(
        "RGBA" if mode == "RGBA" else "RGB", (20, 20), (0, 0, 0, 0) if mode == "RGBA" else "white"
    ).convert(mode).save(written, kind, **({"lossless": True} if kind == "WEBP" else {}))
    shown = opened(prepare("a", written.getvalue()).picture)
    assert (
        shown.mode == "RGB" and min(shown.getpixel((10, 10))) > 240
    )  # what is transparent lies on white


def png_of(width: int, height: int) -> bytes:
    """A small file that says it is huge."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\x00" * 1000))
        + chunk(b"IEND", b"")
    )


def webp_of(width: int, height: int) -> bytes:
    chunks = (
        b"VP8X"
        + struct.pack("<I", 10)
        + b"\x00" * 4
        + (width - 1).to_bytes(3, "little")
        + (height - 1).to_bytes(3, "little")
    )
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


@pytest.mark.parametrize(
    "bomb", [png_of(20_000, 20_000), png_of(60_000, 60_000), webp_of(16_000, 16_000)]
)
def test_a_bomb_is_refused_before_anything_of_it_is_decoded(bomb, monkeypatch):
    monkeypatch.setattr(images, "_upright", lambda opened: pytest.fail("it was decoded"))
    with pytest.raises(Refusal) as caught:
        prepare("bom.png", bomb)
    assert (
        caught.value.code in ("photograph_too_large", "photograph_broken")
        and caught.value.facts["file"] == "bom.png"
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_file_that_is_cut_off_is_refused_by_its_name(kind):
    whole = taken(kind, size=(600, 400))
    for length in (30, len(whole) // 2):
        with pytest.raises(Refusal) as caught:
            prepare("hỏng.jpg", whole[:length])
        assert (caught.value.code, caught.value.facts) == (
            "photograph_broken",
            {"file": "hỏng.jpg"},
        )
