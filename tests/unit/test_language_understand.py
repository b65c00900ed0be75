"""Intents of messages, and the accuracy on the labelled examples."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversations import language
from bot.conversations.language import UNSURE, Understanding, foreign, normalise
from bot.conversations.language import slots as language_slots
from bot.conversations.language.cues import CUES
from bot.conversations.language.intents import INTENTS, MONEY, model, read_words
from bot.conversations.language.slots import ALLOWED
from bot.domain.text import fold
from tools import train_language

DATA = Path(__file__).parent.parent / "data"


def understand(text: str, role: str = "") -> Understanding:
    """As a conversation reads it."""
    return language.understand(foreign.in_portuguese(text), role)


def rows(name: str, split: str = "") -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return [r for r in csv.DictReader(file) if not split or r["split"] == split]


READ = [f"utterances_blind_{n}.csv" for n in (1, 2, 3, 4, 5)]
"""Scored blind once, read and mended by since; the ranker is trained on them too."""
ASIDE = [f"utterances_blind_{n}.csv" for n in range(6, 13)]
"""Scored blind once, read and mended by since, but never trained on."""


def blind() -> list[dict[str, str]]:
    return [row for name in READ + ASIDE for row in rows(name)]


def scores(examples: list[dict[str, str]]) -> tuple[float, float]:
    """Shares of right intents, and of right intents with exactly the right slots."""
    intents = whole = 0
    for row in examples:
        found = understand(row["text"])
        intents += found.intent == row["intent"]
        whole += found.intent == row["intent"] and found.slots == json.loads(row["slots"])
    return intents / len(examples), whole / len(examples)


# Measured: aside 1.00 / 0.97, dev 0.99 / 0.99: never trained on, but the cues were tuned on both.
# A margin of a few messages is left.
@pytest.mark.parametrize(
    ("name", "split", "intents", "whole"),
    [("utterances.csv", "aside", 0.97, 0.94), ("utterances_dev.csv", "", 0.96, 0.96)],
)
def test_scores_on_what_was_not_trained_on(name: str, split: str, intents: float, whole: float) -> None:
    right, exact = scores(rows(name, split))
    assert right >= intents
    assert exact >= whole


# Sets written without looking at the rules, each scored once before anything was mended by it (docs/understanding.md):
# intents 0.89, 0.93, 0.92, 0.88, 0.88, 0.92, 0.96, 0.87, 0.94, 0.97, 0.98, 0.90.
# What is held here is that later work does not lose what was won.
@pytest.mark.parametrize(
    ("name", "intents", "slots", "whole"),
    [
        ("utterances_blind_1.csv", 0.98, 0.95, 0.95),
        ("utterances_blind_2.csv", 0.98, 0.95, 0.95),
        ("utterances_blind_3.csv", 0.98, 0.89, 0.88),
        ("utterances_blind_4.csv", 0.97, 0.95, 0.92),
        ("utterances_blind_5.csv", 0.96, 0.94, 0.89),
        ("utterances_blind_6.csv", 0.94, 0.95, 0.90),
        ("utterances_blind_7.csv", 0.97, 0.97, 0.96),
        ("utterances_blind_8.csv", 0.96, 0.93, 0.92),
        ("utterances_blind_9.csv", 0.95, 0.93, 0.92),
        ("utterances_blind_10.csv", 0.97, 0.97, 0.95),
        ("utterances_blind_11.csv", 0.97, 0.96, 0.94),
        ("utterances_blind_12.csv", 0.89, 0.84, 0.77),
    ],
)
def test_scores_on_what_was_once_fresh(name: str, intents: float, slots: float, whole: float) -> None:
    right = found_slots = all_slots = complete = 0
    examples = rows(name)
    for row in examples:
        found, wanted = understand(row["text"], row["role"]), folded(json.loads(row["slots"]))
        there = folded(found.slots)
        right += is_right(found, row)
        complete += is_right(found, row) and there == wanted
        all_slots += len(wanted)
        found_slots += sum(there.get(slot) == value for slot, value in wanted.items())
    assert right / len(examples) >= intents
    assert found_slots / all_slots >= slots
    assert complete / len(examples) >= whole


def is_right(found: Understanding, row: dict[str, str]) -> bool:
    """Two wishes in one message (``a|b``): either may be named first."""
    return found.intent in row["intent"].split("|")


def folded(slots: Mapping[str, str]) -> dict[str, str]:
    return {slot: fold(value) for slot, value in slots.items()}


def test_what_is_kept_aside_is_trained_on_nowhere() -> None:
    taught = {fold(text) for text, _ in train_language.examples([DATA / name for name in train_language.TAUGHT])}
    kept = rows("utterances.csv", "aside") + [row for name in ASIDE for row in rows(name)]
    assert len(taught) >= 2000
    assert len(kept) >= 350
    assert not taught & {fold(row["text"]) for row in kept}
    assert set(READ) <= set(train_language.TAUGHT)
    assert set(ASIDE) <= set(train_language.KEPT_ASIDE) - set(train_language.TAUGHT)


def test_no_cue_holds_a_whole_example() -> None:
    """A cue is about words, not about messages: none spells out a message of four words or more."""
    spelt = [" ".join(re.sub(r"\\[bwdsW]|[^a-z_|]", " ", c.shape.pattern).replace("|", " | ").split()) for c in CUES]
    everything = "\n".join(spelt)
    known = model().known
    for row in [
        *rows("utterances.csv", "aside"),
        *rows("utterances_dev.csv"),
        *blind(),
        *rows("utterances_unclear.csv"),
    ]:
        read = normalise.read(row["text"])
        language_slots.find(read, known)
        said = " ".join(w for w in read_words(read, known) if w not in "?!")
        if len(said.split()) >= 4:
            assert said not in everything, row["text"]


BEYOND = {"part", "vehicle", "reason", "date", "qty", "amount", "city", "period"}
"""A label may hold more than the flows ask for: *a bomba do celta queimou*, whose car nobody needs."""


def test_every_labelled_intent_and_slot_is_known() -> None:
    for row in rows("utterances.csv") + rows("utterances_dev.csv") + blind():
        named = row["intent"].split("|")
        assert set(named) <= set(INTENTS)
        allowed = {slot for intent in named for slot in ALLOWED.get(intent, ())}
        assert set(json.loads(row["slots"])) <= allowed | BEYOND, row["text"]
    assert {row["intent"] for row in rows("utterances_more.csv")} <= set(INTENTS)


def test_money_is_never_confidently_wrong() -> None:
    wrong = [
        (r["text"], found.intent)
        for r in [*rows("utterances.csv", "aside"), *rows("utterances_dev.csv"), *blind()]
        if (found := understand(r["text"], r.get("role", ""))).intent in MONEY
        and not is_right(found, r)
        and found.confidence >= 0.6
    ]
    assert wrong == []


def test_what_a_clerk_would_ask_about_moves_no_money() -> None:
    """Each row names what may be held with confidence, if anything: "por que vocês cancelaram?" cancels nothing."""
    wrong = [
        (r["text"], found.intent)
        for r in rows("utterances_unclear.csv")
        if (found := understand(r["text"], r["role"])).intent in MONEY
        and found.intent not in r["may"].split()
        and found.confidence >= 0.6
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("wish", "talk"),
    [
        # the same topic, asked for and talked about
        ("gera o pix da compra", "minha irmã já viu o pix no extrato"),
        ("não achei o pix, manda outro", "o pix de ontem já entrou?"),
        ("prefiro boleto mesmo", "prefiro levar em mãos do que boleto"),
        ("parcela em 4 vezes pra mim", "ainda restam 4 parcelas da compra anterior"),
        ("quero passar no cartão", "quando eu puder eu passo o cartão"),
        ("cancela a compra 1650", "quem foi que cancelou a compra 1650?"),
        ("pode cancelar o 1650, não vou usar", "eu ia cancelar o 1650 mas a peça chegou"),
        ("desisti da compra 1650", "mantém a compra 1650, não cancela"),
        ("estorna o valor do 1650", "o estorno do 1650 entrou ontem, obrigado"),
        ("devolve meu dinheiro", "prefiro a peça certa do que o dinheiro de volta"),
        ("baixa o preço do farol pra 300", "quem baixou o preço do farol pra 300?"),
        ("aumenta 5% na lanterna", "se eu levar duas lanternas rola 5%?"),
        ("cobra 200 da Ana 11 98765-4321", "a cobrança da Ana já venceu?"),
        ("vou passar no cartão", "vou ver com minha filha se ela passa o cartão"),
        ("aumenta o farol pra 500", "ando pensando em aumentar o preço do farol"),
        ("divide em 5 vezes", "pra minha mãe vocês dividiram em 5 vezes"),
        ("me devolve os 90 reais", "a tia me deve 90 reais"),
    ],
)
def test_talk_of_money_is_no_order(wish: str, talk: str) -> None:
    wanted, told = understand(wish), understand(talk)
    assert wanted.intent in MONEY
    assert wanted.confidence >= 0.6
    assert told.intent not in MONEY or told.confidence <= UNSURE


# Measured 0.90. Who asks for it in so many words should not be asked again too often.
def test_wishes_about_money_are_held() -> None:
    wishes = [r for r in [*rows("utterances.csv"), *rows("utterances_dev.csv"), *blind()] if r["intent"] in MONEY]
    held = [
        r for r in wishes if is_right(found := understand(r["text"], r.get("role", "")), r) and found.confidence >= 0.6
    ]
    assert len(held) / len(wishes) >= 0.84


@pytest.mark.parametrize(
    "text",
    [
        "não quero pagar no pix",
        "nao cancela o pedido",
        "não quero cancelar nada",
        "não muda o preço do farol",
        "nunca pedi reembolso",
        "não quero boleto",
        "tô sem limite no cartão, faz no pix",
        # what others did, and a question about it, is no wish to cancel
        "a transportadora cancelou meu pedido?",
        "não vou parcelar nada",
    ],
)
def test_a_refusal_is_no_order(text: str) -> None:
    found = understand(text)
    assert found.intent not in MONEY or found.confidence <= UNSURE


@pytest.mark.parametrize(
    "text", ["me devolve o pix que mandei", "quero o pix do estorno", "cancela o boleto e devolve"]
)
def test_money_back_is_no_way_of_paying(text: str) -> None:
    found = understand(text)
    assert not found.intent.startswith("pay_") or found.confidence <= UNSURE


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        # money on its way back beside a way of paying
        ("quando volta o valor pro meu cartão", "refund"),
        # without an article it is a new part, with one a new price
        ("bota parachoque do gol 400", "add_product"),
        ("bota o parachoque do gol por 400", "edit_price"),
        ("não gosto de conversar com máquina", "talk_to_human"),
        ("não dá pra falar com esse bot", "talk_to_human"),
        ("deixa tudo pra lá", "cancel_flow"),
        ("a lanterna do ka tá encalhada, deixa ela por 70", "edit_price"),
        # a boleto that is there, and one that is not
        ("quero um boleto pra terça", "pay_boleto"),
        ("esse boleto passa pra terça", "change_due_date"),
        ("boleto pro dia 9 ao invés do dia 4", "change_due_date"),
        ("encontrei não o boleto que vocês me passaram", "resend_boleto"),
        # a car, a part, an order: then doctor and workshop are told along the way
        ("tô na oficina com a montana, preciso da bomba de óleo", "find_part"),
        ("qual mecânico bom tem por aqui", "out_of_scope"),
        # what was paid is no new quote; where a sale goes is no new address
        ("quanto ficou o 1650 com o frete", "order_details"),
        ("qual o endereço da venda 3650", "order_details"),
        ("errei o endereço da compra 1650", "change_address"),
        ("mudei de opinião", "cancel_flow"),
        # a sale by its number is no part put up for sale
        ("a venda 3660 seguiu pela transportadora", "mark_posted"),
        ("coloca esse câmbio à venda", "add_product"),
        ("acabaram as bieletas do onix", "change_stock"),
        ("preciso falar com um vendedor", "talk_to_human"),
        ("e como que eu devolvo", "refund"),
        ("a 3670 é pra quem mesmo", "order_details"),
        ("já era pra ter entregado", "track_order"),
        ("passei do prazo do boleto, perdi o prazo", "change_due_date"),
        ("alternador do prisma com nota, quanto", "find_part"),
        ("essa lanterna não é igual a do anúncio", "complaint"),
        ("quero conversar com o encarregado", "talk_to_human"),
        ("671 ficou com 4", "change_stock"),
        ("câmbio do santana 1.400 coloca aí na loja", "add_product"),
        # words that stand in two subjects: the stock and a new listing, a box and a part that did not fit
        ("chegou 3 lanterna do ka, anuncia aí", "add_product"),
        ("a loggi acabou de buscar a 3670", "mark_posted"),
        ("encaixei e não serviu, medida errada", "complaint"),
        ("tem alguma venda em andamento?", "list_orders"),
        ("quero trocar meu carro", "out_of_scope"),
        ("quanto é 7 vezes 6", "out_of_scope"),
        ("já paguei e ainda não saiu", "track_order"),
        ("o pix não funciona, faz no boleto", "pay_boleto"),
        ("desisti de anunciar", "cancel_flow"),
        ("não vou não", "deny"),
        ("não quero receber novidades", "opt_out"),
        ("divide em prestações pra mim", "pay_card"),
        ("em quanto tempo o dinheiro retorna", "refund"),
        ("cadê a folha de colar na caixa", "print_label"),
        ("quanto a loja rendeu em maio", "seller_sales_report"),
        # the plural said once, and letters that autocorrect has swapped
        ("quero ver minhas compra", "list_orders"),
        ("mostra todas venda pra mim", "list_orders"),
        ("me diz as opção", "help_menu"),
        # small and big words
        ("resuminho das vendas do mês", "seller_sales_report"),
        ("dá um descontão de 5% no farol", "edit_price"),
        ("adiciona um item", "add_product"),
        ("adicionar uma peça", "add_product"),
        ("veio tudo direitinho, valeu mesmo", "thanks"),
        ("meu marido rasgou o boleto, me passa outra via", "resend_boleto"),
        ("o cubo não serviu, errei a medida", "complaint"),
        ("boa tarde, alguém?", "greeting"),
        ("qual o rasteiro da minha encomenda", "track_order"),
        # paid is not the point where nothing has come since
        ("comprei e paguei dia 3, nem sinal da encomenda", "track_order"),
        ("quando é que vocês vão despachar", "track_order"),
        # a shop named along the way; what is taken down is not put up
        ("prefiro receber na loja da minha prima", "change_address"),
        ("apaga o anúncio do farol, vendi aqui na loja", "pause_listing"),
        ("joga no site uma lanterna do uno", "add_product"),
        ("1655 saiu", "mark_posted"),
        ("queria o meu dinheiro", "refund"),
        ("a tia me deve 90 reais", "out_of_scope"),
        ("mandaram outra lanterna", "complaint"),
        # what is written like a part is not always one
        ("o palmeiras perdeu", "out_of_scope"),
    ],
)
def test_words_that_lead_astray(text: str, intent: str) -> None:
    assert understand(text).intent == intent


@pytest.mark.parametrize("text", ["", "   ", "?", "...", "🤷", "\u200b", "\x00"])
def test_nothing_is_nothing(text: str) -> None:
    assert understand(text) == Understanding("out_of_scope", 0.0)


def test_a_town_with_its_state_in_words_and_one_that_ends_the_message() -> None:
    assert understand("moro em juazeiro da bahia, quanto fica o envio").slots == {"city": "Juazeiro", "uf": "BA"}
    assert understand("frete pra campinas de").slots == {"city": "Campinas"}


@pytest.mark.parametrize("text", ["asdf qwer zxcv", "lorem ipsum dolor", "xptz", "8001000"])
def test_noise_is_not_acted_upon(text: str) -> None:
    assert understand(text).confidence < 0.5


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        (
            "oi qto fica o frete do farol do corolla pra 80010000",
            "quote_shipping",
            {"cep": "80010000", "part": "farol", "vehicle": "Corolla"},
        ),
        ("postei 1042 3015 e 3020", "mark_posted", {"order": "1042,3015,3020"}),
        ("etiqueta 4477", "print_label", {"order": "4477"}),
        ("o 558 agora é 1.150", "edit_price", {"listing": "558", "amount": "1150.00"}),
        (
            "cadastrar retrovisor onix 2018 R$ 350",
            "add_product",
            {"part": "retrovisor", "vehicle": "Onix", "year": "2018", "amount": "350.00"},
        ),
        ("só recebo dia 10, adia?", "change_due_date", {"date": "dia 10"}),
        ("oq ta faltando enviar", "list_orders", {"status": "to_ship"}),
        ("cartao em 3x", "pay_card", {"installments": "3"}),
        (
            "cobrar 350 do joão 11 98765-4321 retrovisor onix",
            "charge_request",
            {"amount": "350.00", "phone": "5511987654321", "part": "retrovisor", "vehicle": "Onix"},
        ),
        ("SAIR TUDO", "opt_out", {}),
        ("paguei", "payment_claim", {}),
        ("desfazer", "undo", {}),
    ],
)
def test_the_reference_dialogues(text: str, intent: str, slots: dict[str, str]) -> None:
    found = understand(text)
    assert (found.intent, found.slots) == (intent, slots)
    assert found.confidence > 0.6


def test_another_form_of_a_word_is_no_slip() -> None:
    known = frozenset({"despachado", "retrovisor", "devolve"})
    said = read_words(normalise.read("despachar despachei despachdo retrovisro devolvo devlove"), known)
    assert said == ["despachar", "despachei", "despachado", "retrovisor", "devolvo", "devolve"]


def test_the_role_breaks_ties_only() -> None:
    assert understand("cadê meu pedido 1042", "seller").intent == "track_order"
    assert understand("postei 3020", "buyer").intent == "mark_posted"


def test_further_wishes_are_alternatives() -> None:
    found = understand("frete do farol do corolla pra 80010-000 no pix")
    assert found.intent == "quote_shipping"
    assert "pay_pix" in [name for name, _ in found.alternatives]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=4000), st.sampled_from(["", "buyer", "seller", "other"]))
def test_any_text_is_survived(text: str, role: str) -> None:
    found = understand(text, role)
    assert found.intent in INTENTS
    assert 0 <= found.confidence <= 1
    assert all(found.slots.values())


PIECES = st.sampled_from(
    [
        "pedido",
        "1042",
        "e",
        "R$",
        "350",
        ",",
        "rua",
        "das",
        "flores",
        "pix",
        "boleto",
        "farol",
        "gol",
        "g5",
        "1.0",
        "2015",
        "15",
        "80010-000",
        "529.982.247-25",
        "sp",
        "pra",
        "em",
        "3x",
        "10%",
        "hoje",
        "sexta",
        "que",
        "vem",
        "dia",
        "10",
        "n",
        "nao",
        "\n",
        "👍",
        "mil",
        "e",
        "duzentos",
        "oi",
        "kg",
        "30x20",
        "@",
        "a@b.co",
        "ABC1D23",
        "campinas",
        "de",
        "do",
        "numero",
        "45",
        ".",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=60), st.sampled_from([" ", ""]))
def test_any_heap_of_the_trades_words_is_survived(pieces: list[str], glue: str) -> None:
    assert understand(glue.join(pieces)).intent in INTENTS


@pytest.mark.parametrize(
    "text",
    [
        "a" * 4000,
        "oi" * 2000,
        "rua " + "a" * 3990,
        "1 e " * 1000,
        "pedido " + "123 " * 900,
        "0" * 4000,
        "a@" * 2000,
        "rua a " * 600,
        "." * 4000,
        "oi " * 1300 + "x",
        "não " * 900,
        "\u0301" * 4000,
        "000201" + "6304" * 900,
        "x-" * 2000,
    ],
)
def test_no_text_takes_for_ever(text: str) -> None:
    assert understand(text).intent in INTENTS
