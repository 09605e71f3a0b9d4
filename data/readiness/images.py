"""Making photographs ready to be kept: looked at, turned upright, made smaller, and freed of all
that a camera tells beside them.
"""

import io
import struct
import threading
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from models.readiness.photographs import (
    NAME_LENGTH,
    PICTURE_SIDE,
    THUMBNAIL_SIDE,
    Picture,
    require_file,
    require_pixels,
    webp_size,
)
from models.refusals import Refusal

QUALITY = 82
BROKEN = (
    OSError,
    UnidentifiedImageError,
    SyntaxError,
    ValueError,
    struct.error,
    EOFError,
    Image.DecompressionBombError,
)
"""What Pillow raises on a file that is none of its kind, or is cut off."""

_one_at_a_time = (
    threading.Lock()
)  # a large picture takes a few hundred megabytes while it is decoded


def prepare(name: str, data: bytes) -> Picture:
    """The photograph in a file, in both sizes. `name` is only for a refusal, never for what the
    file is.

    Refuses what `require_file` and `require_pixels` refuse, and `photograph_broken`.
    """
    kind = require_file(name, data)
    if kind == "WEBP":
        require_pixels(name, *webp_size(data))
    try:
        with _one_at_a_time, warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", Image.DecompressionBombWarning
            )  # the bound below is ours
            with Image.open(io.BytesIO(data), formats=(kind,)) as opened:
                require_pixels(name, *opened.size)
                picture = _upright(opened)
    except BROKEN:
        raise Refusal("photograph_broken", file=name[:NAME_LENGTH]) from None
    thumbnail = picture.copy()
    thumbnail.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return Picture(picture.width, picture.height, _as_jpeg(picture), _as_jpeg(thumbnail))


def _upright(opened: Image.Image) -> Image.Image:
    """The picture as one should see it, on white where it is transparent: a new one, which
    inherits nothing but the pixels.
    """
    opened.draft(
        "RGB", (PICTURE_SIDE, PICTURE_SIDE)
    )  # of a JPEG only as much is decoded as is kept
    opened.load()
    shown = opened if opened.mode in ("RGB", "RGBA", "L") else opened.convert("RGBA")
    if "exif" in opened.info:
        shown.info["exif"] = opened.info["exif"]
    shown.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    shown = ImageOps.exif_transpose(shown)
    clean = Image.new("RGB", shown.size, "white")
    clean.paste(shown, mask=shown.getchannel("A") if shown.mode == "RGBA" else None)
    return clean


def _as_jpeg(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()
