"""The by-ways of menus and small questions: each row leads somewhere, and each *não* is taken."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.events import CancelAsked
from tests.flows.chat import Chat
from tests.flows.stories import buyer_with_orders, parts_shop, seller_with_sales
from tests.flows.test_by_ways import stranger
from tests.support_shop import marina

# --- the menu ---------------------------------------------------------------------------------------------


def test_each_row_of_a_buyers_menu_by_its_number() -> None:
    buyer_with_orders().buyer("menu").buyer("1").bot("peça")
    buyer_with_orders().buyer("menu").buyer("4").bot("Já estou chamando")


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        ("1", "2 para postar"),
        ("2", "Qual é a peça"),
        ("3", "3 vendas"),
        ("5", "Já estou chamando"),
    ],
)
def test_each_row_of_a_sellers_menu_by_its_number(row: str, answer: str) -> None:
    seller_with_sales().seller("menu").seller(row).bot(answer)


# --- a person ---------------------------------------------------------------------------------------------


def test_a_person_is_offered_to_who_is_not_understood_twice() -> None:
    chat = stranger().buyer("asdf qwer").buyer("zxcv poiu").bot("pessoa").buyer("sim").bot("Já estou chamando")
    assert chat.alerts[-1].topic == "atendimento"


def test_what_a_person_did_not_solve_goes_back_to_one() -> None:
    chat = stranger().buyer("atendente").buyer("obrigada")
    chat.owner("Oi, aqui é a Carla").owner("encerrar").bot("1 Sim*2 Não")
    chat.buyer("não").bot("Já estou chamando", "o atendimento anterior não resolveu")


# --- small questions --------------------------------------------------------------------------------------


def test_an_order_is_cancelled_from_its_rows() -> None:
    chat = buyer_with_orders().buyer("1002").press("Cancelar").bot("#1002", "Cancelo?").buyer("sim")
    assert chat.orders_hear(CancelAsked).order == 1002


def test_an_order_that_is_not_there_is_neither_cancelled_nor_paid() -> None:
    chat = buyer_with_orders().buyer("cancela o pedido 4477").bot("Não achei o 4477 neste número")
    chat.buyer("pagar 4477").bot("Não achei o 4477 neste número")
    assert not chat.heard_by_orders


def test_a_lone_photo_is_no_part_after_all() -> None:
    chat = seller_with_sales()
    chat.seller("oi").photo().bot("Quer cadastrar uma peça com ela?").seller("não").not_bot("Qual é a peça")
    assert not chat.shop.conversation("p-silva").frames


def test_no_second_code_is_wanted() -> None:
    chat = stranger().buyer("meu email é marina@loja.example").bot("código")
    chat.now += timedelta(minutes=11)
    chat.buyer(chat.mails[-1].data["code"]).bot("não vale mais").buyer("não").bot("Sem problema")
    assert len(chat.mails) == 1


def test_a_label_where_nothing_is_to_be_posted() -> None:
    Chat(parts_shop(marina(greeted=True))).seller("quero a etiqueta").bot("Nada para postar agora")


# --- where to, once more ----------------------------------------------------------------------------------


def test_at_is_it_here_another_cep_with_and_without_its_zero() -> None:
    chat = stranger().buyer("farol direito corolla pra 80010000").bot("Curitiba/PR", "É aí mesmo?")
    chat.buyer("1310100").bot("01310-100").buyer("sim").bot("São Paulo/SP", "É aí mesmo?")
    chat.buyer("80010-000").bot("Curitiba/PR", "É aí mesmo?")


def test_instead_of_a_cep_that_lost_its_zero_a_street() -> None:
    chat = stranger().buyer("farol direito corolla").buyer("1310100").bot("01310-100")
    chat.buyer("rua das flores").bot("Em qual cidade e estado fica?")
