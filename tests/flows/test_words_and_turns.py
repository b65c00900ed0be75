"""What works everywhere: global words, digressions, menus, misunderstandings, odd messages, silence."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest

from bot.conversations.drawing import mermaid
from bot.conversations.flows import FLOWS
from bot.conversations.steps import END, Flow
from tests.flows.chat import Chat
from tests.flows.stories import buyer_with_orders, parts_shop, seller_with_sales
from tests.support_shop import marina

# --- the flows as data ------------------------------------------------------------------------------------


@pytest.mark.parametrize("flow", FLOWS.values(), ids=lambda f: f.name)
def test_every_lead_goes_somewhere_and_every_step_is_reached(flow: Flow) -> None:
    reached = {flow.steps[0].name, *flow.turns}
    for step in flow.steps:
        assert step.leads, step.name
        for target in step.leads.values():
            if target.startswith(">"):
                assert target[1:] in FLOWS
            elif target != END:
                assert target in flow.by_name
                reached.add(target)
    assert {step.name for step in flow.steps} <= reached


def test_each_flow_is_drawn_from_its_data() -> None:
    drawings = mermaid()
    assert set(drawings) == set(FLOWS)
    buying = drawings["buying"].splitlines()
    assert buying[0] == "stateDiagram-v2"
    assert "    here --> quote: yes" in buying
    assert "    place --> [*]: placed" in buying
    assert "    what --> to_paying: pay" in drawings["tracking"].splitlines()


# --- words that work at every question --------------------------------------------------------------------

STORIES = {
    "buying": ["frete do farol do corolla", "1310100", "sim", "sim", "1", "cartão", "3x", "529.982.247-25", "Marina"],
    "pay": ["kd meu pedido", "pagar 1001", "boleto"],
    "cancel": ["cancelar o pedido 1002"],
    "email": ["meu e-mail", "marina@gmial.com", "1"],
    "person": ["quero falar com uma pessoa"],
    "data": ["quero apagar meus dados"],
}
SELLING = {
    "sale": ["detalhes 1001", "2"],
    "list": ["oq ta faltando enviar", "1"],
    "posted": ["postei 1002"],
    "listing": ["cadastrar retrovisor onix", "350", "2", "usada", "[foto]", "pronto", "1,2 kg 30x25x20", "2"],
    "price": ["o 558 agora é 900"],
}


def told(story: list[str], *, seller: bool) -> list[Chat]:
    """The chat after each message of a story."""
    chat = seller_with_sales() if seller else buyer_with_orders(stranger=True)
    write = chat.seller if seller else chat.buyer
    chats = []
    for line in story:
        chat = chat.photo() if line == "[foto]" else write(line)
        chats.append(copy.deepcopy(chat))
        write = chat.seller if seller else chat.buyer
    return chats


@pytest.mark.parametrize("name", [*STORIES, *SELLING])
def test_global_words_at_every_question(name: str) -> None:
    seller = name in SELLING
    for after in told(SELLING[name] if seller else STORIES[name], seller=seller):
        for word, answer in (
            ("menu", "Posso:"),
            ("MENU!", "Posso:"),
            ("atendente", "Já estou chamando"),
            ("ajuda", "voltar"),
            ("sair", "não envio mais"),
            ("voltar", ""),
            ("cancelar", ""),
        ):
            chat = copy.deepcopy(after)
            chat.writes(chat.sender, word).bot(answer)
            assert chat.last, word
            assert chat.shop.conversation(chat.person.id).misunderstood == 0


def test_back_goes_one_question_back_and_forgets_its_answer() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    chat.buyer("farol direito corolla").buyer("sim").buyer("2").bot("Como prefere pagar?")
    chat.buyer("voltar").bot("Opções de entrega")
    chat.buyer("voltar").bot("É aí mesmo?")
    chat.buyer("voltar").bot("Parei a sua compra. Nada foi cobrado")
    chat.buyer("voltar").bot("Não há pergunta anterior")


def test_cancel_ends_the_talk_not_an_order() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    chat.buyer("farol direito corolla").buyer("cancelar").bot("Parei a sua compra. Nada foi cobrado")
    chat.buyer("cancelar").bot("Não há nada em andamento")


# --- digressions and menus --------------------------------------------------------------------------------


def test_a_digression_comes_back_to_the_open_question() -> None:
    chat = buyer_with_orders()
    chat.buyer("farol direito corolla").buyer("sim").bot("Opções de entrega")
    chat.buyer("kd meu pedido 1003?").bot("#1003*em trânsito*código JD123", "Continuando a sua compra:", "1 Jadlog")
    chat.buyer("1").bot("Como prefere pagar?")
    chat.buyer("paguei").bot("Ainda não caiu aqui", "Como prefere pagar?")
    chat.buyer("obrigada").bot("Por nada!", "Como prefere pagar?")
    chat.buyer("bom dia").bot("Oi!", "Como prefere pagar?")


def test_a_digression_with_a_question_of_its_own() -> None:
    chat = buyer_with_orders()
    chat.buyer("farol direito corolla").buyer("sim")
    chat.buyer("cancela o pedido 1001").bot("Cancelar o #1001")
    chat.buyer("não").bot("o #1001 continua valendo", "Continuando a sua compra:", "1 Jadlog")


@pytest.mark.parametrize(
    "said", ["2", "o segundo", "pac", "correios pac", "*2*", "opção 2", "PAC por favor", "o frete 2"]
)
def test_a_menu_is_answered_in_many_ways(said: str) -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    chat.buyer("farol direito corolla").buyer("sim").buyer(said).bot("frete R$ 38,90")


def test_buttons_answer_their_own_question_only() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    chat.buyer("farol direito corolla").buyer("sim")
    old = chat.shop.conversation("p-marina").options
    chat.press("SEDEX").bot("frete R$ 61,20")
    chat.buyer(old[0].label, choice=old[0].id).bot("Esse botão é de uma pergunta que já passou", "Como prefere pagar?")


def test_a_corrected_message_presses_no_button() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    chat.buyer("farol direito corolla").buyer("sim")
    chat.buyer("2", edits="in-5").bot("Vi que você corrigiu a mensagem", "Opções de entrega")


def test_a_quoted_message_names_the_order() -> None:
    chat = buyer_with_orders()
    chat.buyer("pedido 1003").bot("#1003")
    message_id = list(chat.shop.sent)[-1]
    chat.buyer("quero rastrear esse", reply_to=message_id).bot("#1003 ")


# --- not understood ---------------------------------------------------------------------------------------


def test_first_choices_then_a_person_never_a_third_time() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    chat.buyer("zxcv qwer").bot("Não peguei. Você quis dizer: 1 *2 *3 Outra coisa")
    chat.buyer("poiu lkjh").bot("Vou chamar uma pessoa para te ajudar, ok? sim / não")
    chat.buyer("mnbv asdf").bot("Já estou chamando").not_bot("Não peguei")
    assert chat.alerts[-1].topic == "atendimento"


def test_a_choice_of_the_ladder_is_followed() -> None:
    chat = buyer_with_orders()
    chat.buyer("zxcv qwer").press("pedidos").bot("Você tem 3 pedidos")
    chat = Chat(parts_shop(marina(greeted=True)))
    chat.buyer("zxcv qwer").press("Outra coisa").bot("Posso:")


def test_the_ladder_in_a_flow_repeats_the_question_and_comes_back_to_it() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    chat.buyer("farol direito corolla").buyer("sim")
    chat.buyer("zxcv qwer").bot("Não peguei. Qual destas?", "1 Jadlog")
    chat.buyer("poiu lkjh").bot("Vou chamar uma pessoa")
    chat.buyer("não").bot("Tudo bem", "Continuando a sua compra:", "1 Jadlog")
    chat.buyer("1").bot("Como prefere pagar?")


def test_the_answer_to_the_question_below_the_offer_counts() -> None:
    chat = Chat(parts_shop(marina(greeted=True, address=None)))
    chat.buyer("farol direito corolla").buyer("zxcv qwer").buyer("poiu lkjh").bot("Vou chamar uma pessoa")
    chat.buyer("80010-000").bot("entrega em Curitiba/PR")


# --- odd messages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ("audio", "Ainda não ouço áudio"),
        ("sticker", "Figurinha eu não entendo"),
        ("call", "Este número não atende ligação"),
        ("location", "Recebi a localização"),
        ("contact", "Recebi um contato"),
        ("image", "Recebi a foto, mas não"),
        ("video", "não vejo vídeos"),
        ("document", "não abro documentos"),
        ("unreadable", "Essa mensagem não abriu aqui"),
    ],
)
def test_each_odd_content_has_its_answer_and_the_question_comes_back(content: str, answer: str) -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    chat.buyer(content=content).bot(answer)
    chat.buyer("farol direito corolla").buyer(content=content).bot(answer, "É aí mesmo?").not_bot("peça e o carro")


def test_who_calls_may_be_called_back() -> None:
    chat = Chat(parts_shop(marina(greeted=True))).buyer(content="call").bot("Mande ligar e o melhor horário")
    chat.buyer("ligar amanhã às 15h").bot("Já estou chamando", "Deixei anotado: ligar amanhã às 15h")


def test_a_place_whose_address_has_a_cep_says_it() -> None:
    place = "Loja · Rua XV de Novembro, 10 - Curitiba - PR, 80010-000 · -25.42840012,-49.27331234"
    chat = Chat(parts_shop(marina(greeted=True, address=None))).buyer("farol direito corolla").bot("Para qual CEP")
    chat.buyer("-25.42840012,-49.27331234", content="location").bot("Para o frete vale o CEP", "Para qual CEP")
    chat.buyer(place, content="location").bot("entrega em Curitiba/PR, CEP 80010-000")


def test_empty_long_and_card_numbers() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    chat.buyer("   ").bot("mensagem vazia")
    chat.buyer("x" * 4000).bot("longa demais")
    chat.buyer("meu cartão é [cartão removido] val 10/29").bot("Apaguei esse número de cartão", "página segura")


def test_a_caption_counts_as_text() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    chat.buyer("tem farol direito do corolla?", content="image").bot("Farol dianteiro direito Corolla 2015")


# --- machines and people ----------------------------------------------------------------------------------


def test_an_automatic_answer_is_not_answered_twice() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    away = "Olá! No momento não podemos atender. Retornaremos em breve."
    chat.buyer(away)
    chat.buyer(away, pause=10).silence()
    assert chat.alerts[-1].topic == "conversa com robô"
    chat.buyer("menu", pause=60).silence()
    chat.now += timedelta(minutes=31)
    chat.buyer("menu").bot("Posso:")


def test_more_than_six_aimless_messages_in_two_minutes_are_silenced() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    for _ in range(6):
        assert chat.buyer("oi", pause=5).last
    chat.buyer("oi", pause=5).silence()


def test_impatience_is_not_taken_for_a_machine() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    for _ in range(8):
        chat.buyer("frete do farol direito do corolla", pause=5).bot("Farol dianteiro direito")


def test_who_asks_for_a_person_is_told_when_one_answers() -> None:
    chat = buyer_with_orders()
    chat.buyer("esse robô não entende nada, quero gente").bot(
        "Já estou chamando. Atendimento: seg a sex 8h–18h, sáb 8h–12h.",
        "Agora são 18:30, então respondem amanhã a partir das 8h",
        "Quer acrescentar algo?",
    )
    chat.buyer("a peça veio quebrada, pedido 1003").bot("Anotado")
    assert "veio quebrada" in chat.alerts[-1].text


def test_the_bot_is_silent_while_a_person_talks() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    chat.buyer("oi")
    chat.owner("Oi, aqui é a Carla").silence()
    chat.buyer("menu").silence()
    chat.owner("encerrar").bot("O atendimento foi encerrado. Resolveu? 1 Sim 2 Não")
    chat.buyer("1").bot("Que bom!")
    chat.owner("só mais uma coisa").silence()
    chat.now += timedelta(hours=11)
    chat.buyer("oi").silence()
    chat.now += timedelta(hours=11)
    chat.buyer("oi").silence()
    chat.now += timedelta(hours=12, minutes=1)
    chat.buyer("menu").bot("Posso:")


def test_an_old_yes_does_not_answer_todays_question() -> None:
    chat = buyer_with_orders()
    chat.buyer("cancela o pedido 1001")
    yes = chat.shop.conversation("p-marina").options[0]
    chat.buyer("não")
    chat.buyer("cancela o pedido 1002")
    chat.buyer("Sim", choice=yes.id).bot("Esse botão é de uma pergunta que já passou", "O #1002 já está pago")
    assert not chat.heard_by_orders


def test_answers_never_stand_behind_a_label_or_a_reminder() -> None:
    chat = seller_with_sales()
    chat.notice("label_ready", "p-silva", 1002, shipment_id="l1", carrier="Jadlog")
    queues = {n.command.kind: n.queue for n in chat.shop.commands.values()}
    assert queues["message.text"] == "wa:p-silva"
    assert queues["message.label"] == "wa:p-silva:label"
