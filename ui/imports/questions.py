"""The fourth step: what cannot be inferred, by kind, each with its proposal and one for all."""

from collections.abc import Sequence
from datetime import datetime, time

import streamlit as st

from data.imports.drafts import Prepared, answer_import
from data.imports.preview import Preview
from data.words import Words
from models.imports.drafts import Step
from models.imports.questions import Answers, Question
from models.plan import clock_time
from ui.imports import steps
from ui.shell import choices, commands
from ui.shell.frame import Visit
from ui.shell.plain import plain

FORM = "event.questions"
TYPED, OTHER, EACH = "*", "other", ""
MOMENT = "%Y-%m-%d %H:%M"
CLOCKS = ("item_time", "item_time_empty")  # of these a time is typed, of others also a day
MAX_SHOWN = 60


def region(ctx: Visit, held: Prepared, shown: Preview) -> None:
    words = ctx.words
    asked: dict[str, list[Question]] = {}
    for one in shown.outcome.notes.questions:
        asked.setdefault(one.kind, []).append(one)
    commands.refused(FORM, words)
    st.caption(words("event_page.questions_why" if asked else "event_page.questions_none"))
    if held.answers:
        st.caption(words("event_page.answered", number=len(held.answers)))
    answers = Answers(held.answers)
    for kind, questions in asked.items():
        with st.container(border=True, key=f"event_questions_{kind}"):
            count = words("event_page.places", number=len(questions))
            st.markdown(f"**{plain(words(f'event_page.ask_{kind}'))}** · {count}")
            _kind(words, held, kind, questions, answers)
    steps.onward(ctx, held, Step.PREVIEW)


def _kind(
    words: Words, held: Prepared, kind: str, questions: Sequence[Question], answers: Answers
) -> None:
    if kind == "critical":
        _critical(words, held, questions[0], answers)
        return
    common = _common(questions)
    if len(questions) > 1 and common:
        _all(words, held, kind, common)
    if len(questions) == 1:
        _one(words, held, questions[0], answers)
        return
    label = words("event_page.each", number=len(questions))
    box = choices.expander(label, key=f"{FORM}.each.{kind}")
    if box.open:
        with box:
            for one in questions[:MAX_SHOWN]:
                _one(words, held, one, answers)
            if len(questions) > MAX_SHOWN:
                more = len(questions) - MAX_SHOWN
                st.caption(words("wall.entries_more", count=more))


# --- an answer for all of a kind -----------------------------------------------------------------


def _common(questions: Sequence[Question]) -> list[str]:
    """The answers in words that every question of a kind takes."""
    sets = [[one for one in each.choices if is_word(one)] for each in questions]
    return [one for one in sets[0] if all(one in others for others in sets)]


def is_word(answer: str) -> bool:
    """Whether an answer is a code of the words, and no day, name or text."""
    return answer.isidentifier() and answer.isascii()


def _all(words: Words, held: Prepared, kind: str, common: list[str]) -> None:
    current = held.answers.get(kind, EACH)
    key = f"{FORM}.all.{kind}.{current}"
    choices.selectbox(
        words("event_page.for_all"),
        [EACH, *common],
        index=[EACH, *common].index(current) if current in common else 0,
        format_func=lambda one: answer_text(words, one) if one else words("event_page.as_proposed"),
        key=key,
        width=420,
        on_change=choices.when_changed,
        args=(key, current, _put_chosen, held.id, kind, key),
    )


# --- one answer ----------------------------------------------------------------------------------


def _one(words: Words, held: Prepared, question: Question, answers: Answers) -> None:
    """What was written and where, the choices, and a field where another answer may be typed."""
    current = answers.to(question)
    options = [one for one in question.choices if one != TYPED]
    if any(not is_word(one) for one in options):
        options = [one for one in options if not is_word(one)]
    if current in question.choices and current not in options:
        current = _dated(question, current)
    takes_typed = TYPED in question.choices
    typed = takes_typed and current not in options
    chosen = OTHER if typed else current
    offered = [*options, *([OTHER] if takes_typed else [])]
    key = f"{FORM}.one.{question.key}.{chosen}"
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"event_{_safe(key)}"):
        choices.selectbox(
            _label(words, question),
            offered,
            index=offered.index(chosen) if chosen in offered else 0,
            format_func=lambda one: answer_text(words, one),
            key=key,
            width=420,
            on_change=choices.when_changed,
            args=(key, chosen, _choose, held.id, question, key),
        )
        asks = st.session_state.get(f"{key}.asks", False)
        if typed or asks:
            st.text_input(
                words("event_page.typed"),
                current if typed else "",
                key=f"{key}.typed",
                max_chars=60,
                placeholder=words("event_page.typed_hint"),
                width=220,
                on_change=choices.when_changed,
                args=(
                    *(f"{key}.typed", current if typed else "", _put_typed),
                    *(held.id, question, f"{key}.typed"),
                ),
            )
    if question.kind == "double":
        first, other = question.detail.get("first", ""), question.detail.get("other", "")
        st.caption(plain(words("event_page.double", first=first, other=other)))


def _dated(question: Question, word: str) -> str:
    """The day that a word for all of a kind means for this question."""
    dated = [one for one in question.choices if not is_word(one) and one != TYPED]
    return dated[-1] if word == "same_day" and dated else question.proposal


def _label(words: Words, question: Question) -> str:
    text = words(f"imports.question.{question.kind}", written=question.written)
    task = str(question.detail.get("task", ""))
    about = f" – {task[:80]}" if task else ""
    return plain(f"{question.at.cell}{about}: {text}")


def _safe(key: str) -> str:
    return "".join(one if one.isalnum() else "_" for one in key)


def _choose(draft_id: int, question: Question, key: str) -> None:
    if st.session_state[key] == OTHER:
        st.session_state[f"{key}.asks"] = True
        return
    _put_chosen(draft_id, question.key, key)


def _put_chosen(draft_id: int, name: str, key: str) -> None:
    commands.perform(FORM, answer_import, draft_id=draft_id, answers={name: st.session_state[key]})


def _put_typed(draft_id: int, question: Question, key: str) -> None:
    """A typed time; an empty one goes back to the proposal. Refuses `time_malformed`."""
    written = st.session_state[key].strip()
    answer = commands.ready(FORM, lambda: _moment(question, written) if written else "")
    if answer is not None:
        commands.perform(FORM, answer_import, draft_id=draft_id, answers={question.key: answer})


def _moment(question: Question, written: str) -> str:
    if question.kind not in CLOCKS:
        return written
    at = time.fromisoformat(clock_time(written))
    return f"{datetime.combine(datetime.strptime(question.proposal, MOMENT).date(), at):{MOMENT}}"


def answer_text(words: Words, answer: str) -> str:
    """An answer as a person reads it: a code in words, a moment as one, else as it stands."""
    if answer == OTHER:
        return words("event_page.other")
    if words.has(f"imports.answer.{answer}"):
        return words(f"imports.answer.{answer}")
    try:
        at = datetime.strptime(answer, MOMENT)
    except ValueError:
        return answer
    return f"{at:%H:%M} {words.day(at.date())}"


# --- the critical tasks --------------------------------------------------------------------------


def _critical(words: Words, held: Prepared, question: Question, answers: Answers) -> None:
    """All tasks; those that are proposed are chosen already."""
    tasks: dict[str, str] = dict(question.detail["tasks"])  # type: ignore[call-overload]
    answer = answers.to(question)
    proposed = str(question.detail["proposed"])
    marked = {"proposed": proposed, "none": ""}.get(answer, answer).split(",")
    drawn = [one for one in marked if one in tasks]
    key = f"{FORM}.critical"
    choices.multiselect(
        words("event_page.critical"),
        list(tasks),
        drawn,
        format_func=lambda line: tasks[line][:90],
        key=key,
        on_change=choices.when_changed,
        args=(key, drawn, _put_critical, held.id, question.key, key),
    )


def _put_critical(draft_id: int, name: str, key: str) -> None:
    lines = ",".join(st.session_state[key]) or "none"
    commands.perform(FORM, answer_import, draft_id=draft_id, answers={name: lines})
