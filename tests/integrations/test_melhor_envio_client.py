"""Melhor Envio's client against the stand-in over real sockets, faults included."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from bot.domain.commands import Content, Label, Parcel, Party
from bot.domain.order import Volume
from bot.domain.people import Address
from bot.integrations import errors
from bot.integrations.http import Answer, CallRecord, Http
from bot.integrations.media import MediaFetcher
from bot.integrations.melhor_envio import (
    MelhorEnvioShipping,
    TokenPair,
    Tokens,
    agencies,
    authorize_url,
    labels,
    oauth,
    quotes,
)
from bot.integrations.melhor_envio.oauth import expiry_of
from bot.integrations.melhor_envio.refusals import reader
from bot.integrations.protocols import Wallet
from bot.redaction import Redactor
from bot.storage.database import Database
from bot.storage.turnstile import passing, turnstile
from tests.conftest import TestClock
from tests.support import make_http
from tests.support_melhor_envio import CLIENT_ID, REFRESH, SECRET, TOKEN, Stand, fixture, standing

SHOP = Party(
    name="Auto Peças Silva",
    document="11222333000181",
    email="silva@autopars.example",
    phone="5511977770001",
    state_register="110042490114",
    address=Address(
        postal_code="01310100",
        street="Av. Paulista",
        number="1000",
        district="Bela Vista",
        city="São Paulo",
        state="SP",
    ),
)
CONTACT = "contato@autopars.example"
BUYER = Party(
    name="Marina Souza",
    document="52998224725",
    email="marina@example.org",
    phone="5541987654321",
    address=Address(
        postal_code="80010000", street="Rua XV", number="210", complement="apto 31", city="Curitiba", state="PR"
    ),
)
HEADLIGHT = Parcel(sku="FAR-COR-15D", width_cm=35, height_cm=30, length_cm=60, weight_g=2400, value=48_000)
BOX = Volume(width_cm=35, height_cm=30, length_cm=60, weight_g=2400, insured=48_000)
NFE = "35261111222333000181550010000012341123456780"
REFERENCE = "order-1042-s1"


@pytest.fixture
def records() -> list[CallRecord]:
    return []


@pytest.fixture
async def http(records: list[CallRecord], clock: TestClock) -> AsyncIterator[Http]:
    made = make_http(records, clock=clock)
    yield made
    await made.close()


@pytest.fixture
async def stand(clock: TestClock) -> AsyncIterator[Stand]:
    async with standing() as standing_in:
        standing_in.world.clock = clock
        yield standing_in


class Vault:
    """Keeps pairs as the bot's own does; ``broken`` refuses to save."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], dict[str, str]] = {}
        self.broken = False
        self.asked = asyncio.Event()

    async def load(self, name: str, seed: str) -> Mapping[str, str] | None:
        self.asked.set()
        return self.kept.get((name, seed))

    async def save(self, name: str, seed: str, values: Mapping[str, str]) -> None:
        if self.broken:
            raise OSError("disk full")
        self.kept[name, seed] = dict(values)


def make_tokens(http: Http, base: str, **changes: Any) -> Tokens:
    fields = {"access_token": TOKEN, "refresh_token": REFRESH, "client_id": CLIENT_ID, "client_secret": SECRET}
    return Tokens(http, base_url=base, **{**fields, **changes})


def make_shipping(http: Http, base: str, *, tokens: Tokens | None = None, **more: Any) -> MelhorEnvioShipping:
    return MelhorEnvioShipping(
        http,
        base_url=base,
        tokens=tokens or make_tokens(http, base),
        files=MediaFetcher([URL(base).authority], timeout=5, delays=(0.0, 0.0)),
        contact_email="ops@autopars.example",
        platform_name="AutoPars",
        url_of_order=lambda reference: f"https://autopars.example/{reference}",
        **more,
    )


@pytest.fixture
def shipping(http: Http, stand: Stand) -> MelhorEnvioShipping:
    return make_shipping(http, stand.base)


async def order_label(shipping: MelhorEnvioShipping, **changes: Any) -> Label:
    fields: dict[str, Any] = {
        "reference": REFERENCE,
        "service_id": "3",
        "sender": SHOP,
        "recipient": BUYER,
        "contents": [Content(name="Farol Corolla", quantity=1, unit_value=48_000)],
        "volumes": (BOX,),
        "nfe_key": "",
    }
    return await shipping.order_label(**{**fields, **changes})


async def bought_label(shipping: MelhorEnvioShipping) -> Label:
    return await shipping.buy_label((await order_label(shipping)).shipment_id)


# --- quotes ---------------------------------------------------------------------------------------------


async def test_the_example_of_the_dialogues(shipping: MelhorEnvioShipping) -> None:
    offers, refusals = await shipping.quote("01310100", "80010000", [HEADLIGHT])
    assert [(o.carrier, o.service, o.price, o.days) for o in offers] == [
        ("Jadlog", ".Package", 3240, 4),
        ("Correios", "PAC", 3890, 7),
        ("Correios", "SEDEX", 6120, 2),
    ]
    assert all(o.volumes == (BOX,) for o in offers)
    assert ("Mini Envios", "só leva até 0,30 kg") in [(r.service, r.reason) for r in refusals]


async def test_buyers_see_the_shops_price_and_days_while_the_label_costs_less(
    shipping: MelhorEnvioShipping, stand: Stand
) -> None:
    stand.sandbox.markup_cents, stand.sandbox.extra_days = 200, 1
    offers, _ = await shipping.quote("01310100", "80010000", [HEADLIGHT])
    assert (offers[0].price, offers[0].cost, offers[0].days) == (3440, 3240, 5)


async def test_insured_value_counts_every_piece(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    two = HEADLIGHT.but(quantity=2, weight_g=1000, value=10_050)
    offers, _ = await shipping.quote("01310100", "80010000", [two])
    sent = stand.world.calls[-1].body["products"][0]
    assert (sent["insurance_value"], sent["quantity"]) == (100.5, 2)
    assert sum(v.insured for v in offers[0].volumes) == 20_100


async def test_all_packages_of_a_quote_are_kept(shipping: MelhorEnvioShipping) -> None:
    offers, _ = await shipping.quote("01310100", "80010000", [HEADLIGHT.but(quantity=4)])
    pac = next(o for o in offers if o.service == "PAC")
    assert len(pac.volumes) == 2
    assert sum(v.weight_g for v in pac.volumes) == 4 * 2400
    assert sum(v.insured for v in pac.volumes) == 4 * 48_000


async def test_a_single_service_answers_with_a_bare_object(http: Http, stand: Stand) -> None:
    shipping = make_shipping(http, stand.base, services=("2",))
    offers, refusals = await shipping.quote("01310100", "80010000", [HEADLIGHT])
    assert [o.service for o in offers] == ["SEDEX"]
    assert refusals == []


async def test_a_cep_that_does_not_exist_is_named(shipping: MelhorEnvioShipping) -> None:
    with pytest.raises(errors.Refused) as caught:
        await shipping.quote("01310100", "00000000", [HEADLIGHT])
    assert caught.value.reason == "bad_postal_code"


def test_a_documented_quote() -> None:
    parcels = [Parcel(sku="sku-1", width_cm=12, height_cm=4, length_cm=17, weight_g=300, value=8990, quantity=2)]
    read = quotes.read(fixture("quote"), parcels)
    assert read is not None
    offers, refusals = read
    assert [(o.service_id, o.price, o.cost, o.days) for o in offers] == [
        ("33", 2105, 2105, 5),
        ("3", 2105, 2105, 6),
        ("2", 3468, 3268, 4),
    ]
    jadlog = offers[1].volumes
    assert [(v.height_cm, v.weight_g, v.insured) for v in jadlog] == [(9, 610, 10_000), (4, 200, 7980)]
    # no packages named: one volume a piece
    assert [(v.height_cm, v.weight_g, v.insured) for v in offers[0].volumes] == [(4, 300, 8990)] * 2
    assert [(r.service_id, r.reason) for r in refusals] == [
        ("17", "o pacote passa das medidas que ela leva"),
        ("35", "não atende esse trecho"),
        ("16", "não vende etiquetas por integração"),
    ]


VALUABLE = HEADLIGHT.but(value=121_500)


async def test_a_valuable_parcel_without_an_invoice_is_offered_only_where_a_label_will_be_had(
    shipping: MelhorEnvioShipping,
) -> None:
    offers, refusals = await shipping.quote("01310100", "80010000", [VALUABLE])
    assert {o.carrier for o in offers} == {"Correios"}
    assert ("Jadlog", "acima de R$ 1.000,00 só leva com nota fiscal") in [(r.carrier, r.reason) for r in refusals]
    for offer in offers:
        label = await order_label(shipping, service_id=offer.service_id, volumes=offer.volumes)
        assert label.state == "in_cart"


async def test_with_an_invoice_it_is_offered_and_labelled(shipping: MelhorEnvioShipping) -> None:
    offers, _ = await shipping.quote("01310100", "80010000", [VALUABLE], invoiced=True)
    jadlog = next(o for o in offers if o.carrier == "Jadlog")
    label = await order_label(shipping, service_id=jadlog.service_id, volumes=jadlog.volumes, nfe_key=NFE)
    assert label.state == "in_cart"


async def test_several_volumes_go_under_one_label_where_the_carrier_wants_it_so(
    shipping: MelhorEnvioShipping, stand: Stand
) -> None:
    offers, _ = await shipping.quote("01310100", "80010000", [HEADLIGHT.but(quantity=10, value=9000)])
    jadlog = next(o for o in offers if o.service == ".Package")
    pac = next(o for o in offers if o.service == "PAC")
    assert (len(jadlog.volumes), jadlog.one_label) == (4, True)
    assert (len(pac.volumes) > 1, pac.one_label) == (True, False)
    label = await order_label(shipping, service_id=jadlog.service_id, volumes=jadlog.volumes)
    assert label.cost == jadlog.cost
    sent = stand.world.calls[-1].body
    assert (len(sent["volumes"]), sent["options"]["insurance_value"]) == (4, 900)


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Transportadora não atende este trecho.", "não atende esse trecho"),
        ("Peso ultrapassa o limite máximo de 0,30kg.", "só leva até 0,30 kg"),
        ("Serviço econômico indisponível para o trecho.", "o serviço econômico não chega nesse endereço"),
        ("Algo de novo.", "Algo de novo."),
        ("", "respondeu algo que não entendi"),
    ],
)
def test_why_a_carrier_does_not_take_it_in_our_words(sentence: str, reason: str) -> None:
    read = quotes.read([{"id": 9, "name": "X", "error": sentence, "company": {"name": "Y"}}], [])
    assert read is not None
    assert [r.reason for r in read[1]] == [reason]


def test_packages_without_values_share_the_whole() -> None:
    size = {"height": 10, "width": 10, "length": 20}
    item = {"id": 3, "name": ".Package", "price": "10.00", "packages": [{"dimensions": size}, {"dimensions": size}]}
    read = quotes.read(item, [HEADLIGHT.but(quantity=3, value=333)])
    assert read is not None
    assert [v.insured for v in read[0][0].volumes] == [500, 499]
    assert [v.weight_g for v in read[0][0].volumes] == [3600, 3600]


def test_one_strange_item_does_not_spoil_a_quote() -> None:
    read = quotes.read([{"id": 1, "name": "PAC", "price": "muito"}, {"id": 2, "name": "SEDEX", "price": "9.90"}], [])
    assert read is not None
    assert [o.service for o in read[0]] == ["SEDEX"]
    assert [r.service for r in read[1]] == ["PAC"]
    assert quotes.read("ops", []) is None
    assert quotes.read(["ops"], []) is None


# --- the cart -------------------------------------------------------------------------------------------


async def test_a_label_in_the_cart(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    label = await order_label(shipping)
    assert (label.state, label.cost) == ("in_cart", 3240)
    sent = stand.world.calls[-1].body
    assert sent["service"] == 3
    assert sent["to"]["number"] == "210"
    assert (sent["from"]["phone"], sent["to"]["phone"]) == ("11977770001", "41987654321")
    assert sent["products"] == [{"name": "Farol Corolla", "quantity": "1", "unitary_value": "480.00"}]
    assert sent["volumes"] == [{"height": 30, "width": 35, "length": 60, "weight": 2.4}]
    assert sent["options"]["insurance_value"] == 480
    assert sent["options"]["non_commercial"] is True
    assert "invoice" not in sent["options"]
    assert sent["options"]["tags"] == [{"tag": REFERENCE, "url": f"https://autopars.example/{REFERENCE}"}]


def test_a_cpf_is_told_from_a_cnpj_by_its_length() -> None:
    person = labels.party(BUYER.but(document="99999999999"), CONTACT, commercial=False)  # greater than many a CNPJ
    assert person["document"] == "99999999999"
    assert "company_document" not in person
    for document in ("00000000000191", "12ABC34501DE35"):
        company = labels.party(SHOP.but(document=document), CONTACT, commercial=False)
        assert company["company_document"] == document
        assert "document" not in company


@pytest.mark.parametrize(
    ("register", "commercial", "sent"),
    [("110042490114", True, "110042490114"), ("", True, "ISENTO"), ("110042490114", False, "ISENTO")],
)
def test_the_state_register_goes_with_an_invoice(register: str, commercial: bool, sent: str) -> None:
    assert labels.party(SHOP.but(state_register=register), CONTACT, commercial=commercial)["state_register"] == sent


async def test_a_label_with_an_invoice(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    expensive = BOX.but(insured=200_000)
    label = await order_label(shipping, nfe_key=NFE, volumes=(expensive,))
    options = stand.world.calls[-1].body["options"]
    assert (options["non_commercial"], options["invoice"]) == (False, {"key": NFE})
    assert label.state == "in_cart"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"volumes": (BOX.but(insured=150_000),)}, "insured_too_high"),
        ({"nfe_key": NFE[:20] + "65" + NFE[22:]}, "nfe_model"),
        ({"sender": SHOP.but(document=BUYER.document)}, "same_document"),
        ({"recipient": BUYER.but(document="")}, "invalid_document"),
        ({"recipient": BUYER.but(phone="")}, "invalid_contact"),
        ({"recipient": BUYER.but(address=BUYER.address.but(state="SP"))}, "wrong_state"),
        ({"recipient": BUYER.but(address=BUYER.address.but(postal_code="00123000"))}, "bad_postal_code"),
        ({"service_id": "1", "volumes": (BOX.but(length_cm=140),)}, "too_big"),
    ],
)
async def test_what_the_cart_refuses(shipping: MelhorEnvioShipping, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(errors.Refused) as caught:
        await order_label(shipping, **changes)
    assert caught.value.reason == reason


# --- agencies -------------------------------------------------------------------------------------------


async def test_agencies_of_a_town(shipping: MelhorEnvioShipping) -> None:
    found = await shipping.agencies("3", "São Paulo", "SP")
    assert [(a.name, a.address.postal_code, a.address.number) for a in found] == [
        ("LJ SAO PAULO 03", "01310100", "900")
    ]
    assert await shipping.agencies("3", "Xique-Xique", "BA") == []


def test_a_documented_agency() -> None:
    found = agencies.read([*fixture("agencies"), "strange", {"id": 1}])
    assert [(a.agency_id, a.name, a.phone, a.address.city, a.address.number) for a in found] == [
        ("4", "LJ CIDADE 01", "1130000000", "Osasco", "")
    ]  # the second is closed


async def test_a_label_names_the_agency_nearest_to_the_sender_where_it_must(
    shipping: MelhorEnvioShipping, stand: Stand
) -> None:
    stand.sandbox.services.add(35)
    await order_label(shipping, service_id="35")
    assert stand.world.calls[-1].body["agency"] == 22  # Avenida Paulista, not Praça da Sé
    await order_label(shipping, service_id="1")
    assert "agency" not in stand.world.calls[-1].body
    elsewhere = SHOP.but(address=SHOP.address.but(city="Campinas", postal_code="13010000"))
    with pytest.raises(errors.Refused):  # none is known there: they say themselves that they want one
        await order_label(shipping, service_id="35", sender=elsewhere)


# --- the way back ---------------------------------------------------------------------------------------


async def test_a_return_is_ordered_bought_made_and_handed_in_with_a_code(
    shipping: MelhorEnvioShipping, stand: Stand
) -> None:
    sent = await generated_label(shipping, stand)
    stand.sandbox.auto_generate = False
    wanted = {"shipment_id": sent.shipment_id, "email": BUYER.email, "phone": BUYER.phone, "volume": BOX}
    back = await shipping.order_return(reference="order-1042-s2", **wanted)
    body = stand.world.calls[-1].body
    assert (body["service"], body["order_id"], body["new_sender_phone"]) == (1, sent.shipment_id, "41987654321")
    assert await shipping.find_label("order-1042-s2") == back
    await shipping.buy_label(back.shipment_id)
    await shipping.generate_label(back.shipment_id)
    await stand.sandbox.finish_generation(back.shipment_id)
    made = await shipping.read_label(back.shipment_id)
    assert (made.state, made.posting_code) == ("generated", "1000000002")
    order = stand.sandbox.orders[back.shipment_id]
    assert (order["from"]["city"], order["to"]["city"]) == ("Curitiba", "São Paulo")


async def test_a_valuable_part_comes_back_by_the_service_that_insures_it(
    shipping: MelhorEnvioShipping, stand: Stand
) -> None:
    sent = await order_label(shipping, service_id="2")
    await shipping.order_return(
        reference="order-1042-s2",
        shipment_id=sent.shipment_id,
        email="",
        phone="41987654321",
        volume=BOX.but(insured=300_001),
    )
    assert (stand.world.calls[-1].body["service"], stand.world.calls[-1].body["new_sender_mail"]) == (
        2,
        "ops@autopars.example",
    )


async def test_several_volumes_of_one_label_come_back_under_a_label_each(
    shipping: MelhorEnvioShipping, stand: Stand
) -> None:
    """``/cart/reverse`` takes one volume, and may be asked for the same label more than once."""
    sent = await generated_label(shipping, stand)
    volumes = (BOX, BOX.but(weight_g=500))
    for number, volume in enumerate(volumes, start=1):
        wanted = {"shipment_id": sent.shipment_id, "email": BUYER.email, "phone": BUYER.phone, "volume": volume}
        await shipping.order_return(reference=f"order-1042-b{number}", **wanted)
    back = [order for order in stand.sandbox.orders.values() if order["reverse"]]
    assert [len(order["volumes"]) for order in back] == [1, 1]


async def test_a_return_of_a_label_that_is_not_theirs_is_refused(shipping: MelhorEnvioShipping) -> None:
    with pytest.raises(errors.Refused):
        await shipping.order_return(
            reference="order-1-s2", shipment_id="0" * 36, email="a@b.example", phone="41987654321", volume=BOX
        )


# --- ambiguous outcomes ---------------------------------------------------------------------------------


async def test_a_cut_after_the_cart_is_looked_up_and_adopted(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    fault = stand.world.faults["melhor_envio"]
    fault.mode, fault.times, fault.only = "drop", 1, "POST /api/v2/me/cart"
    with pytest.raises(errors.Uncertain):
        await order_label(shipping)
    assert len(stand.sandbox.orders) == 1
    found = await shipping.find_label(REFERENCE)
    assert found is not None
    assert found.shipment_id == next(iter(stand.sandbox.orders))
    assert await shipping.find_label("order-1042-s2") is None


@pytest.mark.parametrize("mode", ["garbage", "slow"])
async def test_an_unreadable_or_late_cart_answer_is_ambiguous(
    shipping: MelhorEnvioShipping, stand: Stand, mode: Any
) -> None:
    fault = stand.world.faults["melhor_envio"]
    fault.mode, fault.times, fault.only, fault.delay = mode, 1, "POST /api/v2/me/cart", 0.8
    with pytest.raises(errors.Uncertain):
        await order_label(shipping)
    assert sum(c.path.endswith("/cart") and c.method == "POST" for c in stand.world.calls) == 1


async def test_a_label_is_found_on_a_later_page_and_without_tags_in_lists(
    shipping: MelhorEnvioShipping, stand: Stand
) -> None:
    stand.sandbox.tags_in_lists = False
    for number in range(1, 13):
        await order_label(shipping, reference=f"order-{number}-s1")
    found = await shipping.find_label("order-1-s1")
    assert found is not None
    assert found.shipment_id == (stand.sandbox.by_tag("order-1-s1") or {})["id"]


async def test_a_list_with_the_oldest_first_is_read_at_its_end_too(http: Http) -> None:
    async def orders(request: web.Request) -> web.Response:
        number = int(request.query["page"])
        tag = REFERENCE if number == 7 else f"order-{number}-s9"
        return web.json_response({"data": [{"id": f"id-{number}", "tags": [{"tag": tag}]}, 5], "last_page": 7})

    async def cart(_: web.Request) -> web.Response:
        return web.json_response([])

    app = web.Application()
    app.router.add_get("/api/v2/me/orders", orders)
    app.router.add_get("/api/v2/me/cart", cart)
    async with TestServer(app) as server:
        shipping = make_shipping(http, str(server.make_url("")).rstrip("/"))
        found = await shipping.find_label(REFERENCE)
        assert found is not None
        assert found.shipment_id == "id-7"
        assert await shipping.find_label("order-5-s9") is None  # in the middle of a long list: too old to be ours


async def test_a_bought_label_is_found_among_the_orders(shipping: MelhorEnvioShipping) -> None:
    bought = await bought_label(shipping)
    found = await shipping.find_label(REFERENCE)
    assert found == bought


async def test_a_live_label_is_found_before_a_cancelled_one(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    live = await bought_label(shipping)
    over = await bought_label(shipping)
    await shipping.cancel_label(over.shipment_id, "teste")
    await stand.sandbox.finish_cancellation(over.shipment_id)
    found = await shipping.find_label(REFERENCE)
    assert found is not None
    assert found.shipment_id == live.shipment_id


async def test_nothing_in_cart_and_orders_is_no_label(shipping: MelhorEnvioShipping) -> None:
    assert await shipping.find_label(REFERENCE) is None


async def test_reads_survive_a_provider_that_comes_back(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    label = await order_label(shipping)
    fault = stand.world.faults["melhor_envio"]
    for mode in ("down", "garbage", "drop", "busy"):
        fault.mode, fault.times, fault.only = mode, 2, ""
        assert (await shipping.read_label(label.shipment_id)).state == "in_cart"


async def test_down_for_good_is_unavailable(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    stand.world.faults["melhor_envio"].mode = "down"
    with pytest.raises(errors.Unavailable):
        await shipping.quote("01310100", "80010000", [HEADLIGHT])


# --- buying ---------------------------------------------------------------------------------------------


async def test_buying_twice_pays_once(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    label = await order_label(shipping)
    assert (await shipping.buy_label(label.shipment_id)).state == "bought"
    assert (await shipping.buy_label(label.shipment_id)).state == "bought"
    assert (await shipping.wallet()).balance == 1_000_000 - 3240
    assert sum(c.path.endswith("/checkout") for c in stand.world.calls) == 1


@pytest.mark.parametrize("documented", [True, False])
async def test_a_label_paid_in_between_counts_as_bought(
    shipping: MelhorEnvioShipping, stand: Stand, documented: bool
) -> None:
    label = await order_label(shipping)
    stand.sandbox.repeat_checkout_refused = documented
    await stand.call("POST", "/shipment/checkout", {"orders": [label.shipment_id]})
    order = stand.sandbox.orders[label.shipment_id]
    order["status"] = "pending"
    paid, order["paid_at"] = order["paid_at"], None  # what a cache still shows at the look before

    async with stand.world.listen() as events:

        async def paid_meanwhile() -> None:
            while (await events.get()).get("path") != f"/api/v2/me/orders/{label.shipment_id}":
                pass
            order["paid_at"] = paid

        watching = asyncio.create_task(paid_meanwhile())
        assert (await shipping.buy_label(label.shipment_id)).state == "bought"
        await watching
    assert stand.sandbox.balance_cents == 1_000_000 - 3240


async def test_paid_is_paid_whatever_a_cache_still_says(http: Http) -> None:
    async def order(_: web.Request) -> web.Response:
        return web.json_response({"id": "x", "status": "pending", "price": 9.9})

    async def paid_already(_: web.Request) -> web.Response:
        return web.Response(status=204)

    app = web.Application()
    app.router.add_get("/api/v2/me/orders/x", order)
    app.router.add_post("/api/v2/me/shipment/checkout", paid_already)
    async with TestServer(app) as server:
        label = await make_shipping(http, str(server.make_url("")).rstrip("/")).buy_label("x")
        assert (label.state, label.cost) == ("bought", 990)


async def test_an_empty_wallet(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    label = await order_label(shipping)
    stand.sandbox.balance_cents = 3239
    with pytest.raises(errors.Refused) as caught:
        await shipping.buy_label(label.shipment_id)
    assert caught.value.reason == "insufficient_balance"
    assert (await shipping.read_label(label.shipment_id)).state == "in_cart"


async def test_a_cut_after_the_debit_is_ambiguous_and_read_back(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    label = await order_label(shipping)
    fault = stand.world.faults["melhor_envio"]
    fault.mode, fault.times, fault.only = "drop", 1, "checkout"
    with pytest.raises(errors.Uncertain):
        await shipping.buy_label(label.shipment_id)
    assert (await shipping.read_label(label.shipment_id)).state == "bought"


async def test_a_cancelled_label_is_not_bought(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    label = await order_label(shipping)
    await stand.sandbox.expire(label.shipment_id)
    with pytest.raises(errors.Refused) as caught:
        await shipping.buy_label(label.shipment_id)
    assert caught.value.reason == "expired"


async def test_older_adjustments_do_not_change_what_the_label_costs(
    shipping: MelhorEnvioShipping, stand: Stand
) -> None:
    stand.sandbox.adjustments_cents = 500
    label = await bought_label(shipping)
    assert label.cost == 3240
    assert [(c.amount, c.shipment_id) for c in label.corrections] == [(500, "")]
    assert (await shipping.wallet()).balance == 1_000_000 - 3240 - 500


async def test_a_correction_names_its_label_where_the_broker_does(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    first = await bought_label(shipping)
    stand.sandbox.correct(first.shipment_id, 250)
    stand.sandbox.adjustments_cents += 100  # of a label that is not named
    assert (await shipping.wallet()).owed == 350
    second = await bought_label(shipping)
    assert [(c.amount, c.shipment_id) for c in second.corrections] == [(250, first.shipment_id), (100, "")]
    assert all(c.name.startswith("CGP-") for c in second.corrections)
    assert (await bought_label(shipping)).corrections == ()


# --- generating and printing ----------------------------------------------------------------------------


async def test_generating_takes_its_time_and_may_be_asked_again(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    stand.sandbox.auto_generate = False
    bought = await bought_label(shipping)
    assert (await shipping.generate_label(bought.shipment_id)).state == "bought"
    assert (await shipping.generate_label(bought.shipment_id)).state == "bought"  # "já está sendo processado"
    with pytest.raises(errors.Unavailable) as caught:
        await shipping.label_pdf(bought.shipment_id)
    assert caught.value.reason == "not_generated"
    await stand.sandbox.finish_generation(bought.shipment_id)
    label = await shipping.generate_label(bought.shipment_id)  # "já está gerado"
    assert label.state == "generated"
    assert label.tracking_url == f"https://www.melhorrastreio.com.br/rastreio/{label.tracking}"


async def test_a_label_that_was_not_paid_is_not_generated(shipping: MelhorEnvioShipping) -> None:
    label = await order_label(shipping)
    with pytest.raises(errors.Refused) as caught:
        await shipping.generate_label(label.shipment_id)
    assert caught.value.reason == "generation_refused"


async def test_a_later_failure_is_read_from_the_label(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    stand.sandbox.fail_generation = "CEP sem atendimento"
    stand.sandbox.auto_generate = False
    bought = await bought_label(shipping)
    await shipping.generate_label(bought.shipment_id)
    await stand.sandbox.finish_generation(bought.shipment_id)
    label = await shipping.read_label(bought.shipment_id)
    assert (label.state, label.failure) == ("bought", "CEP sem atendimento")


async def generated_label(shipping: MelhorEnvioShipping, stand: Stand) -> Label:
    stand.sandbox.auto_generate = False
    bought = await bought_label(shipping)
    await shipping.generate_label(bought.shipment_id)
    await stand.sandbox.finish_generation(bought.shipment_id)
    return await shipping.read_label(bought.shipment_id)


async def test_the_pdf_is_fetched_without_our_token(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    label = await generated_label(shipping, stand)
    file = await shipping.label_pdf(label.shipment_id)  # the storage refuses a bearer token
    assert file.data.startswith(b"%PDF")
    assert file.mime_type == "application/pdf"
    assert file.name.endswith(".pdf")


class Printer:
    """A provider that answers the print route with ``answer`` and the file route with ``file``."""

    def __init__(self) -> None:
        self.answer: Any = None
        self.file = b"%PDF-1.4 x"
        self.status = 200

    async def print_file(self, _: web.Request) -> web.Response:
        return web.json_response(self.answer)

    async def storage(self, _: web.Request) -> web.Response:
        return web.Response(body=self.file, status=self.status)


@pytest.fixture
async def printer(http: Http) -> AsyncIterator[tuple[Printer, str, MelhorEnvioShipping]]:
    printer = Printer()
    app = web.Application()
    app.add_routes([web.get("/api/v2/me/imprimir/pdf/x", printer.print_file), web.get("/file.pdf", printer.storage)])
    async with TestServer(app) as server:
        base = str(server.make_url("")).rstrip("/")
        yield printer, base, make_shipping(http, base)


async def test_the_files_address_may_come_in_an_object(printer: tuple[Printer, str, MelhorEnvioShipping]) -> None:
    provider, base, shipping = printer
    for key in ("url", "pdf"):
        provider.answer = {key: f"{base}/file.pdf"}
        assert (await shipping.label_pdf("x")).data == b"%PDF-1.4 x"


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest", "https://evil.example/a.pdf", "file:///etc/passwd", "ops", "http://[::1"]
)
async def test_files_come_from_known_hosts_only(printer: tuple[Printer, str, MelhorEnvioShipping], url: str) -> None:
    provider, _, shipping = printer
    provider.answer = url
    with pytest.raises(errors.Refused) as caught:
        await shipping.label_pdf("x")
    assert caught.value.reason == "not_allowed"


async def test_what_is_no_pdf_is_not_handed_on(printer: tuple[Printer, str, MelhorEnvioShipping]) -> None:
    provider, base, shipping = printer
    provider.answer, provider.file = f"{base}/file.pdf", b"<html>"
    with pytest.raises(errors.Unavailable):
        await shipping.label_pdf("x")
    provider.status = 404
    with pytest.raises(errors.Refused) as caught:
        await shipping.label_pdf("x")
    assert caught.value.reason == "gone"
    provider.status = 503
    with pytest.raises(errors.Unavailable):
        await shipping.label_pdf("x")
    provider.answer = 5
    with pytest.raises(errors.Unavailable):
        await shipping.label_pdf("x")


async def test_a_file_without_end_is_cut(
    printer: tuple[Printer, str, MelhorEnvioShipping], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.integrations.melhor_envio.client.MAX_FILE", 1000)
    provider, base, shipping = printer
    provider.answer, provider.file = f"{base}/file.pdf", b"%PDF" + b"x" * 2000
    with pytest.raises(errors.Refused) as caught:
        await shipping.label_pdf("x")
    assert caught.value.reason == "too_large"


# --- reading, tracking, cancelling ----------------------------------------------------------------------


def test_a_recorded_label() -> None:
    order = labels.read(fixture("order"))
    assert order is not None
    assert order.carries(REFERENCE)
    label = labels.label(order)
    assert (label.state, label.cost, label.tracking) == ("generated", 3268, "ME26000ABC1BR")


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"status": "pending"}, "in_cart"),
        ({"status": "novidade"}, "in_cart"),
        ({"status": "released", "paid_at": "x"}, "bought"),
        ({"status": "released", "paid_at": "x", "tracking": "AB1"}, "generated"),
        ({"status": "generated"}, "generated"),
        ({"status": "received"}, "posted"),
        ({"status": "novidade", "posted_at": "x"}, "posted"),
        ({"status": "posted", "generated_at": "x"}, "posted"),
        ({"status": "undelivered", "posted_at": "x"}, "undelivered"),
        ({"status": "Not Delivered", "posted_at": "x"}, "undelivered"),
        ({"status": "paused", "posted_at": "x"}, "stopped"),
        ({"status": "suspended", "posted_at": "x"}, "stopped"),
        ({"status": "posted", "delivered_at": "x"}, "delivered"),
        ({"status": "canceled", "paid_at": "x", "generated_at": "x"}, "cancelled"),
        ({"status": "released", "canceled_at": "x"}, "cancelled"),
        ({"status": "released", "expired_at": "x"}, "expired"),
    ],
)
def test_states(fields: dict[str, str], state: str) -> None:
    order = labels.read({"id": "a", **fields})
    assert order is not None
    assert labels.state(order) == state


def test_a_malformed_field_does_not_hide_a_label() -> None:
    order = labels.read({"id": "a", "price": "grátis", "tags": ["x", {"tag": REFERENCE}], "tracking": ["?"]})
    assert order is not None
    assert order.carries(REFERENCE)
    assert labels.label(order).cost == 0
    assert labels.read({"price": 3}) is None


@pytest.mark.parametrize(
    ("key", "failure"),
    [
        (None, ""),
        ("<uuid>", ""),
        ({"data": None, "failed_at": None, "finished_at": None}, ""),
        ({"data": "CNAE", "failed_at": "2026-10-01 12:00:00"}, "CNAE"),
        ({"data": None, "failed_at": "2026-10-01 12:00:00"}, "a geração falhou"),
    ],
)
def test_failures_of_generation(key: Any, failure: str) -> None:
    order = labels.read({"id": "a", "status": "released", "generated_key": key})
    assert order is not None
    assert labels.label(order).failure == failure


async def test_tracking_many_at_once(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    first = await generated_label(shipping, stand)
    second = await order_label(shipping, reference="order-2-s1")
    await stand.sandbox.post(first.shipment_id)
    found = await shipping.tracking([first.shipment_id, second.shipment_id, "00000000-0000-4000-8000-000000000000"])
    assert {k: v.state for k, v in found.items()} == {first.shipment_id: "posted", second.shipment_id: "in_cart"}
    assert found[first.shipment_id].tracking == first.tracking
    assert await shipping.tracking([]) == {}


async def test_cancelling_in_every_state(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    in_cart = await order_label(shipping)
    await shipping.cancel_label(in_cart.shipment_id, "sem estoque")
    assert in_cart.shipment_id not in stand.sandbox.orders
    await shipping.cancel_label(in_cart.shipment_id, "sem estoque")  # gone already

    bought = await bought_label(shipping)
    await shipping.cancel_label(bought.shipment_id, "sem estoque")
    await stand.sandbox.finish_cancellation(bought.shipment_id)
    assert (await shipping.read_label(bought.shipment_id)).state == "cancelled"
    await shipping.cancel_label(bought.shipment_id, "sem estoque")
    assert (await shipping.wallet()).balance == 1_000_000

    posted = await bought_label(shipping)
    await stand.sandbox.post(posted.shipment_id)
    with pytest.raises(errors.Refused) as caught:
        await shipping.cancel_label(posted.shipment_id, "sem estoque")
    assert caught.value.reason == "already_posted"


async def test_a_cancellation_without_an_answer_is_looked_up_until_it_is_known(
    shipping: MelhorEnvioShipping, stand: Stand
) -> None:
    stand.world.pace = 60
    bought = await bought_label(shipping)
    assert not await shipping.find_cancelled(bought.shipment_id)  # can still be cancelled
    fault = stand.world.faults["melhor_envio"]
    fault.mode, fault.times, fault.only = "drop", 1, "POST /api/v2/me/shipment/cancel"
    with pytest.raises(errors.Uncertain):
        await shipping.cancel_label(bought.shipment_id, "sem estoque")
    with pytest.raises(errors.Unavailable) as caught:  # they are at it
        await shipping.find_cancelled(bought.shipment_id)
    assert caught.value.reason == "cancelling"
    with pytest.raises(errors.Refused):  # and a second request is turned down with 200
        await shipping.cancel_label(bought.shipment_id, "sem estoque")
    await stand.sandbox.finish_cancellation(bought.shipment_id)
    assert await shipping.find_cancelled(bought.shipment_id)


async def test_a_parcel_that_was_handed_in_meanwhile_was_not_cancelled(
    shipping: MelhorEnvioShipping, stand: Stand
) -> None:
    bought = await bought_label(shipping)
    await stand.sandbox.post(bought.shipment_id)
    assert not await shipping.find_cancelled(bought.shipment_id)


async def test_a_removal_from_the_cart_without_an_answer_is_repeated(
    shipping: MelhorEnvioShipping, stand: Stand
) -> None:
    label = await order_label(shipping)
    fault = stand.world.faults["melhor_envio"]
    fault.mode, fault.times, fault.only = "drop", 1, "DELETE"
    await shipping.cancel_label(label.shipment_id, "sem estoque")
    assert stand.sandbox.orders == {}


async def test_an_unknown_label(shipping: MelhorEnvioShipping) -> None:
    with pytest.raises(errors.NotFound):
        await shipping.read_label("00000000-0000-4000-8000-000000000000")


@pytest.mark.parametrize(("balance", "centavos"), [("1624.9", 162_490), ("1624.8999999999999", 162_490), ("7", 700)])
async def test_a_balance_with_the_noise_of_floats(http: Http, balance: str, centavos: int) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(
            text=f'{{"balance": {balance}, "reserved": 0, "debts": 87}}', content_type="application/json"
        )

    app = web.Application()
    app.router.add_get("/api/v2/me/balance", answer)
    async with TestServer(app) as server:
        assert await make_shipping(http, str(server.make_url("")).rstrip("/")).wallet() == Wallet(centavos, owed=8700)


# --- errors ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", fixture("errors"), ids=lambda c: f"{c['status']}-{c['reason']}")
def test_every_shape_of_error(case: dict[str, Any]) -> None:
    body = case["body"]
    parsed = body if isinstance(body, dict) else None
    error = reader(Redactor())(Answer(case["status"], {}, json.dumps(body).encode(), parsed))
    assert type(error).__name__ == case["kind"]
    assert error is not None
    assert error.reason == case["reason"]


def test_details_are_redacted() -> None:
    body = {"error": "O documento 529.982.247-25 de marina@example.org não confere"}
    error = reader(Redactor())(Answer(422, {}, b"x", body))
    assert error is not None
    assert "529" not in error.detail
    assert "marina" not in error.detail


# --- tokens ---------------------------------------------------------------------------------------------


async def test_one_renewal_serves_all_who_were_turned_down(http: Http, stand: Stand) -> None:
    vault = Vault()
    shipping = make_shipping(http, stand.base, tokens=make_tokens(http, stand.base, vault=vault))
    stand.sandbox.oauth.revoke()
    balances = await asyncio.gather(*(shipping.wallet() for _ in range(10)))
    assert balances == [Wallet(1_000_000)] * 10
    assert stand.sandbox.oauth.renewals == 1
    assert len(vault.kept) == 1


async def test_a_new_start_goes_on_with_the_saved_pair(http: Http, stand: Stand) -> None:
    vault = Vault()
    stand.sandbox.oauth.revoke()
    await make_shipping(http, stand.base, tokens=make_tokens(http, stand.base, vault=vault)).wallet()
    again = make_tokens(http, stand.base, vault=vault)
    assert await make_shipping(http, stand.base, tokens=again).wallet() == Wallet(1_000_000)
    assert stand.sandbox.oauth.renewals == 1
    other_seed = make_tokens(http, stand.base, vault=vault, access_token="from-the-environment")
    assert await other_seed.access() == "from-the-environment"


async def test_what_another_process_renewed_is_taken_over(http: Http, stand: Stand) -> None:
    vault = Vault()
    ours, theirs = (make_tokens(http, stand.base, vault=vault) for _ in range(2))
    shipping = make_shipping(http, stand.base, tokens=ours)
    await shipping.wallet()
    stand.sandbox.oauth.revoke()
    await theirs.refresh()
    assert (await shipping.wallet()).balance == 1_000_000
    assert stand.sandbox.oauth.renewals == 1


async def test_a_renewal_that_never_ends_elsewhere_holds_up_nobody_for_ever(
    http: Http, stand: Stand, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oauth, "LONGEST_RENEWAL_S", 0.2)
    tokens = make_tokens(http, stand.base, exclusive=lambda: passing(turnstile(database, "renewal of tokens")))
    async with passing(turnstile(database, "renewal of tokens")):
        with pytest.raises(errors.Unavailable) as raised:
            await tokens.refresh(TOKEN)
    assert raised.value.reason == "busy"
    assert await tokens.refresh(TOKEN) != TOKEN


async def test_a_pair_that_could_not_be_saved_is_used_and_saved_later(http: Http, stand: Stand) -> None:
    vault = Vault()
    vault.broken = True
    shipping = make_shipping(http, stand.base, tokens=make_tokens(http, stand.base, vault=vault))
    stand.sandbox.oauth.revoke()
    assert (await shipping.wallet()).balance == 1_000_000
    assert vault.kept == {}
    vault.broken = False
    assert (await shipping.wallet()).balance == 1_000_000
    assert len(vault.kept) == 1


async def test_a_caller_that_is_cut_does_not_lose_the_renewal(http: Http, stand: Stand) -> None:
    vault = Vault()
    tokens = make_tokens(http, stand.base, vault=vault)
    caller = asyncio.create_task(tokens.refresh(TOKEN))
    await asyncio.wait_for(vault.asked.wait(), 5)  # the renewal has begun
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    assert await tokens.refresh(TOKEN) != TOKEN
    assert stand.sandbox.oauth.renewals == 1
    assert len(vault.kept) == 1


async def test_a_personal_token_cannot_be_renewed(http: Http, stand: Stand) -> None:
    shipping = make_shipping(http, stand.base, tokens=make_tokens(http, stand.base, refresh_token=""))
    assert (await shipping.wallet()).balance == 1_000_000
    stand.sandbox.oauth.revoke()
    with pytest.raises(errors.Unauthorised) as caught:
        await shipping.wallet()
    assert caught.value.reason == "unauthenticated"


async def test_a_dead_refresh_token_asks_for_a_new_authorisation(http: Http, stand: Stand) -> None:
    shipping = make_shipping(http, stand.base, tokens=make_tokens(http, stand.base, refresh_token="used-before"))
    stand.sandbox.oauth.revoke()
    with pytest.raises(errors.Unauthorised) as caught:
        await shipping.wallet()
    assert caught.value.reason == "reauthorise"


async def test_a_renewal_whose_answer_was_lost_is_mended_by_connecting_again(http: Http, stand: Stand) -> None:
    tokens = make_tokens(http, stand.base, vault=Vault())
    shipping = make_shipping(http, stand.base, tokens=tokens)
    stand.sandbox.oauth.revoke()
    fault = stand.world.faults["melhor_envio"]
    fault.mode, fault.times, fault.only = "drop", 1, "/oauth/token"
    with pytest.raises(errors.Unavailable):
        await shipping.wallet()
    with pytest.raises(errors.Unauthorised) as caught:  # the old refresh token died with that answer
        await shipping.wallet()
    assert caught.value.reason == "reauthorise"
    assert "autopars melhor-envio connect" in caught.value.detail
    back = "http://127.0.0.1/oauth/melhor-envio/callback"
    page = authorize_url(stand.base, client_id=CLIENT_ID, redirect_uri=back, state="s1")
    async with stand.session.get(page, allow_redirects=False) as response:
        code = URL(response.headers["Location"]).query["code"]
    await tokens.exchange(code, back)  # without a new start
    assert (await shipping.wallet()).balance == 1_000_000


async def test_a_scope_that_was_allowed_since_is_used_without_a_new_start(
    http: Http, stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = Vault()
    ours, theirs = (make_tokens(http, stand.base, vault=vault) for _ in range(2))
    shipping = make_shipping(http, stand.base, tokens=ours)
    await shipping.wallet()
    await theirs.refresh()  # as the call-back does in another process
    old = TOKEN
    stand.sandbox.oauth._access[old] = None  # still good there, without the new scope
    calls = stand.sandbox.oauth.knows

    def scoped(authorization: str) -> bool:
        stand.sandbox.scopes = set() if authorization == f"Bearer {old}" else None
        return calls(authorization)

    monkeypatch.setattr(stand.sandbox.oauth, "knows", scoped)
    offers, _ = await shipping.quote("01310100", "80010000", [HEADLIGHT])
    assert offers


async def test_the_second_refusal_is_final(http: Http, stand: Stand) -> None:
    shipping = make_shipping(http, stand.base)
    stand.sandbox.scopes = set()
    with pytest.raises(errors.Unauthorised) as caught:
        await shipping.quote("01310100", "80010000", [HEADLIGHT])
    assert caught.value.reason == "missing_scope"
    assert stand.sandbox.oauth.renewals == 0


async def test_a_renewal_without_answer_is_no_effect_of_the_call(http: Http, stand: Stand) -> None:
    shipping = make_shipping(http, stand.base)
    stand.sandbox.oauth.revoke()
    fault = stand.world.faults["melhor_envio"]
    fault.mode, fault.only = "garbage", "/oauth/token"
    with pytest.raises(errors.Unavailable):
        await order_label(shipping)
    assert stand.sandbox.orders == {}


async def test_tokens_are_renewed_before_they_end(http: Http, stand: Stand, clock: TestClock) -> None:
    tokens = make_tokens(http, stand.base)
    first = await tokens.refresh()
    assert expiry_of(first) == clock() + timedelta(days=30)
    clock.jump(timedelta(days=26))
    assert await tokens.access() == first
    clock.jump(timedelta(days=2))
    stand.world.faults["melhor_envio"].mode = "garbage"
    assert await tokens.access() == first  # it still works
    stand.world.faults["melhor_envio"].mode = "none"
    assert await tokens.access() != first


async def test_the_owner_allows_the_application(http: Http, stand: Stand) -> None:
    vault = Vault()
    tokens = make_tokens(http, stand.base, access_token="", refresh_token="", vault=vault)
    back = "http://127.0.0.1/oauth/melhor-envio/callback"
    page = authorize_url(stand.base, client_id=CLIENT_ID, redirect_uri=back, state="s1")
    async with stand.session.get(page, allow_redirects=False) as response:
        location = URL(response.headers["Location"])
    assert location.query["state"] == "s1"
    pair = await tokens.exchange(location.query["code"], back)
    assert pair.refresh
    assert await make_shipping(http, stand.base, tokens=tokens).wallet() == Wallet(1_000_000)
    with pytest.raises(errors.Unauthorised):
        await tokens.exchange(location.query["code"], back)


@pytest.mark.parametrize("token", ["", "abc", "a.b.c", "a.e30.c", "a.bnVsbA.c"])
def test_the_end_of_other_texts_is_unknown(token: str) -> None:
    assert expiry_of(token) is None


def test_a_pair_does_not_show_itself() -> None:
    assert "geheim" not in repr(TokenPair("geheim-1", "geheim-2", datetime(2026, 1, 1, tzinfo=UTC)))


async def test_no_secret_and_no_person_in_the_record(
    http: Http, stand: Stand, records: list[CallRecord], shipping: MelhorEnvioShipping
) -> None:
    stand.sandbox.oauth.revoke()
    label = await generated_label(shipping, stand)
    await shipping.label_pdf(label.shipment_id)
    written = "\n".join(f"{r.url} {r.request} {r.response}" for r in records)
    new_tokens = [t for t in (await shipping._api._tokens.access(), shipping._api._tokens._pair.refresh) if t]
    for secret in (TOKEN, REFRESH, SECRET, *new_tokens, "52998224725", "Marina", "41987654321", "marina@"):
        assert secret not in written


def test_a_buyer_without_an_e_mail_is_reached_by_the_platforms() -> None:
    assert labels.party(BUYER.but(email=""), CONTACT, commercial=False)["email"] == CONTACT
    assert labels.party(BUYER, CONTACT, commercial=False)["email"] == BUYER.email
