"""Conversations of people who have never seen this bot: where two answers in a row led nowhere."""

from __future__ import annotations

import pytest

from bot.conversations.language import foreign
from bot.domain.events import CancelAsked
from bot.domain.order import ChargeState, Method, OrderState, ShipmentState
from tests.flows.chat import OFFERS, Chat
from tests.flows.stories import buyer_with_orders, charge, order, parts_shop, seller_with_sales, shipment
from tests.flows.test_fresh_eyes import at
from tests.flows.test_returns import delivered
from tests.support_shop import headlight, marina

DEAD_ENDS = ("Não peguei", "chamar uma pessoa", "não está ligado a uma loja")


def newcomer() -> Chat:
    return Chat(parts_shop())


def paid() -> Chat:
    """Marina has paid 1002; its seller has not answered."""
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1002, OrderState.PAID, charges=(charge(Method.PIX, ChargeState.SETTLED),)))
    return Chat(shop)


# --- before buying -------------------------------------------------------------------------------------------


def test_a_cep_in_a_polite_sentence_while_a_part_is_picked() -> None:
    chat = newcomer().buyer("gostaria de um retrovisor para onix, ano 2014").bot("Parecidos que tenho")
    chat.buyer("O meu CEP é 80.010-000, salvo engano.").bot("Anotei o CEP 80010-000").not_bot("Já estou chamando")
    chat.buyer("1").bot("Curitiba/PR")


def test_a_lone_cep_is_no_part() -> None:
    chat = (
        newcomer().buyer("quero comprar uma peça").bot("Qual peça").buyer("80010-000").bot("Anotei o CEP", "Qual peça")
    )
    chat.buyer("farol corolla").bot("Curitiba/PR")


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("Hola, buenas tardes, tienen faro derecho para Toyota Corolla 2015?", "Farol dianteiro direito Corolla 2015"),
        ("necesito un espejo derecho del onix 2018, hay?", "Retrovisor direito Onix 2018"),
        ("hi do you have a headlight for corolla 2015?", "Farol dianteiro direito Corolla 2015"),
    ],
)
def test_other_languages_find_the_part(said: str, heard: str) -> None:
    newcomer().buyer(said).bot(heard).not_bot(*DEAD_ENDS)


def test_spanish_goes_on_as_portuguese_does() -> None:
    chat = at("cep").buyer("cuanto cuesta con envio a Curitiba?").bot("CEP").not_bot(*DEAD_ENDS)
    chat.buyer("80010000").buyer("si").bot("Jadlog").buyer("el mas barato").bot("R$ 512,40")
    at("method").buyer("puedo pagar con tarjeta?").bot("Em quantas vezes").not_bot(*DEAD_ENDS)


@pytest.mark.parametrize(
    "text", ["tem farol do corolla?", "moro na rua hay, 10", "quero o el camino", "comprei no la plata", "é da marina"]
)
def test_portuguese_stays_as_it_is_written(text: str) -> None:
    assert foreign.in_portuguese(text) in (text, text.replace("hay", "tem"))
    assert foreign.in_portuguese("Maria del Carmen, 210") == "Maria del Carmen, 210"


@pytest.mark.parametrize("address", ["hello@mirror.com.br", "Gracias.precio@loja.com", "radiator_y@uol.com.br"])
def test_an_address_has_no_words(address: str) -> None:
    """A code goes to the mailbox that was written, and to no stranger's of another name."""
    chat = Chat(parts_shop(marina(greeted=True))).buyer("meu e-mail").buyer(address).bot("código de 6 números")
    assert chat.mails[-1].to == address.lower()
    said = f"hello, my mail is {address}, do you have a mirror?"
    assert foreign.in_portuguese(said) == f"oi, my mail is {address}, tem a retrovisor?"
    assert foreign.in_portuguese(f"hola\n{address}\nprecio?") == f"oi\n{address}\npreço?"


def test_a_company_that_says_all_at_once() -> None:
    chat = newcomer().buyer(
        "Bom dia. Somos a Rápido Ltda, CNPJ 11.222.333/0001-81. Precisamos de 2 faróis Corolla 2015 com nota fiscal e "
        "boleto faturado 28 dias. É possível?"
    )
    chat.bot("Farol dianteiro direito Corolla 2015", "CEP").not_bot(*DEAD_ENDS)
    newcomer().buyer("fazem boleto faturado pra 28 dias?").bot("a prazo não temos", "antes do envio")


@pytest.mark.parametrize("text", ["quais peças vcs tem?", "o que vcs vendem?", "vcs tem catálogo?"])
def test_what_there_is(text: str) -> None:
    newcomer().buyer(text).bot("Escreva o carro").not_bot(*DEAD_ENDS)


def test_a_car_by_itself_shows_what_there_is_for_it() -> None:
    chat = newcomer().buyer("tem pra onix?").bot("Qual peça do Onix", "1 Retrovisor direito Onix 2018")
    chat.buyer("1").bot("Retrovisor direito Onix 2018", "CEP")
    newcomer().buyer("tem pra onix?").buyer("retrovisor").bot("Retrovisor direito Onix 2018", "CEP")
    newcomer().buyer("tem pra fusca?").bot("Qual peça do Fusca").not_bot("1 ")


@pytest.mark.parametrize("text", ["que horas entregam?", "vcs entregam sábado?", "entrega no fim de semana?"])
def test_when_parcels_are_delivered(text: str) -> None:
    for chat in (newcomer(), paid(), at("carrier")):
        chat.buyer(text).bot("transportadora", "dias úteis").not_bot(*DEAD_ENDS, "Não achei")


def test_what_was_left_is_taken_up_again() -> None:
    chat = at("cep").buyer("deixa").bot("Parei a sua compra")
    chat.buyer("na verdade quero sim").bot("Farol dianteiro direito Corolla 2015", "CEP")
    again = at("method").buyer("cancelar").bot("Parei a sua compra").buyer("pera, quero continuar")
    again.bot("Curitiba/PR")
    at("cep").buyer("deixa pra lá").buyer("80010000").bot("Farol dianteiro direito Corolla 2015", "Curitiba/PR")
    at("cep").buyer("deixa pra lá").buyer("meus pedidos").bot("Não achei pedidos")
    shop = newcomer().seller("cadastrar maçaneta gol g5 esquerda usada 60 reais").seller("deixa pra lá").bot("Parei")
    shop.seller("mudei de ideia, quero continuar").bot("fotos")


# --- with an order -------------------------------------------------------------------------------------------


def test_a_yes_to_a_list_that_has_none_asks_which() -> None:
    chat = paid().buyer("blusa de frio").bot("Não peguei")
    chat.buyer("sim").bot("Escolhe pelo número", "1 ", "2 ").buyer("1").not_bot("Escolhe pelo número")


@pytest.mark.parametrize("text", ["mudei de ideia, cancela", "quero meu dinheiro", "devolve meu dinheiro"])
def test_who_wants_out_is_asked_whether(text: str) -> None:
    chat = paid().buyer(text).bot("O #1002 já está pago", "Cancelo?")
    assert not [e for e in chat.heard_by_orders if isinstance(e, CancelAsked)]
    chat.buyer("sim")
    assert chat.orders_hear(CancelAsked).order == 1002


def test_what_is_asked_in_passing_is_not_what_is_given_up() -> None:
    """The question for an e-mail is open, and *não quero mais* is about the order."""
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1001, OrderState.AWAITING_PAYMENT, charges=(charge(Method.PIX),)))
    chat = Chat(shop).buyer("meu email").bot("e-mail")
    chat.buyer("nao quero mais").bot("Cancelar o #1001")


def test_what_is_on_its_way_cannot_be_cancelled_and_why() -> None:
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1003, OrderState.SHIPPED, shipments=(shipment(ShipmentState.POSTED),)))
    chat = Chat(shop).buyer("cancela o pedido").bot("O #1003 já foi postado", "recusar na entrega")
    chat.buyer("recuso na entrega então?").bot("recusa o pacote")


@pytest.mark.parametrize("text", ["nao serviu no meu carro", "quero meu dinheiro de volta"])
def test_what_does_not_fit_goes_back(text: str) -> None:
    delivered().buyer("pular").buyer(text).bot("Devolver o #1003", "Confirmo?")


def test_the_same_again() -> None:
    delivered().buyer("quero comprar de novo o mesmo").bot("Farol", "É aí mesmo?")
    delivered().buyer("me ve mais um igual, quero outro igual").bot("Farol", "É aí mesmo?")
    buyer_with_orders().buyer("quero o codigo de novo").bot("PIXCODE")


@pytest.mark.parametrize("text", ["e ai, o vendedor confirmou?", "manda hoje pf", "se nao mandar hoje quero cancelar"])
def test_how_far_the_seller_is(text: str) -> None:
    chat = paid().buyer(text).bot("#1002", "Prazo para postar", "Cancelar").not_bot(*DEAD_ENDS)
    assert not [e for e in chat.heard_by_orders if isinstance(e, CancelAsked)]


def test_words_for_the_other_side_are_passed_on_by_a_person() -> None:
    chat = paid().buyer("fala com o vendedor pra mandar hoje").bot("a equipe passa o seu recado", "#1002")
    assert "recado ao vendedor" in chat.alerts[-1].text
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1002, OrderState.ACCEPTED, shipments=(shipment(ShipmentState.GENERATED),)))
    sold = Chat(shop).seller("avisa a marina que atrasa um dia").bot("a equipe passa o seu recado", "#1002")
    assert "venda #1002, recado ao comprador" in sold.alerts[-1].text
    newcomer().buyer("fala com o vendedor").not_bot("passa o seu recado")


# --- shops ---------------------------------------------------------------------------------------------------


def stock(chat: Chat, listing: int) -> int:
    part = chat.shop.product(listing)
    assert part is not None
    return part.stock


def test_so_many_are_put_there_or_added() -> None:
    chat = newcomer().seller("bota 3 retrovisor").bot("560", "Somo ou é o total?", "Somar 3", "O total é 3")
    before = stock(chat, 560)
    chat.seller("1").bot(f"agora tem {before + 3}")
    assert stock(chat, 560) == before + 3
    whole = newcomer().seller("coloca 3 retrovisor").seller("fica 3 no total").bot("agora tem 3")
    assert stock(whole, 560) == 3
    more = newcomer().seller("bota mais 2 retrovisor onix")
    assert stock(more, 560) == before + 2
    kept = newcomer().seller("bota 3 retrovisor").seller("não").bot("fica como estava")
    assert stock(kept, 560) == before


def test_what_was_changed_is_taken_back() -> None:
    chat = newcomer().seller("estoque do 558 é 0").bot("sem estoque")
    chat.seller("desfaz").bot("Desfeito", "558")
    assert stock(chat, 558) == headlight().stock
    paused = newcomer().seller("tira o retrovisor do ar").bot("Pausei o anúncio 560").seller("ops, volta").bot("no ar")
    part = paused.shop.product(560)
    assert part is not None
    assert part.active
    newcomer().seller("estoque do 558 é 0").seller("meus anúncios").seller("desfaz").not_bot("Desfeito")


@pytest.mark.parametrize(
    ("said", "rather", "left"),
    [
        ("vendi no balcão 2 do 558", "não, foi 1 só", 4),
        ("vendi 2 faróis no balcão", "errei, foram 3", 2),
        ("chegou mais 5 farol", "agora são 8 no total", 8),
    ],
)
def test_how_many_is_put_right(said: str, rather: str, left: int) -> None:
    shop = parts_shop()
    shop.add(headlight(stock=5))
    chat = Chat(shop).seller(said)
    chat.seller(rather).bot(f"agora tem {left}")
    assert stock(chat, 558) == left


@pytest.mark.parametrize(
    "text", ["vendi no balcão 2 do 558", "vendi os dois faróis no balcão", "vendi 2 farol por fora"]
)
def test_how_many_were_sold_at_the_counter(text: str) -> None:
    shop = parts_shop()
    shop.add(headlight(stock=5))
    chat = Chat(shop).seller(text)
    assert stock(chat, 558) == 3


def test_who_has_not_paid() -> None:
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1001, OrderState.AWAITING_PAYMENT, charges=(charge(Method.PIX),)))
    chat = Chat(shop).seller("quem não pagou ainda?").bot("1 esperando pagamento", "#1001").not_bot(*DEAD_ENDS)
    chat.seller("cobra ele de novo").bot("recebe os lembretes por mim").not_bot("Quanto é a cobrança")
    newcomer().seller("quem não pagou ainda?").bot("Nenhuma venda ou cobrança esperando")


def test_a_charge_that_nobody_has_answered_yet() -> None:
    chat = newcomer().seller("cobrar 350 do joão 11 98765-4329 retrovisor onix").seller("1").bot("Enviado para João")
    chat.seller("ele pagou?").bot("ainda não teve resposta", "24 horas").not_bot("Quanto é a cobrança", *DEAD_ENDS)


def test_a_charge_that_was_taken_is_cancelled_after_a_yes() -> None:
    shop = parts_shop(marina(greeted=True))
    by_hand = OFFERS[0].but(service_id="")
    shop.add(order(1001, OrderState.AWAITING_PAYMENT, offer=by_hand, charges=(charge(Method.PIX),)))
    chat = Chat(shop).seller("cancela essa cobrança").bot("Cancelar a cobrança #1001").seller("sim")
    assert chat.orders_hear(CancelAsked).order == 1001


def test_a_tab_is_not_kept() -> None:
    newcomer().seller("anota ai fiado joão 11 98765-4329 200 reais lanterna").bot("Fiado eu não anoto", "cobrar 200")
    newcomer().seller("o zé me deve 150, cobra ele").seller("11 98888-7777").bot("Do que é").not_bot("Qual o nome")


def test_pictures_first_and_words_later() -> None:
    chat = newcomer().seller("oi").photo().photo().bot("Quer cadastrar uma peça")
    chat.seller("lanterna traseira esquerda do civic 2012 usada 280")
    chat.bot("Lanterna traseira", "Civic 2012", "R$ 280,00", "2 fotos").not_bot(*DEAD_ENDS)


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("hoje não abro", "ter, 24/11"),
        ("amanhã não vou abrir", "qua, 25/11"),
        ("hoje é feriado aqui, não abrimos hoje", "ter, 24/11"),
    ],
)
def test_a_day_on_which_a_shop_does_not_open(text: str, heard: str) -> None:
    newcomer().seller(text).bot("Fecho a loja", f"voltam sozinhos em {heard}").not_bot(*DEAD_ENDS)


def test_until_when_is_put_right() -> None:
    newcomer().seller("hoje não abro").seller("volto sexta").bot("Fecho a loja", "sex, 27/11")


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("não caiu nada", "A receber"),
        ("muda minha conta", "app do Asaas"),
        ("e quem paga o frete?", "pago pelo comprador"),
    ],
)
def test_small_questions_of_shops(text: str, heard: str) -> None:
    seller_with_sales().seller(text).bot(heard).not_bot(*DEAD_ENDS)
