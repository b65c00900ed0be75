"""The base of every value in the domain.

Money is integer centavos, times are aware UTC, phones and provider ids are opaque text.
"""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable value. Change one with ``value.model_copy(update=...)`` or :meth:`but`."""

    # an error's text goes to logs and records: it must not contain what somebody wrote
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    def but(self, **changes: object) -> Self:
        """This value with some fields changed, validated again."""
        return type(self).model_validate({**self.__dict__, **changes})
