"""What people typed, safe where Streamlit reads Markdown: the one escape of all pages."""

import re

SPECIAL = str.maketrans({letter: f"\\{letter}" for letter in "\\`*_{}[]()#+-.!|~<>$:&"})

# What Streamlit finds in the text itself, after all escapes: bare addresses, icons, emoji by name,
# arrows and dashes; a time such as 06:30: is none of them. An invisible joiner in between keeps the
# letters as they were typed.
FOUND = re.compile(
    r"(?<=http)(?=s?://)|(?<=https)(?=://)|(?<=www)(?=\.)|(?<=@)(?=\w)"
    r"|(?<=:)(?!\d\d?:)(?=[\w+/-]{1,64}:)|(?<=-)(?=[->])|(?<=<)(?=[-=])|(?<=[>~])(?==)",
    flags=re.IGNORECASE,
)
JOINER = "\N{WORD JOINER}"


def plain(text: str) -> str:
    """Text for a label, a badge, a cell, a refusal or a toast: nothing in it is markup.

    `st.text`, placeholders and the options of select boxes show text as it is and need none.
    """
    return FOUND.sub(JOINER, text).translate(SPECIAL)
