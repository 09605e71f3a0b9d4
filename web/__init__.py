"""What machines speak: live feed, sign-in, API, health; and what starts and stops with the
server.
"""

from web.logs import quiet
from web.routes import lifespan, middleware, routes

__all__ = ["lifespan", "middleware", "quiet", "routes"]
