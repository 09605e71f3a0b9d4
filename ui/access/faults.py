"""What an administrator has to put right: a database that takes no writes, missing backups."""

import streamlit as st

from ui.access import queries as access_queries
from ui.shell.frame import Visit


def shown(ctx: Visit) -> bool:
    """A sentence for each fault that goes on; nothing where all is well. Whether any does."""
    if (fault := access_queries.database_fault()) is not None:
        st.warning(ctx.words(f"refusal.{fault}"), icon=":material/hard_drive:")
    age = access_queries.backup_overdue(ctx.event)
    if age is not None:
        sentence = ctx.words("people.backup_overdue", age=ctx.words.age(age))
        st.warning(sentence, icon=":material/save:")
    return fault is not None or age is not None
