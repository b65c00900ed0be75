from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversations.language import UNSURE, Understanding, understand
from bot.conversations.language.intents import INTENTS, MONEY
from bot.conversations.language.slots import ALLOWED
from bot.domain.text import fold

DATA = Path(__file__).parent.parent / "data"


def rows(name: str, split: str = "") -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return [r for r in csv.DictReader(file) if not split or r["split"] == split]


def blind() -> list[dict[str, str]]:
    return [row for n in (1, 2, 3) for row in rows(f"utterances_blind_{n}.csv")]


def scores(examples: list[dict[str, str]]) -> tuple[float, float]:
    """Shares of right intents, and of right intents with exactly the right slots."""
    intents = whole = 0
    for row in examples:
        found = understand(row["text"])
        intents += found.intent == row["intent"]
        whole += found.intent == row["intent"] and found.slots == json.loads(row["slots"])
    return intents / len(examples), whole / len(examples)


# Measured: aside 0.95 / 0.93 (never trained on), dev 1.00 / 1.00 (never trained on, but the cues were tuned on it).
# A margin of a few messages is left.
@pytest.mark.parametrize(
    ("name", "split", "intents", "whole"),
    [("utterances.csv", "aside", 0.93, 0.90), ("utterances_dev.csv", "", 0.96, 0.96)],
)
def test_scores_on_what_was_not_trained_on(name: str, split: str, intents: float, whole: float) -> None:
    right, exact = scores(rows(name, split))
    assert right >= intents
    assert exact >= whole


# Sets written without looking at the rules, each scored once before anything was mended by it: the first 0.89 / 0.83,
# the second (after the first had been mended) 0.93 / 0.91, the third 0.92 / 0.79; see docs/understanding.md.
@pytest.mark.parametrize(
    ("name", "intents", "slots", "whole"),
    [
        ("utterances_blind_1.csv", 0.97, 0.95, 0.95),
        ("utterances_blind_2.csv", 0.92, 0.93, 0.90),
        ("utterances_blind_3.csv", 0.97, 0.89, 0.88),
    ],
)
def test_scores_on_fresh_messages(name: str, intents: float, slots: float, whole: float) -> None:
    right = found_slots = all_slots = complete = 0
    examples = rows(name)
    for row in examples:
        found, wanted = understand(row["text"], row["role"]), folded(json.loads(row["slots"]))
        there = folded(found.slots)
        right += found.intent == row["intent"]
        complete += found.intent == row["intent"] and there == wanted
        all_slots += len(wanted)
        found_slots += sum(there.get(slot) == value for slot, value in wanted.items())
    assert right / len(examples) >= intents
    assert found_slots / all_slots >= slots
    assert complete / len(examples) >= whole


def folded(slots: dict[str, str]) -> dict[str, str]:
    return {slot: fold(value) for slot, value in slots.items()}


def test_the_part_kept_aside_is_not_in_the_part_for_building() -> None:
    build = {r["text"].casefold() for r in rows("utterances.csv", "build")}
    aside = [r["text"].casefold() for r in rows("utterances.csv", "aside")]
    assert len(build) + len(aside) >= 400
    assert not build & set(aside)


def test_every_labelled_intent_and_slot_is_known() -> None:
    for row in rows("utterances.csv") + rows("utterances_dev.csv") + blind():
        assert row["intent"] in INTENTS
        assert set(json.loads(row["slots"])) <= set(ALLOWED.get(row["intent"], ()))


def test_money_is_never_confidently_wrong() -> None:
    wrong = [
        (r["text"], found.intent)
        for r in [*rows("utterances.csv", "aside"), *rows("utterances_dev.csv"), *blind()]
        if (found := understand(r["text"], r.get("role", ""))).intent in MONEY
        and found.intent != r["intent"]
        and found.confidence >= 0.8
    ]
    assert wrong == []


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
    assert all(isinstance(v, str) and v for v in found.slots.values())


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
