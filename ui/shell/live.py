"""The browser's end of the push: a fragment that watches topics is rerun when one of them
changes.
"""

import streamlit as st

from data.storage import identity
from models.storage import scoped
from ui.shell import moment
from ui.shell.moment import Moment
from ui.shell.words import COOKIE, is_alone, language


def script(module: str, name: str) -> str:
    """A component's inline code: it loads its module from /assets, shared by all of a tab.

    Streamlit sends it along with every one of the component, so it is short. It loads inline code
    from a blob, where a path alone has no host; and code of a single line would be taken for a
    path.
    """
    return f"""const {{ component }} = await import(location.origin + "/assets/connecting.js");
export default await component("{module}", "{name}");"""


_WATCH = st.components.v2.component("san_sang_watch", js=script("live.js", "watch"))
_GO = st.components.v2.component("san_sang_go", js=script("live.js", "go"))


def watch(
    *topics: str,
    throttle: float = 0,
    section: int | None = None,
    shown: Moment | None = None,
    key: str = "",
) -> None:
    """Rerun the surrounding fragment whenever a change of one of the topics is committed.

    `throttle`: the least seconds between two such runs, for regions with many viewers and many
    changes; the first comes within as many, each tab at its own moment. `section`: of these topics
    only what concerns that section's own page, by its id. `shown`: what the fragment draws, where
    that was read already. `key`: of a region that another one of the page may share its topics
    with.

    First thing in the fragment, before anything that reads: when the database is lost, this is
    what brings the fragment back. What is `shown` may be read before it, since `frame` knows
    it then from the run before.
    """
    names = topics if section is None else [scoped(topic, section) for topic in topics]
    data = {
        "topics": ["event", "clock", *names],
        "rest": throttle * 1000,
        "revision": _revision(shown),
        "language": language(),
        "language_cookie": identity.cookie(COOKIE),
        "alone": is_alone(),
    }
    _WATCH(key=f"live.{key or '.'.join(topics)}", data=data, on_revision_change=lambda: None)


def _revision(shown: Moment | None) -> int:
    if shown is None:
        return moment.revision()
    return 0 if shown.lost else shown.revision  # 0: brought back with the database


def go(to: str, *, post: str = "") -> None:
    """Send the browser to an address of this server, in the same tab; first post to `post`."""
    _GO(key="live.go", data={"to": to, "post": post})
