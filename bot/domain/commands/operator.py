"""The command that alerts operators."""

from __future__ import annotations

from typing import ClassVar, Literal

from bot.domain.commands.nothing import Nothing
from bot.domain.common import Value


class AlertOperator(Value):
    """Alert the operators; sent at once or as part of a digest. ``topic`` groups repeats."""

    kind: Literal["operator.alert"] = "operator.alert"
    needs: ClassVar[str] = "operators"
    Result: ClassVar[type[Value]] = Nothing
    topic: str
    text: str
