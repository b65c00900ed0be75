"""A card holder objects: what the seller is asked, and says; what falls and what stops."""

from __future__ import annotations

import pytest

from bot.domain.disputes import Dispute, DisputeState
from bot.domain.events import DisputeAnswered
from bot.domain.order import ChargeState, Method, OrderState
from tests.flows.chat import START, Chat
from tests.flows.stories import buyer_with_orders, charge, order, parts_shop
from tests.support_shop import marina

NEWS = {"amount": "51240", "reason": "not_received", "answer_by": "2026-12-14", "title": "farol", "buyer": "Marina S."}


def disputed(state: DisputeState = DisputeState.OPEN) -> Chat:
    shop = parts_shop(marina(greeted=True))
    held = charge(Method.CARD, ChargeState.DISPUTED, received=512_40)
    dispute = Dispute(charge=held.reference, state=state, opened_at=START, reason="not_received")
    shop.add(order(1001, OrderState.CLOSED, charges=(held,), disputed=True, dispute=dispute))
    return Chat(shop)


def test_asked_by_the_news_and_answered_with_words() -> None:
    chat = disputed()
    chat.notice("dispute_opened", "p-silva", 1001, **NEWS).bot(
        "O pagamento da venda #1001 (R$ 512,40) foi contestado no cartão: o comprador diz que não recebeu",
        "1 Contestar*2 Não contestar*3 Falar com atendente",
    )
    chat.seller("1").bot("Quer acrescentar algo às provas?")
    chat.seller("postei no dia 24, tenho o comprovante").bot("mandando as provas da #1001 ao banco do cartão")
    assert chat.orders_hear(DisputeAnswered) == DisputeAnswered(
        order=1001, by="p-silva", contest=True, words="postei no dia 24, tenho o comprovante"
    )


@pytest.mark.parametrize(
    ("said", "contest"), [("contestar 1001", True), ("contestar", True), ("não contestar 1001", False)]
)
def test_in_words_later(said: str, contest: bool) -> None:
    chat = disputed()
    chat.seller(said)
    if contest:
        chat.seller("não").bot("mandando as provas")
    else:
        chat.bot("fica sem resposta, e o valor deve voltar ao comprador")
    event = chat.orders_hear(DisputeAnswered)
    assert (event.contest, event.words) == (contest, "")


def test_nothing_waits_for_an_answer() -> None:
    disputed(DisputeState.CONTESTED).seller("contestar 1001").bot("Nenhuma contestação de cartão espera a sua resposta")
    chat = disputed()
    chat.buyer("contestar 1001")
    assert not chat.heard_by_orders


def test_a_person_instead() -> None:
    chat = disputed()
    chat.notice("dispute_opened", "p-silva", 1001, **NEWS).seller("3").bot("venda #1001, contestação no cartão")


def test_what_falls_and_what_stops() -> None:
    chat = disputed()
    chat.notice("share_paid", "p-silva", 1001, amount="43961", title="farol").bot("Caiu R$ 439,61 da venda #1001")
    chat.notice("share_stopped", "p-silva", 1001, amount="43961", reason="wallet_cannot_receive").bot(
        "O repasse da venda #1001 (R$ 439,61) não saiu: a sua conta Asaas não pode receber agora",
        "asaas.com*documentos",
        "O pedido do comprador não é afetado.",
    )


@pytest.mark.parametrize(
    ("reason", "why", "act"),
    [
        ("bank_account_pending", "ainda não foi confirmada", "confirme a conta bancária"),
        ("bank_account_rejected", "recusou a conta bancária", "cadastre outra conta bancária"),
        ("documents_pending", "faltam documentos", "envie os documentos que pedem"),
        ("documents_rejected", "recusou os documentos", "envie os documentos de novo"),
        ("other", "o Asaas parou a transferência", "não precisa fazer nada"),
    ],
)
def test_why_it_stopped_says_what_to_do(reason: str, why: str, act: str) -> None:
    chat = disputed()
    chat.notice("share_stopped", "p-silva", 1001, amount="43961", reason=reason).bot(f"não saiu: *{why}*{act}")


def test_what_of_a_share_goes_back_is_told() -> None:
    chat = disputed()
    chat.notice("share_reduced", "p-silva", 1001, amount="1000", share="858", title="farol").bot(
        "Na venda #1001, R$ 10,00 voltaram para o comprador. Disso, R$ 8,58 saem do seu repasse"
    )


def test_a_card_that_was_turned_down_and_one_under_review() -> None:
    chat = buyer_with_orders(paid_with=Method.CARD)
    chat.notice("charge_failed", "p-marina", 1001, method="card", reason="card_refused").bot(
        "o banco não autorizou o cartão. Nada foi cobrado.", "1 Tentar outro cartão*2 Pagar com Pix"
    )
    chat.buyer("1").bot("Em quantas vezes").buyer("1")
    chat.bot("O cartão é digitado na página segura do Asaas", "https://pay.example/i/1")
    chat.notice("payment_review", "p-marina", 1001, amount="51240").bot(
        "está em análise no banco. Não precisa pagar de novo"
    )
