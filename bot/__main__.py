"""The command line: ``python -m bot`` or ``autopars``. ``--help`` works on every level."""

from __future__ import annotations

import importlib
import sys

from bot.cli.parser import parser


def main(arguments: list[str] | None = None) -> int:
    """Run one verb; the exit code is 0 for success, 1 for a failure, 2 for wrong usage or settings."""
    options = parser().parse_args(arguments)
    module, _, function = options.run.partition(":")
    try:
        from bot.cli.terminal import plainly  # each verb's imports are loaded with it, so that `--help` answers at once
    except KeyboardInterrupt:
        return 130
    return plainly(lambda: int(getattr(importlib.import_module(f"bot.cli.{module}"), function)(options)))


if __name__ == "__main__":
    sys.exit(main())
