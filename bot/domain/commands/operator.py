"""What the people who run the shop are told."""

from __future__ import annotations

from typing import ClassVar, Literal

from bot.domain.commands.nothing import Nothing
from bot.domain.common import Value


class AlertOperator(Value):
    """Tell the operators what needs them: kept, and mailed at once or with others. ``topic`` groups repeats."""

    kind: Literal["operator.alert"] = "operator.alert"
    needs: ClassVar[str] = "operators"
    Result: ClassVar[type[Value]] = Nothing
    topic: str
    text: str
