"""The entry: the pages' addresses, and the application that serves them."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

import jobs
import web
from data.storage import database
from ui.shell import exports, menu, runs

log = logging.getLogger("san_sang")


def main() -> None:
    """One run of whatever page was asked for."""
    # Not before the server runs: the caches of `ui.shell.cache` belong to its runtime.
    from ui.shell import frame
    from ui.waiting import bar

    ctx = frame.visit_of_menu()
    words = ctx.words if ctx else frame.words_before_event()
    groups = frame.listed_pages(ctx)
    page = st.navigation(menu.entries(groups, words), position="top")
    if ctx is not None and groups != menu.ALONE and page.url_path not in menu.UNFRAMED:
        bar.bar(ctx, groups)
    page.run()


@asynccontextmanager
async def lifespan(server: st.App) -> AsyncIterator[None]:
    """What lives as long as the server: what answers requests, on a prepared database; the jobs."""
    async with web.lifespan(server), jobs.running():
        yield


def on_error(failure: Exception) -> bool:
    """A bug goes to the log with its trace and to the visitor as one sentence.

    A lost database is not a bug.
    """
    from ui.shell import frame, live

    words = frame.words_before_event()
    if isinstance(failure, database.UNREACHABLE):
        log.warning("a page could not be read: the database does not answer")
        st.error(words("live.lost_database"), icon=":material/cloud_off:")
        live.watch("event")  # brings the page back when the database is
    else:
        log.error("a page failed", exc_info=failure)
        st.error(words("app.failed"), icon=":material/error:")
    return True


if __name__ == "__main__":  # Streamlit runs this file as a script on every rerun
    main()
else:  # the server imports it once
    # Claim the addresses now: on a fresh server a deep link would else run a page's file without
    # its frame.
    with web.quiet("streamlit.runtime"):  # it warns that no visitor is here yet, which is the point
        st.navigation([menu.page(name) for name in menu.ICONS])
    runs.prepare()
    exports.mend_downloads()
    # Streamlit logs every failure before it asks `on_error`, which logs it with or without a trace.
    logging.getLogger("streamlit.error_util").addFilter(
        lambda record: record.msg != "Uncaught app execution"
    )
    app = st.App(
        __file__,
        routes=web.routes,
        middleware=web.middleware,
        exception_handlers=web.exception_handlers,
        lifespan=lifespan,
        on_script_error=on_error,
    )
