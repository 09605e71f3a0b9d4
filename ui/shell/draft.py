"""A form drawn with a version of a row: what it was drawn with, and both versions of an edit where
the row has changed since."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from data.words import Words
from ui.shell import commands
from ui.shell.plain import plain


@dataclass(frozen=True)
class Draft:
    """What a form was drawn with: the id of its subject, the version of the row, and the row."""

    key: str
    subject: int
    version: int
    row: Any

    @property
    def form(self) -> str:
        """The name of the form, by which a refusal stays next to it."""
        return f"{self.key}.{self.subject}"

    def field(self, name: str) -> str:
        """The key of a field: another one for each version, so that a form that is opened again
        shows the new row."""
        return f"{self.form}.{self.version}.{name}"


def of(key: str, subject: int, read: Callable[[], tuple[int, Any]]) -> Draft:
    """The draft of a form; of another subject than before it is `read` anew: version and row."""
    draft: Draft | None = st.session_state.get(key)
    if draft is None or draft.subject != subject:
        draft = st.session_state[key] = Draft(key, subject, *read())
        st.session_state.pop(f"refused.{draft.form}", None)
    return draft


def drop(key: str) -> None:
    """Forget what was entered: the form is drawn with the row as it is."""
    draft: Draft | None = st.session_state.pop(key, None)
    if draft is not None:
        st.session_state.pop(f"refused.{draft.form}", None)


def refused(
    words: Words,
    draft: Draft,
    code: str,
    shown: Callable[[Any], dict[str, str]],
    record: Callable[[Draft, int, Any], None],
) -> None:
    """Below a form: why it was refused; both versions where that was by `code`, since the row has
    changed meanwhile, and one tap for either.

    `shown`: label to text of each field of a row; `record`: records a row upon a version.
    """
    commands.refused(draft.form, words)
    refusal = st.session_state.get(f"refused.{draft.form}")
    if refusal is None or refusal.code != code:
        return
    mine, theirs = (shown(refusal.facts[name]) for name in ("mine", "theirs"))
    both_versions(
        words,
        [(label, mine[label], theirs[label]) for label in mine if mine[label] != theirs[label]],
    )
    with st.container(horizontal=True):
        st.button(
            words("plan.record_mine"),
            key=f"{draft.key}.record_mine",
            type="primary",
            on_click=record,
            args=(draft, refusal.facts["version"], refusal.facts["mine"]),
        )
        st.button(
            words("plan.take_theirs"),
            key=f"{draft.key}.take_theirs",
            on_click=drop,
            args=(draft.key,),
        )


def both_versions(words: Words, differing: list[tuple[str, str, str]]) -> None:
    """The fields that differ: label, text of mine, text of theirs; a sentence where none does."""
    if not differing:
        st.text(words("plan.same"))
        return
    names = ("plan.field", "plan.mine", "plan.theirs")
    columns = {
        words(name): [plain(text) for text in column]
        for name, column in zip(names, zip(*differing, strict=True), strict=True)
    }
    st.table(columns, border="horizontal", hide_index=True)
