"""``autopars trigger``: sends a signed sample of a provider's webhook to a bot under development."""

from __future__ import annotations

import argparse
import ipaddress
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot import looping, settings
from bot.cli.terminal import Stopped, say
from bot.settings import Settings, SettingsError
from sandbox import samples
from sandbox.config import SandboxConfig

LONGEST_S = 15.0
DEMO = "http://127.0.0.1:8080"


def keys() -> tuple[Mapping[str, str], str]:
    """The environment whose secrets sign, and where its bot listens: this machine's settings, otherwise the made-up
    keys of ``make demo`` and the stand-ins."""
    try:
        config = settings.load()
    except SettingsError:
        sys.stderr.write(
            f"the settings are not complete here: the keys and the address of `make demo` are used ({DEMO})\n"
        )
        return SandboxConfig().environment(DEMO), DEMO
    host = "127.0.0.1" if config.host in ("0.0.0.0", "") else config.host  # noqa: S104 - compared, not listened on
    return _environment(config), f"http://{host}:{config.port}"


def _environment(config: Settings) -> dict[str, str]:
    found = {}
    for name in type(config).model_fields:
        value = getattr(config, name)
        found[name.upper()] = value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)
    return found


def changes(given: Sequence[str]) -> dict[str, Any]:
    """``key=value`` words; a value is JSON if it can be parsed, otherwise text. Raises :class:`Stopped`."""
    found: dict[str, Any] = {}
    for word in given:
        name, sign, value = word.partition("=")
        if not name or not sign:
            raise Stopped(f"--set {word[:80]}: write it as name=value")
        try:
            found[name] = json.loads(value)
        except (ValueError, RecursionError):
            found[name] = value
    return found


def made(name: str, environment: Mapping[str, str], changed: Mapping[str, Any], now: datetime) -> samples.Delivery:
    """Raises :class:`Stopped` for an unknown event, or a change that does not apply."""
    try:
        content = samples.body(name, environment, now)
    except KeyError:
        near = [known for known in samples.names() if name.lower() in known.lower()] or samples.names()
        raise Stopped(f"no event {name[:60]}; there are:\n" + "\n".join(near)) from None
    try:
        for path, value in changed.items():
            samples.put(content, path, value)
    except ValueError as error:
        raise Stopped(str(error)) from None
    return samples.deliver(name, content, environment, now)


def is_near(url: str) -> bool:
    """Whether an address is this machine or its own network."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal", ".test"))


async def send(delivery: samples.Delivery, to: str, times: int) -> int:
    """Send one delivery, ``times`` times; 0 if each was answered with 200."""
    well = True
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=LONGEST_S)) as session:
            for _ in range(times):
                async with session.post(
                    to.rstrip("/") + delivery.path, data=delivery.body, headers=delivery.headers, allow_redirects=False
                ) as answer:
                    say(f"{answer.status} {(await answer.text())[:200]}")
                    well = well and answer.status == 200
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
        raise Stopped(f"{to} does not answer ({type(error).__name__}); is the bot running there?") from None
    return 0 if well else 1


def run(options: argparse.Namespace) -> int:
    if not options.event:
        say("\n".join(samples.names()))
        return 0
    environment, usual = keys()
    target = options.to or usual
    if not target.startswith(("http://", "https://")):
        raise Stopped("--to is an address such as http://127.0.0.1:8080")
    delivery = made(options.event, environment, changes(options.given), datetime.now(UTC))
    if options.show:
        say(json.dumps(json.loads(delivery.body), ensure_ascii=False, indent=2))
        return 0
    if not is_near(target) and not options.anyway:
        raise Stopped(f"{target} is not of this network: a sample would count there as real (--anyway sends it)")
    return looping.run(send(delivery, target, options.times))
