"""A second round of people who have never seen this bot, written after the first was mended: what it found."""

from __future__ import annotations

import pytest

from bot.domain.events import CancelAsked, ChargeOffered, SaleAnswered
from bot.domain.order import ChargeState, Method, OrderState, ShipmentState
from tests.flows.chat import Chat
from tests.flows.stories import charge, order, parts_shop, seller_with_sales, shipment
from tests.flows.test_fresh_eyes import at
from tests.flows.test_returns import delivered
from tests.support_shop import headlight, marina

DEAD_ENDS = ("Não peguei", "chamar uma pessoa")


def newcomer() -> Chat:
    return Chat(parts_shop())


def many() -> Chat:
    """Five headlights at Silva's."""
    shop = parts_shop(marina(greeted=True, address=None, document="", name=""))
    shop.add(headlight(stock=5))
    return Chat(shop)


def sale(state: OrderState = OrderState.PAID) -> Chat:
    """Silva's one sale."""
    shop = parts_shop(marina(greeted=True))
    parcels = (shipment(ShipmentState.GENERATED),) if state is OrderState.ACCEPTED else ()
    shop.add(order(1001, state, charges=(charge(Method.PIX, ChargeState.SETTLED),), shipments=parcels))
    return Chat(shop)


# --- what was counted, sent or shown wrongly ------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "solicito orçamento para 03 (três) unidades de farol Corolla 2015, CEP 80010-000",
        "preciso de farol do corolla 2015, 3 unidades, 80010-000",
        "farol corolla 2015 80010-000, quero três unidades",
    ],
)
def test_so_many_pieces_in_other_words(said: str) -> None:
    many().buyer(said).bot("3x Farol")


def test_how_many_with_the_name_of_the_part() -> None:
    chat = many().buyer("farol corolla 80010000").buyer("sim").buyer("1").buyer("pix").bot("CPF")
    chat.buyer("ah, bota 3 faróis").bot("3 unidades").not_bot(*DEAD_ENDS)


def test_also_is_no_part_of_a_car() -> None:
    chat = newcomer().seller("cadastrar maçaneta gol g5 esquerda usada 60 reais").photo()
    chat.seller("pronto").seller("0,5 kg 20x10x10").seller("1").seller("serve no voyage tambem").bot("Incluí: Voyage.")
    assert chat.shop.products_of("s-silva")[-1].fits == ("Gol G5", "Voyage")


def test_a_charge_goes_to_the_number_that_was_put_right() -> None:
    chat = newcomer().seller("cobrar 80 da ana 41 99876-5432 polia").bot("(41) 99876-5432")
    chat.seller("errei o numero é 41 99876-5433").bot("Confere?", "(41) 99876-5433").not_bot("Já estou chamando")
    chat.seller("sim").bot("Enviado para Ana")
    offered = [e.event for d in chat.decisions for e in d.events if isinstance(e.event, ChargeOffered)]
    assert [o.phone for o in offered] == ["5541998765433"]
    chat.seller("cobrar 80 da ana 41 99876-5432 polia").seller("o numero é 11 98765-4321").bot("número")
    assert "98765-4321" not in chat.last[-1] or "Confere" not in chat.last[-1]


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("tira 2 do estoque do farol", 3),
        ("desconta 1 farol", 4),
        ("vendi o farol pro zé agora", 4),
        ("vendi 2 farol hoje", 3),
    ],
)
def test_pieces_that_are_gone_are_taken_off(said: str, left: int) -> None:
    chat = many().seller(said).bot(f"agora tem {left}")
    part = chat.shop.product(558)
    assert part is not None
    assert part.stock == left


def test_fewer_are_taken_off_after_all() -> None:
    many().seller("tira 2 do estoque do farol").bot("agora tem 3").seller("na verdade tira só 1").bot("agora tem 4")


@pytest.mark.parametrize(
    "text", ["vendi o farol?", "quanto vendi do farol", "tira 10 reais do farol", "tira 5% do farol"]
)
def test_what_takes_no_piece_off(text: str) -> None:
    chat = many().seller(text)
    part = chat.shop.product(558)
    assert part is not None
    assert part.stock == 5


# --- a sale in other words --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["tá aqui sim", "já separei", "1001 ok", "sim 1001", "opa, separada"])
def test_a_yes_to_a_sale_in_other_words(text: str) -> None:
    chat = sale().seller("detalhes 1001").bot("Ainda tem a peça?").seller(text)
    assert [e.has_it for e in chat.heard_by_orders if isinstance(e, SaleAnswered)] == [True]


@pytest.mark.parametrize(
    "text", ["não tá aqui", "aqui não tem", "tá aqui?", "posso entregar em mãos?", "só consigo mandar sexta"]
)
def test_what_is_no_yes_to_a_sale(text: str) -> None:
    chat = sale().seller("detalhes 1001").seller(text)
    assert not [e for e in chat.heard_by_orders if isinstance(e, SaleAnswered) and e.has_it]


def test_the_first_one_is_no_yes() -> None:
    chat = sale().buyer("cancelar pedido 1001").bot("Cancelo?").buyer("abre a primeira")
    assert not [e for e in chat.heard_by_orders if isinstance(e, CancelAsked)]
    chat.buyer("sim")
    assert chat.orders_hear(CancelAsked).order == 1001


def test_small_words_about_a_sale() -> None:
    sale().seller("só consigo mandar sexta").bot("Aviso o comprador", "até sex, 27/11").not_bot(*DEAD_ENDS)
    sale().seller("me passa o endereço dela").bot("etiqueta").not_bot("Já estou chamando")
    gone = sale(OrderState.ACCEPTED).seller("a cliente desistiu, cancela").bot("a cliente desistiu, cancela")
    assert "não tem mais a peça" not in gone.alerts[-1].text
    sale(OrderState.ACCEPTED).seller("postado").bot("Marquei").seller("opa não era esse").bot("Desfeito")
    sold = delivered().seller("o comprador falou que veio quebrado mas eu mandei certinho")
    sold.bot("Já estou chamando").not_bot("Não peguei")


# --- a shop's other words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("zera o estoque de tudo", "peça por peça"),
        ("muda o titulo do 558", "título, carro e estado"),
        ("o farol é usado, não novo", "título, carro e estado"),
        ("folga dia 24 e 25", "Fecho a loja"),
        ("reajusta 5% nos faróis", "Mudo os preços?"),
        ("quanto deu o mês", "01 a 23/11"),
        ("quanto tenho em estoque", "Seus anúncios"),
        ("quero cancelar minha conta e sair daqui", "encerrar a loja"),
    ],
)
def test_what_shops_say(text: str, heard: str) -> None:
    newcomer().seller(text).bot(heard).not_bot(*DEAD_ENDS)


# --- buyers -----------------------------------------------------------------------------------------------------


def test_a_listing_that_was_seen_elsewhere() -> None:
    newcomer().buyer("vi o anúncio 558 no site, ainda tem?").bot("Farol dianteiro direito Corolla 2015", "CEP")
    newcomer().buyer("muda o preço do anúncio 558 pra 1 real").not_bot("CEP")


def test_a_part_that_broke_is_looked_for() -> None:
    newcomer().buyer("meu carro é um onix 2018").buyer("quebrou o retrovisor").bot(
        "Retrovisor direito Onix 2018", "CEP"
    )
    newcomer().buyer("quero comprar uma peça").buyer("quero fazer uma reclamação de vocês").not_bot("Não achei")


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("cobre a oferta?", "O preço é de cada vendedor"),
        ("vcs tem zap do vendedor?", "o telefone dele não mostro"),
        ("e se eu for buscar?", "Não há retirada"),
    ],
)
def test_what_newcomers_ask(text: str, heard: str) -> None:
    newcomer().buyer(text).bot(heard).not_bot(*DEAD_ENDS)


def test_has_it_come() -> None:
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1001, OrderState.AWAITING_PAYMENT, charges=(charge(Method.PIX),)))
    Chat(shop).buyer("já caiu?").bot("Ainda não caiu aqui").not_bot(*DEAD_ENDS)
    newcomer().buyer("já caiu?").not_bot("Ainda não caiu")


def test_no_freight_for_nothing() -> None:
    at("carrier").buyer("tem como fazer frete grátis?").bot("São as transportadoras", "1 Jadlog")
    at("here").buyer("fecha").bot("Jadlog")
    seller_with_sales().seller("obrigado").not_bot(*DEAD_ENDS)


# --- a third round ----------------------------------------------------------------------------------------------


def test_what_is_put_right_in_many_words_is_read_as_such() -> None:
    """*A dianteira* is of the Corolla that was chosen, not the first row of the list."""
    shop = parts_shop()
    shop.add(
        headlight(listing=561, sku="P1", title="Pastilha dianteira HB20 2019", fits=("HB20 2019",)),
        headlight(listing=562, sku="P2", title="Pastilha traseira Corolla 2015", fits=("Corolla 2015",)),
    )
    chat = Chat(shop).buyer("pastilha").buyer("corolla").bot("traseira Corolla")
    chat.buyer("não é a dianteira que eu quero").bot("Não achei pastilha dianteira Corolla").not_bot("Corrigi")


def test_pictures_are_no_listing() -> None:
    newcomer().seller("apaga todas as fotos do 558").bot("fotos").not_bot("Tirar o anúncio")
    newcomer().seller("apaga o 558").bot("Tirar o anúncio 558")


def test_a_day_without_posting_refuses_no_sale() -> None:
    sale().seller("detalhes 1001").seller("nao posto sabado").bot("continua para postar").not_bot("eu cancelo")
    chat = sale().seller("não tenho 1001").bot("Confirma?").seller("ok separa").bot("Ainda tem a peça?")
    assert not [e for e in chat.heard_by_orders if isinstance(e, SaleAnswered)]


def test_figures_alone_name_no_part() -> None:
    shop = parts_shop()
    shop.add(headlight(listing=561, sku="A", title="Alternador Gol G5 1.0"))
    Chat(shop).seller("bota no ar ai: motor de arranque palio 1.0 fire, recondicionado, 280").not_bot("já está no ar")


def test_back_over_a_list_that_was_left() -> None:
    """The sale that was looked at is none any more when the list is open: *voltar* goes past it."""
    chat = sale(OrderState.ACCEPTED).seller("minhas vendas").seller("1").bot("#1001")
    chat.seller("voltar").not_bot("Não peguei")
    shown = seller_with_sales().seller("minhas vendas")
    shown.seller("3").press("Voltar à lista").bot("vendas").seller("voltar")
    assert shown.last


def test_a_price_goes_back() -> None:
    chat = newcomer().seller("coloca o farol por 450").bot("Confirma?").seller("sim").bot("agora custa R$ 450,00")
    chat.seller("volta pra 480").bot("de R$ 450,00 para R$ 480,00").seller("sim").bot("agora custa R$ 480,00")
    part = chat.seller("desfaz").bot("Desfeito").shop.product(558)
    assert part is not None
    assert part.price == 450_00


def test_what_is_sold_is_gone() -> None:
    newcomer().seller("o retrovisor onix ta vendido").bot("560", "sem estoque")
    newcomer().seller("lista").bot("Seus anúncios")
    sale(OrderState.ACCEPTED).seller("o correio recusou a caixa").bot("Já estou chamando")


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("quero fazer um pedido", "Qual peça"),
        ("vou querer 1 farol do corolla 2015", "Farol dianteiro direito Corolla 2015"),
        ("esse msm é o oficial?", "Asaas"),
        ("vcs compram peça usada?", "não compra peças"),
        ("e se eu nao gostar?", "7 dias"),
        ("meu marido vai pagar, pode ser de outra conta?", "qualquer pessoa paga"),
        ("qual o nome que aparece?", "recebedor"),
    ],
)
def test_what_newcomers_say(text: str, heard: str) -> None:
    newcomer().buyer(text).bot(heard).not_bot(*DEAD_ENDS)


def test_words_of_who_has_an_order() -> None:
    two = delivered().buyer("pular").buyer("quero comprar mais 2 igual")
    two.bot("Farol", "É aí mesmo?").not_bot(*DEAD_ENDS)
    sale().buyer("quero acrescentar mais uma peça no pedido").bot("Cada pedido é de uma peça só", "Qual peça")
    sale().buyer("qual o nome da loja").bot("Vendedor:")
    boleto = parts_shop(marina(greeted=True))
    boleto.add(order(1001, OrderState.AWAITING_PAYMENT, charges=(charge(Method.BOLETO),)))
    Chat(boleto).buyer("posso pagar com pix esse boleto?").bot("Trocando para Pix", "Troco?")
    Chat(boleto).buyer("manda o pdf").bot("2ª via do #1001")


def test_where_it_goes_cannot_be_changed_on_the_way() -> None:
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1003, OrderState.SHIPPED, shipments=(shipment(ShipmentState.POSTED),)))
    chat = Chat(shop).buyer("quero mudar o endereço").bot("já está com a transportadora", "chamar uma pessoa")
    chat.buyer("sim").bot("Já estou chamando")
    assert "#1003 em trânsito" in chat.alerts[-1].text


def test_the_address_is_looked_for_while_nobody_answers() -> None:
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1001, OrderState.AWAITING_PAYMENT, charges=(charge(Method.PIX),)))
    chat = Chat(shop)
    chat.down = {"place.look_up"}
    chat.buyer("quero mudar o endereço").buyer("01310-100")
    assert chat.last


def test_no_debit() -> None:
    at("method").buyer("débito tem?").bot("não temos").not_bot("Em quantas vezes")
    at("document").buyer("n tenho cpf").bot("CPF").not_bot(*DEAD_ENDS)
