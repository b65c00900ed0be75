"""Signing in and out."""

from __future__ import annotations

from aiohttp import web

from bot.console import show
from bot.console.access import SESSION_LASTS, Permit
from bot.console.server import COOKIE, HEADERS, HOME, Console, Visit, form_of, is_own, render


def routes(console: Console) -> list[web.RouteDef]:
    desk = console.desk

    def door(request: web.Request, *, wrong: str = "", name: str = "", status: int = 200) -> web.Response:
        return render(
            "door.html",
            status=status,
            platform=desk.rules.platform_name,
            back=_inside(request.query.get("para", "")),
            wrong=wrong,
            name=name,
        )

    async def ask(request: web.Request) -> web.Response:
        return door(request)

    async def enter(request: web.Request) -> web.Response:
        form = await form_of(request)
        name = form.get("name", "").strip().casefold()[:40]
        if not is_own(request):
            return door(request, status=403, wrong="Abra esta página de novo e entre por ela.")
        entered = await desk.access.enter(name, form.get("password", "")[:1000])
        if entered.cookie is None:
            until = f" Tente de novo às {show.moment(entered.wait)[6:]}." if entered.wait else ""
            return door(request, status=401, name=name, wrong=f"Nome ou senha não conferem.{until}")
        answer = web.Response(status=303, headers=HEADERS | {"Location": _inside(form.get("back", ""))})
        answer.set_cookie(
            COOKIE,
            entered.cookie,
            path=HOME,
            httponly=True,
            secure=desk.https,
            samesite="Strict",
            max_age=int(SESSION_LASTS.total_seconds()),
        )
        return answer

    async def leave(visit: Visit) -> web.Response:
        await desk.access.leave(visit.request.cookies.get(COOKIE, ""))
        answer = visit.go(f"{HOME}/entrar")
        answer.del_cookie(COOKIE, path=HOME)
        return answer

    return [
        web.get(f"{HOME}/entrar", ask),
        web.post(f"{HOME}/entrar", enter),
        console.post("/sair", leave, Permit.SEE),
    ]


def _inside(path: str) -> str:
    """Only back into the console, never to another site."""
    return path if path == HOME or path.startswith((f"{HOME}/", f"{HOME}?")) else HOME
