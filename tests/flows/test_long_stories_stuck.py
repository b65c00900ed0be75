"""The ninth round, what people got stuck in: lapsed quotes, several parts, payments and parcels at once."""

from __future__ import annotations

import pytest

from bot.domain.order import OrderState
from tests.flows.test_long_stories import BUYS, accepted, headlight_sold, three_sold
from tests.flows.town import ZECA, Town, two_shops

DEAD_ENDS = ("Não peguei", "chamar uma pessoa", "Escolhe pelo número")
THREE_PARTS = "bom dia preciso de farol direito corolla 2015, pastilha hb20 2019 e velas civic 2012 pra 80010000"


def quoted() -> Town:
    town = two_shops()
    town.buyer("quanto é o farol direito corolla 2015 pra 80010000").buyer("sim").bot("Opções de entrega")
    return town


def two_boletos() -> Town:
    town = two_shops()
    town.buyer("oi, preciso de um farol direito do corolla 2015")
    town.plays_out(*BUYS[:3], "boleto", *BUYS[4:], "quero também o retrovisor direito do onix", "sim", "1", "boleto")
    return town


# --- a quote that lapsed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "oi, quero aquele farol que vc me passou o preço",
        "quero fechar aquela cotação da semana passada",
        "bom dia, pode ser o 2",
        "isso o PAC",
        "bom dia, ontem eu tive que sair. pode continuar",
    ],
)
def test_a_quote_that_lapsed_days_ago_is_made_anew(said: str) -> None:
    town = quoted().passes(days=4).buyer(said)
    town.bot("cotação anterior venceu", "Farol dianteiro direito", "É aí mesmo?").not_bot("encerrei", *DEAD_ENDS)
    town.buyer("sim").bot("R$ 38,90")


@pytest.mark.parametrize("said", ["ok", "quero aquela lanterna", "meus pedidos", "menu"])
def test_a_quote_that_lapsed_comes_back_for_nothing_else(said: str) -> None:
    quoted().passes(days=4).buyer(said).not_bot("É aí mesmo?", "venceu")


# --- several parts, one after the other -------------------------------------------------------------------------


def test_the_parts_of_one_wish_are_offered_one_by_one() -> None:
    town = two_shops()
    town.buyer(THREE_PARTS).buyer("sim").buyer("1").buyer("pix").buyer("52998224725").buyer("Marina Souza 210")
    town.passes(minutes=1)
    town.buyer("agora a pastilha").bot("Jogo de pastilha de freio dianteira HB20", "É aí mesmo?")
    town.plays_out("sim", "1", "pix").passes(minutes=1).buyer("sim").bot("Jogo de velas Civic", "É aí mesmo?")


def test_the_second_part_in_its_own_words() -> None:
    headlight_sold().buyer("agora o retrovisor direito do onix").bot("Retrovisor direito Onix 2018", "É aí mesmo?")


def test_a_sale_at_the_counter_in_the_middle_of_a_purchase() -> None:
    """*E agora tem?* called a person."""
    town = two_shops()
    town.buyer("retrovisor direito onix 2018 pra 80010000").buyer("sim").seller(
        "vendi 2 retrovisor direito onix no balcão"
    )
    town.buyer("1").plays_out("pix", "529.982.247-25", "Marina Souza, 210").bot("Nada foi cobrado")
    town.seller("chegou mais 1 retrovisor direito onix").buyer("e agora tem?").bot("Retrovisor direito", "É aí mesmo?")


# --- another order beside a purchase -----------------------------------------------------------------------------


def test_the_other_order_and_back() -> None:
    """The question about the seller of the headlight put the left one in the place of the lamp."""
    town = headlight_sold()
    town.buyer("quanto fica a lanterna traseira direita do corolla?").bot("Lanterna", "É aí mesmo?")
    town.buyer("e o meu outro pedido?").bot("#1001").not_bot(*DEAD_ENDS)
    town.buyer("o vendedor do farol já respondeu?").bot("#1001").not_bot("esquerdo")
    town.buyer("voltando, é esse mesmo").bot("Lanterna", "É aí mesmo?").buyer("é esse mesmo").bot("Opções de entrega")


def test_the_other_side_after_three_months() -> None:
    town = headlight_sold()
    town.seller("tenho").seller("postei").carrier_says("posted").passes(days=3)
    town.carrier_says("delivered").passes(days=95)
    town.buyer("oi, tudo bem? comprei um farol com vcs em novembro").bot("#1001").not_bot(*DEAD_ENDS)
    town.buyer("agora queria o outro lado").bot("Farol dianteiro esquerdo", "É aí mesmo?")


def test_a_mechanic_buys_for_a_client() -> None:
    """The document in the message was asked for again, *Prado, 80* was *parado*, and the client's address stayed."""
    town = two_shops()
    town.writes(ZECA, "jogo de velas civic 2012 pra 30130-010")
    town.plays_out("sim", "1", "pix", "111.444.777-35", "Zeca Pereira, 55").passes(minutes=1)
    town.plays_out("quero o retrovisor direito do onix pra casa do cliente 01310-100", "isso", "1")
    town.plays_out("pix no cpf dele 529.982.247-25").bot("nome completo").plays_out("Carlos Prado, 80 casa 2")
    town.bot("criado", "Carlos Prado, Avenida Paulista, 80")
    town.plays_out("agora a lanterna do corolla, aqui na oficina mesmo").bot("Av. Afonso Pena, 55")
    assert (town.person.name, town.person.document) == ("Zeca Pereira", "11144477735")


# --- payments and parcels ------------------------------------------------------------------------------------------


def test_both_boletos_tomorrow() -> None:
    town = two_boletos()
    town.buyer("os dois boletos eu pago amanhã").bot("O boleto do #1002 pode", "O boleto do #1001 pode")
    town.passes(days=1).buyer("paguei os dois").bot("#1002", "#1001")
    town.pays(1001).buyer("só caiu um?").bot("Ainda não caiu aqui o pagamento do #1002", "do #1001 já está confirmado")


def test_whether_it_has_come_days_after_something_else() -> None:
    """Misunderstood two days before, it called a person."""
    town = two_boletos().buyer("blorf grumpf").passes(days=2)
    town.pays(1001).buyer("caiu?").bot("#1002").not_bot("chamar uma pessoa")


def test_what_is_cancelled_is_asked_about_no_more() -> None:
    town = two_boletos().buyer("quero trocar a forma de pagamento do 1001").bot("Como prefere pagar?")
    town.buyer("cancela o pedido 1001").buyer("sim").not_bot("Como prefere pagar?")
    assert town.order(1001).state is OrderState.CANCELLED


def test_behind_a_no() -> None:
    town = two_boletos().buyer("não, faz no cartão em 3x").not_bot("3X", *DEAD_ENDS)
    headlight_sold().buyer("não, quero a lanterna do corolla").bot("Lanterna", "É aí mesmo?")
    assert not accepted(town)


def test_two_parcels_but_for_one() -> None:
    town = three_sold()
    town.seller("farol e velas tenho").seller("postei os dois").bot("Marquei 1003 e 1001")
    town.seller("opa faltou a vela").bot("Desfeito: 1003").not_bot("1001 continua")
    town.seller("postei a vela agora").bot("Marquei 1003 como postado")


def test_not_before_monday() -> None:
    town = headlight_sold()
    town.seller("tenho").seller("não consigo postar antes de segunda").bot("até seg, 30/11", "sim / não")
    town.seller("sim")
    headlight_sold().seller("tenho").passes(days=3).seller("tive um problema, posto amanhã").not_bot(*DEAD_ENDS)


def test_the_sale_that_was_made() -> None:
    headlight_sold().seller("tenho").seller("e o farol que vendi?").bot("#1001").not_bot("Não achei")


# --- in stories told after these were mended -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("vou querer o esquerdo também", "Farol dianteiro esquerdo"),
        ("e lanterna pro mesmo carro?", "Lanterna traseira direita Corolla 2015"),
        ("o farol já chegou?", "#1001"),
        ("recebi uma mensagem dizendo que cancelaram", "#1001"),
        ("cancelaram ou não?", "#1001"),
    ],
)
def test_what_is_said_beside_an_order(said: str, answer: str) -> None:
    headlight_sold().buyer(said).bot(answer).not_bot(*DEAD_ENDS)


def test_back_to_the_part_before() -> None:
    town = quoted().buyer("não, velas civic 2012").bot("Jogo de velas")
    town.buyer("pera, volta pro farol direito do corolla").bot("Farol dianteiro direito", "É aí mesmo?")


def test_who_writes_from_the_same_phone() -> None:
    headlight_sold().buyer("oi aqui é o Carlos, cliente da Marina").not_bot(*DEAD_ENDS)


@pytest.mark.parametrize("said", ["fui na jadlog e tava fechada", "vou amanhã cedo"])
def test_a_parcel_that_could_not_be_posted(said: str) -> None:
    headlight_sold().seller("tenho").seller(said).bot("#1001 continua para postar").not_bot(*DEAD_ENDS)


def test_a_price_that_was_wrong() -> None:
    two_shops().seller("o farol esquerdo era 580 não 480").bot("de R$ 470,00 para R$ 580,00", "Confirma?")


def test_the_side_names_the_order() -> None:
    town = two_shops().buyer("farol direito corolla 2015 pra 80010000")
    town.plays_out("sim", "1", "boleto que eu não sei mexer no pix", "52998224725", "Marina Souza, 210")
    town.passes(minutes=1).buyer("e o farol esquerdo também").plays_out("sim", "1", "boleto")
    town.buyer("cancela o esquerdo").plays_out("cancela o direito, é o esquerdo que eu quero")
    town.bot("Cancelar o #1001", "Farol dianteiro direito").buyer("sim")
    assert [o.state for o in town.shop.orders.values()] == [OrderState.CANCELLED, OrderState.AWAITING_PAYMENT]
    town.buyer("ai cancelei errado, era o outro").bot("O #1001 já foi cancelado", "Farol dianteiro direito")


def test_a_part_that_came_back() -> None:
    town = headlight_sold()
    town.seller("tenho").seller("postei").carrier_says("posted").passes(days=3)
    town.carrier_says("delivered").buyer("quero devolver").buyer("sim").passes(days=3)
    town.seller("a peça voltou").bot("está com você?").seller("sim").bot("devolvendo o valor")
    town.buyer("e o meu dinheiro?").bot("#1001", "devolvido")


def test_back_from_another_email_before_it_is_given() -> None:
    """*Voltar* failed there."""
    town = two_shops().buyer("meu email é marina@exemplo.com.br").bot("Mandei um código")
    town.buyer("outro email").bot("Qual o seu?").buyer("voltar").bot("Parei")
