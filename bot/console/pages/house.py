"""Administration: settings with their origin, accounts, and the audit log."""

from __future__ import annotations

import re

from aiohttp import web

from bot.console.access import OWNER, Permit, Role
from bot.console.listing import Filter, Listing
from bot.console.server import HOME, Console, Visit

AUDIT = Listing(
    "audit.html",
    lambda desk, span, wanted: desk.accounts.lines(span, **wanted),
    (
        Filter("subject", "Sobre", hint="order:1042"),
        Filter("by", "Quem", hint="ana"),
        Filter("action", "O que", hint="cancelou"),
    ),
)
NAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
WHICH_NAMES = "O nome tem de 2 a 40 letras minúsculas, números, ponto, hífen ou sublinhado."
EMAIL = re.compile(r"[^@\s]{1,200}@[^@\s]{1,100}\.[^@\s.]{2,20}")


def routes(console: Console) -> list[web.RouteDef]:
    return [
        console.get("/ajustes", settings),
        console.get("/contas", accounts, Permit.MANAGE),
        console.post("/contas", save, Permit.MANAGE),
        console.post("/contas/convidar", invite, Permit.MANAGE),
        console.post("/contas/{name}/fechar", close, Permit.MANAGE),
        console.get("/auditoria", AUDIT.page, Permit.MANAGE),
    ]


async def settings(visit: Visit) -> web.Response:
    return visit.page("settings.html", settings=visit.desk.settings)


async def accounts(visit: Visit) -> web.Response:
    return await _accounts(visit)


async def invite(visit: Visit) -> web.Response:
    """Invite somebody, who chooses a password by a link in an e-mail; or send a new link."""
    name, email = visit.form.get("name", "").strip().casefold(), visit.form.get("email", "").strip().casefold()
    role = visit.form.get("role", "")
    if not NAME.fullmatch(name) or role not in set(Role):
        return await _accounts(visit, WHICH_NAMES)
    if not EMAIL.fullmatch(email):
        return await _accounts(visit, "O e-mail não parece um.")
    try:
        sent = await visit.desk.passwords.invite(name, Role(role), email, visit.user.name)
    except ValueError as error:
        return await _accounts(visit, f"Não foi convidada: {error}.")
    return visit.go(f"{HOME}/contas", "mailed" if sent else "enough")


async def save(visit: Visit) -> web.Response:
    name = visit.form.get("name", "").strip().casefold()
    role, password = visit.form.get("role", ""), visit.form.get("password", "")
    if name == OWNER:
        return await _accounts(visit, "A senha de owner vem de CONSOLE_PASSWORD, no ambiente.")
    if not NAME.fullmatch(name) or role not in set(Role):
        return await _accounts(visit, WHICH_NAMES)
    try:
        await visit.desk.access.save(name, Role(role), password)
    except ValueError as error:
        return await _accounts(visit, f"Não foi guardada: {error}.")
    await visit.desk.accounts.note(visit.user.name, "guardou a conta", f"account:{name}", role)
    await visit.desk.passwords.changed(name, "house")
    return visit.go(f"{HOME}/contas", "saved")


async def close(visit: Visit) -> web.Response:
    name = visit.word("name")
    if name in (OWNER, visit.user.name) or await visit.desk.accounts.account(name) is None:
        return visit.go(f"{HOME}/contas", "nothing")
    await visit.desk.accounts.change(name, active=False)
    await visit.desk.accounts.note(visit.user.name, "fechou a conta", f"account:{name}")
    return visit.go(f"{HOME}/contas", "saved")


async def _accounts(visit: Visit, wrong: str = "") -> web.Response:
    rows = await visit.desk.accounts.accounts()
    return visit.page(
        "accounts.html", accounts=rows, roles=[r.value for r in Role], wrong=wrong, status=400 if wrong else 200
    )
