"""The fifth step: what would be loaded, all errors and warnings at once, and the one button."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from data.imports import work
from data.imports.commands import apply_import
from data.imports.drafts import Prepared, confirm_import, export_import_errors
from data.imports.preview import Preview
from data.imports.requests import Apply, Looked
from data.words import Words
from models.imports.difference import Difference
from models.imports.questions import Finding, Severity
from models.refusals import Refusal
from ui.imports import differing, doing, files
from ui.imports import queries as import_queries
from ui.shell import commands, document_files, table
from ui.shell.frame import Visit
from ui.shell.plain import plain
from ui.shell.table import Cell, Column, Row

FORM = "event.preview"
COUNTS = ("tasks", "sections", "delegates", "delegations", "items", "segments", "venues", "desks")
MAX_SHOWN = 300
TONES = {Severity.ERROR: "red", Severity.WARNING: "orange"}
MARKS = {Severity.ERROR: "✕", Severity.WARNING: "!"}


def region(ctx: Visit, held: Prepared, looked: Looked, *, filled: bool) -> None:
    shown = looked.preview
    words, counts = ctx.words, shown.outcome.counts
    with st.container(horizontal=True, key="event_counts"):
        for name in _counted(counts, filled=filled):
            st.metric(words(f"event_page.count_{name}"), words.number(counts[name]), width=130)
    if counts["doubles"]:
        st.caption(words("event_page.doubles", rows=counts["rows"], number=counts["doubles"]))
    for refusal in shown.refused:
        st.error(plain(words.refusal(refusal)), icon=":material/error:")
    _findings(words, held, shown)
    found = None
    if filled and shown.loadable:
        found = import_queries.difference(ctx.event, looked)
    if found:
        differing.region(words, held, found)
    _confirm(ctx, held, looked, found)


def _counted(counts: Mapping[str, int], *, filled: bool) -> tuple[str, ...]:
    """An event that is there needs none of what a list alone begins with, such as a section."""
    return tuple(name for name in COUNTS if counts["tasks"] or name != "sections" or not filled)


def _findings(words: Words, held: Prepared, shown: Preview) -> None:
    notes = shown.outcome.notes
    found = [*notes.of(Severity.ERROR), *notes.of(Severity.WARNING)]
    if not found:
        st.success(words("event_page.no_findings"), icon=":material/check:")
        return
    errors = len(notes.of(Severity.ERROR))
    st.markdown(f"**{words('event_page.findings', errors=errors, number=len(found) - errors)}**")
    table.table(
        "event.findings",
        [
            Column(words("event_page.level"), width="7rem"),
            Column(words("event_page.cell"), width="6rem"),
            Column(words("event_page.says"), wraps=True),
            Column(words("event_page.file"), width="16rem", narrow=False),
        ],
        [_row(words, number, one) for number, one in enumerate(found[:MAX_SHOWN])],
        label=words("event_page.findings_table"),
        empty="",
        opens=False,
    )
    if len(found) > MAX_SHOWN:
        st.caption(words("event_page.findings_more", number=len(found) - MAX_SHOWN))
    _downloads(words, held, [one.at.file for one in found])


def _row(words: Words, number: int, one: Finding) -> Row:
    text = words(f"imports.finding.{one.code}", **dict(one.facts))
    level = words(f"imports.{one.severity.value}")
    rank = list(Severity).index(one.severity)
    cells = (
        Cell(level, MARKS[one.severity], TONES[one.severity], sort=rank),
        one.at.cell,
        text,
        f"{one.at.file} · {files.named(words, one.at.file, one.at.sheet)}"
        if one.at.sheet
        else one.at.file,
    )
    return Row(number, cells, tone=TONES[one.severity])


def _downloads(words: Words, held: Prepared, names: list[str]) -> None:
    """Each file again with a column that says in each line what is to be mended."""
    st.caption(words("event_page.errors_file_why"))
    with st.container(horizontal=True, key="event_errors_files"):
        for number, name in enumerate(name for name in dict.fromkeys(names) if name):
            made = commands.export(
                export_import_errors,
                partial(import_queries.errors_file, held, name, words.dated()),
                draft_id=held.id,
                file=name,
            )
            document_files.file_button(
                made,
                kind="xlsx",
                label=plain(name),
                file_name=f"{name.rpartition('.')[0] or name}.loi",
                key=f"event.errors.{number}",
            )


def _confirm(ctx: Visit, held: Prepared, looked: Looked, found: Difference | None) -> None:
    """The one button: everything in one transaction, or nothing."""
    words, shown = ctx.words, looked.preview
    commands.refused(FORM, words)
    doing.tried(words, held)
    if looked.is_outline and shown.loadable:
        rows = sum(one.count for one in shown.tables)
        st.info(words("event_page.apply_long", rows=rows), icon=":material/hourglass_top:")
    changes = found is None or differing.changes_anything(held, found)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            words("event_page.apply"),
            key="event.apply",
            type="primary",
            icon=":material/done_all:",
            disabled=not (shown.loadable and changes),
            on_click=apply,
            args=(held, looked, found),
        )
        if not shown.loadable:
            st.caption(words("event_page.not_loadable"))
        elif not changes:
            st.caption(words("event_page.nothing_to_apply"))


def apply(held: Prepared, looked: Looked, found: Difference | None) -> None:
    facts = {"draft_id": held.id, "version": held.version, "choices": differing.chosen(held)}
    if looked.is_outline:
        confirmed = {"draft_id": held.id, "version": held.version}
        if commands.perform(FORM, confirm_import, **confirmed) is not None:
            commands.ready(FORM, lambda: work.apply(Apply(**facts, **_by(), seal=looked.seal)))
        return
    seal = found.seal if found else None
    if commands.perform(FORM, apply_import, seal=seal, **facts) is not None:
        commands.say("event_page.applied")


def _by() -> dict[str, Any]:
    """Who applies what is written apart. Refuses `sign_in_needed`."""
    origin = commands.origin()
    if origin.person is None:
        raise Refusal("sign_in_needed")
    return {
        "person_id": origin.person.id,
        "sign_in_id": origin.sign_in_id,
        "key": origin.idempotency_key,
    }
