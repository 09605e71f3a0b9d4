"""From an office's files to the event, step by step; each step is saved and taken up anywhere."""

import streamlit as st

from models.imports.drafts import Step
from ui.imports import beginning, columns, files, preview, questions, ready, steps
from ui.imports import queries as import_queries
from ui.shell import commands, frame, live

frame.require("event")

OF_FILES = {
    Step.FILES: files.region,
    Step.COLUMNS: columns.region,
    Step.QUESTIONS: questions.region,
}


@st.fragment(key="event.page", run_every=60)
def stepper() -> None:
    live.watch("imports")
    ctx = frame.part_of("event")
    held, filled = import_queries.prepared(ctx.event), import_queries.is_filled(ctx.event)
    step = steps.current(held, filled=filled)
    steps.bar(ctx.words, held, step)
    if step is Step.READY:
        ready.region(ctx)
    elif step is Step.EVENT or held is None:
        beginning.region(ctx, held, filled=filled)
    else:
        of_files(ctx, step, held, filled=filled)


def of_files(ctx: frame.Visit, step: Step, held: import_queries.Prepared, *, filled: bool) -> None:
    """The steps that show what the files hold."""
    shown = commands.ready("event.page", lambda: import_queries.shown(held))
    commands.refused("event.page", ctx.words)
    if shown is None:
        return
    if step is Step.PREVIEW:
        preview.region(ctx, held, shown, filled=filled)
    else:
        OF_FILES[step](ctx, held, shown)


stepper()
