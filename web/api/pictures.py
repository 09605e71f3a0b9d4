"""Codes in photographs, for devices whose browser has no decoder."""

import io
import threading
import warnings

import zxingcpp
from PIL import Image, UnidentifiedImageError

from models.refusals import Refusal
from models.text import clean

KINDS = ("image/jpeg", "image/png", "image/webp")
FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 40_000_000  # what phones take; a small file may unfold to far more
SIDE = 1600  # pixels; a code that fills a tenth of the picture is still read
LONGEST = 200  # characters of a code; a badge's has five

_few_at_once = threading.BoundedSemaphore(2)


def codes_in(body: bytes) -> list[str]:
    """The QR codes in a picture (JPEG, PNG, WebP) that are text. Refuses `picture_malformed`."""
    with _few_at_once:
        found = zxingcpp.read_barcodes(_picture(body), formats=zxingcpp.BarcodeFormat.QRCode)
    return [clean(one.text[:LONGEST]) for one in found if one.text]


def _picture(body: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", Image.DecompressionBombWarning
            )  # the bound below is ours
            picture = Image.open(io.BytesIO(body), formats=FORMATS)
            if picture.width * picture.height > MAX_PIXELS:
                raise Refusal("picture_malformed")
            picture.draft("L", (SIDE, SIDE))
            grey = picture.convert("L")
            grey.thumbnail((SIDE, SIDE))
            return grey
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Refusal("picture_malformed") from None
