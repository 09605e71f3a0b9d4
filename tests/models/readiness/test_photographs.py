"""Tests of models/readiness/photographs.py: what is taken for a photograph, by its first bytes and
never by its name.
"""

import io

import pytest
from PIL import Image

from models.readiness.photographs import (
    MAX_BYTES,
    MAX_PHOTOGRAPHS,
    MAX_PIXELS,
    kind_of,
    require_few,
    require_file,
    require_pixels,
    webp_size,
)
from models.refusals import Refusal


def file(kind: str, size=(40, 30), **how) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "green").save(written, kind, **how)
    return written.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_file_is_what_its_first_bytes_say(kind):
    assert kind_of(file(kind)) == require_file("whatever.txt", file(kind)) == kind


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "photograph_heic"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00", "photograph_heic"),
        (b"GIF89a" + b"\x00" * 40, "photograph_kind"),
        (b"<svg onload='x'>", "photograph_kind"),
        (b"MZ" + b"\x00" * 40, "photograph_kind"),
        (b"", "photograph_kind"),
        (b"\xff\xd8\xff" + b"\x00" * MAX_BYTES, "photograph_too_long"),
    ],
)
def test_a_foreign_file_is_refused_by_its_name(data, code):
    with pytest.raises(Refusal) as caught:
        require_file("ảnh.jpg", data)
    assert (caught.value.code, caught.value.facts["file"]) == (code, "ảnh.jpg")


@pytest.mark.parametrize(
    "how", [{}, {"lossless": True}, {"exif": b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00"}]
)
def test_a_webp_shows_its_size_before_it_is_opened(how):
    assert webp_size(file("WEBP", (123, 45), **how)) == (123, 45)
    assert webp_size(b"RIFF") == (0, 0)


def test_more_pixels_or_photographs_than_allowed_are_refused():
    require_pixels("a", MAX_PIXELS, 1)
    require_few(MAX_PHOTOGRAPHS)
    for check in (
        lambda: require_pixels("a", MAX_PIXELS + 1, 1),
        lambda: require_few(MAX_PHOTOGRAPHS + 1),
    ):
        with pytest.raises(Refusal):
            check()
