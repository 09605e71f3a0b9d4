"""The server of the web tests, for jobs that only a running server performs."""

from tests.web.conftest import _rehearsal, server

__all__ = ["_rehearsal", "server"]
