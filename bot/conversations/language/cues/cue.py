"""A cue: a pattern over the words of a message in their usual spelling, with values as placeholders."""

from __future__ import annotations

import re
from typing import NamedTuple

STRONG, FAIR = 4.5, 2.7
"""Log-odds: a strong cue alone decides, a fair one needs others."""
CHANGE = (
    r"(?:mud\w+|alter\w+|troc\w+|corrig\w+|reajust\w+|atualiz\w+|ajust\w+|mex(?:er|e|o|a)"
    r"|arrum(?:ar|e)|acert(?:ar|a|e))"
)


class Cue(NamedTuple):
    intent: str
    points: float
    shape: re.Pattern[str]


def cue(intent: str, points: float, shape: str) -> Cue:
    return Cue(intent, points, re.compile(shape))
