"""The paragraphs by topic with those contributions that are in none; one is edited beside its
sources.
"""

from collections.abc import Sequence

import streamlit as st

from data.contributions.queries import ContributionSnapshot
from data.synthesis.commands import (
    add_paragraph,
    edit_paragraph,
    gather_paragraphs,
    remove_paragraph,
    restore_paragraph,
)
from data.synthesis.contents import who_asks
from data.synthesis.queries import Synthesis
from models.synthesis.paragraphs import (
    MAX_POSITION,
    TEXT_LENGTH,
    Paragraph,
    ParagraphSnapshot,
    Part,
)
from models.synthesis.versions import State
from models.text import one_line
from ui.shell import choices, commands, draft, table
from ui.shell.draft import Draft
from ui.shell.frame import Visit
from ui.shell.plain import plain
from ui.shell.table import Cell, Column, Row
from ui.synthesis import queries

KEY, DRAFT, NEW = "synthesis.table", "synthesis.paragraph", "new"
EXCERPT = 180  # letters of a text in the table


def region(ctx: Visit) -> None:
    """The table of all paragraphs, and above it the one that is open."""
    found = queries.synthesis(ctx.moment)
    writes = not ctx.past and ctx.may("write_synthesis") and found.state is State.DRAFT
    opened = table.chosen(KEY)
    editor(ctx, found, opened, writes=writes)
    if writes:
        acts(ctx, found)
    words = ctx.words
    table.table(
        KEY,
        [
            Column(words("synthesis.column_text"), "opens", wraps=True),
            Column(words("synthesis.column_sources"), "number", width="6rem"),
            Column(words("synthesis.column_changed"), width="14rem", wraps=True, narrow=False),
        ],
        [*(_row(ctx, found, one) for one in found.paragraphs), *_unplaced(ctx, found)],
        label=words("synthesis.table"),
        empty=words("synthesis.no_paragraphs"),
    )
    if writes:
        removed(ctx)


def excerpt(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= EXCERPT else f"{line[:EXCERPT].rstrip()}…"


def heading(ctx: Visit, found: Synthesis, paragraph: Paragraph) -> str:
    """Under which heading of the table, and of the report, a paragraph stands."""
    words = ctx.words
    if paragraph.part == Part.CONCLUSION:
        return words("synthesis.part_conclusion")
    return topic_name(ctx, found, paragraph.topic_id)


def topic_name(ctx: Visit, found: Synthesis, topic_id: int | None) -> str:
    words = ctx.words
    names = {topic.id: words.of(topic, "name") for topic in found.topics}
    return names.get(topic_id or 0, words("synthesis.no_topic"))


def _row(ctx: Visit, found: Synthesis, one: ParagraphSnapshot) -> Row:
    changed = f"{ctx.words.fact(one.by)} · {ctx.words.moment(one.at)}"
    number = len(one.paragraph.sources)
    cells = (
        Cell(excerpt(one.paragraph.text)),
        Cell(ctx.words.number(number), sort=number),
        Cell(changed, sort=one.at.timestamp()),
    )
    return Row(f"p{one.id}", cells, heading(ctx, found, one.paragraph))


def _unplaced(ctx: Visit, found: Synthesis) -> list[Row]:
    words = ctx.words
    return [
        Row(
            f"c{one.id}",
            (
                Cell(excerpt(one.text), under=who_asks(one, words)),
                Cell(""),
                Cell(topic_name(ctx, found, one.topic_id)),
            ),
            words("synthesis.in_none"),
            "orange",
        )
        for one in found.unplaced
    ]


# --- what is done with all of them ---------------------------------------------------------------


def acts(ctx: Visit, found: Synthesis) -> None:
    """How many contributions are in no paragraph, what makes paragraphs of them, and a new one."""
    words, form = ctx.words, "synthesis.gather"
    number = len(found.unplaced)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if number:
            st.text(words("synthesis.in_none_count", number=number))
            st.button(
                words("synthesis.gather"),
                key=form,
                icon=":material/account_tree:",
                on_click=gather,
                args=(form,),
            )
        elif found.contributions:
            st.text(words("synthesis.all_placed"))
        st.button(
            words("synthesis.add"),
            key="synthesis.add",
            on_click=table.choose,
            args=(KEY, NEW),
        )
    commands.refused(form, words)


def gather(form: str) -> None:
    if number := commands.perform(form, gather_paragraphs):
        commands.say("synthesis.gathered", number=number)


def removed(ctx: Visit) -> None:
    """Folded: the paragraphs that were taken out, each with what puts it back."""
    gone = queries.removed(ctx.moment)
    if not gone:
        return
    words = ctx.words
    with st.expander(words("synthesis.removed"), key="synthesis.removed"):
        for one in gone:
            form = f"synthesis.restore.{one.id}"
            text, label = excerpt(one.paragraph.text), words("synthesis.restore")
            commands.put_back(words, form, text, label, restore, form, one.id)


def restore(form: str, paragraph_id: int) -> None:
    if commands.perform(form, restore_paragraph, paragraph_id=paragraph_id):
        commands.say("synthesis.restored")


# --- the one that is open ------------------------------------------------------------------------


def editor(ctx: Visit, found: Synthesis, opened: str, *, writes: bool) -> None:
    """The open row: a paragraph with its sources beside it, or a contribution that is in none."""
    paragraph = next((one for one in found.paragraphs if f"p{one.id}" == opened), None)
    contribution = next((one for one in found.unplaced if f"c{one.id}" == opened), None)
    if paragraph is None and contribution is None and not (opened == NEW and writes):
        return
    with st.container(border=True, key="synthesis_open"):
        if contribution is not None:
            placing(ctx, found, contribution, writes=writes)
        elif writes:
            writing(ctx, found, paragraph)
        else:
            reading(ctx, found, paragraph.paragraph)
        st.button(ctx.words("synthesis.close"), key="synthesis.close", type="tertiary",
                  on_click=leave)  # fmt: skip


def leave() -> None:
    draft.drop(DRAFT)
    table.choose(KEY, "")


def reading(ctx: Visit, found: Synthesis, paragraph: Paragraph) -> None:
    """A paragraph beside its sources, for who does not write."""
    text, beside = st.columns(2, gap="large")
    with text:
        st.markdown(f"**{plain(heading(ctx, found, paragraph))}**")
        st.text(paragraph.text)
    with beside:
        sources(ctx, found, paragraph.sources)


def sources(ctx: Visit, found: Synthesis, ids: Sequence[int]) -> None:
    """The contributions behind a paragraph, word for word."""
    words = ctx.words
    known = [found.contributions[one] for one in ids if one in found.contributions]
    st.markdown(f"**{words('synthesis.sources_of', number=len(known))}**")
    if not known:
        st.caption(words("synthesis.no_sources"))
        return
    with st.container(height=380, border=False, key="synthesis_sources"):
        for one in known:
            st.text(source_line(ctx, one))


def source_line(ctx: Visit, one: ContributionSnapshot) -> str:
    who, text = who_asks(one, ctx.words), one_line(one.text)
    return ctx.words("synthesis.source_line", number=str(one.number), who=who, text=text)


def writing(ctx: Visit, found: Synthesis, one: ParagraphSnapshot | None) -> None:
    """The form of a paragraph, beside its sources as they are chosen."""
    words = ctx.words
    version, row = (one.version, one.paragraph) if one else (0, Paragraph(""))
    held = draft.of(DRAFT, one.id if one else 0, lambda: (version, row))
    text, beside = st.columns(2, gap="large")
    with text:
        st.text_area(
            words("synthesis.field_text"),
            held.row.text,
            key=held.field("text"),
            max_chars=TEXT_LENGTH,
            height=300,
        )
        place(ctx, found, held)
        buttons(ctx, held, one)
    with beside:
        sources(ctx, found, chosen_sources(ctx, found, held))
    draft.refused(
        words,
        held,
        "paragraph_moved",
        lambda paragraph: shown(ctx, found, paragraph),
        record,
    )


def place(ctx: Visit, found: Synthesis, held: Draft) -> None:
    """Where a paragraph stands: its part, its topic, its place there."""
    words = ctx.words
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        parts = [part.value for part in Part]
        choices.selectbox(
            words("synthesis.field_part"),
            parts,
            index=parts.index(held.row.part),
            format_func=lambda part: words(f"synthesis.part_{part}"),
            key=held.field("part"),
        )
        topics = ["", *(topic.id for topic in found.topics if not topic.retired)]
        known = held.row.topic_id if held.row.topic_id in topics else ""
        choices.selectbox(
            words("synthesis.field_topic_id"),
            topics,
            index=topics.index(known),
            format_func=lambda topic_id: topic_name(ctx, found, topic_id or None),
            key=held.field("topic_id"),
        )
        st.number_input(
            words("synthesis.field_position"),
            min_value=0,
            max_value=MAX_POSITION,
            value=held.row.position,
            key=held.field("position"),
            width=130,
        )


def chosen_sources(ctx: Visit, found: Synthesis, held: Draft) -> list[int]:
    """The field of a paragraph's sources: those it has, those of its topic, those in none."""
    topic = st.session_state.get(held.field("topic_id"), held.row.topic_id) or None
    offered = dict.fromkeys(held.row.sources)
    offered |= dict.fromkeys(
        one.id for one in found.contributions.values() if one.topic_id == topic
    )
    offered |= dict.fromkeys(st.session_state.get(held.field("sources"), ()))
    options = [one for one in offered if one in found.contributions]
    return choices.multiselect(
        ctx.words("synthesis.field_sources"),
        options,
        [one for one in held.row.sources if one in found.contributions],
        format_func=lambda one: excerpt(source_line(ctx, found.contributions[one])),
        key=held.field("sources"),
    )


def buttons(ctx: Visit, held: Draft, one: ParagraphSnapshot | None) -> None:
    words = ctx.words
    with st.container(horizontal=True, gap="small"):
        st.button(
            words("synthesis.write"),
            key="synthesis.write",
            type="primary",
            on_click=save,
            args=(held,),
        )
        if one is not None:
            form = f"synthesis.remove.{one.id}"
            with st.popover(words("synthesis.remove"), key=f"{form}.box", width="content"):
                st.button(
                    words("synthesis.remove"),
                    key=form,
                    on_click=remove,
                    args=(form, one.id, one.version),
                )
                commands.refused(form, words)


def shown(ctx: Visit, found: Synthesis, paragraph: Paragraph) -> dict[str, str]:
    """Label to text of each field of a paragraph."""
    words = ctx.words
    numbers = [found.contributions[one].number for one in paragraph.sources
               if one in found.contributions]  # fmt: skip
    texts = {
        "text": paragraph.text,
        "part": words(f"synthesis.part_{paragraph.part}"),
        "topic_id": topic_name(ctx, found, paragraph.topic_id),
        "position": str(paragraph.position),
        "sources": ", ".join(map(str, numbers)),
    }
    return {words(f"synthesis.field_{name}"): text for name, text in texts.items()}


def save(held: Draft) -> None:
    state = st.session_state
    written = Paragraph(
        text=state[held.field("text")],
        part=state[held.field("part")],
        topic_id=state[held.field("topic_id")] or None,
        position=int(state[held.field("position")] or 0),
        sources=tuple(state[held.field("sources")]),
    )
    record(held, held.version, written)


def record(held: Draft, version: int, paragraph: Paragraph) -> None:
    if held.subject:
        made = commands.perform(
            held.form,
            edit_paragraph,
            paragraph_id=held.subject,
            version=version,
            paragraph=paragraph,
        )
    else:
        made = commands.perform(held.form, add_paragraph, paragraph=paragraph)
    if made:
        draft.drop(DRAFT)
        table.choose(KEY, f"p{made.paragraph_id}")
        commands.say("synthesis.saved")


def remove(form: str, paragraph_id: int, version: int) -> None:
    if commands.perform(form, remove_paragraph, paragraph_id=paragraph_id, version=version):
        leave()
        commands.say("synthesis.was_removed")


def placing(ctx: Visit, found: Synthesis, one: ContributionSnapshot, *, writes: bool) -> None:
    """A contribution that is in no paragraph, and the paragraph that it is put into."""
    words, form = ctx.words, f"synthesis.put.{one.id}"
    st.text(source_line(ctx, one))
    by_id = {paragraph.id: paragraph for paragraph in found.paragraphs}
    if not writes or not by_id:
        return
    same = [number for number, paragraph in by_id.items()
            if paragraph.paragraph.topic_id == one.topic_id]  # fmt: skip
    options = list(dict.fromkeys([*same, *by_id]))
    into = choices.selectbox(
        words("synthesis.put_into"),
        options,
        format_func=lambda number: words(
            "synthesis.excerpt",
            topic=heading(ctx, found, by_id[number].paragraph),
            text=excerpt(by_id[number].paragraph.text),
        ),
        key=f"{form}.into",
    )
    st.button(
        words("synthesis.put"),
        key=form,
        type="primary",
        on_click=put,
        args=(form, one.id, by_id[into]),
    )
    commands.refused(form, words)


def put(form: str, contribution_id: int, into: ParagraphSnapshot) -> None:
    written = into.paragraph
    paragraph = Paragraph(
        written.text,
        written.part,
        written.topic_id,
        written.position,
        (*written.sources, contribution_id),
    )
    facts = {"paragraph_id": into.id, "version": into.version, "paragraph": paragraph}
    if commands.perform(form, edit_paragraph, **facts):
        table.choose(KEY, "")
        commands.say("synthesis.was_put")
