"""What machines speak: live feed, sign-in, API, health; and what starts and stops with the
server.
"""

from web.logs import quiet
from web.routes import exception_handlers, lifespan, middleware, routes

__all__ = ["exception_handlers", "lifespan", "middleware", "quiet", "routes"]
