"""*Kd meu pedido*, *meus pedidos*, *pedido 1042*."""

from __future__ import annotations

from bot.conversations.flows import orders, reading
from bot.conversations.steps import END, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import orders as texts
from bot.domain.order import Method, OrderState


def _find(talk: Talk) -> str:
    if talk.data.get("order") or talk.data.get("all"):
        return orders.find(talk, None)
    found = orders.find(talk, orders.OPEN)
    return orders.find(talk, None) if found == "none" else found


def _say_none(talk: Talk) -> str:
    talk.say(texts.none())
    return "told"


def _rows(talk: Talk) -> list[tuple[str, str]]:
    order = orders.the(talk)
    if order.state is OrderState.AWAITING_PAYMENT:
        boleto = order.charge is not None and order.charge.method is Method.BOLETO
        again = [("again", "2ª via do boleto"), ("date", "Mudar vencimento")] if boleto else []
        return [("pay", "Pagar agora"), *again, ("cancel", "Cancelar"), ("done", "Só isso")]
    if order.state in (OrderState.PAID, OrderState.ACCEPTED):
        return [("cancel", "Cancelar"), ("person", "Falar com atendente"), ("done", "Só isso")]
    if order.state is OrderState.DELIVERED:
        return [("return", "Trocar ou devolver"), ("person", "Falar com atendente"), ("done", "Só isso")]
    if order.state is OrderState.SHIPPED and len(talk.frames) == 1 and len(orders.bought(talk)) > 1:
        return [("list", "Meus outros pedidos"), ("person", "Falar com atendente"), ("done", "Só isso")]
    return []


def _detail(talk: Talk) -> str:
    if _rows(talk):
        return "choose"
    talk.say(_text(talk))
    return "told"


def _text(talk: Talk) -> str:
    order = orders.the(talk)
    seller = talk.shop.seller(order.seller_id)
    return texts.detail(order, seller.name if seller else "", talk.now)


def _ask_what(talk: Talk) -> None:
    talk.ask(_text(talk), _rows(talk))


def _read_what(talk: Talk, heard: Heard) -> str | None:
    numbers = reading.numbers_in(heard.text)
    if not heard.choice and len(numbers) == 1 and heard.folded.strip("# ") == str(numbers[0]):
        talk.data["order"] = numbers[0]
        return "other"
    order = talk.data.get("order")
    if not heard.choice and reading.yes_or_no(talk, heard) and any(o.id.endswith("done") for o in talk.options):
        talk.say("Certo! Se precisar, é só escrever.")
        return "done"
    if heard.choice == "pay":
        talk.seed = {"order": order}
    elif heard.choice == "again":
        talk.seed = {"order": order, "method": "boleto"}
    elif heard.choice in ("cancel", "date", "return"):
        talk.seed = {"order": order}
    elif heard.choice == "list":
        talk.data.pop("order", None)
        talk.data["all"] = True
    elif heard.choice == "person":
        talk.seed = {"about": f"pedido #{order}"}
    elif heard.choice == "done":
        talk.say("Certo! Se precisar, é só escrever.")
    return heard.choice or None


FLOW = Flow(
    name="tracking",
    title="os seus pedidos",
    role="buyer",
    transient=True,
    steps=(
        Step("find", {"one": "detail", "which": "which", "none": "none", "unknown": "unknown"}, act=_find),
        Step("which", {"one": "detail"}, ask=orders.ask_which("", None), read=orders.read_which),
        Step("detail", {"choose": "what", "told": END}, act=_detail),
        Step(
            "what",
            {
                "pay": ">paying",
                "again": ">paying",
                "date": ">due_date",
                "return": ">returning",
                "cancel": ">cancelling",
                "person": ">person",
                "done": END,
                "list": "find",
                "other": "find",
            },
            ask=_ask_what,
            read=_read_what,
            needs=("order",),
        ),
        Step("none", {"told": END}, act=_say_none),
        Step("unknown", {"told": END}, act=orders.say_unknown),
    ),
)
