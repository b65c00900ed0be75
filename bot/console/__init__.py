"""The operators' pages: see everything, mend anything, let no one else in."""

from bot.console.routes import routes

__all__ = ["routes"]
