"""From an office's files to the event, step by step; each step is saved and taken up anywhere."""

import streamlit as st

from models.imports.drafts import Step
from ui.imports import beginning, columns, doing, files, preview, questions, ready, steps
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
    steps.bar(ctx.words, held, step, disabled=doing.is_applied(held))
    if step is Step.READY:
        ready.region(ctx)
    elif step is Step.EVENT or held is None:
        beginning.region(ctx, held, filled=filled)
    else:
        of_files(ctx, step, held, filled=filled)


def of_files(ctx: frame.Visit, step: Step, held: import_queries.Prepared, *, filled: bool) -> None:
    """The steps that show what the files hold."""
    looked = commands.ready("event.page", lambda: import_queries.looked(held))
    commands.refused("event.page", ctx.words)
    if looked is None:
        return
    if isinstance(looked, import_queries.Work):
        doing.region(ctx, held, looked)
    elif step is Step.PREVIEW:
        preview.region(ctx, held, looked, filled=filled)
    else:
        OF_FILES[step](ctx, held, looked.preview)


stepper()
