"""LGPD: a copy of a person's data, and its erasure.

Kept by law: orders with payer and recipient (tax records), the ledger, and the selling shop. Everything else is erased:
the row and its identifiers, the conversation, message texts of both sides, notices, timers, and the contents of call
records. Rows of events and commands stay without contents, in a lane that names nobody, so that a repeated webhook is
still recognised.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.catalogue import Product
from bot.domain.decision import Forget
from bot.domain.events import Tick
from bot.domain.lanes import order as lane_of_order
from bot.domain.order import Order
from bot.domain.people import Person, Seller
from bot.engine.store import Conflict
from bot.storage import tables as t
from bot.storage.alerts import letters_of, reopen
from bot.storage.reading import Reader, plain

ERASED = Tick(name="erased").model_dump_json()
"""The body of an emptied event: replaying it does nothing."""
EMPTIED = '{"kind":"erased"}'
"""The body of an emptied command; none of them is open."""
NAMED = ("payer.ensure", "label.order", "label.return")
"""Commands of an order that contain personal data; the order itself keeps what the law requires."""
OPEN = ("new", "doing", "parked")
"""States of a command that is not finished."""
MANY = 10_000
"""The maximum of messages per side in a copy, the newest."""
SHARED_WITH = {
    "WhatsApp (Meta) e o provedor do número": "as mensagens desta conversa",
    "Asaas": "nome, CPF/CNPJ e contato de quem paga, para emitir a cobrança",
    "Melhor Envio e a transportadora": "nome, documento, contato e endereço, para a etiqueta e a entrega",
    "Resend": "o seu e-mail e o texto dos avisos que vão por lá",
    "Cloudflare": "fotos e vídeos de anúncios",
    "ViaCEP e BrasilAPI": "o CEP, sem o seu nome",
}
KEPT = "Pedidos, notas e pagamentos ficam guardados pelo prazo da lei, mesmo depois de um apagamento."


class Privacy(Reader):
    """Reads the copy, for the chat and the command line."""

    async def copy_of(self, person_id: str, *, until: int = 2**62) -> str | None:
        async with self._database.read() as connection:
            found = await connection.run_sync(_copy, person_id, until)
        return None if found is None else json.dumps(found, ensure_ascii=False, indent=2, default=str) + "\n"


# --- export -----------------------------------------------------------------------------------------------


def _copy(connection: sa.Connection, person_id: str, until: int) -> dict[str, Any] | None:
    body = connection.execute(sa.select(t.people.c.body).where(t.people.c.id == person_id)).scalar_one_or_none()
    if body is None:
        return None
    person = Person.model_validate_json(body)
    seller = _seller_of(connection, person.id)
    copy: dict[str, Any] = {
        "sobre": "Tudo o que guardamos sobre você, no momento do pedido. " + KEPT,
        "você": _person(person),
        "conversa": _talk(connection, person.lane, until),
        "pedidos": [_order(o, whole=True) for o in _orders(connection, t.orders.c.buyer_id, person.id)],
        "avisos": _notices(connection, person.id),
        "consentimentos": _consents(connection, person.id),
        "peças que espera": _wishes(connection, person.id),
        "compartilhado com": SHARED_WITH,
    }
    if seller is not None:
        copy["loja"] = _shop(seller)
        copy["anúncios"] = [_product(p) for p in _products(connection, seller.id)]
        # the buyers' data are their own, not the shop's
        copy["vendas"] = [_order(o, whole=False) for o in _orders(connection, t.orders.c.seller_id, seller.id)]
    return copy


def _person(person: Person) -> dict[str, Any]:
    return {
        "nome": person.name,
        "apelido no WhatsApp": person.nickname,
        "CPF/CNPJ": person.document,
        "conhecido por": [i for i in person.identifiers if not i.startswith("person:")],
        "e-mail": person.email,
        "e-mail confirmado": person.email_confirmed,
        "endereço": person.address.model_dump() if person.address else None,
        "recebe lembretes e novidades": person.reminders,
        "avisos só por e-mail": person.mail_only,
        "desde": person.created_at.isoformat(),
    }


def _talk(connection: sa.Connection, lane: str, until: int) -> list[dict[str, str]]:
    """Both sides of the conversation in order, without what was trimmed. For whoever has written more than :data:`MANY`
    messages (a busy shop), the newest."""
    e, c = t.events.c, t.commands.c
    theirs = sa.union_all(*(sa.select(e.id).where(e.lane == lane, which) for which in t.EITHER_EVENT))
    heard = connection.execute(
        sa.select(e.id, e.received_at, e.body)
        .where(e.id.in_(theirs), plain(e.kind).in_(["message.received", "message.by_owner"]))
        .where(e.id <= until, e.body != "")
        .order_by(e.id.desc())
        .limit(MANY)
    )
    said = connection.execute(
        sa.select(c.event_id, c.updated_at, c.body)
        .where(c.lane == lane, plain(c.kind) == "message.text", c.status == "done", c.event_id < until, c.body != "")
        .order_by(c.id.desc())
        .limit(MANY)
    )
    # an answer follows the event that it answers, whatever the clocks said
    lines = [*((number, 0, at, _heard(body)) for number, at, body in heard)]
    lines += [(number, 1, at, ("nós", _text(body))) for number, at, body in said]
    lines.reverse()  # the answers to one event stay in order
    return [
        {"quando": _utc(at).isoformat(), "quem": who, "texto": text}
        for _, _, at, (who, text) in sorted(lines, key=lambda line: line[:2])
    ]


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _heard(body: str) -> tuple[str, str]:
    event: dict[str, Any] = json.loads(body)
    who = "nós" if event.get("kind") == "message.by_owner" else "você"
    return who, str(event.get("text") or f"[{event.get('content', 'mensagem')}]")


def _text(body: str) -> str:
    return str(json.loads(body).get("text", ""))


def _orders(connection: sa.Connection, column: sa.Column[str], who: str) -> list[Order]:
    query = sa.select(t.orders.c.body).where(column == who).order_by(t.orders.c.number)
    return [Order.model_validate_json(body) for body in connection.execute(query).scalars()]


def _order(order: Order, *, whole: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "número": order.number,
        "estado": str(order.state),
        "feito em": order.created_at.isoformat(),
        "itens": [f"{line.quantity}x {line.title}" for line in order.lines],
        "valor das peças (centavos)": order.goods,
        "frete (centavos)": order.freight,
    }
    if not whole:
        return shown
    return {
        **shown,
        "quem recebe": order.recipient.model_dump(),
        "entrega": None if order.by_hand else order.destination.model_dump(),
        "cobranças": [
            {"forma": str(c.method), "valor (centavos)": c.amount, "estado": str(c.state), "paga em": c.paid_at}
            for c in order.charges
        ],
        "envios": [{"rastreio": s.tracking, "estado": str(s.state)} for s in order.shipments],
    }


def _notices(connection: sa.Connection, person_id: str) -> list[dict[str, Any]]:
    query = sa.select(t.notices.c.body).where(t.notices.c.person_id == person_id).order_by(t.notices.c.key)
    told = (json.loads(body) for body in connection.execute(query).scalars())
    return [
        {"aviso": n["name"], "pedido": n.get("order", 0), "quando": n["raised_at"], "situação": n["stage"]}
        for n in told
    ]


def _consents(connection: sa.Connection, person_id: str) -> list[dict[str, Any]]:
    c = t.consents.c
    query = sa.select(c.purpose, c.given, c.text, c.channel, c.at).where(c.person_id == person_id).order_by(c.event_id)
    return [dict(row) for row in connection.execute(query).mappings()]


def _wishes(connection: sa.Connection, person_id: str) -> list[dict[str, Any]]:
    c = t.wishes.c
    query = sa.select(c.words, c.listing, c.asked_at).where(c.person_id == person_id).order_by(c.asked_at, c.words)
    return [
        {"peça": words, "anúncio": listing or None, "pedido em": _utc(at).isoformat()}
        for words, listing, at in connection.execute(query)
    ]


def _seller_of(connection: sa.Connection, person_id: str) -> Seller | None:
    query = sa.select(t.sellers.c.body).where(t.sellers.c.person_id == person_id)
    body = connection.execute(query).scalar_one_or_none()
    return Seller.model_validate_json(body) if body else None


def _shop(seller: Seller) -> dict[str, Any]:
    return seller.model_dump(mode="json", exclude={"id", "person_id"})


def _products(connection: sa.Connection, seller_id: str) -> list[Product]:
    query = sa.select(t.products.c.body).where(t.products.c.seller_id == seller_id).order_by(t.products.c.listing)
    return [Product.model_validate_json(body) for body in connection.execute(query).scalars()]


def _product(product: Product) -> dict[str, Any]:
    return {
        "anúncio": product.listing,
        "título": product.title,
        "preço (centavos)": product.price,
        "ativo": product.active,
    }


# --- erasure ----------------------------------------------------------------------------------------------


def forget(connection: sa.Connection, write: Forget) -> None:
    """Erase; raises :class:`Conflict` if the person has changed since they were read, or has an open order by now."""
    person = write.person
    if person is None and connection.execute(sa.select(t.people.c.id).where(t.people.c.lane == write.lane)).first():
        return  # somebody writes there again
    if person is not None:
        orders = _orders(connection, t.orders.c.buyer_id, person.id)
        _no_longer(connection, person)
        _pseudonymous(connection, orders, write.alias)
        shown = t.exhibits.c.order_number.in_([order.number for order in orders])
        connection.execute(sa.delete(t.exhibits).where(shown))
        _close_shop(connection, person.id, write.alias)
        # consents are kept as proof, without naming anybody
        agreed = sa.update(t.consents).where(t.consents.c.person_id == person.id)
        connection.execute(agreed.values(person_id=write.alias))
        _empty_orders(connection, [lane_of_order(o.number) for o in orders])
    _empty(connection, write)


def _no_longer(connection: sa.Connection, person: Person) -> None:
    gone = connection.execute(
        sa.delete(t.people).where(t.people.c.id == person.id, t.people.c.version == person.version)
    )
    if gone.rowcount != 1:
        raise Conflict(f"person {person.id} has changed since version {person.version}")
    for table in (t.identifiers, t.names, t.conversations, t.sent_messages, t.notices, t.wishes):
        connection.execute(sa.delete(table).where(table.c.person_id == person.id))


def _pseudonymous(connection: sa.Connection, orders: Iterable[Order], alias: str) -> None:
    """The tax record keeps name, document and address of payer and recipient; contact data is erased."""
    for order in orders:
        kept = order.but(buyer_id=alias, version=order.version + 1, recipient=order.recipient.but(email="", phone=""))
        connection.execute(
            sa.update(t.orders)
            .where(t.orders.c.number == order.number)
            .values(buyer_id=alias, version=kept.version, body=kept.model_dump_json())
        )


def _close_shop(connection: sa.Connection, person_id: str, alias: str) -> None:
    """A shop that has sold stays in the tax record, closed and without contact data; one that has not is deleted."""
    seller = _seller_of(connection, person_id)
    if seller is None:
        return
    mine = t.products.c.seller_id == seller.id
    for product in _products(connection, seller.id):
        off = product.but(active=False, version=product.version + 1)
        connection.execute(
            sa.update(t.products)
            .where(t.products.c.listing == product.listing)
            .values(active=False, version=t.products.c.version + 1, body=off.model_dump_json())
        )
    has_sold = connection.execute(
        sa.select(t.orders.c.number).where(t.orders.c.seller_id == seller.id).limit(1)
    ).first()
    if has_sold is None:
        connection.execute(sa.delete(t.products).where(mine))
        connection.execute(sa.delete(t.sellers).where(t.sellers.c.id == seller.id))
        return
    closed = seller.but(person_id=alias, email="", phone="", wallet_id="", active=False)
    connection.execute(
        sa.update(t.sellers).where(t.sellers.c.id == seller.id).values(person_id=alias, body=closed.model_dump_json())
    )


def _empty_orders(connection: sa.Connection, lanes: Sequence[str]) -> None:
    """In the person's orders, only copies of their contact data are erased."""
    c = t.commands.c
    if not lanes:
        return
    about = sa.and_(c.lane.in_(lanes), plain(c.kind).in_(NAMED), c.status.not_in(OPEN))
    keys = list(connection.execute(sa.select(c.key).where(about)).scalars())
    connection.execute(sa.update(t.commands).where(about).values(body=EMPTIED, error=""))
    _empty_what_came(connection, keys)


def _empty_what_came(connection: sa.Connection, keys: Sequence[str]) -> None:
    """For commands: the contents of their calls and of their outcome events."""
    e = t.events.c
    _empty_calls(connection, keys)
    came = [f"{key}/{what}" for key in keys for what in ("done", "refused", "parked", "expired")]
    for some in _some(came):
        connection.execute(
            sa.update(t.events)
            .where(e.source == "command", e.key.in_(some), e.status != "new")
            .values(body=ERASED, raw="")
        )


def _empty(connection: sa.Connection, write: Forget) -> None:
    """Erase the contents of a person's lane, and with them its name."""
    c, e, lane = t.commands.c, t.events.c, f"person:{write.alias}"
    connection.execute(sa.delete(t.timers).where(t.timers.c.lane == write.lane))
    wanted = sa.and_(c.lane == write.lane, c.event_id <= write.until)
    keys = list(connection.execute(sa.select(c.key).where(wanted)).scalars())
    _empty_calls(connection, keys)
    _forget_alerts(connection, keys)
    status = sa.case((c.status.in_(OPEN), "expired"), else_=c.status)
    connection.execute(
        sa.update(t.commands).where(wanted).values(body=EMPTIED, error="", queue="", lane=lane, status=status)
    )
    over = sa.select(e.id).where(e.lane == write.lane, e.id <= write.until, sa.text(t.PAST_EVENT))
    # the current event is still open: it is included by its id
    ids = list(
        connection.execute(over.union(sa.select(e.id).where(e.lane == write.lane, e.id == write.until))).scalars()
    )
    for some in _some(ids):
        connection.execute(sa.delete(t.misheard).where(t.misheard.c.event_id.in_(some)))
        emptied = {"body": ERASED, "raw": "", "error": "", "lane": lane}
        connection.execute(sa.update(t.events).where(e.id.in_(some)).values(**emptied))


def _forget_alerts(connection: sa.Connection, keys: Sequence[str]) -> None:
    """Erase alerts about the person, and the letters containing them. A letter that was not sent yet is cancelled, and
    its other alerts are reopened."""
    ids: list[int] = []
    for some in _some(keys):
        about = t.alerts.c.key.in_(some)
        ids += connection.execute(sa.select(t.alerts.c.id).where(about)).scalars()
        connection.execute(sa.update(t.alerts).where(about).values(text=""))
    letters = letters_of(connection, ids)
    waits = [letter for letter in letters if letter.status in ("new", "parked")]
    reopen(connection, [number for letter in waits for number in letter.alerts if number not in ids])
    for some in _some([letter.key for letter in letters if letter.status != "doing"]):
        status = sa.case((t.commands.c.status.in_(OPEN), "expired"), else_=t.commands.c.status)
        emptied = {"body": EMPTIED, "error": "", "status": status}
        connection.execute(sa.update(t.commands).where(t.commands.c.key.in_(some)).values(**emptied))
        _empty_what_came(connection, some)


def _empty_calls(connection: sa.Connection, keys: Sequence[str]) -> None:
    for some in _some(keys):
        connection.execute(
            sa.update(t.calls).where(t.calls.c.correlation.in_(some)).values(url="", request="", response="")
        )


def _some(values: Sequence[Any], size: int = 500) -> Iterable[Sequence[Any]]:
    return (values[start : start + size] for start in range(0, len(values), size))
