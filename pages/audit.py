"""The audit trail: who did what when and from where, on the screen and as a file."""

import streamlit as st

from data.audit import Filter, as_csv, as_workbook, export_audit
from models.refusals import Refusal
from models.storage import Topic
from ui.access import queries as access_queries
from ui.audit import queries as audit_queries
from ui.audit.audit import listed, period
from ui.shell import choices, commands, frame, live
from ui.shell.document_files import file_button
from ui.shell.plain import plain

here = frame.require("audit")
MAX_SHOWN = 100


@st.fragment(key="audit.page", run_every=60)
def trail() -> None:
    live.watch(*Topic)
    ctx = frame.part_of("audit")
    words = ctx.words
    try:
        wanted = question(ctx)
    except Refusal as refusal:
        st.error(plain(words.refusal(refusal)), icon=":material/error:")
        return
    number = audit_queries.audit_count(ctx.moment, wanted)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(words("audit.count", number=number))
        st.space("stretch")
        export(ctx, wanted)
    rows = audit_queries.audit_rows(ctx.moment, wanted, limit=MAX_SHOWN)
    if number > MAX_SHOWN:
        st.caption(words("audit.newest", number=MAX_SHOWN))
    with st.container(height=620, border=False, key="audit_trail"):
        listed(rows, words)


def question(ctx: frame.Visit) -> Filter:
    """The filter that is asked for, as links can carry it. Refuses `subject_unknown`."""
    words = ctx.words
    names = {person.id: words.of(person, "name") for person in access_queries.everybody(ctx.moment)}
    with st.grid(min_column_width=240, key="audit_question"):
        person = choices.selectbox(
            words("audit.person"),
            ["", *names],
            format_func=lambda one: names[one] if one else words("audit.all"),
            key="audit.person",
        )
        topic = choices.selectbox(
            words("audit.topic"),
            ["", *Topic],
            format_func=lambda one: words(f"audit.topic_{one}") if one else words("audit.all"),
            key="audit.topic",
        )
        subject = st.text_input(
            words("audit.subject"),
            key="audit.subject",
            max_chars=40,
            placeholder=words("audit.subject_hint"),
        )
        since, until = period(ctx)
    subject_found = audit_queries.audit_subject(ctx.moment, subject)
    return Filter(
        person_id=person or None,
        topic=topic or None,
        subject=subject_found,
        since=since,
        until=until,
    )


def export(ctx: frame.Visit, wanted: Filter) -> None:
    """The buttons of the files, each written at the tap, and recorded once it is written."""
    words = ctx.words
    for kind, write in {"xlsx": as_workbook, "csv": as_csv}.items():
        file_button(
            commands.export(
                export_audit, lambda rows, write=write: write(rows, words.dated()), wanted=wanted
            ),
            kind=kind,
            label=words(f"audit.export_{kind}"),
            file_name=words("audit.file_name"),
            key="audit.export",
        )


trail()
