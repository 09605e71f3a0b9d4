"""The state of the synthesis with its next steps, and its versions with their differences."""

import streamlit as st

from data.commands import Command
from data.synthesis.commands import (
    approve_synthesis,
    recall_synthesis,
    reopen_synthesis,
    return_synthesis,
    submit_synthesis,
    withdraw_synthesis,
)
from data.synthesis.queries import Synthesis
from models.documents import Content
from models.synthesis.versions import (
    NOTE_LENGTH,
    Change,
    State,
    Validity,
    VersionSnapshot,
    differences,
)
from ui.shell import choices, commands
from ui.shell.frame import Visit
from ui.shell.plain import plain
from ui.synthesis import documents, queries

COLOURS = {State.DRAFT: "orange", State.SUBMITTED: "blue", State.APPROVED: "green"}
VALIDITY_COLOURS = {
    Validity.PENDING: "blue",
    Validity.DROPPED: "gray",
    Validity.IN_FORCE: "green",
    Validity.SUPERSEDED: "gray",
    Validity.WITHDRAWN: "red",
}


# --- the state and its steps ---------------------------------------------------------------------


def head(ctx: Visit) -> None:
    """Where the synthesis stands, and what the visitor may do with the whole of it."""
    words, found = ctx.words, queries.synthesis(ctx.moment)
    state = words(f"synthesis_state.{found.state.value}")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(plain(words("synthesis.state", state=state)), color=COLOURS[found.state])
        if not ctx.past:
            steps(ctx, found)
    commands.refused("synthesis.step.submit", words)
    waits = found.state is State.SUBMITTED and ctx.may("approve_synthesis")
    if waits and not ctx.past:
        deciding(ctx, found.versions[-1])


def steps(ctx: Visit, found: Synthesis) -> None:
    """The steps that the state allows, as far as they are the visitor's."""
    writes, approves = ctx.may("write_synthesis"), ctx.may("approve_synthesis")
    if found.state is State.DRAFT and writes and found.paragraphs:
        why = ctx.words("synthesis.submit_why")
        step(ctx, "submit", submit_synthesis, "submitted", type="primary", help=why)
    if found.state is State.SUBMITTED and writes:
        folded(ctx, "recall", recall_synthesis, "recalled")
    if found.state is State.APPROVED and writes:
        folded(ctx, "reopen", reopen_synthesis, "reopened")
    if found.state is State.APPROVED and approves:
        noted(ctx, "withdraw", withdraw_synthesis, "withdrawn", found.versions[-1])


def folded(ctx: Visit, name: str, command: Command, said: str) -> None:
    """A step that stands where the one before it stood: folded, so that no second tap meets it."""
    key = f"synthesis.step.{name}"
    with st.popover(ctx.words(f"synthesis.{name}"), key=f"{key}.box", width="content"):
        step(ctx, name, command, said)
        commands.refused(key, ctx.words)


def step(ctx: Visit, name: str, command: Command, said: str, **style: object) -> None:
    form = f"synthesis.step.{name}"
    st.button(
        ctx.words(f"synthesis.{name}"), key=form, on_click=take, args=(form, command, said), **style
    )


def take(form: str, command: Command, said: str) -> None:
    if commands.perform(form, command):
        commands.say(f"synthesis.{said}")


def noted(ctx: Visit, name: str, command: Command, said: str, shown: VersionSnapshot) -> None:
    """Folded: a step of the version that is shown, which needs its reason."""
    words, form = ctx.words, f"synthesis.step.{name}"
    with st.popover(words(f"synthesis.{name}"), key=f"{form}.box", width="content"):
        st.text_input(words(f"synthesis.{name}_note"), key=f"{form}.note", max_chars=NOTE_LENGTH)
        st.button(
            words(f"synthesis.{name}"),
            key=form,
            on_click=take_noted,
            args=(form, command, said, shown.digest),
        )
        commands.refused(form, words)


def take_noted(form: str, command: Command, said: str, digest: str) -> None:
    if commands.perform(form, command, digest=digest, note=st.session_state[f"{form}.note"]):
        commands.say(f"synthesis.{said}")


def deciding(ctx: Visit, last: VersionSnapshot) -> None:
    """What was submitted, word for word, with its approval and its return."""
    words, form = ctx.words, "synthesis.step.approve"
    frozen = queries.frozen_version(ctx.moment, last.id)
    if frozen.erased:
        st.info(words("synthesis.erased"))
        return
    with st.container(border=True, key="synthesis_deciding"):
        st.markdown(f"**{words('synthesis.read', number=last.number)}**")
        with st.container(height=380, border=False, key="synthesis_read"):
            text(frozen.content["text"][words.language]["synthesis"])
            text(frozen.content["text"][words.language]["conclusion"])
        st.caption(words("synthesis.digest", digest=last.digest))
        with st.container(horizontal=True, gap="small"):
            st.button(
                words("synthesis.approve", number=last.number),
                key=form,
                type="primary",
                icon=":material/check:",
                on_click=approve,
                args=(form, last.digest),
            )
            noted(ctx, "return", return_synthesis, "returned", last)
        commands.refused(form, words)


def approve(form: str, digest: str) -> None:
    if commands.perform(form, approve_synthesis, digest=digest):
        commands.say("synthesis.approved")


def text(sections: list[Content]) -> None:
    """The text of a version as its document has it; the tables are in its files."""
    for section in sections:
        if section.get("annex"):
            continue
        st.markdown(f"**{plain(section['heading'])}**")
        for paragraph in section["paragraphs"]:
            st.text(paragraph)
        text(section.get("sections", []))


# --- the versions --------------------------------------------------------------------------------


def submitted(ctx: Visit) -> None:
    """Every version that was submitted, the newest first; and the drafts of now."""
    words, found = ctx.words, queries.synthesis(ctx.moment)
    if found.paragraphs and found.state is State.DRAFT and ctx.may("export_synthesis"):
        with st.expander(words("synthesis.draft_files"), key="synthesis.drafts"):
            documents.synthesis_files(ctx, None, words("review.draft_name"))
            if found.versions:
                last = found.versions[-1]
                st.caption(words("synthesis.compared_now", number=last.number))
                before = lines_of(queries.frozen_version(ctx.moment, last.id).content)
                now = [line for one in found.paragraphs for line in one.paragraph.text.splitlines()]
                compared(ctx, before, now)
    if not found.versions:
        return
    st.markdown(f"**{words('synthesis.versions', number=len(found.versions))}**")
    for place in range(len(found.versions) - 1, -1, -1):
        one = found.versions[place]
        version(ctx, one, found.versions[place - 1] if place else None)


def version(ctx: Visit, one: VersionSnapshot, before: VersionSnapshot | None) -> None:
    """A version, folded: its steps, its files, and what it changed."""
    words = ctx.words
    validity = words(f"synthesis_validity.{one.validity.value}")
    facts = {"number": one.number, "by": one.by, "at": one.at, "validity": validity}
    label = words("synthesis.version_line", **facts)
    opened = choices.expander(plain(label), key=f"synthesis.version.{one.id}", type="compact")
    if not opened.open:
        return
    with opened:
        st.badge(validity, color=VALIDITY_COLOURS[one.validity])
        for taken in one.steps:
            said = {"step": words(f"synthesis_step.{taken.step.value}"), "by": taken.by}
            line = words("synthesis.step_line", at=taken.at, **said)
            st.text(f"{line}. {taken.note}" if taken.note else line)
        frozen = queries.frozen_version(ctx.moment, one.id)
        if frozen.erased:
            st.info(words("synthesis.erased"))
            return
        if not frozen.intact:
            st.error(words("synthesis.altered"))
        documents.synthesis_files(ctx, one.id, str(one.number))
        st.caption(words("synthesis.digest", digest=one.digest))
        if before is not None:
            st.markdown(f"**{words('synthesis.compared', number=before.number)}**")
            earlier = queries.frozen_version(ctx.moment, before.id)
            compared(ctx, lines_of(earlier.content), lines_of(frozen.content))


def lines_of(content: Content) -> list[str]:
    """The lines of all paragraphs of a version."""
    paragraphs = content.get("paragraphs", [])
    return [line for one in paragraphs for line in one["text"].splitlines()]


def compared(ctx: Visit, before: list[str], after: list[str]) -> None:
    """The lines that two versions do not share, each with its mark and its word."""
    words = ctx.words
    changed = [(kind, line) for kind, line in differences(before, after) if kind is not Change.SAME]
    if not changed:
        st.text(words("synthesis.no_difference"))
    for kind, line in changed:
        mark = ":green-badge[+ {}]" if kind is Change.ADDED else ":red-badge[− {}]"
        word = words("synthesis.added_line" if kind is Change.ADDED else "synthesis.removed_line")
        st.markdown(f"{mark.format(word)} {plain(line)}")
