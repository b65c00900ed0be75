"""*Veio errado*, *quero devolver*: what the buyer, and then the seller, says and hears."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.commands import SendImage
from bot.domain.events import OrderPlaced, ReturnAnswered, ReturnAsked, ReturnReceived
from bot.domain.order import ChargeState, Method, OrderState, Return, ReturnReason, ReturnState, ShipmentState
from tests.flows.chat import START, Chat
from tests.flows.stories import charge, order, parts_shop, shipment
from tests.support_shop import headlight, marina

DELIVERED = START - timedelta(days=2)
"""Saturday, 21/11: the buyer may withdraw until Saturday, 28/11."""


def delivered(back: Return | None = None, **changes: object) -> Chat:
    shop = parts_shop(marina(greeted=True))
    paid = charge(Method.PIX, ChargeState.SETTLED, received=512_40)
    there = shipment(ShipmentState.DELIVERED)
    made = order(1003, OrderState.DELIVERED, delivered_at=DELIVERED, charges=(paid,), shipments=(there,), back=back)
    shop.add(made.but(**changes))
    return Chat(shop)


def a_return(state: ReturnState, reason: ReturnReason = ReturnReason.REGRET) -> Return:
    return Return(reason=reason, state=state, asked_at=START, post_by=(START + timedelta(days=7)).date())


def test_the_wrong_side_with_two_pictures() -> None:
    chat = delivered()
    chat.buyer("veio o lado esquerdo, pedi o direito").bot(
        "Que chato. Me manda 1 foto da peça e 1 da etiqueta da caixa."
    )
    chat.photo("a.jpg").silence()
    chat.photo("b.jpg").passes(seconds=5)
    chat.bot(
        "Recebi. O que prefere?",
        "1 Trocar pela certa*2 Devolver e receber R$ 512,40*3 Falar com atendente",
        "O frete da devolução é por nossa conta.",
    )
    chat.buyer("2").bot("Devolução do #1003 aberta", "código de postagem dos Correios", "R$ 512,40 voltam pelo Pix")
    assert chat.orders_hear(ReturnAsked) == ReturnAsked(
        order=1003,
        by="p-marina",
        reason="wrong",
        words="veio o lado esquerdo, pedi o direito",
        photos=("https://media.example/a.jpg", "https://media.example/b.jpg"),
    )


def test_one_picture_and_no_more() -> None:
    chat = delivered()
    chat.buyer("a peça chegou quebrada").photo().passes(seconds=5)
    chat.bot("Recebi 1 foto. Manda a outra, ou escreva pronto.")
    chat.buyer("pronto").bot("Recebi a foto. O que prefere?", "1 Trocar por outra igual*2 Devolver e receber R$ 512,40")
    chat.buyer("devolver").bot("Devolução do #1003 aberta")
    assert len(chat.orders_hear(ReturnAsked).photos) == 1


def test_without_any_picture() -> None:
    chat = delivered()
    chat.buyer("a peça veio com defeito").buyer("não tenho foto").bot("Certo. O que prefere?")
    chat.buyer("2")
    assert chat.orders_hear(ReturnAsked).photos == ()


def test_the_right_one_instead_is_a_return_and_a_new_order() -> None:
    chat = delivered()
    chat.buyer("mandaram a peça errada").photo().photo("b.jpg").passes(seconds=5)
    chat.buyer("1").bot(
        "quando ela chegar ao vendedor, R$ 512,40 voltam pelo Pix", "A peça certa vai em um pedido novo"
    )
    assert not chat.heard_by_orders
    chat.buyer("1").bot("Devolução do #1003 aberta", "Farol dianteiro direito Corolla 2015", "É aí mesmo?")
    assert chat.orders_hear(ReturnAsked).reason == "wrong"
    assert len(chat.orders_hear(ReturnAsked).photos) == 2
    chat.buyer("sim").buyer("1").bot("R$ 512,40", "Como prefere pagar?")
    assert not [e for e in chat.heard_by_orders if isinstance(e, OrderPlaced)]
    chat.buyer("pix")
    assert chat.orders_hear(OrderPlaced).order == 1004


def test_who_says_at_once_that_they_want_the_right_one_is_not_asked_what_they_want() -> None:
    chat = delivered().buyer("veio o lado errado, quero trocar pela certa").photo()
    chat.buyer("a caixa eu já joguei fora").bot("A troca é assim", "1 Devolver e pedir a certa*2 Só devolver")
    chat.buyer("3").bot("Já estou chamando", "pedido #1003, trocar a peça, diz que veio errada")
    chat = delivered().buyer("veio errado, quero trocar").buyer("pronto").buyer("trocar")
    chat.bot("Devolução do #1003 aberta", "É aí mesmo?")
    chat = delivered().buyer("o farol chegou trincado").buyer("quero trocar").bot("Anotei: você quer trocar")
    chat.buyer("pronto").bot("A outra vai em um pedido novo").buyer("2").bot("Devolução do #1003 aberta")
    chat.not_bot("É aí mesmo?")


def test_an_exchange_of_what_is_sold_out_looks_for_another() -> None:
    chat = delivered()
    chat.shop.add(headlight(stock=0))
    chat.buyer("mandaram a peça errada").buyer("pronto").buyer("trocar").buyer("1")
    chat.bot("Devolução do #1003 aberta", "Não achei Farol Corolla")


def test_after_the_seven_days_a_person_sees_to_an_exchange() -> None:
    chat = delivered(delivered_at=START - timedelta(days=9))
    chat.buyer("mandaram a peça errada").buyer("pronto").bot("1 Trocar pela certa").buyer("1")
    chat.bot("Já estou chamando", "pedido #1003, trocar pela peça certa")
    chat = delivered(delivered_at=START - timedelta(days=9)).buyer("chegou quebrado").buyer("pronto")
    chat.bot("1 Devolver e receber").not_bot("Trocar")


@pytest.mark.parametrize("text", ["me arrependi da compra", "quero devolver a peça", "não serviu, quero devolver"])
def test_regret_in_other_words(text: str) -> None:
    chat = delivered().buyer(text)
    if "O que houve" in chat.last[-1]:
        chat.buyer("quero meu dinheiro")
    chat.bot("Devolver o #1003", "Confirmo?").buyer("e quanto eu recebo?").bot("peça e frete", "Confirmo?")
    chat.buyer("não").bot("não abri devolução")
    assert not chat.heard_by_orders


@pytest.mark.parametrize(
    "text", ["desisti de devolver, vou ficar com ela", "nao quero mais devolver", "vou ficar com o farol"]
)
def test_who_keeps_the_part_posts_nothing(text: str) -> None:
    accepted = delivered(a_return(ReturnState.ACCEPTED)).buyer(text)
    accepted.bot("é só não postar", "Sem postagem até seg, 30/11, a devolução do #1003 acaba sozinha")
    delivered(a_return(ReturnState.ASKED)).buyer(text).bot("a peça do #1003 fica com você")
    chat = delivered().buyer("chegou quebrado").buyer(text).bot("não abri devolução do #1003")
    assert not chat.shop.conversation("p-marina").frames
    assert not chat.heard_by_orders


def test_how_an_exchange_works_is_asked_about_the_part() -> None:
    delivered().buyer("posso trocar por outro modelo?").bot("O que houve com o #1003").buyer("não").bot(
        "não abri devolução"
    )
    delivered(a_return(ReturnState.ACCEPTED)).buyer("como que eu devolvo?").bot("A devolução do #1003 já está aberta")
    delivered(a_return(ReturnState.ACCEPTED)).buyer("quem paga o frete?").bot("O frete da devolução é por nossa conta")


@pytest.mark.parametrize(
    ("text", "answer"),
    [("serviu direitinho", "De 1 a 5"), ("ficou perfeito, obrigado", "De 1 a 5"), ("não serviu", "Devolver o #1003"),
     ("serviu mas veio riscado", "Me manda 1 foto"), ("veio amassado", "Me manda 1 foto")],
)  # fmt: skip
def test_whether_it_fits_in_their_own_words(text: str, answer: str) -> None:
    delivered().notice("order_delivered", "p-marina", 1003, until="2026-11-28").buyer(text).bot(answer)


def test_regret_needs_a_yes() -> None:
    chat = delivered()
    chat.buyer("quero devolver, me arrependi").bot(
        "Devolver o #1003 (Farol Corolla)? Você tem esse direito até sáb, 28/11.",
        "R$ 512,40 (peça e frete) voltam pelo Pix em até 1 dia. O frete da volta é por nossa conta. Confirmo?",
    )
    assert not chat.heard_by_orders
    chat.buyer("não").bot("não abri devolução do #1003")
    chat.buyer("devolver 1003").bot(
        "O que houve com o #1003", "1 Veio errado*2 Veio com defeito*3 Não quero mais*4 Nada"
    )
    chat.buyer("3").buyer("sim").bot("Devolução do #1003 aberta")
    assert chat.orders_hear(ReturnAsked).reason == "regret"


def test_from_the_question_after_the_delivery() -> None:
    chat = delivered()
    chat.notice("order_delivered", "p-marina", 1003, until="2026-11-28").buyer("3").bot("Devolver o #1003")
    chat = delivered()
    chat.notice("order_delivered", "p-marina", 1003, until="2026-11-28").buyer("2").bot(
        "1 Veio errado*2 Veio com defeito"
    )
    chat.buyer("2").bot("Me manda 1 foto da peça")


def test_from_the_list_of_orders() -> None:
    delivered().buyer("pedido 1003").buyer("1").bot("O que houve com o #1003")


def test_after_the_days_only_a_claim_is_asked_of_the_seller() -> None:
    chat = delivered(delivered_at=START - timedelta(days=9), disputed=False)
    chat.buyer("quero devolver, desisti").bot(
        "O prazo para desistir do #1003 acabou em sáb, 21/11", "1 Veio errado*2 Veio com defeito*3 Nada, deixa"
    )
    chat.buyer("2").buyer("pronto").buyer("1").bot("O prazo de 7 dias do #1003 já passou, então perguntei ao vendedor")
    assert chat.orders_hear(ReturnAsked).reason == "broken"


@pytest.mark.parametrize(
    ("state", "answer"),
    [
        (OrderState.SHIPPED, "ainda está a caminho. Você pode recusar na entrega"),
        (OrderState.PAID, "ainda não foi postado. Para desistir dele, escreva cancelar 1003"),
        (OrderState.CLOSED, "o prazo de 7 dias acabou. Se a peça tem defeito, digite atendente"),
        (OrderState.CANCELLED, "foi cancelado, não há o que devolver"),
        (OrderState.RETURNING, "já está voltando ao vendedor"),
        (OrderState.RETURNED, "o valor foi devolvido"),
    ],
)
def test_an_order_that_cannot_be_given_back(state: OrderState, answer: str) -> None:
    delivered(state=state).buyer("devolver 1003").bot(answer)


def test_a_return_under_way_is_told_with_its_code() -> None:
    label = shipment(ShipmentState.GENERATED, reference="order-1003-b1", back="label-1", posting_code="1000000001")
    chat = delivered(a_return(ReturnState.ACCEPTED), shipments=(shipment(ShipmentState.DELIVERED), label))
    chat.buyer("quero devolver").bot("já está aberta: poste a peça nos Correios com o código 1000000001 até seg, 30/11")
    delivered(a_return(ReturnState.ASKED)).buyer("quero devolver").bot("Já perguntei ao vendedor")


def test_money_back_before_it_was_posted_is_a_cancellation() -> None:
    chat = delivered(state=OrderState.PAID, delivered_at=None)
    chat.buyer("quero meu dinheiro de volta").bot("O #1003 já está pago. Cancelando agora, R$ 512,40 voltam pelo Pix")


def test_somebody_elses_order_is_unknown() -> None:
    delivered(buyer_id="p-other").buyer("devolver 1003").bot("Não achei o 1003 neste número")


# --- the seller -------------------------------------------------------------------------------------------


def test_the_seller_is_told_with_pictures() -> None:
    chat = delivered(a_return(ReturnState.ACCEPTED))
    chat.notice(
        "return_opened",
        "p-silva",
        1003,
        reason="broken",
        words="veio trincado",
        photos="https://img.example/1 https://img.example/2",
        title="Farol Corolla",
        buyer="Marina S.",
        asked="",
    ).bot("Devolução da #1003 (Farol Corolla): Marina S. diz que veio com defeito.*veio trincado*Mandou 2 fotos")
    pictures = [command for _, command in chat.said if isinstance(command, SendImage)]
    assert [p.url for p in pictures] == ["https://img.example/1", "https://img.example/2"]


@pytest.mark.parametrize(("said", "accepted"), [("1", True), ("não aceito", False)])
def test_the_seller_answers_a_late_claim(said: str, accepted: bool) -> None:
    chat = delivered(a_return(ReturnState.ASKED, ReturnReason.BROKEN))
    asked = {
        "reason": "broken",
        "words": "não liga",
        "photos": "",
        "title": "farol",
        "buyer": "Marina S.",
        "asked": "1",
    }
    chat.seller("oi")
    chat.now += timedelta(hours=1)
    chat.notice("return_opened", "p-silva", 1003, **asked).bot(
        "o comprador diz que veio com defeito. Você aceita a peça de volta?*não liga", "1 Aceito*2 Não aceito"
    )
    chat.seller(said)
    assert chat.orders_hear(ReturnAnswered) == ReturnAnswered(order=1003, by="p-silva", accepted=accepted)


def test_the_seller_answers_in_words_later() -> None:
    chat = delivered(a_return(ReturnState.ASKED, ReturnReason.BROKEN))
    chat.seller("aceito devolução 1003").bot("Mando a etiqueta de volta ao comprador da #1003")
    assert chat.orders_hear(ReturnAnswered).accepted
    delivered().seller("aceito a devolução").bot("Nenhuma devolução espera a sua resposta")


def test_the_part_is_back() -> None:
    chat = delivered(a_return(ReturnState.POSTED), state=OrderState.RETURNING)
    chat.seller("recebi a devolução 1003").bot(
        "A peça da #1003 (Farol Corolla) está com você? Confirmando, eu devolvo R$ 512,40"
    )
    chat.seller("ainda não").bot("Quando a peça da #1003 chegar, escreva recebi a devolução 1003")
    assert not chat.heard_by_orders
    chat.seller("recebi a devolução").seller("sim").bot("Estou devolvendo o valor da #1003")
    assert chat.orders_hear(ReturnReceived) == ReturnReceived(order=1003, by="p-silva")


def test_nothing_comes_back_and_strangers() -> None:
    delivered().seller("recebi a devolução 1003").bot("Não há peça voltando para a sua loja agora")
    chat = delivered(a_return(ReturnState.POSTED), state=OrderState.RETURNING)
    chat.buyer("recebi a devolução 1003")
    assert not chat.heard_by_orders


# --- in several bubbles -----------------------------------------------------------------------------------


def asked_why() -> Chat:
    return delivered().buyer("quero devolver").bot("O que houve")


def words_of(chat: Chat) -> str:
    chat.buyer("pronto").buyer("devolver")
    return str(chat.orders_hear(ReturnAsked).words)


@pytest.mark.parametrize("apart", [1, 2.5])
def test_a_reason_in_several_bubbles_is_one_reason(apart: float) -> None:
    chat = asked_why().types("ela veio quebrada", "no canto direito", "e faltando um parafuso", apart=apart)
    chat.bot("1 foto da peça").not_bot("Não peguei", "O que houve")
    assert len(chat.last) == 1
    assert words_of(chat) == "ela veio quebrada, no canto direito, e faltando um parafuso"


def test_words_before_the_reason_belong_to_it() -> None:
    chat = asked_why().types("a peça", "veio com defeito", "não acende").bot("1 foto da peça").not_bot("Não peguei")
    assert words_of(chat) == "a peça, veio com defeito, não acende"


def test_what_is_said_after_the_reason_is_told_to_the_seller_too() -> None:
    chat = delivered().buyer("chegou quebrado").bot("1 foto da peça")
    chat.types("o vidro tá trincado", "a caixa veio amassada também").bot("Anotei", "1 foto da peça")
    assert len(chat.last) == 1
    chat.photo(text="olha o canto").photo().passes(seconds=5).bot("O que prefere?").buyer("devolver")
    said = "chegou quebrado, o vidro tá trincado, a caixa veio amassada também, olha o canto"
    assert chat.orders_hear(ReturnAsked).words == said


def test_pictures_and_words_at_once() -> None:
    chat = delivered().buyer("chegou quebrado").photo().photo()
    chat.types("o vidro tá trincado").bot("Recebi. O que prefere?")
    assert words_of(chat) == "chegou quebrado, o vidro tá trincado"


def test_a_row_of_the_question_is_answered_at_once() -> None:
    chat = asked_why().buyer("2", pause=0.1).bot("1 foto da peça")
    asked_why().buyer("a peça").bot("Não peguei. Qual destas?", "Veio errado")
    assert chat.shop.conversation(chat.person.id).frames[-1].step == "photos"


@pytest.mark.parametrize(
    ("text", "answer"),
    [("oi", "Oi!"), ("kd meu pedido", "entregue"), ("quero comprar um retrovisor do onix", "Retrovisor direito Onix"),
     ("posso mandar vídeo?", "vídeo eu não recebo"), ("vou ficar com ela", "não abri devolução"),
     ("quanto tempo demora pra voltar o dinheiro", "no Pix em até 1 dia"), ("beleza, já mando", "Sem pressa"),
     ("tô no trabalho, depois eu mando", "Sem pressa"), ("quero falar com alguém", "Já estou chamando")],
)  # fmt: skip
def test_what_is_no_reason_is_not_told_to_the_seller(text: str, answer: str) -> None:
    delivered().buyer("chegou quebrado").buyer(text).bot(answer).not_bot("Anotei e conto")
