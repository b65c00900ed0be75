"""``python -m sandbox --port 9000``: run the stand-ins and the page by themselves, for a bot that runs elsewhere."""

from __future__ import annotations

import argparse
import shlex
import sys

from aiohttp import web

from sandbox.app import create_app
from sandbox.config import SandboxConfig
from sandbox.stand_ins import Sandbox


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Local stand-ins of all providers.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--bot", default="http://127.0.0.1:8080", help="where the bot listens for webhooks")
    parser.add_argument("--environment", action="store_true", help="print the bot's environment and end")
    chosen = parser.parse_args(arguments)
    base = f"http://{chosen.host}:{chosen.port}"
    config = SandboxConfig()
    if chosen.environment:
        values = config.environment(base) | {"PUBLIC_URL": chosen.bot.rstrip("/")}
        sys.stdout.writelines(f"{name}={shlex.quote(value)}\n" for name, value in values.items())
        return
    outer = web.Application()
    outer.add_subapp("/sandbox", create_app(Sandbox(config, base=base, bot=chosen.bot)))
    sys.stdout.write(f"the two phones: {base}/sandbox (webhooks go to {chosen.bot})\n")
    sys.stdout.flush()
    web.run_app(outer, host=chosen.host, port=chosen.port, print=None, access_log=None, shutdown_timeout=2)


if __name__ == "__main__":
    main()
