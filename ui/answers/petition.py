"""One petition of the register: what it says, its reminders, its answer, and the forms for them."""

import streamlit as st

from data.answers.commands import (
    edit_petition,
    record_answer,
    restore_petition,
    strike_petition,
    withdraw_answer,
)
from data.answers.document import letter_named
from data.answers.report import export_letter
from models.answers.answers import (
    ANSWER_LENGTHS,
    MAX_FILE_BYTES,
    REASON_LENGTH,
    AnswerKind,
    Entered,
    Given,
    Letter,
    LetterFile,
    PetitionSnapshot,
    State,
    require_day,
)
from ui.answers import entering
from ui.shell import choices, commands, components, draft, table
from ui.shell.draft import Draft
from ui.shell.frame import Visit
from ui.shell.plain import plain

KEY, DRAFT = "answers.table", "answers.edit"
COLOURS = {
    State.OWED: "blue",
    State.ROADMAP: "blue",
    State.ANSWERED: "green",
    State.EXPLAINED: "green",
    State.STRUCK: "gray",
}


def panel(ctx: Visit, one: PetitionSnapshot, *, own: bool) -> None:
    """The open petition. `own`: it is the current event's, whose sections there are to choose."""
    words, entered = ctx.words, one.entered
    st.markdown(f"**{plain(words('answers.numbered_petition', number=str(one.number)))}**")
    st.text(entered.text)
    about = [entered.body, words(f"competence.{entered.level}"), entered.field, entered.unit]
    st.caption(plain(" · ".join(part for part in about if part)))
    stands(ctx, one)
    if one.answer:
        answered(ctx, one, one.answer)
    if not ctx.past:
        acts(ctx, one, own=own)
    st.button(words("plan.close"), key="answers.close", type="tertiary", on_click=leave)


def leave() -> None:
    draft.drop(DRAFT)
    table.choose(KEY, "")


def stands(ctx: Visit, one: PetitionSnapshot) -> None:
    """Its state, its deadline, how long it is overdue, and who was reminded of that."""
    words = ctx.words
    badges = [components.badge(words(f"petition_state.{one.state.value}"), COLOURS[one.state], "")]
    if one.overdue:
        late = words("answers.overdue_by", span=words.age(ctx.at - one.overdue_at))
        badges.insert(0, components.badge(late, "red", ":material/alarm:"))
    due = components.small(f"{words('answers.due_on')}: {words.day(one.due_on)}")
    st.markdown(" ".join([*badges, due]))
    for reminder in one.reminders:
        level = words(f"answers.reminded_{reminder.level.value}")
        st.caption(plain(words("answers.reminded", level=level, at=reminder.at)))


def answered(ctx: Visit, one: PetitionSnapshot, given: Given) -> None:
    """The answer that counts, with its letter and what takes it back."""
    words, letter = ctx.words, given.letter
    st.markdown(f"**{words(f'answer_kind.{letter.kind}')}**")
    st.text(letter.text)
    if letter.promised_on:
        st.text(words("answers.promised", day=letter.promised_on))
    if named := letter_named(letter, words):
        st.caption(plain(named))
    st.caption(plain(words("answers.recorded_by", by=given.by, at=given.at)))
    if given.file_digest:
        st.caption(words("answers.digest", digest=given.file_digest))
    if given.file_name and not ctx.past and ctx.may("export_answers"):
        st.download_button(
            words("answers.get_file"),
            commands.export(export_letter, lambda file: file.content, answer_id=given.id),
            file_name=given.file_name,
            mime="application/octet-stream",
            on_click="ignore",
            icon=":material/download:",
            key=f"answers.file.{given.id}",
        )


def acts(ctx: Visit, one: PetitionSnapshot, *, own: bool) -> None:
    """What the state of the petition allows, as far as it is the visitor's."""
    words, registers = ctx.words, ctx.may("register_petition")
    answers = ctx.may("record_answer", section=one.section_key)
    if one.open and answers:
        answering(ctx, one)
    if one.answer and answers:
        taking_back(ctx, one, one.answer)
    if one.state is State.OWED and registers:
        with st.expander(words("answers.edit"), key="answers.editing"):
            editing(ctx, one, own=own)
        form = f"answers.strike.{one.id}"
        with components.by_mistake(words, f"{form}.box"):
            act = (form, one.id, one.number)
            st.button(words("answers.strike"), key=form, on_click=strike, args=act)
            commands.refused(form, words)
    if one.state is State.STRUCK and registers:
        form = f"answers.restore.{one.id}"
        act = (form, one.id, one.number)
        st.button(words("answers.restore"), key=form, on_click=restore, args=act)
        commands.refused(form, words)


def strike(form: str, petition_id: int, number: int) -> None:
    if commands.perform(form, strike_petition, petition_id=petition_id):
        commands.say("answers.struck", number=str(number))


def restore(form: str, petition_id: int, number: int) -> None:
    if commands.perform(form, restore_petition, petition_id=petition_id):
        commands.say("answers.restored", number=str(number))


# --- answering -----------------------------------------------------------------------------------


def answering(ctx: Visit, one: PetitionSnapshot) -> None:
    """The form of an answer: its kind, what it says, its letter and the letter's file."""
    words, form = ctx.words, f"answers.record.{one.id}"
    st.markdown(f"**{words('answers.answer')}**")
    kind = choices.selectbox(
        words("answers.kind"),
        [kind.value for kind in AnswerKind],
        format_func=lambda kind: words(f"answer_kind.{kind}"),
        key=f"{form}.kind",
    )
    st.text_area(
        words("answers.answer_text"), key=f"{form}.text", max_chars=ANSWER_LENGTHS["text"],
        height=140,
    )  # fmt: skip
    if kind == AnswerKind.ROADMAP:
        st.text_input(
            words("answers.promised_on"), key=f"{form}.promised", max_chars=12,
            placeholder="31/12/2026",
        )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        limit = ANSWER_LENGTHS["number"]
        st.text_input(words("answers.number"), key=f"{form}.number", max_chars=limit, width=210)
        st.text_input(words("answers.signed_on"), key=f"{form}.signed", max_chars=12, width=170)
    st.text_input(words("answers.signer"), key=f"{form}.signer", max_chars=ANSWER_LENGTHS["signer"])
    st.file_uploader(
        words("answers.file"), type=["pdf", "docx", "jpg", "jpeg", "png"], key=f"{form}.file",
        max_upload_size=MAX_FILE_BYTES // 2**20,
    )  # fmt: skip
    entering.checked(ctx, form)
    st.button(
        words("answers.record"),
        key=form,
        type="primary",
        on_click=record,
        args=(form, one.id, one.number),
    )
    commands.refused(form, words)


def record(form: str, petition_id: int, number: int) -> None:
    state = st.session_state
    days = commands.ready(
        form,
        lambda: [require_day(state.get(f"{form}.{name}", "")) for name in ("signed", "promised")],
    )
    if days is None:
        return
    letter = Letter(
        kind=state[f"{form}.kind"],
        text=state[f"{form}.text"],
        number=state[f"{form}.number"],
        signed_on=days[0],
        signer=state[f"{form}.signer"],
        promised_on=days[1],
    )
    file = state.get(f"{form}.file")
    if commands.perform(
        form,
        record_answer,
        petition_id=petition_id,
        letter=letter,
        file=LetterFile(file.name, file.getvalue()) if file else None,
        checked=bool(state.get(f"{form}.checked")),
    ):
        commands.say("answers.recorded", number=str(number))


def taking_back(ctx: Visit, one: PetitionSnapshot, given: Given) -> None:
    """Folded: what takes the answer back, with its reason."""
    words, form = ctx.words, f"answers.take_back.{given.id}"
    with components.by_mistake(words, f"{form}.box"):
        st.text_input(words("answers.reason"), key=f"{form}.reason", max_chars=REASON_LENGTH)
        st.button(
            words("answers.take_back"),
            key=form,
            on_click=take_back,
            args=(form, one.id, given.id, one.number),
        )
        commands.refused(form, words)


def take_back(form: str, petition_id: int, answer_id: int, number: int) -> None:
    reason = st.session_state[f"{form}.reason"]
    facts = {"petition_id": petition_id, "answer_id": answer_id, "reason": reason}
    if commands.perform(form, withdraw_answer, **facts):
        commands.say("answers.taken_back", number=str(number))


# --- writing it again ----------------------------------------------------------------------------


def editing(ctx: Visit, one: PetitionSnapshot, *, own: bool) -> None:
    """The form that writes a petition again."""
    words = ctx.words
    held = draft.of(DRAFT, one.id, lambda: (one.version, one.entered))
    entering.fields(ctx, held, sections=own)
    entering.checked(ctx, held.form)
    st.button(words("answers.save"), key="answers.save", on_click=save, args=(held,))
    draft.refused(
        words, held, "petition_moved", lambda entered: entering.shown(ctx, entered), write
    )


def save(held: Draft) -> None:
    entered = commands.ready(held.form, lambda: entering.entered_of(held))
    if entered:
        write(held, held.version, entered)


def write(held: Draft, version: int, entered: Entered) -> None:
    checks = bool(st.session_state.get(f"{held.form}.checked"))
    facts = {"petition_id": held.subject, "version": version, "entered": entered}
    if commands.perform(held.form, edit_petition, checked=checks, **facts):
        draft.drop(DRAFT)
        commands.say("answers.saved")
