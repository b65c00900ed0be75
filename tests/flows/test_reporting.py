"""A shop's figures by message."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest

from bot.domain import commands as c
from bot.domain.order import ChargeState, Line, Method, OrderState
from tests.flows.chat import START, Chat
from tests.flows.stories import charge, order, parts_shop, seller_with_sales
from tests.support_shop import marina


def sold(chat: Chat, number: int, days_ago: int, goods: int = 100_00, **changes: object) -> None:
    at = START - timedelta(days=days_ago)
    title = str(changes.pop("title", "Farol Corolla"))
    line = Line(listing=558, sku="F", title=title, quantity=1, unit_price=goods)
    paid = charge(Method.PIX, ChargeState.SETTLED, share=goods * 9 // 10, paid_at=at)
    fields = {"goods": goods, "lines": (line,), "charges": (paid,), "created_at": at, "paid_at": at, **changes}
    chat.shop.add(order(number, OrderState.DELIVERED).but(**fields))


def shop_with_a_month() -> Chat:
    chat = Chat(parts_shop(marina(greeted=True)))
    sold(chat, 2001, 1)
    sold(chat, 2002, 2, 250_00, title="Retrovisor Onix")
    sold(chat, 2003, 2, 50_00)
    sold(chat, 2004, 20, 700_00)
    sold(chat, 2005, 3, state=OrderState.CANCELLED)
    sold(chat, 2006, 1, paid_at=None, state=OrderState.AWAITING_PAYMENT)
    return chat


def picture(chat: Chat) -> c.SendChart:
    return next(x for _, x in reversed(chat.said) if isinstance(x, c.SendChart))


def test_the_week_in_words_and_as_a_picture() -> None:
    chat = (
        shop_with_a_month()
        .seller("quanto vendi essa semana?")
        .bot(
            "16 a 22/11: 3 vendas · R$ 400,00 · 1 cancelada",
            "Sua parte nelas: R$ 360,00 · 0 para postar",
            "Melhor: 21/11, com R$ 300,00.",
            "(chart Vendas de 16 a 22/11)",
            "1 Ver por peça 2 Planilha",
        )
    )
    drawn = picture(chat)
    assert sum(bar.value for bar in drawn.bars) == 400_00
    assert [bar.label for bar in drawn.bars] == ["16/11", "17/11", "18/11", "19/11", "20/11", "21/11", "22/11"]
    assert len(drawn.caption) < 100


def test_by_part_and_as_a_table() -> None:
    chat = (
        shop_with_a_month()
        .seller("como foi a semana")
        .seller("1")
        .bot("1x Retrovisor Onix · R$ 250,00 2x Farol Corolla · R$ 150,00")
    )
    sold(chat, 2007, 1, title="=HYPERLINK(1)")
    chat.seller("como foi a semana").seller("planilha").bot("(vendas-2026-11-16-2026-11-22.csv)")
    sheet = next(x for _, x in reversed(chat.said) if isinstance(x, c.SendFile))
    assert sheet.text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(sheet.text[1:]), delimiter=";"))
    assert rows[0][0] == "venda"
    assert [r[0] for r in rows[1:]] == ["2001", "2002", "2003", "2005", "2007"]
    assert rows[2][4:8] == ["250,00", "32,40", "38,40", "225,00"]
    assert rows[-1][2] == "'=HYPERLINK(1)"


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("quanto vendi esse mês?", "01 a 23/11"),
        ("relatório do mês passado", "01 a 31/10"),
        ("quanto vendi hoje", "23/11"),
        ("quanto faturei nos últimos 30 dias", "24/10 a 23/11"),
        ("quanto vendi", "17 a 23/11"),
        ("faturamento do ano", "01/01 a 23/11"),
    ],
)
def test_periods_as_they_are_said(said: str, when: str) -> None:
    shop_with_a_month().seller(said).bot(f"{when}:")


def test_a_long_time_is_drawn_by_months_and_one_day_not_at_all() -> None:
    chat = shop_with_a_month().seller("faturamento do ano")
    assert [bar.label for bar in picture(chat).bars][-2:] == ["10/26", "11/26"]
    assert picture(chat).bars[-1].value == 1100_00
    shop_with_a_month().seller("quanto vendi ontem").bot("22/11: 1 venda").not_bot("(chart")


def test_nothing_sold_and_nobodys_shop() -> None:
    Chat(parts_shop()).seller("quanto vendi essa semana").bot("16 a 22/11: nenhuma venda paga")
    Chat(parts_shop(marina(greeted=True))).buyer("quanto vendi essa semana").bot("não está ligado a uma loja")


def test_when_the_money_comes() -> None:
    chat = shop_with_a_month()
    card = charge(Method.CARD, ChargeState.PAID, share=200_00, installments=3, credit_on=date(2026, 12, 14))
    pix = charge(Method.PIX, ChargeState.PAID, share=50_00)
    disputed = charge(Method.CARD, ChargeState.DISPUTED, share=70_00)
    sold(chat, 2010, 1, charges=(card,))
    sold(chat, 2011, 1, charges=(pix,))
    sold(chat, 2012, 1, charges=(disputed,))
    chat.seller("quando cai meu dinheiro?").bot(
        "A receber: R$ 250,00 de 2 vendas",
        "#2011 · R$ 50,00 · Pix, cai assim que o Asaas confirmar",
        "#2010 · R$ 200,00 · cartão, cai seg, 14/12 (1ª de 3 parcelas)",
        "Parado: #2012",
        "Já caiu nos últimos 30 dias: R$",
    )


def test_the_picture_is_of_what_was_said_only() -> None:
    """Whoever cannot see it misses nothing."""
    chat = seller_with_sales().seller("como foi a semana")
    texts = " ".join(chat.last)
    assert "R$" in texts.split("[chart")[0]


def test_a_week_of_nothing_but_cancelled_sales_has_words_for_its_parts() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    sold(chat, 2005, 3, state=OrderState.CANCELLED)
    chat.seller("quanto vendi essa semana?").bot("1 cancelada").seller("ver por peça").bot("Nenhuma dessas vendas")
    assert all(text.strip() for text in chat.last)


def test_the_offer_to_look_closer_is_made_once() -> None:
    chat = shop_with_a_month().seller("quanto vendi essa semana?").bot("Quer ver melhor?")
    chat.seller("quanto é a taxa?").bot("8%").not_bot("Continuando")
    chat.seller("ver por peça").bot("Farol Corolla")
