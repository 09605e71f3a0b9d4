"""What an import would change in an event that holds a plan already, and what stays as it is."""

from collections.abc import Sequence

import streamlit as st

from data.imports.drafts import Prepared, answer_import
from data.words import Words
from models.imports.difference import Changed, Choice, Difference, Missing, Part
from ui.shell import choices, commands, table
from ui.shell.plain import plain
from ui.shell.table import Cell, Column, Row

FORM, MARK = "event.difference", "difference:"
MAX_SHOWN = 300
OFFERED = (Choice.KEEP, Choice.RETIRE)


def chosen(held: Prepared) -> dict[str, str]:
    """What becomes of rows that the files leave out, as `Difference.retiring` takes it."""
    return {
        name.removeprefix(MARK): answer
        for name, answer in held.answers.items()
        if name.startswith(MARK)
    }


def region(words: Words, held: Prepared, found: Difference) -> None:
    """By part how many rows are new, changed or missing; each change with its old and new value."""
    st.markdown(f"**{words('event_page.difference')}**")
    if found.is_empty:
        same = "event_page.only_missing" if found.missing else "imports.same"
        st.info(words(same), icon=":material/done_all:")
    lines = [
        words("imports.difference", part=part_name(words, part), new=new, changed=changed,
              missing=missing)
        for part, (new, changed, missing) in found.counts.items()
    ]  # fmt: skip
    st.text("\n".join(lines))
    if found.changed:
        _changes(words, found.changed)
    for part in Part:
        missing = [one for one in found.missing if one.part is part and one.retirable]
        if missing:
            _missing(words, held, part, missing)
    commands.refused(FORM, words)


def changes_anything(held: Prepared, found: Difference) -> bool:
    """Whether applying the files would change the event, by what was chosen for the rest of it."""
    return not found.is_empty or bool(found.retiring(chosen(held)))


def part_name(words: Words, part: Part) -> str:
    return words(f"imports.part.{part.value}")


def _changes(words: Words, changed: Sequence[Changed]) -> None:
    rows = [
        Row(
            number,
            (
                part_name(words, one.part),
                Cell(one.name, under="\N{MIDDLE DOT} ".join(_changed(words, one))),
            ),
        )
        for number, one in enumerate(changed[:MAX_SHOWN])
    ]
    table.table(
        "event.changes",
        [
            Column(words("event_page.part"), width="10rem", narrow=False),
            Column(words("event_page.changed"), wraps=True),
        ],
        rows,
        label=words("event_page.changed"),
        empty="",
        opens=False,
    )
    if len(changed) > MAX_SHOWN:
        st.caption(words("wall.entries_more", count=len(changed) - MAX_SHOWN))


def _changed(words: Words, one: Changed) -> list[str]:
    fields = [
        words(
            "event_page.change",
            field=words(f"imports.field.{field.name}"),
            old=field.old,
            new=field.new,
        )
        for field in one.fields
    ]
    return fields + [words("event_page.back")] * one.restored


def _missing(words: Words, held: Prepared, part: Part, missing: Sequence[Missing]) -> None:
    """Rows that the files leave out are kept unless they are taken out, all of a part at once."""
    facts = {"part": part_name(words, part), "number": len(missing)}
    name = f"{MARK}{part.value}"
    current = Choice(held.answers.get(name, Choice.KEEP))
    key = f"{FORM}.{part.value}.{current.value}"
    with st.container(border=True, key=f"event_missing_{part.value}"):
        choices.selectbox(
            plain(words("event_page.missing", **facts)),
            list(OFFERED),
            index=OFFERED.index(current),
            format_func=lambda one: words(f"event_page.missing_{one.value}"),
            key=key,
            width=420,
            on_change=choices.when_changed,
            args=(key, current, _put, held.id, name, key),
        )
        names = [one.name for one in missing[:MAX_SHOWN]]
        box = choices.expander(words("event_page.each", number=len(missing)), key=f"{key}.names")
        if box.open:
            with box:
                st.text("\n".join(names))


def _put(draft_id: int, name: str, key: str) -> None:
    answer = st.session_state[key].value
    commands.perform(FORM, answer_import, draft_id=draft_id, answers={name: answer})
