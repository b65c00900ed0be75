"""Every verb with its arguments. A verb is named by the module and the function that do it, imported when it is run."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.cli import arguments


def parser() -> argparse.ArgumentParser:
    """``options.run`` of what it parsed is ``module:function`` within this package."""
    made = argparse.ArgumentParser(prog="autopars", description="A shop assistant for auto parts, on WhatsApp.")
    verbs = made.add_subparsers(dest="verb", required=True, metavar="VERB")

    def verb(name: str, run: str, text: str) -> argparse.ArgumentParser:
        one = verbs.add_parser(name, help=text, description=text)
        one.set_defaults(run=run)
        return one

    serve = verb("serve", "serving:serve", "web process; with SQLite also the worker and the scheduler")
    serve.add_argument("--only", choices=["web"], help="accept events, work none")
    verb("worker", "serving:worker", "works events and commands, serves nothing")
    demo = verb("demo", "demo:run", "bot, scheduler and stand-ins of all providers in one process")
    demo.add_argument("--port", type=arguments.port, default=8080, help="where it listens (default: 8080)")
    demo.add_argument("--no-browser", action="store_true", help="do not open the page")
    demo.add_argument("--database", default="", help="database address (default: var/demo.db)")
    verb("migrate", "data:migrate", "bring the schema up to date")
    keeping = verb("backup", "data:backup", "copy the SQLite file while the bot runs")
    keeping.add_argument("file", type=Path, help="where to; must not be there yet")
    loading = verb("import", "data:load", "load sellers and products from .json or .csv, all or nothing")
    loading.add_argument("file", type=Path)
    verb("doctor", "accounts:doctor", "check settings, database and every provider; say what to fix")
    _accounts(verb("whatsapp", "accounts:whatsapp", "the WhatsApp number"))
    freight = verb("melhor-envio", "accounts:melhor_envio", "the account that buys labels")
    freight.add_argument("action", choices=["connect"], help="a one-time link to allow this application")
    payments = verb("payments", "accounts:payments", "the payment provider")
    payments.add_argument("action", choices=["connect"], help="register the webhook, wake a paused queue")
    videos = verb("videos", "accounts:videos", "the store of videos")
    videos.add_argument("action", choices=["connect"], help="register the webhook, show its secret where it is not set")
    _sellers(verb("sellers", "people:invite", "the shops"))
    books = verb("reconcile", "data:reconcile", "compare our books with the providers', all of them or one order's")
    books.add_argument("--order", type=arguments.number, default=0, metavar="N", help="only this order")
    books.add_argument("--days", type=arguments.number, default=7, help="how far back money is looked for (7)")
    verb("understand", "talk:understand", "one message a line (JSON) in, what was understood out")
    verb("search", "talk:search", "one query a line in, a JSON list of SKUs out")
    _replay(verb("replay", "replaying:run", "put stored events, or commands that were set aside, back to work"))
    _trigger(
        verb(
            "trigger",
            "triggering:run",
            "send a sample of a provider's webhook, correctly signed, to a bot under development",
        )
    )
    copy = verb("export-person", "people:export", "all that is known of somebody, as JSON (LGPD)")
    erase = verb("erase-person", "people:erase", "erase what the law does not keep of somebody (LGPD)")
    for one in (copy, erase):
        one.add_argument("phone", help="a phone, or the person's id in the console")
    verb("flows", "talk:flows", "the conversation state machines as Mermaid")
    return made


def _accounts(whatsapp: argparse.ArgumentParser) -> None:
    actions = whatsapp.add_subparsers(dest="action", required=True, metavar="ACTION")
    text = "register all webhooks, show the pairing code"
    connecting = actions.add_parser("connect", help=text, description=text)
    connecting.add_argument(
        "--phone", type=arguments.phone, default="", help="the shop's number: show a code to be typed there, no picture"
    )
    text = "start the gateway's session anew"
    actions.add_parser("restart", help=text, description=text)


def _sellers(sellers: argparse.ArgumentParser) -> None:
    deeds = sellers.add_subparsers(dest="action", required=True, metavar="ACTION")
    text = "a code that opens a shop, once; to be sent in the chat"
    inviting = deeds.add_parser("invite", help=text, description=text)
    inviting.add_argument("--email", type=arguments.email, default="", help="mail the code there")
    inviting.add_argument("--note", default="", help="who it is for, in your words")
    inviting.add_argument("--days", type=arguments.days, default=14, help="how long it is good (default: 14)")


def _replay(replay: argparse.ArgumentParser) -> None:
    replay.add_argument("event", type=arguments.event_id, nargs="*", help="the id of a stored event (or command)")
    replay.add_argument("--commands", action="store_true", help="commands that were set aside, instead of events")
    found = replay.add_argument_group("instead of ids: all that fit")
    found.add_argument("--source", default="", help="who told it: zapi, evolution, asaas, melhor_envio, resend, timer…")
    found.add_argument("--kind", default="", help="what happened, e.g. message.received")
    found.add_argument("--lane", default="", help="whom it concerns, e.g. order:1042")
    found.add_argument("--root", default="", help="what came from outside first: the root of a log line")
    found.add_argument("--status", choices=["failed", "done"], help="set aside (the default) or worked")
    found.add_argument("--since", type=arguments.moment, help="arrived from then on (ISO 8601 with a zone)")
    found.add_argument("--until", type=arguments.moment, help="arrived before then")


def _trigger(trigger: argparse.ArgumentParser) -> None:
    trigger.add_argument("event", nargs="?", default="", help="its name; without one, the list of them")
    trigger.add_argument("--to", default="", help="the bot's address (default: HOST and PORT, or the demo's)")
    trigger.add_argument(
        "--set", dest="given", action="append", default=[], metavar="NAME=VALUE", help="such as payment.value=12"
    )
    trigger.add_argument("--times", type=arguments.times, default=1, metavar="N", help="the same N times")
    trigger.add_argument("--show", action="store_true", help="print the body, send nothing")
    trigger.add_argument("--anyway", action="store_true", help="also to an address outside of this network")
