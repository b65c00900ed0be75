"""The API's error responses."""

from __future__ import annotations


class Refusal(Exception):
    """One row of the table of errors (sheet 6)."""

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(name)
        self.status, self.name, self.message = status, name, message


def missing(name: str) -> Refusal:
    """Sheet 6, row missing_required_field."""
    return Refusal(422, "missing_required_field", f"Missing `{name}` field.")


def malformed(name: str) -> Refusal:
    """Sheet 6, traps: a 422 with this beginning; the error's name is UNCONFIRMED."""
    message = f"Invalid `{name}` field. The email address needs to follow the `email@example.com` or `Name <email@…>`."
    return Refusal(422, "validation_error", message)


def invalid(message: str) -> Refusal:
    """Sheet 6, row validation_error."""
    return Refusal(400, "validation_error", message)
