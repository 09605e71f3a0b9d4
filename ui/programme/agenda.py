"""Programme items in words: where, who chairs, whether they began and how late; and those that run side by side."""

import streamlit as st

from data.words import Words
from models.programme import ItemSnapshot
from ui.attendance import queries as attendance_queries
from ui.shell.frame import Visit


def side_by_side(now: Visit, group: list[ItemSnapshot]) -> None:
    """The items that run side by side: people in, drift, chair."""
    words = now.words
    counts = attendance_queries.headcounts(now.moment, [item.id for item in group])
    st.subheader(words("programme.forums"), anchor=False)
    with st.grid(min_column_width=280, key="programme_forums"):
        for item in group:
            here_count = sum(
                count.here for (item_id, _), count in counts.items() if item_id == item.id
            )
            expected = sum(
                count.expected for (item_id, _), count in counts.items() if item_id == item.id
            )
            with st.container(border=True, height="stretch"):
                st.markdown(f"**{words.of(item, 'title')}**")
                st.metric(
                    words("attendance.present"),
                    f"{words.number(here_count)} / {words.number(expected)}",
                )
                st.text(state(words, item))
                st.caption(place(words, item))


def place(words: Words, item: ItemSnapshot) -> str:
    """Where, and who chairs; what the source does not state is marked."""
    stand_in = f" ({words('app.illustrative')})" if "venue" in item.illustrative else ""
    chair = f" · {words('programme.chair', name=item.chair)}" if item.chair else ""
    return f"{words.of(item, 'venue')}{stand_in}{chair}"


def state(words: Words, item: ItemSnapshot) -> str:
    """Whether it began and ended, and how late."""
    told = []
    if item.started_at:
        told.append(words("programme.started", at=words.time(item.started_at)))
        told.append(drift(words, item.drift))
    elif item.drift > 0:
        told.append(words("programme.not_begun_late", number=item.drift))
    else:
        told.append(words("programme.waiting"))
    if item.finished_at:
        told.append(words("programme.finished", at=words.time(item.finished_at)))
    return " · ".join(told)


def drift(words: Words, minutes: int) -> str:
    if minutes == 0:
        return words("programme.on_time")
    return words("programme.late" if minutes > 0 else "programme.early", number=abs(minutes))
