"""A fourth round of people who have never seen this bot: mechanics in a hurry, elderly people, shops that say
many things in one breath."""

from __future__ import annotations

import pytest

from bot.domain.events import ChargeOffered, OrderRated
from bot.domain.order import Method, OrderState
from tests.flows.chat import Chat
from tests.flows.stories import charge, order, parts_shop
from tests.flows.test_fresh_eyes import at
from tests.flows.test_returns import delivered
from tests.support_shop import headlight, marina

DEAD_ENDS = ("Não peguei", "chamar uma pessoa", "Já estou chamando")


def newcomer() -> Chat:
    return Chat(parts_shop(marina(greeted=True, address=None, document="", name="")))


# --- what went wrong with money, or would have --------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "cobra 100 do pedro 41 99888-7766 e 200 da carla 41 99777-6655",
        "cobra 100 do pedro 41 99888-7766, 200 da carla 41 99777-6655",
        "cobra 100 do pedro 41 99888-7766\ncobra 200 da carla 41 99777-6655",
    ],
)
def test_charges_of_several_people_are_made_one_by_one(said: str) -> None:
    """The sum of one went to the other, and with it a stranger's name and phone as what is charged for."""
    chat = newcomer().seller(said).bot("Uma cobrança por vez", "200 da carla 41 99777-6655", "Do que é")
    chat.seller("farol").bot("R$ 100,00 para Pedro, (41) 99888-7766 · Farol.").not_bot("arla").seller("sim")
    chat.seller("cobrar 200 da carla 41 99777-6655").seller("lanterna").bot("R$ 200,00 para Carla").seller("sim")
    offered = [e.event for d in chat.decisions for e in d.events if isinstance(e.event, ChargeOffered)]
    assert [(o.name, o.amount, o.title) for o in offered] == [("Pedro", 100_00, "Farol"), ("Carla", 200_00, "Lanterna")]


def test_two_parts_in_bubbles_are_not_listed_as_one() -> None:
    """The headlight was listed at the price of the lamp."""
    chat = (
        newcomer()
        .seller("cadastrar")
        .types("farol palio 2010 direito usado 120", "lanterna gol g4 esquerda nova 90", apart=2)
    )
    chat.bot("uma por vez", "lanterna").photo()
    chat.seller("pronto").seller("2kg 40x30x30").bot("Farol direito Palio 2010 (usado) · R$ 120,00").seller("1")
    chat.seller("não").bot("Lanterna", "Gol G4", "R$ 90,00")


@pytest.mark.parametrize("step", ["price", "side", "condition", "photos"])
def test_another_part_while_one_is_listed_is_kept_for_later(step: str) -> None:
    said = {"price": "", "side": " 120 reais", "condition": " direito 120 reais", "photos": " direito usado 120 reais"}
    chat = newcomer().seller(f"cadastrar farol palio 2010{said[step]}")
    chat.seller("lanterna gol g4 esquerda nova 90 reais").bot("uma por vez", "lanterna").not_bot(*DEAD_ENDS)
    for answer in ("120 reais", "direito", "usado"):
        if not chat.last[-1].startswith("Manda de") and "Manda de" not in chat.last[-1]:
            chat.seller(answer)
    chat.photo()
    chat.seller("pronto").seller("2kg 40x30x30").bot("Farol direito Palio 2010 (usado) · R$ 120,00")


@pytest.mark.parametrize("said", ["tira a pastilha do ar", "e tira as pastilhas do ar"])
def test_off_the_air(said: str) -> None:
    chat = newcomer()
    chat.shop.add(headlight(listing=561, sku="P", title="Pastilha dianteira HB20 2019"))
    chat.seller(said).bot("Pausei o anúncio 561").seller("volta a pastilha").bot("561", "no ar")


def test_what_no_cue_speaks_for_calls_nobody() -> None:
    chat = newcomer().buyer("farol do corolla e retrovisor do onix")
    chat.buyer("sim, o farol primeiro").bot("Para qual CEP").not_bot(*DEAD_ENDS)
    assert not chat.alerts


# --- where two answers in a row led nowhere ------------------------------------------------------------------


def many() -> Chat:
    """The shop with a few more parts."""
    chat = newcomer()
    chat.shop.add(
        headlight(listing=561, sku="M", title="Farol de milha Gol G5", fits=("Gol G5 2009-2013",), stock=3),
        headlight(listing=562, sku="RE", title="Retrovisor esquerdo Onix 2018", fits=("Onix 2018",), price=160_00),
    )
    return chat


def test_an_old_lady_tells_of_her_car() -> None:
    chat = many().buyer("Bom dia meu filho, estou precisando de uma pecinha pro carro do meu falecido marido")
    chat.bot("Qual peça").buyer("É um gol, daqueles mais novos, g5, ele é de 2011").bot("Qual peça do Gol")
    chat.buyer("é o farolzinho de neblina que quebrou").bot("Farol de milha Gol G5", "CEP").not_bot(*DEAD_ENDS)
    chat.buyer("eu moro em curitiba, no cep 80010000").bot("Curitiba/PR")
    cep = many().buyer("quero comprar uma peça").buyer("eu moro em curitiba, no cep 80010000")
    cep.bot("Anotei o CEP 80010-000").not_bot("Não achei")


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("tem lanterninha do onix?", "lanterna"),
        ("um retrovisorzinho do onix", "Retrovisor"),
        ("preciso de um farolzinho do corolla", "Farol"),
    ],
)
def test_small_words_of_parts(said: str, part: str) -> None:
    many().buyer(said).bot(part).not_bot(*DEAD_ENDS)


@pytest.mark.parametrize(
    "said", ["tlgd aquele retrovisor do onix, o do carona", "esse retrovisor do onix ai, do carona"]
)
def test_a_part_and_its_car_are_enough(said: str) -> None:
    """And the side: with it lost, *o mais em conta* took the other one."""
    many().buyer(said).bot("Retrovisor direito Onix 2018", "CEP").not_bot("esquerdo", *DEAD_ENDS)


def test_the_year_of_the_car_is_an_answer_to_whether_it_fits() -> None:
    chat = newcomer().buyer("serve o farol direito do corolla?").bot("Seu ano e motor batem?")
    chat.buyer("é 2016 xei").bot("Esse ano está no anúncio", "Quer que eu pergunte").not_bot(*DEAD_ENDS)
    newcomer().buyer("serve o farol direito do corolla?").buyer("o meu é 2009").bot("Esse ano não está no anúncio")


@pytest.mark.parametrize("said", ["opa, queria 2 na verdade", "dá pra aumentar?", "quero mudar a quantidade"])
def test_how_many_does_not_change_after_the_order(said: str) -> None:
    unpaid().buyer(said).bot("a quantidade não muda mais", "cancelar 1001").not_bot(*DEAD_ENDS)


@pytest.mark.parametrize("said", ["acho que paguei duas vezes", "o banco descontou 2x 512,40", "cobraram em dobro"])
def test_what_was_taken_twice(said: str) -> None:
    unpaid().buyer(said).bot("o segundo volta inteiro").not_bot(*DEAD_ENDS)


def unpaid() -> Chat:
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1001, OrderState.AWAITING_PAYMENT, charges=(charge(Method.PIX),)))
    return Chat(shop)


def test_a_cep_in_two_bubbles() -> None:
    newcomer().buyer("farol corolla").buyer("80010").bot("precisa de 8").buyer("000").bot("Curitiba/PR")


@pytest.mark.parametrize("said", ["quantos km rodou?", "tá arranhado?", "tem algum detalhe?"])
def test_what_only_the_seller_knows(said: str) -> None:
    newcomer().buyer("farol corolla").buyer(said).bot("Isso só o vendedor").not_bot(*DEAD_ENDS)


def test_who_is_there_and_a_mark_in_words() -> None:
    assert not newcomer().buyer("é gente ou robô?").bot("um robô").alerts
    chat = delivered().buyer("nota mil").bot("Quer contar por quê?").buyer("pular")
    assert chat.orders_hear(OrderRated).stars == 5


def test_a_price_that_should_have_been_another() -> None:
    chat = newcomer().seller("o retrovisor ta 350 mas era pra ser 530").bot("de R$ 350,00 para R$ 530,00", "Confirma?")
    part = chat.shop.product(560)
    assert part is not None
    assert part.price == 350_00


@pytest.mark.parametrize("said", ["e desconta quanto?", "pq tao pouco??", "quanto vcs descontam"])
def test_what_is_taken_off_a_sale(said: str) -> None:
    newcomer().seller(said).bot("A taxa é de 8%").not_bot(*DEAD_ENDS)


def test_so_many_there_are_in_short() -> None:
    newcomer().seller("qts farol eu tenho").bot("558", "1 em estoque").not_bot(*DEAD_ENDS)


def test_a_shop_that_closes_next_week() -> None:
    """It was shut at once, and asked about its sales."""
    chat = newcomer().seller("vou fechar semana que vem pra balanço").bot("de seg, 30/11 até dom, 06/12?")
    chat.seller("sim").bot("reabro em seg, 07/12").seller("na verdade não vou fechar mais").bot("Loja aberta")
    newcomer().seller("não vou fechar hoje não").not_bot("Fecho a loja")


# --- what a clerk would have answered better -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("é pra minha mãe, o nome dela é Dirce Alves", "Dirce Alves"),
        ("o nome dele é José Lima", "José Lima"),
        ("ela se chama Ana Maria Braga", "Ana Maria Braga"),
    ],
)
def test_whose_name_it_is_is_no_part_of_it_and_where_it_goes_is_shown(said: str, name: str) -> None:
    """*Dela É Dirce Alves* stood on the label, and nobody was shown it."""
    chat = at("who").buyer(said).buyer("número 18 casa 2").bot("Pedido #1001 criado", "Entrega: ", "18, casa 2")
    made = chat.shop.order(1001)
    assert made is not None
    assert made.recipient.name == name
    chat.bot(name).buyer("o nome tá errado").bot("Já estou chamando")
    assert "pedido #1001, corrigir o nome" in chat.alerts[-1].text


def test_all_in_one_parcel() -> None:
    newcomer().buyer("farol do corolla e retrovisor do onix").buyer("tudo junto no mesmo frete?").bot(
        "Cada peça é um pedido", "CEP"
    )


@pytest.mark.parametrize("said", ["deixa", "ah entao deixa"])
def test_who_leaves_it(said: str) -> None:
    at("cep").buyer(said).bot("Parei a sua compra")


def test_and_with_the_pix_goes_along_to_the_seller() -> None:
    """It chose the way of paying."""
    chat = at("method").buyer("a vista tem desconto?").buyer("e no pix?").bot("Isso só o vendedor").not_bot("CPF")
    chat.buyer("sim")
    assert "e no pix?" in chat.alerts[-1].text


@pytest.mark.parametrize("said", ["deu erro no banco", "tá dando erro pra pagar"])
def test_what_fails_at_the_bank(said: str) -> None:
    unpaid().buyer(said).bot("PIXCODE").buyer("manda de outro jeito").bot("Como prefere pagar?")


def test_who_wants_to_dispute_hears_of_what_is_quicker() -> None:
    chat = delivered().buyer("vou contestar no cartão").bot("Antes de contestar", "Já estou chamando")
    assert "pedido #1003" in chat.alerts[-1].text


def test_that_which_was_bought() -> None:
    delivered().buyer("pular").buyer("e aquele farol que eu comprei?").bot("#1003").not_bot(*DEAD_ENDS)
    unpaid().buyer("e aquele farol que eu comprei").bot("#1001", "aguardando pagamento")
