"""The page's view of labels: state, and the carrier's actions on the parcel."""

from __future__ import annotations

from typing import Any

from sandbox.counter import order_title
from sandbox.melhor_envio import MelhorEnvioSandbox
from sandbox.melhor_envio.tariff import SERVICES

Json = dict[str, Any]

_STATUSES = {
    "pending": ("no carrinho", ""),
    "released": ("comprada", "wait"),
    "generated": ("gerada", "wait"),
    "posted": ("postada", "good"),
    "received": ("na agência", "good"),
    "delivered": ("entregue", "good"),
    "undelivered": ("não entregue", "bad"),
    "paused": ("parada", "bad"),
    "suspended": ("suspensa", "bad"),
    "canceled": ("cancelada", ""),
    "expired": ("vencida", "bad"),
}
_MOST = 40


def labels(depot: MelhorEnvioSandbox) -> list[Json]:
    """Newest first."""
    return [_row(order) for order in list(reversed(depot.orders.values()))[:_MOST]]


def _row(order: Json) -> Json:
    status, tone = _STATUSES.get(order["status"], (order["status"], ""))
    if order["generated_at"] and order["status"] == "released":
        status = "gerada"
    reference = next((str(tag["tag"]) for tag in order["tags"]), None)
    to = order["to"]
    return {
        "id": order["id"],
        "carrier": SERVICES[order["service_id"]].name,
        "title": f"{order_title(reference)} · {to.get('city') or ''}/{to.get('state_abbr') or ''}",
        "tracking": order["tracking"] or "",
        "status": status,
        "tone": tone,
        "actions": [{"do": do, "label": label} for do, label in _actions(order)],
    }


def _actions(order: Json) -> list[tuple[str, str]]:
    if order["canceled_at"] or order["delivered_at"] or order["expired_at"] or not order["generated_at"]:
        return []
    if not order["posted_at"]:
        return [("post", "Bipar na agência"), ("expire", "Deixar vencer")]
    return [("deliver", "Entregar"), ("undeliver", "Não achou ninguém"), ("pause", "Parar no caminho")]


async def act(depot: MelhorEnvioSandbox, label_id: str, do: str) -> None:
    """Raises KeyError for an unknown label, ValueError if it is not possible now."""
    order = depot.orders[label_id]
    if do not in {name for name, _ in _actions(order)}:
        raise ValueError(do)
    if do == "post":
        await depot.post(label_id)
    elif do == "expire":
        await depot.expire(label_id)
    elif do == "deliver":
        await depot.deliver(label_id)
    elif do == "undeliver":
        await depot.undeliver(label_id)
    elif do == "pause":
        await depot.pause(label_id)
