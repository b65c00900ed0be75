"""Quotes and agencies."""

from __future__ import annotations

import pytest

from bot.domain.commands import Parcel
from bot.integrations import errors
from bot.integrations.http import Http
from bot.integrations.melhor_envio import (
    MelhorEnvioShipping,
    agencies,
    quotes,
)
from tests.integrations.melhor_envio.support import BOX, HEADLIGHT, NFE, SHOP, make_shipping, order_label
from tests.support_melhor_envio import Stand, fixture

# --- quotes -------------------------------------------------------------------------------------------


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


# --- agencies -----------------------------------------------------------------------------------------


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
