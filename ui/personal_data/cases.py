"""Requests about personal data and breaches of it on their page, and what waits of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import streamlit as st

from data.documents.notice import CONTACT
from data.events.clock import real_now
from data.personal_data.cases import (
    BreachSnapshot,
    RequestSnapshot,
    record_breach,
    record_request,
    step_breach,
    step_request,
)
from data.personal_data.contact import set_privacy_contact
from data.words import Words
from models.attendance.particulars import Particular
from models.events.event import local_day
from models.personal_data import NOTE_LENGTH, CaseStep, Course, RequestKind
from ui.access import queries as access_queries
from ui.personal_data import particulars
from ui.personal_data import queries as personal_queries
from ui.shell import choices, commands
from ui.shell.frame import Visit
from ui.shell.plain import plain

KEY = "personal"
MAX_SHOWN = 30


def region(ctx: Visit) -> None:
    """The requests with their last days, the breaches with their hours, and their forms."""
    if not ctx.may("handle_personal_data"):
        return
    words, found = ctx.words, personal_queries.cases_of(ctx.moment)
    st.subheader(words("personal.cases"), anchor=False)
    _contact(ctx)
    for kind in Particular:
        particulars.choice(ctx, kind, f"{KEY}.particulars")
    for one in [*found.open_requests, *(one for one in found.requests if one.due is None)][
        :MAX_SHOWN
    ]:
        request(ctx, one)
    for breach in found.breaches[:MAX_SHOWN]:
        _breach(ctx, breach)
    with st.container(horizontal=True):
        with st.popover(
            words("personal.add_request"), icon=":material/person_search:", key=f"{KEY}.request_box"
        ):
            office_form(ctx)
        with st.popover(
            words("personal.add_breach"), icon=":material/gpp_maybe:", key=f"{KEY}.breach_box"
        ):
            breach_form(words)


def _contact(ctx: Visit) -> None:
    """Whom people ask, as the notices name them."""
    key = f"{KEY}.contact"
    st.session_state.setdefault(key, str(ctx.event.documents.get(CONTACT) or ""))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(ctx.words("personal.contact"), key=key, max_chars=NOTE_LENGTH)
        st.button(ctx.words("personal.contact_save"), key=f"{key}.save", on_click=_put_contact)
    commands.refused(key, ctx.words)


def _put_contact() -> None:
    key = f"{KEY}.contact"
    commands.perform(key, set_privacy_contact, contact=st.session_state[key])
    commands.say("personal.contact_saved")


# --- requests ------------------------------------------------------------------------------------


def request(ctx: Visit, one: RequestSnapshot) -> None:
    """A request: whose data, until when, and its next steps."""
    words = ctx.words
    with st.container(border=True, key=f"personal_request_{one.id}"):
        title = words("personal.request", number=one.number, kind=kind_word(words, one.kind))
        st.markdown(f"**{plain(title)}** · {plain(words.fact(one.subject))}")
        facts = [words("personal.received", at=one.received_at), state(ctx, one)]
        st.caption(plain(" · ".join([*facts, *([one.note] if one.note else [])])))
        _steps(words, f"{KEY}.request.{one.id}", steps_of(one.course), one)


def state(ctx: Visit, one: RequestSnapshot) -> str:
    """Until when it is answered or carried out, or when it was."""
    if one.due is None and one.course.closed_at:
        return ctx.words(
            "personal.refused" if one.course.refused else "personal.done", at=one.course.closed_at
        )
    what = "personal.do_by" if one.course.answered_at else "personal.answer_by"
    late = one.due is not None and one.due < local_day(ctx.event, real_now())
    text = ctx.words(what, day=one.due)
    return f"{text} ({ctx.words('status.overdue').lower()})" if late else text


def steps_of(course: Course, *, of_breach: bool = False) -> list[CaseStep]:
    """What may be done next."""
    if course.closed_at is not None:
        return [CaseStep.REOPENED]
    first = [] if course.answered_at else [CaseStep.ANSWERED]
    undo = [CaseStep.REOPENED] if course.answered_at else []
    return [*first, CaseStep.DONE, *([] if of_breach else [CaseStep.REFUSED]), *undo]


def _steps(
    words: Words, form: str, steps: Iterable[CaseStep], one: RequestSnapshot | BreachSnapshot
) -> None:
    of_breach = isinstance(one, BreachSnapshot)
    with st.container(horizontal=True, gap="small"):
        for step in steps:
            told = of_breach and step is CaseStep.ANSWERED
            label = words("personal.step_told" if told else f"personal.step_{step.value}")
            facts = (form, one.id, step, of_breach)
            st.button(label, key=f"{form}.{step.value}", on_click=_step, args=facts)
    commands.refused(form, words)


def _step(form: str, number: int, step: CaseStep, of_breach: bool) -> None:
    if of_breach:
        commands.perform(form, step_breach, breach_id=number, step=step.value)
    else:
        commands.perform(form, step_request, request_id=number, step=step.value)


def kind_word(words: Words, kind: RequestKind) -> str:
    return words(f"personal.request_{kind.value}")


def office_form(ctx: Visit) -> None:
    """A request of one who holds an office; that of a delegate is recorded at their row."""
    words, form = ctx.words, f"{KEY}.new"
    names = {one.id: words.of(one, "name") for one in access_queries.everybody(ctx.moment)}
    st.caption(words("personal.delegates_there"))
    choices.selectbox(
        words("personal.of_office"),
        list(names),
        format_func=names.__getitem__,
        key=f"{form}.office",
    )
    request_fields(words, form)
    st.button(words("personal.record"), key=f"{form}.go", on_click=_record, args=(form, None))
    commands.refused(form, words)


def request_fields(words: Words, form: str) -> None:
    """What is asked for, how many days ago it came in, and by which letter or call."""
    choices.selectbox(
        words("personal.asked"),
        list(RequestKind),
        format_func=lambda kind: kind_word(words, kind),
        key=f"{form}.kind",
    )
    st.number_input(words("personal.days_ago"), min_value=0, max_value=365, key=f"{form}.ago")
    st.text_input(words("personal.by_letter"), max_chars=NOTE_LENGTH, key=f"{form}.note")


def _record(form: str, delegate_id: int | None) -> None:
    state = st.session_state
    ago = timedelta(days=int(state.get(f"{form}.ago") or 0))
    made = commands.perform(
        form,
        record_request,
        kind=str(state.get(f"{form}.kind") or ""),
        delegate_id=delegate_id,
        office_id=None if delegate_id else state.get(f"{form}.office"),
        received_at=real_now() - ago if ago else None,
        note=state.get(f"{form}.note") or "",
    )
    if made:
        state[f"{form}.note"] = ""
        commands.say("personal.request_saved", number=made.number)


def of_delegate(ctx: Visit, form: str, delegate_id: int) -> None:
    """The form of a request of a delegate, and the open ones about them."""
    for one in personal_queries.cases_of(ctx.moment).requests:
        if one.delegate_id == delegate_id:
            request(ctx, one)
    request_fields(ctx.words, form)
    st.button(
        ctx.words("personal.record"), key=f"{form}.go", on_click=_record, args=(form, delegate_id)
    )
    commands.refused(form, ctx.words)


# --- breaches ------------------------------------------------------------------------------------


def _breach(ctx: Visit, one: BreachSnapshot) -> None:
    words = ctx.words
    with st.container(border=True, key=f"personal_breach_{one.id}"):
        st.markdown(f"**{plain(words('personal.breach', number=one.number))}** · {plain(one.text)}")
        st.caption(plain(f"{words('personal.detected', at=one.detected_at)} · {clock(words, one)}"))
        _steps(words, f"{KEY}.breach.{one.id}", steps_of(one.course, of_breach=True), one)


def clock(words: Words, one: BreachSnapshot, now: datetime | None = None) -> str:
    """How much of the 72 hours is left, or when the authority was told."""
    if one.course.answered_at is not None:
        return words("personal.told", at=one.course.answered_at)
    left = one.due - (now or real_now())
    key = "personal.tell_by" if left > timedelta() else "personal.tell_late"
    return words(key, at=one.due, span=words.age(abs(left)))


def breach_form(words: Words) -> None:
    """What happened, and how many hours ago it was noticed."""
    form = f"{KEY}.breach_new"
    st.caption(words("personal.breach_why"))
    st.text_area(words("personal.breach_text"), max_chars=NOTE_LENGTH, key=f"{form}.text")
    st.number_input(words("personal.hours_ago"), min_value=0, max_value=720, key=f"{form}.ago")
    st.button(words("personal.record"), key=f"{form}.go", on_click=_record_breach, args=(form,))
    commands.refused(form, words)


def _record_breach(form: str) -> None:
    state = st.session_state
    ago = timedelta(hours=int(state.get(f"{form}.ago") or 0))
    made = commands.perform(
        form,
        record_breach,
        text=state.get(f"{form}.text") or "",
        detected_at=real_now() - ago if ago else None,
    )
    if made:
        state[f"{form}.text"] = ""
        commands.say("personal.breach_saved", number=made.number)


# --- the first page ------------------------------------------------------------------------------


def waiting(ctx: Visit) -> bool:
    """The requests and breaches whose clocks run, for whoever handles them."""
    if not ctx.may("handle_personal_data"):
        return False
    words, found = ctx.words, personal_queries.cases_of(ctx.moment)
    if not (found.open_requests or found.unreported):
        return False
    with st.container(border=True, key="waiting_personal"):
        for breach in found.unreported[:3]:
            number = words("personal.breach", number=breach.number)
            st.warning(plain(f"{number}: {clock(words, breach)}"), icon=":material/gpp_maybe:")
        for one in found.open_requests[:3]:
            title = words("personal.request", number=one.number, kind=kind_word(words, one.kind))
            st.text(f"{title}: {state(ctx, one)}")
    return True
