"""Shared by all pages: the session, CSRF tokens, response headers, and turning an action into an event."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jinja2
from aiohttp import web

from bot.console import show, words
from bot.console.access import Access, Permit, User
from bot.console.passwords import PasswordLinks
from bot.domain.catalogue import Product
from bot.domain.events import Event, Incoming
from bot.domain.order import Order
from bot.domain.secret import same
from bot.domain.shop import Rules
from bot.engine.store import Store
from bot.redaction import storable
from bot.storage.accounts import LOOKED, Accounts
from bot.storage.database import Database
from bot.storage.reading import Row
from bot.storage.records import Records

SOURCE = "console"
LOOKS, LOOK_EVERY_S = 40, 0.05
"""How long the response to an action waits for its event to be handled."""
ONE_LOOK = timedelta(minutes=10)
"""Views within this time are logged once."""
COOKIE = "autopars_console"
HOME = "/console"
MOST_FORM = 64 * 1024
SLOWEST_FORM_S, SLOWEST_FILE_S = 10.0, 60.0
LONGEST_WAY_BACK = 1000
"""Characters; quoted once more, it must still fit into a header."""

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' https: data:; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

SAID = {
    "sent": "Mensagem a caminho.",
    "back": "A conversa voltou para o robô.",
    "noted": "Nota guardada.",
    "asked": "Pedido anotado: veja o que aconteceu na linha do tempo.",
    "twice": "Isso já tinha sido pedido; nada foi feito de novo.",
    "why": "Diga por quê: nada foi feito.",
    "replayed": "De volta à fila.",
    "saved": "Guardado.",
    "mailed": "Guardado: o link vai por e-mail.",
    "enough": "Guardado, mas a conta já recebeu links demais nesta hora: espere um pouco.",
    "invited": "Convite feito: o código está na lista.",
    "unclear": "Não entendi um dos campos; nada foi mudado.",
    "added": "Guardado: vai junto com as provas.",
    "full": "Não foi guardado: já são tantos arquivos quantos vão.",
    "nothing": "Nada para fazer: o estado já era outro.",
}
"""Messages shown after an action; the URL carries only the key."""


def _product(row: Row) -> Product:
    return Product.model_validate_json(row["body"]).but(stock=row["stock"], version=row["version"])


def _order(row: Row) -> Order:
    return Order.model_validate_json(row["body"])


_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters.update(show.FILTERS)
_environment.filters.update({"kind": words.kind, "need": words.need, "trouble": words.trouble, "notice": words.notice})
_environment.filters.update({"trouble_in_short": words.trouble_in_short, "order": _order, "product": _product})


@dataclass(frozen=True)
class Outline:
    """A flow's title and the names of its questions, in order."""

    title: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Desk:
    """What the pages work with."""

    database: Database
    records: Records
    accounts: Accounts
    access: Access
    passwords: PasswordLinks
    store: Store
    put: Callable[[Sequence[Incoming]], Awaitable[list[bool]]]
    clock: Callable[[], datetime]
    rules: Rules
    settings: Sequence[tuple[str, str, str]]
    """Name, value (secrets hidden) and origin of every setting."""
    https: bool
    flows: Mapping[str, Outline] = field(default_factory=dict)
    providers: Mapping[str, str] = field(default_factory=dict)
    """The provider that fills each role."""
    intents: Mapping[str, str] = field(default_factory=dict)
    """Intents, with their Portuguese names."""


@dataclass(frozen=True)
class Visit:
    """One authorised request of a signed-in user."""

    desk: Desk
    request: web.Request
    user: User
    form: Mapping[str, str]
    file: tuple[str, bytes] | None = None
    """The uploaded file, where the form takes one: its name and its content."""

    def word(self, name: str) -> str:
        """A value of the query or path, at most 200 characters, without characters that the database refuses."""
        text = self.request.match_info.get(name) or self.request.query.get(name, "")
        return storable(text[:200]).strip()

    def number(self, name: str) -> int:
        """A whole number of the query or path; 0 if absent or invalid."""
        text = self.word(name)
        return int(text) if text.isdecimal() and len(text) < 19 else 0

    def may(self, name: str) -> bool:
        return self.user.may(Permit(name))

    def page(self, template: str, *, status: int = 200, **data: Any) -> web.Response:
        """A page inside the frame. With ``?live=1`` a script keeps it up to date (without scripts the browser reloads
        it)."""
        live = self.word("live") == "1"
        said = SAID.get(self.word("said"), "")
        text = _environment.get_template(template).render(
            visit=self,
            user=self.user,
            now=self.desk.clock(),
            platform=self.desk.rules.platform_name,
            said=said,
            live=live,
            act=secrets.token_urlsafe(12),
            ago=lambda at: show.ago(at, self.desk.clock()),
            **data,
        )
        return web.Response(text=text, content_type="text/html", headers=HEADERS, status=status)

    def again(self, **changes: Any) -> str:
        """The current URL with other values; empty ones are omitted."""
        values = {**self.request.query, **{k: str(v) for k, v in changes.items()}}
        wanted = {k: v for k, v in values.items() if v and k != "said"}
        return f"{self.request.path}?{urlencode(wanted)}" if wanted else self.request.path

    def missing(self) -> web.Response:
        return self.page("missing.html", status=404)

    def go(self, path: str, said: str = "") -> web.Response:
        """Redirect to another page, with a message about what was done."""
        target = f"{path}{'&' if '?' in path else '?'}said={said}" if said else path
        return web.Response(status=303, headers=HEADERS | {"Location": target})

    async def looked_at(self, subject: str) -> None:
        """Log that this user has seen a person's data, once per while: a page watched live counts as one view."""
        since = self.desk.clock() - ONE_LOOK
        if not await self.desk.accounts.has_looked(self.user.name, subject, since):
            await self.desk.accounts.note(self.user.name, LOOKED, subject)

    async def act(self, lane: str, event: Event, *, subject: str, what: str, detail: str = "") -> str:
        """Store the action as an event of its lane, once per form, and log it; returns the message key for
        :meth:`go`."""
        key = f"{self.user.name}/{self.form.get('act') or secrets.token_urlsafe(12)}"[:300]
        (new,) = await self.desk.put([Incoming(source=SOURCE, key=key, lane=lane, event=event)])
        if not new:
            return "twice"
        await self.desk.accounts.note(self.user.name, what, subject, detail)
        await self._worked(key)
        return "asked"

    async def _worked(self, key: str) -> None:
        """Wait briefly for the event to be handled, so that the next page shows its outcome."""
        for _ in range(LOOKS):
            if not await self.desk.records.is_waiting(SOURCE, key):
                return
            await asyncio.sleep(LOOK_EVERY_S)

    @property
    def by(self) -> str:
        """This user as the actor of an event."""
        return f"operator:{self.user.name}"


Handler = Callable[[Visit], Awaitable[web.StreamResponse]]


class Console:
    """Builds routes from handlers, each with the permit that it requires."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def get(self, path: str, handler: Handler, permit: Permit = Permit.SEE) -> web.RouteDef:
        async def answer(request: web.Request) -> web.StreamResponse:
            user = await self._user(request)
            if user is None:
                return _to_the_door(request)
            visit = Visit(self.desk, request, user, {})
            return await handler(visit) if user.may(permit) else visit.page("forbidden.html", status=403)

        return web.get(HOME + path, answer)

    def post(self, path: str, handler: Handler, permit: Permit) -> web.RouteDef:
        async def answer(request: web.Request) -> web.StreamResponse:
            user = await self._user(request)
            if user is None:
                return _to_the_door(request)
            form = await form_of(request)
            if not same(form.get("token", ""), user.form_token) or not is_own(request):
                return Visit(self.desk, request, user, {}).page("stale.html", status=403)
            visit = Visit(self.desk, request, user, form)
            return await handler(visit) if user.may(permit) else visit.page("forbidden.html", status=403)

        return web.post(HOME + path, answer)

    def upload(self, path: str, handler: Handler, permit: Permit, most: int) -> web.RouteDef:
        """A form with a file of at most ``most`` bytes; without the permit the body is not even read."""

        async def answer(request: web.Request) -> web.StreamResponse:
            user = await self._user(request)
            if user is None:
                return _to_the_door(request)
            if not user.may(permit):
                return Visit(self.desk, request, user, {}).page("forbidden.html", status=403)
            form, file = await _form_with_a_file(request, most)
            if not same(form.get("token", ""), user.form_token) or not is_own(request):
                return Visit(self.desk, request, user, {}).page("stale.html", status=403)
            return await handler(Visit(self.desk, request, user, form, file))

        return web.post(HOME + path, answer)

    async def _user(self, request: web.Request) -> User | None:
        return await self.desk.access.user(request.cookies.get(COOKIE, ""))


def render(template: str, *, status: int = 200, **data: Any) -> web.Response:
    """A page outside the frame, for signing in."""
    text = _environment.get_template(template).render(**data)
    return web.Response(text=text, content_type="text/html", headers=HEADERS, status=status)


async def form_of(request: web.Request) -> dict[str, str]:
    """The fields of a form, without characters that the database refuses; files, compressed and oversized bodies are
    refused."""
    return _words(await _fields(request, MOST_FORM, SLOWEST_FORM_S))


async def _form_with_a_file(request: web.Request, most: int) -> tuple[dict[str, str], tuple[str, bytes] | None]:
    fields = await _fields(request, most + MOST_FORM, SLOWEST_FILE_S)
    sent = next((field for field in fields.values() if isinstance(field, web.FileField)), None)
    if sent is None:
        return _words(fields), None
    with sent.file:
        return _words(fields), (storable(sent.filename), await asyncio.to_thread(sent.file.read))


async def _fields(request: web.Request, most: int, within: float) -> Mapping[str, object]:
    if request.content_length is None or request.content_length > most:
        raise web.HTTPRequestEntityTooLarge(most, request.content_length or 0)
    try:
        async with asyncio.timeout(within):
            return await request.clone(client_max_size=most).post()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (ValueError, LookupError):  # malformed parts, an unknown character set
        raise web.HTTPBadRequest from None


def _words(fields: Mapping[str, object]) -> dict[str, str]:
    return {k: storable(v) for k, v in fields.items() if isinstance(v, str)}


def is_own(request: web.Request) -> bool:
    """Whether a form came from our own page, as far as the browser tells."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")


def _to_the_door(request: web.Request) -> web.Response:
    back = request.path_qs if request.method == "GET" and len(request.path_qs) < LONGEST_WAY_BACK else HOME
    return web.Response(status=303, headers=HEADERS | {"Location": f"{HOME}/entrar?{urlencode({'para': back})}"})
