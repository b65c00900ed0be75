"""The operators' console: inspect everything, repair what failed, keep everybody else out."""

from bot.console.routes import routes

__all__ = ["routes"]
