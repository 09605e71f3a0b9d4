"""The audit trail: who did what when and from where, by person, subject and period, on the screen and as a file."""

from datetime import datetime, time, timedelta

import pandas as pd
import streamlit as st

from data.audit import Asked, export_audit, told
from models.refusals import Refusal
from models.storage import Topic
from ui.access import queries as access_queries
from ui.audit import queries as audit_queries
from ui.shell import commands, frame, live

here = frame.require("audit")
MOST = 300
DAYS = 7


@st.fragment(key="audit.page", run_every=60)
def trail() -> None:
    live.watch(*Topic)
    now = frame.visit()
    words = now.words
    try:
        asked = question(now)
    except Refusal as refusal:
        st.error(words.refusal(refusal), icon=":material/error:")
        return
    number = audit_queries.audit_count(now.moment, asked)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(words("audit.count", number=number))
        st.space("stretch")
        export(now, asked)
    rows = audit_queries.audit_rows(now.moment, asked, most=MOST)
    if not rows:
        st.text(words("audit.none"))
        return
    if number > MOST:
        st.caption(words("audit.newest", number=MOST))
    st.dataframe(table(rows, now), hide_index=True, width="stretch", height=620, row_height=36)


def question(now: frame.Visit) -> Asked:
    """What is asked for, as links can carry it."""
    words, zone = now.words, now.words.time_zone
    everybody = {
        person.id: words.of(person, "name") for person in access_queries.everybody(now.moment)
    }
    today = datetime.now(zone).date()
    with st.grid(min_column_width=240, key="audit_question"):
        person = st.selectbox(
            words("audit.person"),
            [None, *everybody],
            format_func=lambda one: everybody.get(one, words("audit.all")),
            key="audit.person",
        )
        topic = st.selectbox(
            words("audit.topic"),
            [None, *Topic],
            format_func=lambda one: words(f"audit.topic_{one}") if one else words("audit.all"),
            key="audit.topic",
        )
        subject = st.text_input(
            words("audit.subject"),
            key="audit.subject",
            max_chars=40,
            placeholder=words("audit.subject_hint"),
        )
        period = st.date_input(
            words("audit.period"),
            (today - timedelta(days=DAYS), today),
            format="DD/MM/YYYY",
            key="audit.period",
        )
    first, last = (period[0], period[-1]) if period else (None, None)
    return Asked(
        person_id=person,
        topic=topic,
        subject=audit_queries.audit_subject(now.moment, subject),
        since=datetime.combine(first, time(), tzinfo=zone) if first else None,
        until=datetime.combine(last + timedelta(days=1), time(), tzinfo=zone) if last else None,
    )


def table(rows: list, now: frame.Visit) -> pd.DataFrame:
    """One line a change, its columns in words."""
    words = now.words
    names = [
        words(f"audit.{name}")
        for name in ("recorded_at", "person", "command", "about", "details", "address", "device")
    ]
    cells = [
        (words.moment(row.recorded_at), *told(row, words), row.address, row.device) for row in rows
    ]
    return pd.DataFrame(cells, columns=names)


def export(now: frame.Visit, asked: Asked) -> None:
    """The file is made at the tap, and that it was taken is recorded in the same transaction."""
    st.download_button(
        now.words("audit.export"),
        commands.export(export_audit, asked=asked, words=now.words),
        file_name=now.words("audit.file_name"),
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        key="audit.export",
    )


trail()
