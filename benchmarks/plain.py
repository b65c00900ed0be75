"""The bot with the rival's conversation: ``python -m benchmarks.plain``, settings from the environment as ever.

Everything is the bot's but what it decides: four states and four fixed answers, no language, no flows, no catalogue.
That is what ``rivals/telegram.py`` does, so that of the two it is the engines that race.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

from bot import app
from bot.__main__ import main
from bot.conversations import people
from bot.domain.commands import SendText, Sent
from bot.domain.conversation import Frame
from bot.domain.decision import Decision, SentMessage, Stored
from bot.domain.events import Done, Message
from bot.domain.shop import Shop

LASTS = timedelta(minutes=10)
STEPS = {
    "": ("menu", "Posso:\n*1* Cotar frete e comprar\n*2* Meus pedidos"),
    "menu": ("part", "Qual peça você procura? Escreva a peça e o carro."),
    "part": ("place", "Para qual CEP é a entrega?"),
    "place": ("", "Parei a sua compra."),
}
"""Where the talk stands → where it goes, and what is said."""


def decide(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    event = stored.event
    if isinstance(event, Message):
        _answer(stored, event, shop, now, decision)
    elif isinstance(event, Done) and isinstance(event.command, SendText):
        sent = event.result_as(Sent)
        decision.write(SentMessage(sent.message_id, event.key.split("/")[1], text=event.command.text))


def _answer(stored: Stored, event: Message, shop: Shop, now: datetime, decision: Decision) -> None:
    there = people.which(people.known(shop, event.sender), event.sender)
    person = there or people.new(stored, event.sender)
    if there is None:
        decision.write(person)
    talk = shop.conversation(person.id)
    step, said = STEPS[talk.frames[-1].step if talk.frames else ""]
    data = {**(talk.frames[-1].data if talk.frames else {}), step: event.text}
    decision.write(talk.but(frames=(Frame(flow="plain", step=step, data=data),) if step else ()))
    answer = SendText(to=person.chat, text=said)
    decision.do(answer, key=f"say/{person.id}/{stored.id}/1", queue=f"wa:{person.id}", expires_at=now + LASTS)


if __name__ == "__main__":
    vars(app)["decide"] = decide
    sys.exit(main(sys.argv[1:] or ["serve"]))
