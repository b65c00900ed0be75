"""Signing in and out."""

from __future__ import annotations

from ipaddress import ip_address

from aiohttp import web

from bot.console import show
from bot.console.access import SESSION_LASTS, Permit
from bot.console.server import COOKIE, HEADERS, HOME, Console, Desk, Visit, form_of, is_own, render
from bot.redaction import storable

BY_LINK = "/senha/{token:[A-Za-z0-9_.-]{1,200}}"
SAID = "Senha guardada: entre com ela."


def routes(console: Console) -> list[web.RouteDef]:
    door = Door(console.desk)
    return [
        web.get(f"{HOME}/esqueci", door.forgotten),
        web.post(f"{HOME}/esqueci", door.ask_link),
        web.get(HOME + BY_LINK, door.by_link),
        web.post(HOME + BY_LINK, door.use_link),
        console.get("/senha", own),
        console.post("/senha", change, Permit.SEE),
        web.get(f"{HOME}/entrar", door.ask),
        web.post(f"{HOME}/entrar", door.enter),
        console.post("/sair", leave, Permit.SEE),
    ]


class Door:
    """The pages that need no session."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def _page(self, request: web.Request, *, wrong: str = "", name: str = "", status: int = 200) -> web.Response:
        said = SAID if request.query.get("said") == "senha" and not wrong else ""
        return render(
            "door.html",
            status=status,
            platform=self._desk.rules.platform_name,
            back=_inside(request.query.get("para", "")),
            wrong=wrong,
            said=said,
            name=name,
        )

    async def ask(self, request: web.Request) -> web.Response:
        return self._page(request)

    async def enter(self, request: web.Request) -> web.Response:
        form = await form_of(request)
        name = form.get("name", "").strip().casefold()[:40]
        if not is_own(request):
            return self._page(request, status=403, wrong="Abra esta página de novo e entre por ela.")
        entered = await self._desk.access.enter(name, form.get("password", "")[:1000], place(request))
        if entered.cookie is None:
            until = f" Tente de novo às {show.moment(entered.wait)[6:]}." if entered.wait else ""
            return self._page(request, status=401, name=name, wrong=f"Nome ou senha não conferem.{until}")
        answer = web.Response(status=303, headers=HEADERS | {"Location": _inside(form.get("back", ""))})
        answer.set_cookie(
            COOKIE,
            entered.cookie,
            path=HOME,
            httponly=True,
            secure=self._desk.https,
            samesite="Strict",
            max_age=int(SESSION_LASTS.total_seconds()),
        )
        return answer

    def _asked(self, *, done: bool = False) -> web.Response:
        return render("forgotten.html", platform=self._desk.rules.platform_name, asked=done)

    async def forgotten(self, _: web.Request) -> web.Response:
        return self._asked()

    async def ask_link(self, request: web.Request) -> web.Response:
        form = await form_of(request)
        email = storable(form.get("email", "")).strip().casefold()[:320]
        if is_own(request):
            await self._desk.passwords.forgotten(email, place(request))
        return self._asked(done=True)

    def _choose(self, request: web.Request, account: str, wrong: str = "", status: int = 200) -> web.Response:
        status = status if account else 404
        path, name = request.path, self._desk.rules.platform_name
        return render("newpassword.html", status=status, platform=name, account=account, action=path, wrong=wrong)

    async def by_link(self, request: web.Request) -> web.Response:
        """Only shows the form: an e-mail scanner that follows the link must not use it up."""
        return self._choose(request, await self._desk.passwords.whose(request.match_info["token"], place(request)))

    async def use_link(self, request: web.Request) -> web.Response:
        token, form = request.match_info["token"], await form_of(request)
        if not is_own(request):
            return self._choose(request, "")
        try:
            name = await self._desk.passwords.use(token, form.get("new", "")[:1000], place(request))
        except ValueError as error:
            account = await self._desk.passwords.whose(token, place(request))
            return self._choose(request, account, f"Não foi guardada: {error}.", status=400)
        if not name:
            return self._choose(request, "")
        return web.Response(status=303, headers=HEADERS | {"Location": f"{HOME}/entrar?said=senha"})


async def leave(visit: Visit) -> web.Response:
    await visit.desk.access.leave(visit.request.cookies.get(COOKIE, ""))
    await visit.desk.accounts.note(visit.user.name, "saiu", f"account:{visit.user.name}")
    answer = visit.go(f"{HOME}/entrar")
    answer.del_cookie(COOKIE, path=HOME)
    return answer


async def own(visit: Visit) -> web.Response:
    return visit.page("own.html", wrong="")


async def change(visit: Visit) -> web.Response:
    old, new = visit.form.get("old", "")[:1000], visit.form.get("new", "")[:1000]
    try:
        await visit.desk.access.change_password(visit.user.name, old, new)
    except ValueError as error:
        return visit.page("own.html", wrong=f"Não foi mudada: {error}.", status=400)
    await visit.desk.accounts.note(visit.user.name, "mudou a senha", f"account:{visit.user.name}")
    await visit.desk.passwords.changed(visit.user.name, "self")
    return visit.go(f"{HOME}/entrar")


def _inside(path: str) -> str:
    """Redirect only within the console, never to another site."""
    return path if path.isprintable() and (path == HOME or path.startswith((f"{HOME}/", f"{HOME}?"))) else HOME


def place(request: web.Request) -> str:
    """The client's address: the peer, or the last one named by a proxy in our own network."""
    try:
        peer = ip_address(request.remote or "")
    except ValueError:
        return ""
    # some proxies add a header line of their own after the ones they received
    named = ",".join(request.headers.getall("X-Forwarded-For", ())).rpartition(",")[2].strip()
    return named[:60] if named and not peer.is_global else str(peer)
