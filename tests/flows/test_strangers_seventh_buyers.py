"""The seventh round, what buyers got stuck in: the same again, one of several orders, money, another land."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain.events import CancelAsked, NewCodeAsked
from bot.domain.order import Charge, ChargeState, Line, Method, Order, OrderState, Return, ReturnReason, ReturnState
from tests.flows.chat import START, Chat
from tests.flows.stories import buyer_with_orders, charge, order, parts_shop
from tests.flows.test_returns import delivered
from tests.support_shop import headlight, marina

DEAD_ENDS = ("Não peguei", "chamar uma pessoa", "Escolhe pelo número")
HEADLIGHT = "farol direito corolla pra 80010000"


def customer(*orders: Order, **changes: object) -> Chat:
    """Marina, of whom all is known, with the orders that she has made."""
    shop = parts_shop(marina(greeted=True, **changes))
    shop.add(headlight(listing=568, sku="VEL", title="Jogo de velas Civic 2012", fits=("Civic 2012",), stock=6))
    shop.add(*orders)
    return Chat(shop)


def stranger() -> Chat:
    return customer(address=None, document="", name="")


def settled(number: int) -> tuple[Charge, ...]:
    return (charge(Method.PIX, ChargeState.SETTLED, reference=f"order-{number}-a1"),)


def closed(number: int, listing: int, title: str, days: int) -> Order:
    line = Line(listing=listing, sku="X", title=title, quantity=1, unit_price=480_00)
    return order(
        number, OrderState.CLOSED, lines=(line,), charges=settled(number), created_at=START - timedelta(days=days)
    )


def two_open() -> Chat:
    """A mirror by boleto, of last week, and spark plugs by Pix, of today."""
    mirror = Line(listing=560, sku="RET", title="Retrovisor direito Onix 2018", quantity=1, unit_price=350_00)
    plugs = Line(listing=568, sku="VEL", title="Jogo de velas Civic 2012", quantity=1, unit_price=120_00)
    boleto = charge(Method.BOLETO, reference="order-1002-a1", amount=380_00)
    pix = charge(Method.PIX, reference="order-1003-a1", amount=140_00, provider_id="pay_3")
    waits = OrderState.AWAITING_PAYMENT
    return customer(
        order(1002, waits, lines=(mirror,), charges=(boleto,), created_at=START - timedelta(days=6)),
        order(1003, waits, lines=(plugs,), charges=(pix,), created_at=START - timedelta(hours=1)),
    )


# --- the same again -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("comprei um farol com vcs mês passado, queria outro igual", "Farol dianteiro direito Corolla 2015"),
        ("me vê aquele de sempre", "Jogo de velas Civic 2012"),
        ("quero o mesmo da outra vez", "Jogo de velas Civic 2012"),
        ("igual da última vez", "Jogo de velas Civic 2012"),
    ],
)
def test_the_same_again(said: str, part: str) -> None:
    chat = customer(closed(1001, 558, "Farol Corolla", 25), closed(1002, 568, "Jogo de velas Civic 2012", 9))
    chat.buyer(said).bot(part, "É aí mesmo?")


@pytest.mark.parametrize(
    "said",
    ["pro mesmo endereço", "entrega no mesmo lugar", "Agradeço. Sim, é neste endereço.", "sim, é essa a morada",
     "arretado, é aí mesmo", "no mesmo endereço de sempre"],
)  # fmt: skip
def test_the_place_that_is_shown_is_agreed_to(said: str) -> None:
    customer().buyer("farol direito corolla").bot("É aí mesmo?").buyer(said).bot("Opções de entrega")


@pytest.mark.parametrize(
    "said",
    [
        "não é nesse endereço",
        "é nesse endereço?",
        "no mesmo lugar não",
        "antes eu morava nesse endereço",
        "quanto demora pra chegar nesse lugar",
        "meu vizinho mora no mesmo lugar",
    ],
)
def test_the_place_that_is_doubted_is_not(said: str) -> None:
    customer().buyer("farol direito corolla").buyer(said).not_bot("Opções de entrega")


# --- one of several orders ----------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["quero pagar o da semana passada", "quero pagar o do retrovisor"])
def test_the_order_to_pay_by_its_part_or_its_day(said: str) -> None:
    two_open().buyer(said).bot("#1002").not_bot("#1003", *DEAD_ENDS)


def test_the_order_that_a_list_asks_for_by_its_part() -> None:
    chat = two_open().buyer("quero cancelar um pedido").bot("Qual pedido").buyer("o das velas").bot("Cancelar o #1003")
    chat.buyer("sim")
    assert chat.orders_hear(CancelAsked).order == 1003


@pytest.mark.parametrize("said", ["cadê o 1003", "e o 1003?", "kd o #1003"])
def test_where_a_number_is(said: str) -> None:
    two_open().buyer(said).bot("#1003", "velas").not_bot(*DEAD_ENDS)


def test_this_one_of_a_quoted_message() -> None:
    chat = buyer_with_orders().notice("order_posted", "p-marina", 1003, part="Farol", carrier="Jadlog", tracking="JD1")
    posted = f"out-{len(chat.said)}"
    chat.buyer("esse aqui já chegou?", reply_to=posted).bot("#1003", "em trânsito").not_bot(*DEAD_ENDS)


@pytest.mark.parametrize("said", ["Marina Souza, 201", "Marina Souza, nº 500, galpão B", "opa, Marina Souza, 201"])
def test_what_is_wrong_with_an_order_is_written_right(said: str) -> None:
    """*Algo errado? É só escrever o certo*, says the order."""
    chat = stranger().buyer(HEADLIGHT).buyer("sim").buyer("1").buyer("pix").buyer("529.982.247-25")
    number = "500" if "500" in said else "201"
    chat.buyer("Marina Souza, 210").bot("Algo errado?").buyer(said).bot("#1001", number).not_bot(*DEAD_ENDS)


# --- money that went astray ---------------------------------------------------------------------------------


def boleto(state: ChargeState = ChargeState.OVERDUE) -> Chat:
    return customer(
        order(1001, OrderState.AWAITING_PAYMENT, charges=(charge(Method.BOLETO, state, due_date=date(2026, 11, 20)),))
    )


@pytest.mark.parametrize(
    "said", ["to aqui no caixa do banco e diz q o boleto venceu", "boleto vencido, gera outro rapido tem fila"]
)
def test_a_boleto_that_is_over_at_the_bank(said: str) -> None:
    chat = boleto().buyer(said).not_bot(*DEAD_ENDS).bot("1001", "Pix")
    chat.buyer("pix").bot("Troco?").buyer("sim")
    assert chat.orders_hear(NewCodeAsked).method == Method.PIX


@pytest.mark.parametrize(
    "said", ["paguei 500 em vez de 512,40, digitei errado", "mandei o pix com valor errado", "paguei a menos"]
)
def test_another_amount_than_was_asked_for(said: str) -> None:
    chat = buyer_with_orders().buyer(said).bot("#1001", "Não mande outro pagamento", "chamando").not_bot(*DEAD_ENDS)
    assert "valor" in chat.alerts[-1].text


@pytest.mark.parametrize("said", ["quero só o da segunda de volta", "devolve o pagamento repetido"])
def test_the_second_payment_back(said: str) -> None:
    chat = customer(order(1001, OrderState.PAID, charges=settled(1001))).buyer("paguei duas vezes sem querer")
    chat.buyer(said).bot("o segundo volta inteiro").not_bot(*DEAD_ENDS)
    chat.buyer("não é pra cancelar o pedido").bot("#1001", "pago").not_bot(*DEAD_ENDS)
    assert not [e for e in chat.heard_by_orders if isinstance(e, CancelAsked)]


@pytest.mark.parametrize("said", ["manda de novo", "não vou pagar frete de novo", "então cancela e devolve"])
def test_a_parcel_that_goes_back_to_its_sender(said: str) -> None:
    back = Return(reason=ReturnReason.UNDELIVERED, state=ReturnState.POSTED, asked_at=START - timedelta(days=1))
    chat = customer(order(1001, OrderState.RETURNING, back=back, charges=settled(1001)))
    chat.buyer("tá voltando pro remetente").bot("#1001", "não conseguiu entregar", "R$ 512,40")
    chat.buyer(said).bot("não conseguiu entregar", "R$ 512,40", "atendente").not_bot(*DEAD_ENDS)


@pytest.mark.parametrize("said", ["já reclamei 3x e ninguém resolve", "vou colocar no reclame aqui e processar vcs"])
def test_who_complains_gets_a_person(said: str) -> None:
    chat = delivered().buyer(said).bot("Sinto muito", "chamando")
    assert said in chat.alerts[-1].text


def test_a_picture_with_words_under_it_is_a_picture() -> None:
    chat = delivered().buyer("chegou o esquerdo e eu comprei o direito").bot("1 foto da peça").photo()
    chat.photo(text="etiqueta").passes(seconds=10).bot("O que prefere?")


def test_who_pays_no_freight_of_a_return_is_told_so() -> None:
    chat = delivered().buyer("quero devolver").buyer("não quero mais").bot("Confirmo?")
    chat.buyer("não vou gastar com correio").bot("por nossa conta", "Confirmo?")


# --- who moves, marries, comes from elsewhere -----------------------------------------------------------------


def test_who_moves_is_asked_where_to() -> None:
    """The parcel went to the old address, after a yes that nobody had read."""
    chat = customer().buyer("oi aqui é a marina, me mudei").bot("endereço antigo").not_bot("chamando")
    chat.buyer("farol direito corolla").bot("Para qual CEP")


def test_who_marries_is_asked_the_name() -> None:
    chat = customer().buyer("casei e mudei de nome, agora é Marina Souza Prado, troca aí no cadastro")
    chat.bot("nome").not_bot("chamando")
    chat.buyer(HEADLIGHT).buyer("sim").buyer("1").buyer("pix").bot("nome completo").buyer("Marina Souza Prado")
    assert chat.shop.orders[1001].recipient.name == "Marina Souza Prado"


@pytest.mark.parametrize(
    "said", ["não tenho CPF, tenho NIF", "no tengo cpf, soy de uruguay", "I have no CPF, only passport"]
)
def test_who_has_no_cpf(said: str) -> None:
    stranger().buyer(HEADLIGHT).buyer("sim").buyer("1").buyer("pix").buyer(said).bot(
        "CPF ou CNPJ do Brasil", "atendente"
    )


def test_portuguese_of_portugal() -> None:
    chat = (
        stranger().buyer("Bom dia, quanto custam os portes do farol direito do Corolla?").bot("Farol dianteiro direito")
    )
    chat.buyer("80010-000").buyer("Sim, é essa a morada").bot("Opções").buyer("A primeira opção, se faz favor").bot(
        "Fechado"
    )
    chat.buyer("posso pagar por multibanco ou MB Way?").bot("Pix").not_bot(*DEAD_ENDS)


def test_spanish_instalments() -> None:
    chat = stranger().buyer(HEADLIGHT).buyer("si").buyer("la mas barata").buyer("tarjeta").bot("quantas vezes")
    chat.buyer("en una sola cuota").bot("CPF ou CNPJ")


def test_pieces_and_the_pair() -> None:
    stranger().buyer("jogo de velas civic 2012").bot("CEP").buyer("2, o par").bot("2 unidades")


@pytest.mark.parametrize("said", ["manda o pix pra ele no 11 95555-4444", "manda o pix direto pro meu filho"])
def test_the_code_for_somebody_else_is_forwarded(said: str) -> None:
    two_open().buyer(said).bot("encaminh", "#1003").not_bot(*DEAD_ENDS)


def test_a_child_is_told_who_may_buy() -> None:
    stranger().buyer("tenho 15 anos posso comprar ai?").bot("18 anos", "responsável")


# --- said in other ways --------------------------------------------------------------------------------------


def test_what_is_on_the_table_is_named_once_more() -> None:
    chat = customer().buyer("jogo de velas civic 2012").bot("É aí mesmo?").buyer("o jogo de vela").bot("É aí mesmo?")
    chat.not_bot(*DEAD_ENDS).buyer("2 dessa vez").bot("2 unidades")


def test_a_cep_and_a_cpf_that_are_dictated() -> None:
    chat = stranger().buyer("farol direito corolla").buyer("oitenta zero dez zero zero zero").bot("Curitiba/PR")
    chat.buyer("sim").buyer("1").buyer("pix").bot("CPF ou CNPJ")
    chat.buyer("é cinco dois nove nove oito dois dois quatro sete vinte e cinco").bot("nome completo")
    chat.buyer("Marina Souza, 210")
    assert chat.shop.orders[1001].recipient.document == "52998224725"


@pytest.mark.parametrize(
    "said", ["Gostaria de pagar por boleto bancário, pois não uso esses aplicativos.", "boleto, não tenho cartão"]
)
def test_a_way_of_paying_with_its_reason(said: str) -> None:
    chat = customer().buyer(HEADLIGHT).buyer("sim").buyer("1").buyer(said).bot("criado", "boleto")
    assert not chat.not_bot(*DEAD_ENDS).alerts


@pytest.mark.parametrize("said", ["não quero boleto, pois demora", "pix, não tenho", "não tenho cartão"])
def test_a_way_of_paying_that_is_refused(said: str) -> None:
    assert not customer().buyer(HEADLIGHT).buyer("sim").buyer("1").buyer(said).heard_by_orders


def test_who_sends_nothing_but_voice_is_offered_a_person() -> None:
    chat = stranger().buyer(content="audio").bot("Ainda não ouço áudio").buyer(content="audio").not_bot("pessoa")
    chat.buyer(content="audio").bot("Vou chamar uma pessoa").buyer("sim")
    assert "só manda áudio" in chat.alerts[-1].text


def test_what_the_person_should_know() -> None:
    chat = stranger().buyer("quero falar com uma pessoa").bot("Quer acrescentar algo?")
    chat.buyer("é sobre garantia de uma peça que comprei na loja física").bot("Anotado")
    assert "garantia" in chat.alerts[-1].text
    chat.passes(hours=14).buyer("ninguém me ligou").bot("Sinto muito", "chamando")


def test_money_that_left_long_ago() -> None:
    buyer_with_orders().buyer("paguei faz 2 horas e nada").bot("Ainda não caiu", "atendente")
    buyer_with_orders().buyer("paguei").bot("Ainda não caiu").not_bot("atendente")


def test_not_this_order() -> None:
    chat = delivered().buyer("quero devolver").bot("O que houve").buyer("não esse, o outro").not_bot("Que chato")
    delivered().buyer("veio errado").photo().photo().passes(seconds=10).buyer("quero a certa").not_bot(*DEAD_ENDS)
    assert not chat.heard_by_orders


@pytest.mark.parametrize("said", ["assinei sem abrir, perdi o direito?", "recebi sem conferir, e agora?"])
def test_no_right_is_lost(said: str) -> None:
    delivered().buyer("o farol chegou quebrado").bot("1 foto").buyer(said).bot("Não perde", "1 foto")


def test_a_mailbox_that_is_lost() -> None:
    chat = customer(email="marina@gmail.example", email_confirmed=True).buyer("troquei de número").bot("e-mail")
    chat.buyer("marina@gmail.example").bot("código").buyer("não tenho mais acesso a esse email").bot("chamando")
