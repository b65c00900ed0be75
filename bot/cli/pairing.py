"""``autopars whatsapp``: register the callbacks, pair the number, restart the session."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
from collections.abc import AsyncIterator, Awaitable, Callable

from PIL import Image

from bot.app import Bot
from bot.integrations.errors import ProviderError, Unavailable
from bot.integrations.protocols import Messenger

Say = Callable[[str], None]

CODES = 3
"""Codes shown one after the other; then the gateways require a pause."""
LIVES_S = 18.0
"""A code lives for about twenty seconds."""
LOOK_S = 2.0
FINDER = 7
"""Modules of the dark line at the start of every QR code."""
LIGHT = 128


async def connect(bot: Bot, say: Say, *, phone: str = "", attended: bool = False) -> int:
    """Register all webhooks at the WhatsApp gateway and show the pairing code; 0 if nothing went wrong.

    ``phone``: show a code to be typed there instead of a picture. ``attended``: somebody is at the terminal: draw the
    picture, replace it when it expires, and wait until the number is connected.
    """
    s, messenger = bot.settings, bot.providers.messenger
    async with _calls(bot):
        try:
            await messenger.register_webhooks(bot.whatsapp_webhook)
            elsewhere = sorted(
                name for name, url in (await messenger.webhooks()).items() if url != bot.whatsapp_webhook
            )
            if elsewhere:
                say(f"WRONG the gateway took the address, and still does not use it for: {', '.join(elsewhere)}")
                say("      → set it in the gateway's own panel")
                return 1
            say(f"all webhooks point to {s.public_url}/webhooks/{s.whatsapp_provider}/•••")
            if (await messenger.status()).connected:
                say("the number is connected already")
                return 0
            await _drop_stale(messenger, say)
            if phone:
                return await _by_typing(messenger, phone, say, attended=attended)
            return await _by_picture(messenger, say, attended=attended)
        except ProviderError as error:
            say(f"WRONG {error.reason}: {error.detail[:200]}")
            return 1


async def restart(bot: Bot, say: Say) -> int:
    """Restart the gateway's session; 0 if it was accepted."""
    async with _calls(bot):
        try:
            await bot.providers.messenger.restart()
        except ProviderError as error:
            say(f"WRONG {error.reason}: {error.detail[:200]}")
            return 1
        say("the session starts anew; if the number stays disconnected: autopars whatsapp connect")
        return 0


@contextlib.asynccontextmanager
async def _calls(bot: Bot) -> AsyncIterator[None]:
    """Calls are recorded, and everything is closed afterwards."""
    await bot.loop.start()
    try:
        yield
    finally:
        await bot.loop.stop()
        await bot.http.close()
        await bot.database.close()


async def _drop_stale(messenger: Messenger, say: Say) -> None:
    """Remove old messages that the gateway kept, which would all be sent upon pairing."""
    count = await messenger.waiting()
    if count:
        await messenger.drop_waiting()
        say(
            f"{count} old messages that waited at the gateway were dropped; the bot's own queue sends what still counts"
        )


async def _by_typing(messenger: Messenger, phone: str, say: Say, *, attended: bool) -> int:
    code = await _patiently(lambda: messenger.pairing_code(phone))
    if code is not None:
        say(f"on the phone: WhatsApp › Linked devices › Link with phone number, and type  {code}")
        if attended and not await _connected(messenger, CODES * LIVES_S):
            say("not connected yet; run it again for a new code")
            return 1
    if code is None or attended:
        say("the number is connected")
    return 0


async def _by_picture(messenger: Messenger, say: Say, *, attended: bool) -> int:
    for _ in range(CODES if attended else 1):
        code = await _patiently(messenger.qr_code)
        if code is None:
            say("the number is connected")
            return 0
        if not attended:
            say("open this in a browser and scan it with WhatsApp › Linked devices (it lives 20 s):")
            say(code)
            return 0
        say(f"scan it with WhatsApp › Linked devices:\n{drawn(code) or code}")
        if await _connected(messenger, LIVES_S):
            say("the number is connected")
            return 0
    say("no code was scanned; run it again, or `autopars whatsapp restart` first if none is taken")
    return 1


async def _patiently(ask: Callable[[], Awaitable[str | None]]) -> str | None:
    """A gateway that was just started has no code for a second or two."""
    for _ in range(CODES):
        with contextlib.suppress(Unavailable):
            return await ask()
        await asyncio.sleep(LOOK_S)
    return await ask()


async def _connected(messenger: Messenger, seconds: float) -> bool:
    """Whether the number connects within that time."""
    for _ in range(round(seconds / LOOK_S)):
        if (await messenger.status()).connected:
            return True
        await asyncio.sleep(LOOK_S)
    return False


def drawn(picture: str) -> str:
    """A QR code in half blocks, to be scanned off a terminal; "" if the picture (a PNG data URI) is none."""
    dark = _modules(picture)
    if not dark:
        return ""
    side = len(dark)
    line = [False] * (side + 4)
    framed = [line, line, *([False, False, *row, False, False] for row in dark), line, line, line]
    rows = zip(framed[0 : side + 4 : 2], framed[1 : side + 5 : 2], strict=True)
    # light modules are drawn, since terminals are dark; scanners accept either
    return "\n".join(
        "".join(" " if up and down else "▄" if up else "▀" if down else "█" for up, down in zip(*pair, strict=True))
        for pair in rows
    )


def _modules(picture: str) -> list[list[bool]]:
    """The modules of a QR code, True where dark; an empty list if it cannot be read."""
    try:
        image = Image.open(io.BytesIO(base64.b64decode(picture.partition(",")[2]))).convert("L")
    except (OSError, ValueError):
        return []
    width, height = image.size
    pixels = image.tobytes()
    dark = [x for x in range(width * height) if pixels[x] < LIGHT]
    if not dark:
        return []
    top, left = dark[0] // width, min(x % width for x in dark)
    right = left
    while right < width and pixels[top * width + right] < LIGHT:
        right += 1
    module = (right - left) / FINDER
    side = round((max(x % width for x in dark) + 1 - left) / module) if module else 0
    if not 21 <= side <= 177 or top + side * module > height + 1:
        return []
    centres = [int((n + 0.5) * module) for n in range(side)]
    return [[pixels[(top + y) * width + left + x] < LIGHT for x in centres] for y in centres]
