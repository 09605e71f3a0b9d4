"""Writes the font of the icons that are used: `python -m docs.icons`.

Streamlit's own holds 4,300 of them, 375 KB that a telephone would load at its first visit. Run it
after an icon was added or Streamlit was upgraded; a test says when.
"""

import re
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from web.paths import ASSETS
from web.preload import SCRIPTS, STATIC

ROOT = Path(__file__).parent.parent
TARGET = ASSETS / "fonts" / "icons.woff2"
WRITTEN = re.compile(r"material/([a-z0-9_]+)")
QUOTED = re.compile(r"\"([a-z0-9_]+)\"")  # a name that is put together, as in `menu.ICONS`


def main() -> None:
    font = original()
    known = icons(font)
    _cut(font, {name: known[name] for name in used(known)})
    options = subset.Options(flavor="woff2")
    subset.save_font(font, str(TARGET), options)
    print(f"written: {TARGET} ({TARGET.stat().st_size:,} bytes)")


def original() -> TTFont:
    return TTFont(next((STATIC / "static" / "media").glob("MaterialSymbols-Rounded.*.woff2")))


def icons(font: TTFont) -> dict[str, str]:
    """The glyph of each icon by its name; a name is a ligature of its letters."""
    letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items()}
    found = {}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            for first, ligatures in getattr(table, "ExtSubTable", table).ligatures.items():
                for one in ligatures:
                    glyphs = (first, *one.Component)
                    found["".join(letters.get(glyph, "?") for glyph in glyphs)] = one.LigGlyph
    return found


def used(known: dict[str, str]) -> set[str]:
    """The icons that Streamlit's scripts or our pages name, of those that there are."""
    theirs = _names(WRITTEN, SCRIPTS.glob("*.js"))
    own = [*(ROOT / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]
    return (theirs | _names(WRITTEN, own) | _names(QUOTED, own)) & known.keys()


def _names(pattern: re.Pattern[str], files) -> set[str]:
    return {name for file in files for name in pattern.findall(file.read_text(encoding="utf-8"))}


def _cut(font: TTFont, kept: dict[str, str]) -> None:
    """Leave the letters of the names, the ligatures and their glyphs."""
    cmap = font.getBestCmap()
    codes = {ord(letter) for name in kept for letter in name}
    options = subset.Options(layout_closure=False, layout_features=["*"], glyph_names=False)
    cutter = subset.Subsetter(options)
    cutter.populate(glyphs=[*kept.values(), *(cmap[code] for code in codes)], unicodes=codes)
    cutter.subset(font)


if __name__ == "__main__":
    main()
