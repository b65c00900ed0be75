"""Bodies that no provider sends, made of those that they do: the generator of the fuzz runs, by seed."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sandbox import samples

Json = dict[str, Any]

ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**63,
    10**400,
    1e308,
    float("nan"),
    float("inf"),
    "",
    " ",
    "\0",
    "\ud83d",
    "\udcff",
    "é" * 300,
    "٣٤٥",
    "x" * 20_000,
    "🚗" * 500,
    "\u202e\u0000\ufeff",
    "'; DROP TABLE events; --",
    "{{7*7}} ${7*7} {0.__class__} %s %n",
    "<script>alert(1)</script>",
    "../../../../etc/passwd",
    '=HYPERLINK("http://x")',
    "http://169.254.169.254/latest/meta-data",
    "file:///etc/passwd",
    "4111 1111 1111 1111",
    "9999-99-99T99:99:99Z",
    "2026-02-30 25:61:61",
    [],
    {},
    [[]],
    [None] * 100,
    {"": {"": {"": ""}}},
    {"a": 1, "A": 2, "á": 3},
)
WORDS = ("sim", "não", "1", "menu", "oi", "quero um farol", "cancelar", "80010-000", "529.982.247-25", "sair")
KINDS = ("text/plain", "", "application/json; charset=utf-7", "multipart/form-data")
FIELDS = ("name", "password", "back", "email", "token", "act", "new", "again")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json")


@dataclass(frozen=True)
class Try:
    """One request. ``forged``: its origin is not proven, so it must leave nothing."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    forged: bool


class Fuzz:
    """``keys``: the secrets of the bot; ``routes``: all its paths. The same seed makes the same tries."""

    def __init__(
        self, seed: int, keys: Mapping[str, str], gateway: str, clock: Callable[[], datetime], routes: Sequence[str]
    ) -> None:
        self._dice = random.Random(seed)
        self._keys = keys
        self._clock = clock
        self._routes = tuple(routes)
        other = {"zapi": "evolution.", "evolution": "zapi."}[gateway]
        self._names = [name for name in samples.names() if not name.startswith(other)]

    def tries(self, count: int) -> Iterator[Try]:
        for _ in range(count):
            yield self._webhook() if self._dice.random() < 0.85 else self._page()

    # --- webhooks --------------------------------------------------------------------------------------

    def _webhook(self) -> Try:
        dice, now = self._dice, self._clock()
        name = dice.choice(self._names)
        content: Any = samples.body(name, self._keys, now)
        for _ in range(dice.choice((0, 1, 1, 2, 3, 8))):
            self._change(content)
        if name.endswith(".text") and dice.random() < 0.5:
            self._say(content)
        body = json.dumps(content, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")
        if dice.random() < 0.2:
            body = self._bytes(body)
        forged = dice.random() < 0.3
        delivery = samples.deliver(name, body, self._keys, now)
        path, headers = delivery.path, dict(delivery.headers)
        if forged:
            path, headers = self._forge(name, path, headers, body, now)
        elif dice.random() < 0.05:
            headers["Content-Type"] = dice.choice(KINDS)
        return Try("POST", path, headers, body, forged)

    def _say(self, content: Json) -> None:
        text = " ".join(self._dice.choice(WORDS) for _ in range(self._dice.randint(1, 4)))
        if "text" in content:
            content["text"] = {"message": text}
        elif isinstance(content.get("data"), dict):
            content["data"]["message"] = {"conversation": text}

    def _change(self, content: Any) -> None:
        """Change one place of a body, somewhere."""
        at = content
        while True:
            places = list(at) if isinstance(at, dict) else list(range(len(at)))
            if not places:
                return
            place = self._dice.choice(places)
            if isinstance(at[place], (dict, list)) and at[place] and self._dice.random() < 0.7:
                at = at[place]
                continue
            match self._dice.randrange(5):
                case 0:
                    del at[place]
                case 1 if isinstance(at, dict):
                    at[self._dice.choice(("id", "event", "type", "phone", "", "🚗", "key"))] = at.pop(place)
                case 2:
                    at[place] = self._deep(self._dice.choice((3, 31, 33, 200)))
                case 3 if isinstance(at[place], str):
                    at[place] = at[place] + str(self._dice.choice(ODD))
                case _:
                    at[place] = copy.deepcopy(self._dice.choice(ODD))
            return

    def _deep(self, levels: int) -> Any:
        found: Any = "x"
        for _ in range(levels):
            found = [found] if self._dice.random() < 0.5 else {"a": found}
        return found

    def _bytes(self, body: bytes) -> bytes:
        at = self._dice.randrange(len(body) + 1)
        match self._dice.randrange(5):
            case 0:
                return body[:at]
            case 1:
                return body[:at] + self._dice.randbytes(8) + body[at:]
            case 2:
                return self._dice.randbytes(self._dice.choice((0, 1, 300)))
            case 3:
                return body + body
            case _:
                return b"[" * 100_000 if self._dice.random() < 0.2 else b"\xef\xbb\xbf" + body

    def _forge(
        self, name: str, path: str, headers: dict[str, str], body: bytes, now: datetime
    ) -> tuple[str, dict[str, str]]:
        """Spoil the proof: another key, none, an old one, or one letter of it."""
        provider = name.partition(".")[0]
        if provider in ("zapi", "evolution"):
            gateway, secret = path.rsplit("/", 1)
            guess = self._dice.choice(("x", secret[:-1], secret + "0", secret.swapcase(), "%00", "é", "..", "a" * 4000))
            return f"{gateway}/{quote(guess, safe='%.')}", headers
        wrong = {n: "b" * len(v) for n, v in self._keys.items()} | {"RESEND_WEBHOOK_SECRET": "whsec_" + "b" * 32}
        late = timedelta(hours=self._dice.choice((0, -1, 1)))
        spoilt = dict(samples.deliver(name, body, wrong, now + late).headers)
        if self._dice.random() < 0.3:
            return path, {"Content-Type": "application/json"}
        return path, spoilt

    # --- pages -----------------------------------------------------------------------------------------

    def _page(self) -> Try:
        dice = self._dice
        odd = quote(str(dice.choice(ODD))[:300], safe="", errors="replace")
        route = dice.choice((*self._routes, "/{odd}", "/webhooks/{odd}"))
        path = re.sub(r"\{[^}]+\}", lambda _: dice.choice(("1", "1042", "0", "9" * 9, "owner", odd)), route)
        if dice.random() < 0.4:
            name = dice.choice(("para", "q", "said", "live", "antes", "ticket", "state", "code", "tipo", "estado"))
            path += f"?{name}={odd}"
        headers = {"Cookie": f"autopars_console={odd}; melhor_envio={odd}"} if dice.random() < 0.3 else {}
        if dice.random() < 0.3:
            form = "&".join(f"{name}={odd}" for name in FIELDS).encode()
            packed = {"Content-Encoding": dice.choice(("gzip", "deflate", "br", "x"))} if dice.random() < 0.2 else {}
            return Try("POST", path, {**headers, **packed, "Content-Type": dice.choice(FORMS)}, form, True)
        method = dice.choice(("GET", "GET", "GET", "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"))
        return Try(method, path, headers, b"", True)
