"""A whole delegation at one tap: who is still missing, each with a tick, and one button for
those who keep theirs.
"""

import streamlit as st

from data.attendance.commands import admit_delegation, announce_many, excuse_many
from data.attendance.queries import Found
from models.attendance.ledger import REASON_LENGTH
from models.programme import ItemSnapshot
from ui.attendance import queries as attendance_queries
from ui.shell import commands
from ui.shell.frame import Visit

FORM = "attendance.many"
COMMANDS = {"admit": admit_delegation, "excuse": excuse_many, "announce": announce_many}
DONE = "attendance.many_done"


def delegation_check_in(now: Visit, item: ItemSnapshot) -> None:
    """Chooses a delegation and what to record of it; the button says of how many, the answer how
    many it were.
    """
    words = now.words
    names = {one.id: words.of(one, "name") for one in attendance_queries.delegations(now.moment)}
    chosen = st.selectbox(
        words("attendance.choose_delegation"),
        list(names),
        index=None,
        format_func=names.get,
        key=f"{FORM}.delegation",
        placeholder=words("attendance.choose_delegation"),
    )
    done(now)
    if chosen is None:
        return
    missing = attendance_queries.delegation_missing(
        now.moment, item_id=item.id, delegation_id=chosen
    )
    if not missing:
        st.text(words("attendance.many_none"))
        return
    how = st.segmented_control(
        words("attendance.many_how"),
        list(COMMANDS),
        default="admit",
        format_func=lambda one: words(f"attendance.many_{one}"),
        key=f"{FORM}.how",
        required=True,
    )
    asked(now, how)
    ticked = ticks(now, missing)
    st.button(
        words(f"attendance.many_go_{how}", number=len(ticked)),
        key=f"{FORM}.go",
        type="primary",
        disabled=not ticked,
        on_click=go,
        args=(
            how,
            chosen,
            names[chosen],
            item.id,
            ticked,
            [one.badge for one in missing if one.badge not in ticked],
        ),
    )
    commands.refused(FORM, words)


def asked(now: Visit, how: str) -> None:
    """The words that an absence or a substitution needs, and whether it holds for all items."""
    words = now.words
    if how == "admit":
        return
    label = "attendance.words_excuse" if how == "excuse" else "attendance.many_words_announce"
    st.text_input(words(label), key=f"{FORM}.{how}", max_chars=REASON_LENGTH)
    if not now.person.desk_key:  # a desk records at the items that it serves only
        st.checkbox(words("attendance.whole_event"), key=f"{FORM}.whole")


def ticks(now: Visit, missing: list[Found]) -> list[str]:
    """The badges that keep their tick."""
    st.caption(now.words("attendance.many_tick"))
    with st.container(
        height=360 if len(missing) > 7 else "content", gap="xsmall", key="attendance_ticks"
    ):
        return [
            one.badge
            for one in missing
            if st.checkbox(
                f"{now.words.of(one, 'title')} · {one.badge}",
                value=True,
                key=f"{FORM}.tick.{one.delegate_id}",
            )
        ]


def go(
    how: str, delegation_id: int, name: str, item_id: int, ticked: list[str], unticked: list[str]
) -> None:
    """Records it of everybody who keeps his tick, in one transaction."""
    if how == "admit":
        facts = {"delegation_id": delegation_id, "item_id": item_id, "unticked": unticked}
    else:
        words = {"excuse": "reason", "announce": "substitute"}[how]
        everywhere = st.session_state.get(f"{FORM}.whole")
        facts = {
            "badges": ticked,
            "item_ids": [] if everywhere else [item_id],
            words: st.session_state[f"{FORM}.{how}"],
        }
    recorded = commands.perform(FORM, COMMANDS[how], **facts)
    if recorded is not None:
        st.session_state[DONE] = (name, len(recorded))


def done(now: Visit) -> None:
    """How many were recorded at the last tap, until another delegation is chosen."""
    name, number = st.session_state.pop(DONE, ("", 0))
    if name:
        st.success(
            now.words("attendance.many_done", delegation=name, number=number),
            icon=":material/groups:",
        )
