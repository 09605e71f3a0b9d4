"""A task as a card to tap: its status, and the note that a trouble needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from data.readiness.photographs import report_with_photographs
from data.words import Words
from models.readiness.prerequisites import HeldUp
from models.readiness.tasks import (
    NEEDS_NOTE,
    NOTE_LENGTH,
    Status,
    TaskSnapshot,
    Urgency,
    by_urgency,
)
from ui.readiness import photographs as readiness_photographs
from ui.readiness import queries as readiness_queries
from ui.readiness import task_words
from ui.shell import commands, components
from ui.shell.frame import Visit
from ui.shell.plain import plain

Arranged = dict[Urgency, list[TaskSnapshot]]
TRIED = "update.trouble.tried"
"""The id of the task whose trouble was sent from the foot of the page (`foot`) and refused."""

# The style sheet gives each its mark and colour, in this order.
CHOICES = [Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK, Status.BLOCKED, Status.DONE]


@dataclass(frozen=True)
class Around:
    """What a card shows of a task's surroundings, read once for all cards: each read of the cache
    copies the whole answer.
    """

    by_id: Mapping[int, TaskSnapshot]
    needs: Mapping[int, Sequence[int]]
    photographs: Mapping[int, tuple]
    held: HeldUp

    def unmet(self, task: TaskSnapshot) -> list[TaskSnapshot]:
        """The tasks that have to be done before this one and are not."""
        needed = (self.by_id[number] for number in self.needs.get(task.id, ()))
        return [other for other in needed if other.status is not Status.DONE]


def around(ctx: Visit) -> Around:
    return Around(
        by_id={task.id: task for task in readiness_queries.tasks(ctx.moment)},
        needs=readiness_queries.prerequisites(ctx.moment),
        photographs=readiness_queries.photographs(ctx.moment),
        held=readiness_queries.held_up(ctx.moment),
    )


def drafted(task: TaskSnapshot) -> bool:
    """Whether the visitor is writing a note on the task or choosing photographs for it."""
    return f"draft.{task.id}" in st.session_state or readiness_photographs.choosing(task.id)


def arranged(ctx: Visit, section_id: int, own: list[TaskSnapshot]) -> Arranged:
    """A section's tasks by urgency. The order is frozen while a note is being written, so that no
    card moves away from the finger.
    """
    key = f"update.order.{section_id}"
    if key not in st.session_state or not any(map(drafted, own)):
        found = by_urgency(own, now=ctx.at, zone=ctx.words.time_zone)
        st.session_state[key] = {one: [task.id for task in tasks] for one, tasks in found.items()}
    by_id = {task.id: task for task in own}
    return {
        one: [by_id[number] for number in numbers if number in by_id]
        for one, numbers in st.session_state[key].items()
    }


def nothing_presses(ctx: Visit, later: list[TaskSnapshot]) -> None:
    """That nothing is in trouble or due soon, and what is due next."""
    st.text(ctx.words("update.nothing_now"))
    if later:
        title, at = ctx.words.of(later[0], "title"), later[0].due_at
        st.text(ctx.words("update.nearest", number=str(later[0].number), title=title, at=at))


def card(ctx: Visit, task: TaskSnapshot, known: Around) -> None:
    """One task: title, due time, status in one tap, and the note that a trouble needs.

    One that is done keeps its statuses behind a tap: a slip must not take the end back.
    """
    words, photographs = ctx.words, known.photographs.get(task.id, ())
    with st.container(border=True, key=f"task_{task.id}"):
        if task.status is Status.DONE and not reopened(task):
            ended(words, task, photographs)
            return
        recorded(words, task, photographs)
        waits(ctx, task, known.unmet(task))
        if task.level in task_words.TROUBLED and known.held.count(task.id):
            task_words.holding(words, ctx.moment, task)
        chosen = st.segmented_control(
            words("update.status_of", number=str(task.number)),
            CHOICES,
            key=choice_key(task),
            default=task.status if task.status in CHOICES else None,
            format_func=lambda status: words(f"status.{status.value}"),
            label_visibility="collapsed",
            on_change=choose,
            args=(task,),
        )
        resume(task, chosen)
        forms(ctx, task)


def reopened(task: TaskSnapshot) -> bool:
    """Whether the statuses of a task that is done lie open.

    In a tab's first run they do: a browser whose session is gone holds what was chosen there.
    """
    return reopening(task.id) in st.session_state or drafted(task) or first_run()


def reopening(task_id: int) -> str:
    return f"reopened.{task_id}"


def ended(words: Words, task: TaskSnapshot, photographs: Sequence) -> None:
    """A task that is done, in short, and what opens it again."""
    st.markdown(f"{task_words.title(words, task)}  \n{task_words.badges(words, task)}")
    readiness_photographs.thumbnails(words, photographs, key=f"task_{task.id}")
    with st.container(horizontal=True, gap="small"):
        st.button(
            words("update.reopen"),
            key=f"update.reopen.{task.id}",
            icon=":material/undo:",
            on_click=reopen,
            args=(task.id,),
        )
        readiness_photographs.offer(words, task.id)


def reopen(task_id: int) -> None:
    st.session_state[reopening(task_id)] = True


def recorded(words: Words, task: TaskSnapshot, photographs: Sequence) -> None:
    """What is recorded: title, due time, flags, note, photographs."""
    due = components.small(words("update.due", at=task.due_at))
    line = " ".join([*task_words.flags(words, task), due])
    st.markdown(f"{task_words.title(words, task)}  \n{line}")
    if task.note:
        st.text(task.note)
    readiness_photographs.thumbnails(words, photographs, key=f"task_{task.id}")


def forms(ctx: Visit, task: TaskSnapshot) -> None:
    """What a tap on the card opens: the note, photographs, the refusal of the last try."""
    note_form(ctx, task)
    readiness_photographs.offer(ctx.words, task.id)
    photograph_form(ctx, task)
    if st.session_state.get(TRIED) != task.id:  # its refusal stands there
        refused(ctx, task)


def refused(ctx: Visit, task: TaskSnapshot) -> None:
    """Why the last report of a task was refused, and the choice where another one came before."""
    commands.refused(f"task.{task.id}", ctx.words)
    overtaken(ctx, task)


def waits(ctx: Visit, task: TaskSnapshot, unmet: list[TaskSnapshot]) -> None:
    """The tasks that have to be done first and are not."""
    if unmet and task.status is not Status.DONE:
        titles = "; ".join(f"{other.number}. {ctx.words.of(other, 'title')}" for other in unmet)
        st.caption(plain(ctx.words("update.waits_for", tasks=titles)))


def choice_key(task) -> str:
    """The control's key: another one with every report, so that the control shows what is recorded
    and not an earlier tap.
    """
    return f"update.status.{task.id}.{task.reported_at.timestamp() if task.reported_at else 0}"


def choose(task) -> None:
    """A tap on a status: recorded at once, or a note is asked for first.

    Not every call is a tap. A message that a browser sends before it has drawn the newest run
    carries the controls that it still shows, and Streamlit takes those that the run has replaced
    for changed. So a control with the value that it was drawn with does nothing (else it would
    undo what others have reported meanwhile), and a tap counts once.
    """
    key, tapped = choice_key(task), f"tapped.{task.id}"
    if key not in st.session_state:
        return  # dropped by a run that another one stopped before it drew the control again
    status, (last_key, last_status) = (
        st.session_state[key],
        st.session_state.get(tapped, ("", None)),
    )
    if status is None or status == task.status:
        if last_key == key:  # the tap was taken back
            drop(task)
        elif status is None and task.status in CHOICES:
            still(task, key)
        return
    if (last_key, last_status) == (key, status):
        return
    st.session_state[tapped] = (key, status)
    if status in NEEDS_NOTE:
        begin_draft(task, status)
        return
    save(task.id, status, "", seen=task.report_id or 0)


def still(task, key: str) -> None:
    """A tap on the status that is recorded: it stays marked, and a trouble gets another note."""
    st.session_state[key] = task.status
    if task.status in NEEDS_NOTE:
        begin_draft(task, task.status)


def begin_draft(task, status: Status) -> None:
    """Begin a note, and remember the report on which it is based: others may report while it is
    being typed.
    """
    st.session_state.setdefault(f"seen.{task.id}", task.report_id or 0)
    st.session_state[f"draft.{task.id}"] = status


def resume(task, chosen: Status | None) -> None:
    """Resume a note or a choice of photographs whose session is gone: the new one knows of them
    only from the browser's control and address.

    In a tab's first run only: later a control may still show what has been cancelled.
    """
    if not first_run():
        return
    readiness_photographs.resume(task.id)
    if chosen in NEEDS_NOTE and chosen != task.status:
        begin_draft(task, st.session_state.get(f"draft.{task.id}", chosen))


def first_run() -> bool:
    """Whether the page is drawn for a tab for the first time, by this process."""
    return "update.seen" not in st.session_state


def seen() -> None:
    """Ends a tab's first run."""
    st.session_state["update.seen"] = True


def photograph_form(ctx: Visit, task) -> None:
    """The choice of photographs; they are sent with the next status, with the note that is being
    written, or alone with the current status.
    """
    if not readiness_photographs.choosing(task.id):
        return
    words = ctx.words
    any_chosen = readiness_photographs.choose(words, task.id)
    if f"draft.{task.id}" in st.session_state:
        st.caption(words("evidence.with_note"))
        return
    with st.container(horizontal=True):
        st.button(
            words("evidence.send", status=words(f"status.{task.status.value}")),
            key=f"evidence.send.{task.id}",
            type="primary",
            disabled=not any_chosen,
            on_click=save,
            args=(task.id, task.status, task.note),
            kwargs={"seen": task.report_id or 0},
        )
        st.button(
            words("evidence.cancel"),
            key=f"evidence.cancel.{task.id}",
            on_click=readiness_photographs.forget,
            args=(task.id,),
        )


def note_form(ctx: Visit, task) -> None:
    """The note right below the statuses, with what saves it beside it."""
    status, words = st.session_state.get(f"draft.{task.id}"), ctx.words
    if status is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"note_{task.id}"):
        st.text_area(
            f"{words(f'status.{status.value}')} – {words('update.note')}",
            key=f"update.note.{task.id}",
            max_chars=NOTE_LENGTH,
            placeholder=words("update.note_hint"),
            height=98,
        )
        with st.container(width="content", gap="xsmall"):
            st.button(
                words("update.note_save"),
                key=f"update.save.{task.id}",
                type="primary",
                width="stretch",
                on_click=save_note,
                args=(task.id, status),
            )
            st.button(
                words("update.cancel"),
                key=f"update.cancel.{task.id}",
                width="stretch",
                on_click=drop,
                args=(task,),
            )


def save_note(task_id: int, status: Status) -> None:
    save(
        task_id,
        status,
        st.session_state[f"update.note.{task_id}"],
        seen=st.session_state.get(f"seen.{task_id}", 0),
    )


def save(task_id: int, status: Status, note: str, *, seen: int) -> bool:
    """Record a status with its note and the chosen photographs; where a file is refused, all that
    was typed stays. Returns whether it was recorded.
    """
    form = f"task.{task_id}"
    photographs = readiness_photographs.chosen(form, task_id)
    facts = {
        "task_id": task_id,
        "status": status.value,
        "note": note,
        "seen": seen,
        "photographs": photographs,
    }
    if photographs is not None and commands.perform(form, report_with_photographs, **facts):
        for key in (f"draft.{task_id}", f"seen.{task_id}", reopening(task_id)):
            st.session_state.pop(key, None)
        readiness_photographs.forget(task_id)
        commands.say("update.saved", status=status)
        return True
    st.session_state.pop(f"tapped.{task_id}", None)
    return False


def overtaken(ctx: Visit, task) -> None:
    """Where another report came before the tap: its note, and the choice between the two."""
    refusal = st.session_state.get(f"refused.task.{task.id}")
    if refusal is None or refusal.code != "report_overtaken":
        return
    words, facts = ctx.words, refusal.facts
    if facts["theirs_note"]:
        st.text(words("update.their_note", note=facts["theirs_note"]))
    with st.container(horizontal=True):
        label = words("update.anyway", status=words(f"status.{facts['status']}"))
        st.button(
            label,
            key=f"update.anyway.{task.id}",
            type="primary",
            on_click=record_anyway,
            args=(task.id, facts),
        )
        st.button(
            words("update.keep_theirs"), key=f"update.keep.{task.id}", on_click=drop, args=(task,)
        )


def record_anyway(task_id: int, facts: dict) -> None:
    note = st.session_state.get(f"update.note.{task_id}", facts["mine_note"])
    save(task_id, Status(facts["status"]), note, seen=facts["report"])


def drop(task) -> None:
    readiness_photographs.forget(task.id)
    for key in (
        f"draft.{task.id}",
        f"seen.{task.id}",
        f"tapped.{task.id}",
        f"refused.task.{task.id}",
        reopening(task.id),
        choice_key(task),
    ):
        st.session_state.pop(key, None)
