"""How the event's documents are headed and signed, with the form that changes it."""

import streamlit as st

from data.plan.settings import choices_of_head, edit_documents
from data.words import Words
from models.events.event import (
    HEAD_CHOICES,
    HEAD_FIELDS,
    HEAD_LENGTH,
    HEAD_LISTS,
    DocumentHead,
)
from ui.plan import queries as plan_queries
from ui.shell import choices, commands, draft
from ui.shell.draft import Draft
from ui.shell.frame import Visit

DRAFT = "plan.documents"
TEXTS = tuple(name for name in HEAD_FIELDS if name not in (*HEAD_CHOICES, *HEAD_LISTS))


def region(ctx: Visit) -> None:
    """Folded: the form."""
    words = ctx.words
    box = choices.expander(
        words("documents.change"), key="plan.documents_box", icon=":material/description:"
    )
    if not box.open:
        draft.drop(DRAFT)
        return
    with box:
        st.caption(words("documents.change_why"))
        event_id = ctx.event.id
        held = draft.of(DRAFT, event_id, lambda: plan_queries.document_head(event_id))
        fields(ctx, held.field("fields"), held.row)
        st.button(
            words("documents.save"),
            key="plan.documents_save",
            type="primary",
            on_click=save,
            args=(held,),
        )
        draft.refused(words, held, "event_changed", lambda head: in_words(words, head), record)


def fields(ctx: Visit, key: str, head: DocumentHead) -> None:
    """The fields of a head, which `typed` reads. What the profile offers follows its choice."""
    words = ctx.words
    for name in HEAD_CHOICES:
        profile = st.session_state.get(f"{key}.profile", head.profile)
        offered = ["", *choices_of_head(ctx.event, profile)[name]]
        chosen = getattr(head, name)
        choices.selectbox(
            words(f"documents.{name}"),
            offered,
            index=offered.index(chosen) if chosen in offered else 0,
            format_func=lambda one, name=name: named(words, name, one),
            key=f"{key}.{name}",
        )
    for name in TEXTS:
        st.text_input(
            words(f"documents.{name}"),
            getattr(head, name),
            key=f"{key}.{name}",
            max_chars=HEAD_LENGTH,
        )
    for name in HEAD_LISTS:
        st.text_area(
            words(f"documents.{name}"),
            "\n".join(getattr(head, name)),
            key=f"{key}.{name}",
            height=140,
            max_chars=4_000,
        )


def named(words: Words, name: str, choice: str) -> str:
    """A choice in words; one of a profile of the event's own by its key."""
    key = f"documents.{name}_{choice}"
    if not choice:
        return words("documents.as_usual")
    return words(key) if words.has(key) else choice


def typed(key: str) -> DocumentHead:
    """The head in the fields."""
    state = st.session_state
    texts = {name: state[f"{key}.{name}"] for name in (*HEAD_CHOICES, *TEXTS)}
    lists = {name: tuple(state[f"{key}.{name}"].splitlines()) for name in HEAD_LISTS}
    return DocumentHead(**texts, **lists)


def in_words(words: Words, head: DocumentHead) -> dict[str, str]:
    """Label to text of each field of a head."""
    found = {
        words(f"documents.{name}"): named(words, name, getattr(head, name)) for name in HEAD_CHOICES
    }
    found |= {words(f"documents.{name}"): getattr(head, name) for name in TEXTS}
    return found | {
        words(f"documents.{name}"): "; ".join(getattr(head, name)) for name in HEAD_LISTS
    }


def save(held: Draft) -> None:
    record(held, held.version, typed(held.field("fields")))


def record(held: Draft, version: int, head: DocumentHead) -> None:
    if commands.perform(held.form, edit_documents, version=version, head=head):
        draft.drop(DRAFT)
        commands.say("documents.saved")
