"""Every verb with its arguments. A verb names the module and function that run it, imported when it is run."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.cli import arguments


def parser() -> argparse.ArgumentParser:
    """``options.run`` of the result is ``module:function`` within this package."""
    made = argparse.ArgumentParser(prog="autopars", description="A shop assistant for auto parts, on WhatsApp.")
    verbs = made.add_subparsers(dest="verb", required=True, metavar="VERB")

    def verb(name: str, run: str, text: str) -> argparse.ArgumentParser:
        one = verbs.add_parser(name, help=text, description=text)
        one.set_defaults(run=run)
        return one

    serve = verb("serve", "serving:serve", "run the web process; with SQLite also the worker and the scheduler")
    serve.add_argument("--only", choices=["web"], help="store events, process none; a worker does")
    verb("worker", "serving:worker", "process events and commands, without HTTP")
    demo = verb("demo", "demo:run", "run bot, scheduler and stand-ins of all providers in one process")
    demo.add_argument("--port", type=arguments.port, default=8080, help="where it listens (default: 8080)")
    demo.add_argument("--no-browser", action="store_true", help="do not open the page")
    demo.add_argument("--database", default="", help="database address (default: var/demo.db)")
    verb("migrate", "data:migrate", "bring the schema up to date")
    keeping = verb("backup", "data:backup", "copy the SQLite file while the bot runs")
    keeping.add_argument("file", type=Path, help="the copy; must not exist yet")
    loading = verb("import", "data:load", "load sellers and products from .json or .csv, all or nothing")
    loading.add_argument("file", type=Path, help="its form: docs/import.md")
    verb("doctor", "accounts:doctor", "check settings, database and every provider; say what to fix")
    _accounts(verb("whatsapp", "accounts:whatsapp", "connect or restart the WhatsApp number"))
    freight = verb("melhor-envio", "accounts:melhor_envio", "connect the account that buys labels")
    freight.add_argument("action", choices=["connect"], help="print a one-time link to authorise this application")
    payments = verb("payments", "accounts:payments", "connect the payment provider")
    payments.add_argument("action", choices=["connect"], help="register the webhook, resume a paused queue")
    videos = verb("videos", "accounts:videos", "connect the video store")
    videos.add_argument("action", choices=["connect"], help="register the webhook; show its secret if it is not set")
    _sellers(verb("sellers", "people:invite", "invite shops"))
    books = verb("reconcile", "data:reconcile", "compare our records with the providers', all or one order's")
    books.add_argument("--order", type=arguments.number, default=0, metavar="N", help="only this order")
    books.add_argument("--days", type=arguments.number, default=7, help="how many days back (default: 7)")
    verb("understand", "talk:understand", "read messages (one JSON line each), print what was understood")
    verb("search", "talk:search", "read queries (one per line), print a JSON list of SKUs for each")
    _replay(verb("replay", "replaying:run", "process stored events again, or commands that were set aside"))
    _trigger(
        verb(
            "trigger",
            "triggering:run",
            "send a sample of a provider's webhook, correctly signed, to a bot under development",
        )
    )
    copy = verb("export-person", "people:export", "print everything known about a person, as JSON (LGPD)")
    erase = verb("erase-person", "people:erase", "erase a person's data, except what the law requires to keep (LGPD)")
    for one in (copy, erase):
        one.add_argument("phone", help="a phone, or the person's id in the console")
    verb("flows", "talk:flows", "print the conversation state machines as Mermaid")
    return made


def _accounts(whatsapp: argparse.ArgumentParser) -> None:
    actions = whatsapp.add_subparsers(dest="action", required=True, metavar="ACTION")
    text = "register all webhooks, show the pairing code"
    connecting = actions.add_parser("connect", help=text, description=text)
    connecting.add_argument(
        "--phone",
        type=arguments.phone,
        default="",
        help="the shop's number: show a code to type there instead of a QR code",
    )
    text = "restart the gateway's session"
    actions.add_parser("restart", help=text, description=text)


def _sellers(sellers: argparse.ArgumentParser) -> None:
    deeds = sellers.add_subparsers(dest="action", required=True, metavar="ACTION")
    text = "print a one-time code that opens a shop; the seller sends it in the chat"
    inviting = deeds.add_parser("invite", help=text, description=text)
    inviting.add_argument("--email", type=arguments.email, default="", help="also e-mail the code to this address")
    inviting.add_argument("--note", default="", help="who it is for, for your own record")
    inviting.add_argument("--days", type=arguments.days, default=14, help="days it is valid (default: 14)")


def _replay(replay: argparse.ArgumentParser) -> None:
    replay.add_argument("event", type=arguments.event_id, nargs="*", help="the id of a stored event (or command)")
    replay.add_argument("--commands", action="store_true", help="commands that were set aside, instead of events")
    found = replay.add_argument_group("instead of ids: everything that matches")
    found.add_argument(
        "--source", default="", help="where it came from: zapi, evolution, asaas, melhor_envio, resend, timer…"
    )
    found.add_argument("--kind", default="", help="e.g. message.received")
    found.add_argument("--lane", default="", help="e.g. order:1042")
    found.add_argument("--root", default="", help="the root of a log line")
    found.add_argument("--status", choices=["failed", "done"], help="set aside (the default) or processed")
    found.add_argument("--since", type=arguments.moment, help="arrived at or after (ISO 8601 with a zone)")
    found.add_argument("--until", type=arguments.moment, help="arrived before")


def _trigger(trigger: argparse.ArgumentParser) -> None:
    trigger.add_argument("event", nargs="?", default="", help="its name; without one, the list of them")
    trigger.add_argument("--to", default="", help="the bot's address (default: HOST and PORT, or the demo's)")
    trigger.add_argument(
        "--set",
        dest="given",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a value in the body, e.g. payment.value=12",
    )
    trigger.add_argument("--times", type=arguments.times, default=1, metavar="N", help="send it N times")
    trigger.add_argument("--show", action="store_true", help="print the body, send nothing")
    trigger.add_argument("--anyway", action="store_true", help="also to an address outside of this network")
