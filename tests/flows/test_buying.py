"""A buyer: part, place, freight, paying, data, order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain import commands as c
from bot.domain.events import OrderPlaced
from bot.domain.order import NoOffer, OrderState
from tests.flows.chat import OFFERS, Chat
from tests.support_shop import MemoryShop, headlight, marina, silva, silva_person


def shop(*, known: bool = False, **changes: object) -> MemoryShop:
    """One parts shop; Marina is a stranger unless ``known``."""
    made = MemoryShop()
    made.add(silva_person(greeted=True), silva(), headlight())
    made.add(headlight(listing=560, sku="RET", title="Retrovisor direito Onix 2018", fits=("Onix 2018",), price=350_00))
    if known:
        made.add(marina(greeted=True, **changes))
    return made


def test_from_the_first_word_to_the_order() -> None:
    chat = Chat(shop())
    chat.buyer("oi qto fica o frete do farol do corolla pra 80010000").bot(
        "Oi, Marina! Sou o assistente da AutoPars (robô)*autopars.example/privacidade*SAIR",
        "Farol dianteiro direito Corolla 2015 (R$ 480,00), entrega em Curitiba/PR, CEP 80010-000",
        "É aí mesmo? Responda sim ou mande outro CEP.",
    )
    chat.buyer("s").bot(
        "Opções de entrega (prazo em dias úteis, depois da postagem)",
        "1 Jadlog .Package · R$ 32,40 · 4 dias*2 Correios PAC · R$ 38,90 · 7 dias*3 Correios SEDEX · R$ 61,20 · 2 dias",
        "Responda com o número. Preço válido até 20:30 de hoje.",
    )
    chat.buyer("1").bot(
        "Fechado: farol R$ 480,00 + frete R$ 32,40 = R$ 512,40. Como prefere pagar?",
        "1 Pix (na hora)*2 Boleto*3 Cartão em até 6x",
    )
    chat.buyer("pix").bot("CPF ou CNPJ")
    chat.buyer("529.982.247-25").bot("E o nome completo e o número da casa (com complemento) para a etiqueta?")
    chat.buyer("Marina Souza, 210 apto 31").bot("Pedido #1001 criado ✅")

    order = chat.shop.orders[1001]
    assert chat.orders_hear(OrderPlaced) == OrderPlaced(order=1001, method="pix", installments=1)
    assert (order.goods, order.freight, order.fee, order.total) == (480_00, 32_40, 38_40, 512_40)
    assert order.state is OrderState.AWAITING_PAYMENT
    assert order.offer == OFFERS[0]
    assert order.recipient.name == "Marina Souza"
    assert order.recipient.document == "52998224725"
    assert (order.destination.street, order.destination.number) == ("Rua XV de Novembro", "210")
    assert order.destination.complement == "apto 31"
    assert chat.shop.products[558].stock == 0
    assert chat.person.document == "52998224725"
    assert chat.person.address == order.destination


def test_who_is_known_is_asked_nothing_twice() -> None:
    chat = Chat(shop(known=True))
    chat.buyer("farol corolla direito").bot("entrega em Rua XV, 210 apto 31, Curitiba/PR, CEP 80010-000. É aí mesmo?")
    chat.buyer("sim").buyer("o mais rápido").bot("frete R$ 61,20")
    chat.buyer("boleto").bot("Pedido #1001 criado*boleto")
    assert chat.orders_hear(OrderPlaced).method == "boleto"


def test_to_ask_which_is_the_fastest_chooses_nothing() -> None:
    chat = Chat(shop(known=True)).buyer("farol direito corolla pra 80010000").buyer("sim")
    chat.buyer("qual chega mais rápido?").bot("SEDEX · R$ 61,20", "Quer essa?").not_bot("Fechado")
    chat.buyer("esse mesmo").bot("frete R$ 61,20")
    chat = Chat(shop(known=True)).buyer("farol direito corolla pra 80010000").buyer("sim")
    chat.buyer("qual o mais barato").bot("Quer essa?").buyer("3").bot("frete R$ 61,20")


def test_all_in_the_first_message_still_wants_one_yes() -> None:
    chat = Chat(shop(known=True))
    chat.buyer("quero o farol direito do corolla pra 80010-000 no pix").buyer("sim")
    chat.buyer("jadlog").bot("R$ 480,00 + frete Jadlog R$ 32,40 = R$ 512,40 no Pix", "Rua XV, 210, apto 31", "Confirmo")
    assert not chat.heard_by_orders
    chat.buyer("não").bot("nada foi pedido", "Opções de entrega")
    chat.buyer("sedex").bot("R$ 541,20")
    chat.buyer("pode ser").bot("Pedido #1001 criado")
    assert chat.shop.orders[1001].freight == 61_20


def test_several_parts_are_a_choice_with_prices() -> None:
    made = shop(known=True)
    made.add(headlight(listing=559, sku="FE", title="Farol dianteiro esquerdo Corolla 2015", price=450_00))
    chat = Chat(made)
    chat.buyer("tem farol do corolla?").bot(
        "Achei 2. Qual delas?", "1 Farol dianteiro direito*R$ 480,00*2 Farol dianteiro esquerdo*R$ 450,00*3 Nenhuma"
    )
    chat.buyer("o esquerdo").bot("Farol dianteiro esquerdo Corolla 2015 (R$ 450,00)")
    chat.buyer("voltar").bot("Achei 2")
    chat.press("Nenhuma").bot("Qual peça você procura?")
    chat.buyer("anúncio 558").bot("Farol dianteiro direito Corolla 2015 (R$ 480,00)")


def test_what_is_not_there_is_said_and_what_comes_close_is_shown() -> None:
    chat = Chat(shop(known=True))
    chat.buyer("tem farol do fusca 1978?").bot(
        "Não achei farol Fusca 1978*Parecidos que tenho", "Farol dianteiro direito"
    )
    chat = Chat(shop(known=True))
    chat.buyer("quero comprar um alternador de gol").bot("Não achei alternador Gol com estoque agora")
    chat.buyer("retrovisor onix").bot("Retrovisor direito Onix 2018 (R$ 350,00)")


def test_nobody_buys_from_oneself() -> None:
    chat = Chat(shop())
    chat.seller("tem farol direito do corolla?").bot("sua própria loja")
    chat.seller("anuncio 558").bot("sua própria loja")


# --- the place --------------------------------------------------------------------------------------------


def asked_for_cep() -> Chat:
    chat = Chat(shop())
    return chat.buyer("frete do farol direito do corolla").bot("Para qual CEP é a entrega? Ex.: 80010-000")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("8001", "Esse CEP tem 4 números e precisa de 8. Confere e manda de novo? Ex.: 80010-000"),
        ("8001000", "Esse CEP tem 7 números e precisa de 8*08001-000*Ex.: 80010-000"),
        ("800100001", "Esse CEP tem 9 números e precisa de 8"),
        ("00000000", "Esse CEP não existe."),
        ("99999-999", "Esse CEP não existe."),
        ("75400-000", "Esse é o CEP geral de Inhumas/GO e os Correios podem recusar a etiqueta. Me diz a rua"),
        ("80010-000 ou 01310-100", "Vi mais de um CEP"),
    ],
)
def test_a_cep_that_will_not_do(said: str, answer: str) -> None:
    asked_for_cep().buyer(said).bot(answer).buyer("80010-000").bot("entrega em Curitiba/PR*É aí mesmo?")


def test_a_lost_leading_zero_is_proposed_never_padded_silently() -> None:
    chat = asked_for_cep().buyer("1310100").bot("é 01310-100 (SP)?")
    chat.buyer("isso").bot("São Paulo/SP, CEP 01310-100")
    chat = asked_for_cep().buyer("1310100").buyer("não").bot("Para qual CEP")


def test_a_town_with_one_cep_is_accepted_on_a_yes_and_asks_the_street() -> None:
    chat = asked_for_cep().buyer("75400-000").buyer("sim").bot("Opções de entrega")
    chat.buyer("1").buyer("pix").buyer("529.982.247-25").buyer("Marina Souza, 12").bot(
        "Qual o nome da rua em Inhumas/GO?"
    )
    chat.buyer("Rua das Palmeiras").bot("Pedido #1001 criado")
    assert chat.shop.orders[1001].destination.street == "Rua das Palmeiras"


def test_another_town_than_the_one_named() -> None:
    chat = Chat(shop())
    chat.buyer("frete do farol direito do corolla pra São Paulo").bot("qual é o CEP")
    chat.buyer("80010-000").bot("O CEP 80010-000 é de Curitiba/PR, mas você escreveu São Paulo. Qual vale?")
    chat.buyer("2").bot("CEP")
    chat.buyer("01310-100").bot("entrega em São Paulo/SP")


def test_after_a_wrong_cep_the_right_one_is_free_of_it() -> None:
    chat = asked_for_cep().buyer("00000000").buyer("99999999").buyer("80010000").bot("Curitiba/PR").buyer("sim")
    chat.bot("Opções de entrega")


def test_the_place_cannot_be_looked_up() -> None:
    chat = Chat(shop(known=True, address=None))
    chat.down = {"place.look_up"}
    chat.buyer("farol direito corolla pra 01310-100").bot(
        "Não consegui confirmar a cidade agora*01310-100 (SP)", "Opções"
    )
    chat.up_again()
    chat.buyer("1").buyer("pix").bot("número da casa")
    chat.buyer("1000").bot("Pedido #1001 criado")
    assert chat.shop.orders[1001].destination.city == "São Paulo"


# --- the freight ------------------------------------------------------------------------------------------


def test_the_quote_is_down_and_comes_back_by_itself() -> None:
    chat = Chat(shop(known=True))
    chat.down = {"freight.quote"}
    chat.buyer("farol direito corolla").buyer("sim").bot(
        "A cotação está fora do ar agora (não é o seu CEP). Vou tentar de novo sozinho e te chamo em até 15 min.",
        "1 Ok, espero*2 Falar com o vendedor",
    )
    chat.buyer("1").bot("Te chamo assim que a cotação voltar")
    chat.buyer("meus pedidos").bot("Não achei pedidos", "fora do ar")
    chat.up_again().bot("Voltou! Aqui estão as opções para 80010-000", "1 Jadlog")
    chat.buyer("1").bot("Como prefere pagar?")


def test_while_the_quote_is_down_all_else_is_settled_and_one_yes_finishes() -> None:
    chat = Chat(shop())
    chat.down = {"freight.quote"}
    chat.buyer("farol direito corolla pra 80010000").buyer("sim").buyer("3").bot("Enquanto isso: como prefere pagar?")
    chat.buyer("pix").buyer("529.982.247-25").buyer("Marina Souza, 210").bot("Tudo anotado*um sim fecha o pedido")
    assert not chat.heard_by_orders
    chat.up_again().bot("Voltou!", "Ou responda sim para fechar com Jadlog no Pix: total R$ 512,40")
    chat.buyer("sim").bot("Pedido #1001 criado")
    assert chat.orders_hear(OrderPlaced).method == "pix"


def test_the_quote_arrives_while_something_else_is_asked() -> None:
    chat = Chat(shop())
    chat.down = {"freight.quote"}
    chat.buyer("farol direito corolla pra 80010000").buyer("sim").buyer("3").buyer("pix")
    chat.up_again().silence()
    chat.buyer("529.982.247-25").buyer("Marina Souza, 210").bot("1 Jadlog", "responda sim para fechar")


def test_missing_carriers_are_explained() -> None:
    chat = Chat(shop(known=True))
    gone = NoOffer(service_id="1", carrier="Correios", service="PAC", reason="O pedido vai em 2 volumes.")
    chat.quotes = c.QuoteFreight.Quoted(offers=OFFERS[:1], refusals=(gone,))
    chat.buyer("farol direito corolla").buyer("sim").bot("Correios não aparece: o pedido vai em 2 volumes.")


def test_no_carrier_at_all_leads_to_the_seller() -> None:
    chat = Chat(shop(known=True))
    chat.quotes = c.QuoteFreight.Quoted(offers=())
    chat.buyer("farol direito corolla").buyer("sim").bot("Nenhuma transportadora leva*(0,60 m)*Pergunto? sim / não")
    chat.buyer("sim").bot("Perguntei")
    assert "anúncio 558" in chat.alerts[-1].text


def test_a_quote_that_has_run_out_is_made_again() -> None:
    chat = Chat(shop(known=True))
    chat.buyer("farol direito corolla").buyer("sim")
    chat.now += timedelta(hours=3)
    chat.buyer("1").bot("O preço do frete venceu, então cotei de novo", "Preço válido até 23:3")
    chat.buyer("1").bot("Como prefere pagar?")


def test_the_part_is_sold_under_ones_nose() -> None:
    chat = Chat(shop(known=True))
    chat.buyer("farol direito corolla").buyer("sim").buyer("1")
    chat.shop.add(headlight(stock=0))
    chat.buyer("pix").bot("acabou de ser vendida para outra pessoa. Nada foi cobrado")
    assert not chat.shop.orders


def test_a_new_price_is_said_before_anything_is_ordered() -> None:
    chat = Chat(shop(known=True))
    chat.buyer("farol direito corolla").buyer("sim").buyer("1")
    chat.shop.add(headlight(price=500_00))
    chat.buyer("pix").bot("mudou o preço: agora R$ 500,00", "R$ 532,40", "Confirmo")
    assert not chat.shop.orders
    chat.buyer("sim").bot("Pedido #1001 criado")
    assert chat.shop.orders[1001].goods == 500_00


# --- changing one's mind ----------------------------------------------------------------------------------


def test_another_cep_another_part_another_carrier_at_any_time() -> None:
    chat = Chat(shop(known=True))
    chat.buyer("farol direito corolla").buyer("sim").buyer("e pra 01310-100?").bot("São Paulo/SP*É aí mesmo?")
    chat.buyer("sim").buyer("2").bot("Como prefere pagar?")
    chat.buyer("muda pro sedex").bot("frete R$ 61,20")
    chat.buyer("quero o retrovisor do onix").bot("Retrovisor direito Onix 2018 (R$ 350,00)*São Paulo/SP")


def test_card_in_instalments() -> None:
    chat = Chat(shop(known=True))
    chat.buyer("farol direito corolla").buyer("sim").buyer("1").buyer("cartão").bot(
        "Em quantas vezes, sem juros?", "3 3x de R$ 170,80"
    )
    chat.buyer("9x").bot("Em quantas vezes")
    chat.buyer("em 3x").bot("Pedido #1001 criado")
    assert chat.orders_hear(OrderPlaced).installments == 3


def test_documents_and_names_that_will_not_do() -> None:
    chat = Chat(shop())
    chat.buyer("farol direito corolla pra 80010000").buyer("sim").buyer("1").buyer("pix")
    chat.buyer("111.111.111-11").bot("não confere como CPF")
    chat.buyer("12.ABC.345/01DE-35").bot("nome completo")
    chat.buyer("210").bot("Faltou o nome completo")
    chat.buyer("Marina").bot("E o sobrenome?")
    chat.buyer("Marina Souza").bot("Pedido #1001 criado")
    assert chat.shop.orders[1001].recipient.document == "12ABC34501DE35"


def test_a_purchase_paused_for_more_than_a_day_is_dropped_with_a_note() -> None:
    chat = Chat(shop(known=True))
    chat.buyer("farol direito corolla").buyer("sim")
    chat.passes(hours=30)
    chat.buyer("obrigada").bot(
        "Nossa conversa sobre a sua compra ficou parada e eu encerrei", "Farol dianteiro direito"
    )
    assert [f.flow for f in chat.shop.conversation("p-marina").frames] == ["left"]
    chat.buyer("1").bot("Farol dianteiro direito", "É aí mesmo?")


def test_an_answer_to_a_quote_that_lapsed_quotes_anew() -> None:
    chat = Chat(shop(known=True)).buyer("farol direito corolla").buyer("sim").passes(hours=30)
    chat.buyer("pode ser o 2").bot("A cotação anterior venceu", "É aí mesmo?").not_bot("encerrei")


def test_an_old_flow_version_ends_politely() -> None:
    chat = Chat(shop(known=True))
    chat.buyer("farol direito corolla")
    talk = chat.shop.conversation("p-marina")
    chat.shop.conversations["p-marina"] = talk.but(frames=(talk.frames[0].but(version=0),))
    chat.buyer("sim").bot("Mudei esta conversa por aqui")
