"""Small words in unlikely places, each of which was once taken for something else."""

from __future__ import annotations

import pytest

from bot.domain.order import OrderState
from tests.flows.chat import Chat
from tests.flows.stories import buyer_with_orders, order, parts_shop, seller_with_sales
from tests.flows.test_selling import told_of_sale
from tests.support_shop import marina


def delivered() -> Chat:
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1001, OrderState.DELIVERED, delivered_at=Chat().now))
    return Chat(shop)


# --- SAIR, and then TUDO ----------------------------------------------------------------------------------


@pytest.mark.parametrize("more", ["tudo", "TUDO", "tudo mesmo", "de tudo"])
def test_everything_behind_sair_is_sair_tudo(more: str) -> None:
    chat = buyer_with_orders().buyer("SAIR").bot("não envio mais lembretes")
    chat.buyer(more).bot("não envio mais avisos por aqui")
    assert chat.person.mail_only
    chat = buyer_with_orders().buyer("oi").bubbles("SAIR", more)
    assert chat.person.mail_only


def test_sair_alone_leaves_the_essential_and_waits_for_nothing() -> None:
    chat = buyer_with_orders().buyer("SAIR").buyer("kd meu pedido 1003").bot("#1003")
    chat.buyer("tudo")
    assert not chat.person.mail_only
    chat = buyer_with_orders().buyer("SAIR").buyer("asdf qwer").bot("Outra coisa").not_bot("Continuar os avisos")


# --- a part is being listed -------------------------------------------------------------------------------


def test_ready_is_no_part_and_no_car() -> None:
    chat = seller_with_sales().seller("cadastrar peça").seller("pronto").bot("Ainda falta", "Qual é a peça")
    chat.seller("retrovisor").seller("pronto").bot("Ainda falta", "Para qual carro")
    chat.seller("onix 2018").seller("pronto").bot("Ainda falta", "Qual o preço").seller("350").bot("Qual o lado")


def test_a_picture_is_taken_off_a_part_that_is_not_published_yet() -> None:
    chat = seller_with_sales().seller("cadastrar peça").seller("tira a foto antiga").bot("Ainda não recebi", "Qual é")
    chat = seller_with_sales().seller("cadastrar retrovisor onix 2018 R$ 350 esquerdo usado")
    chat.photo("a").photo("b").photo("c").passes(seconds=5).bot("3 fotos")
    chat.seller("tira a foto antiga").bot("Tirei a foto: ficaram 2", "2 fotos recebidas")
    chat.seller("apaga a última foto").bot("ficou 1").seller("pronto").bot("peso e medida")
    chat.seller("1,2kg 30 25 20").bot("1 foto")
    chat.seller("remove a foto").bot("não ficou nenhuma", "Manda de 1 a 8 fotos")
    chat.photo("d").seller("pronto").bot("1 Publicar")


def test_a_picture_that_is_deleted_in_the_chat_is_not_listed() -> None:
    chat = seller_with_sales().seller("cadastrar retrovisor onix 2018 R$ 350 esquerdo usado")
    photo = {"content": "image", "media": {"url": "https://media.example/a.jpg", "mime_type": "image/jpeg"}}
    chat.types(photo, photo, photo, {"deletes": "in-2"}).bot("2 fotos recebidas")


# --- others -----------------------------------------------------------------------------------------------


def test_a_copy_once_more_is_no_part() -> None:
    chat = buyer_with_orders().buyer("quero uma cópia dos meus dados").bot("3 últimos")
    chat.buyer("copia").bot("3 últimos").buyer("725").bot("cópia")


def test_the_row_of_a_question_says_what_a_person_is_called_for() -> None:
    chat = delivered().buyer("chegou quebrado").photo("a").photo("b").passes(seconds=5)
    chat.buyer("falar com atendente").bot("pedido #1001, ", "foto")
    chat = delivered().buyer("oi").buyer("falar com atendente").bot("Já estou chamando")


@pytest.mark.parametrize(
    "said", ["não tenho mais a venda 1002", "nao tenho mais 1002", "não tenho mais a peça da 1002"]
)
def test_a_part_that_is_gone_after_the_yes_is_a_person_s_matter(said: str) -> None:
    chat = seller_with_sales().seller(said).bot("Já estou chamando", "venda #1002 já aceita")
    assert "não tem mais a peça" in chat.alerts[-1].text


def test_no_more_of_the_sale_that_is_shown_or_that_waits() -> None:
    chat = seller_with_sales().seller("minhas vendas").seller("2").bot("para postar")
    chat.seller("não tenho mais").bot("venda #1002 já aceita")
    chat = seller_with_sales().seller("não tenho mais a 1001").bot("Confirma?")
    chat = seller_with_sales().seller("não tenho mais").bot("2 para postar", "#1001", "#1002")


def test_another_part_beside_the_one_that_is_bought_comes_after_it() -> None:
    chat = Chat(parts_shop(marina(greeted=True))).buyer("farol do corolla pra 80010-000").bot("É aí mesmo?")
    chat.buyer("e quero também um retrovisor do onix 2018").bot("uma peça por vez*retrovisor", "Farol*É aí mesmo?")
    chat.buyer("sim").buyer("1").bot("farol R$ 480,00")


# --- leaving ----------------------------------------------------------------------------------------------

GOODBYES = ("sai", "sair daqui", "tchau", "Tchau, obrigada!", "xau", "valeu, até mais", "falou, até logo")
PURCHASE = ("farol direito corolla pra 80010000", "sim", "1", "pix", "529.982.247-25")


def in_a_purchase(said: int) -> Chat:
    chat = Chat(parts_shop(marina(greeted=True, address=None, document="", name="")))
    for line in PURCHASE[:said]:
        chat.buyer(line)
    return chat


@pytest.mark.parametrize("word", GOODBYES)
@pytest.mark.parametrize("said", [1, 3, 5])
def test_a_goodbye_leaves_the_talk_with_one_line(word: str, said: int) -> None:
    chat = in_a_purchase(said).buyer(word).bot("Até mais! Parei a sua compra: nada foi cobrado")
    assert len(chat.last) == 1
    assert not chat.shop.conversation(chat.person.id).frames
    assert chat.person.reminders


@pytest.mark.parametrize("word", GOODBYES)
def test_a_goodbye_with_nothing_open(word: str) -> None:
    for chat in (buyer_with_orders(), buyer_with_orders().buyer("menu"), buyer_with_orders().buyer("meus pedidos")):
        chat.buyer(word).bot("Até mais!").not_bot("Parei", "Não peguei", "Cancelar")
        assert len(chat.last) == 1


def test_sair_leaves_the_talk_and_the_reminders() -> None:
    chat = in_a_purchase(3).buyer("sair").bot("Parei a sua compra", "não envio mais lembretes")
    assert not any(f.flow == "buying" for f in chat.shop.conversation(chat.person.id).frames)
    assert not chat.person.reminders


def test_an_ok_is_no_goodbye_while_a_question_is_open() -> None:
    in_a_purchase(1).buyer("falou").not_bot("Parei")


@pytest.mark.parametrize("word", ["deixa pra lá", "esquece", "deixa pra lá então"])
def test_never_mind_with_nothing_open_cancels_no_order(word: str) -> None:
    buyer_with_orders().buyer(word).bot("deixei como estava").not_bot("Cancelar")
    in_a_purchase(1).buyer(word).bot("Parei a sua compra")


def test_who_leaves_before_saying_whether_the_part_is_there_is_told_how_to() -> None:
    chat = told_of_sale().seller("tchau").bot("fica para depois", "tenho 1001")
    assert not chat.heard_by_orders


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("na verdade é do voyage 2012", "Anotei: Voyage 2012.*Retrovisor esquerdo Voyage 2012 (usado)"),
        ("preço 310", "Anotei: R$ 310,00.*R$ 310,00 · 1 foto"),
        ("lado direito", "Anotei: direito.*Retrovisor direito Onix 2018"),
        ("2 kg 10x10x10", "Anotei: 2 kg, 10x10x10 cm.*2 kg, 10x10x10 cm"),
    ],
)
@pytest.mark.parametrize("first", ["", "corrigir"])
def test_a_listing_is_put_right_in_one_message(said: str, answer: str, first: str) -> None:
    chat = seller_with_sales().seller("cadastrar retrovisor onix 2018 R$ 350 esquerdo usado")
    chat.photo("a").passes(seconds=5).seller("pronto").seller("1,2kg 30 25 20").bot("1 Publicar")
    for line in filter(None, (first, said)):
        chat.seller(line)
    chat.bot(answer, "1 Publicar").not_bot("Preciso do peso", "Qual peça")


def test_a_car_where_part_and_car_are_put_right_keeps_the_part() -> None:
    chat = seller_with_sales().seller("cadastrar retrovisor onix 2018 R$ 350 esquerdo usado")
    chat.photo("a").passes(seconds=5).seller("pronto").seller("1,2kg 30 25 20").seller("2").seller("1")
    chat.seller("Voyage 2012").bot("Retrovisor esquerdo Voyage 2012 (usado)", "1 Publicar")


# --- an end that is wanted --------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["quero cancelar", "cancelar", "desisti", "posso cancelar?"])
@pytest.mark.parametrize(
    ("state", "answer"),
    [(OrderState.PAID, "Cancelando agora, R$ 512,40 voltam"), (OrderState.SHIPPED, "já foi postado")],
)
def test_a_wish_to_cancel_finds_the_order_posted_or_not(said: str, state: OrderState, answer: str) -> None:
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1001, state))
    Chat(shop).buyer(said).bot("#1001", answer)


@pytest.mark.parametrize("said", ["quero parar de usar cartão", "não quero mais pagar no boleto", "desisti do cartão"])
def test_a_way_of_paying_that_is_not_wanted_is_not_begun(said: str) -> None:
    chat = buyer_with_orders().buyer(said).bot("Como prefere pagar? 1 Pix").not_bot("Em quantas vezes")
    assert not chat.heard_by_orders


@pytest.mark.parametrize(
    "said",
    [
        "cobra o João Pereira 350 pelo retrovisor do onix, tel 11 97777-1234",
        "cobrar João Pereira 350 retrovisor onix 11977771234",
    ],
)
def test_the_name_may_come_before_the_amount(said: str) -> None:
    seller_with_sales().seller(said).bot("Cobrança de R$ 350,00 para João Pereira, (11) 97777-1234 · Retrovisor")
