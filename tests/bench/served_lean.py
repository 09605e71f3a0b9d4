"""The bench's server for thousands of walls on a machine whose processes may open few descriptors.

A Streamlit session keeps an event loop for scripts that await. The product's never do, and that
loop never runs, but it holds three descriptors, so that a limit of 20,000, which only a privileged
process raises, ends at 4,000 walls. Here it opens none; all else is the product's.
"""

import asyncio
import selectors

from streamlit.runtime import app_session

from tests.bench import served


class UnopenedLoop(asyncio.SelectorEventLoop):
    """An event loop that is never run."""

    _csock = None  # where asyncio keeps the socket that wakes a loop which runs

    def __init__(self) -> None:
        super().__init__(selectors.PollSelector())  # which, unlike epoll, is no descriptor

    def _make_self_pipe(self) -> None:
        pass

    def _close_self_pipe(self) -> None:
        pass


class _Asyncio:
    """asyncio as `app_session` sees it."""

    new_event_loop = UnopenedLoop

    def __getattr__(self, name: str) -> object:
        return getattr(asyncio, name)


if __name__ == "__main__":
    app_session.asyncio = _Asyncio()
    served.serve()
