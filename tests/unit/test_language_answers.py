"""Readers for answers to a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.language import answers
from bot.domain.commands import Option

CARRIERS = [
    Option(id="q1", label="Jadlog .Package · R$ 32,40 · 4 dias"),
    Option(id="q2", label="Correios PAC · R$ 38,90 · 7 dias"),
    Option(id="q3", label="Correios SEDEX · R$ 61,20 · 2 dias"),
]
METHODS = [
    Option(id="pix", label="Pix (na hora)"),
    Option(id="boleto", label="Boleto (até 3 dias úteis para compensar)"),
    Option(id="card", label="Cartão em até 6x"),
]
SELLER = [
    Option(id="yes", label="Sim, separar"),
    Option(id="no", label="Não tenho"),
    Option(id="more", label="Detalhes"),
]


@pytest.mark.parametrize(
    "text",
    [
        "sim",
        "s",
        "ss",
        "SIM!",
        "simm",
        "isso mesmo",
        "isso",
        "pode",
        "pode mandar",
        "👍",
        "👍🏽",
        "✅",
        "ok, fechado",
        "é",
        "claro que sim",
        "tá bom então",
        "com certeza",
        "confirmo",
        "aham",
        "Sim, por favor!",
        "jóia",
        "pode ser tchê",
        "blz",
        "opa, pode sim",
    ],
)
def test_yes(text: str) -> None:
    assert answers.affirmation(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "não",
        "n",
        "nao",
        "naum",
        "não, obrigado",
        "claro que não",
        "de jeito nenhum",
        "agora não",
        "nem a pau",
        "👎",
        "❌",
        "nunca",
        "nao quero",
        "ainda não",
        "pode não",
        "não é esse cep",
        "negativo",
    ],
)
def test_no(text: str) -> None:
    assert answers.affirmation(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "",
        "talvez",
        "não sei",
        "sim mas muda o cep",
        "quanto custa?",
        "sim?",
        "2",
        "80010-000",
        "sim ou não",
        "não recebi o boleto",
        "quero ver",
        "pode cancelar",
        "oi",
        "não entendi",
        "sim, dia 10",
        "depois te falo",
    ],
)
def test_neither(text: str) -> None:
    assert answers.affirmation(text) is None


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("1", "q1"),
        ("2️⃣", "q2"),
        ("opção 3", "q3"),
        ("o segundo", "q2"),
        ("a última", "q3"),
        ("quero a dois", "q2"),
        ("q3", "q3"),
        ("sedex", "q3"),
        ("sedx", "q3"),
        ("o da jadlog pfv", "q1"),
        ("PAC", "q2"),
        ("o mais barato", "q1"),
        ("o mais rápido", "q3"),
        ("vou de sedex mesmo", "q3"),
        ("Correios PAC · R$ 38,90 · 7 dias", "q2"),
    ],
)
def test_choice(text: str, picked: str) -> None:
    option = answers.choice(text, CARRIERS)
    assert option is not None
    assert option.id == picked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4",
        "0",
        "correios",
        "1 e 2",
        "não quero o 2",
        "quanto custa o frete pra 80010-000",
        "🤷",
        "11987654321",
        "primeiro e segundo",
    ],
)
def test_no_choice(text: str) -> None:
    assert answers.choice(text, CARRIERS) is None


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("pix", "pix"),
        ("piks", "pix"),
        ("no cartao", "card"),
        ("boletto", "boleto"),
        ("cartão de crédito", "card"),
        ("vou de pix", "pix"),
        ("boleto bancário", "boleto"),
    ],
)
def test_choice_of_a_method(text: str, picked: str) -> None:
    option = answers.choice(text, METHODS)
    assert option is not None
    assert option.id == picked


def test_choice_with_a_no_among_the_options() -> None:
    assert answers.choice("não tenho", SELLER) == SELLER[1]
    assert answers.choice("sim", SELLER) == SELLER[0]
    assert answers.choice("detalhe", SELLER) == SELLER[2]


def test_choice_edges() -> None:
    assert answers.choice("1", []) is None
    same = [Option(id="a", label="Par"), Option(id="b", label="Par")]
    assert answers.choice("par", same) is None
    plain = [Option(id="a", label="Loja A"), Option(id="b", label="Loja B")]
    assert answers.choice("o mais barato", plain) == plain[0]
    assert answers.choice("o mais rápido", plain) is None


@given(st.integers(1, 9), st.integers(0, 9))
def test_numbers_pick_their_place(count: int, number: int) -> None:
    options = [Option(id=f"id{i}", label=f"Loja {chr(65 + i)}") for i in range(count)]
    expected = options[number - 1] if 1 <= number <= count else None
    assert answers.choice(str(number), options) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Marina Souza, 210 apto 31", ("Marina Souza", "210", "apto 31")),
        ("marina souza 210", ("Marina Souza", "210", "")),
        ("Marina Souza\n210\nap 31 bloco B", ("Marina Souza", "210", "ap 31 bloco B")),
        ("meu nome é João da Silva, número 45, casa 2", ("João da Silva", "45", "casa 2")),
        ("210 apto 31, Marina Souza", ("Marina Souza", "210", "apto 31")),
        ("210 apto 31", ("", "210", "apto 31")),
        ("Marina Souza", ("Marina Souza", "", "")),
        ("JOSE DOS SANTOS s/n", ("Jose dos Santos", "S/N", "")),
        ("me chamo Ana Lima e moro no 12 fundos", ("Ana Lima", "12", "fundos")),
        ("Maria d'Ávila, nº 77", ("Maria d'Ávila", "77", "")),
        ("Carlos Souza, apto 12, 400", ("Carlos Souza", "400", "apto 12")),
        ("Rua das Flores 210, Ana Lima", ("Ana Lima", "210", "")),
        ("Ana Lima, 12A", ("Ana Lima", "12A", "")),
        ("", ("", "", "")),
    ],
)
def test_name_and_number(text: str, expected: tuple[str, str, str]) -> None:
    assert answers.name_and_number(text) == expected


def test_email() -> None:
    assert answers.email("meu email é Marina@Exemplo.com.br.") == "marina@exemplo.com.br"
    assert answers.email("marina arroba gmail ponto com") == "marina@gmail.com"
    assert answers.email("a@b.co e c@d.co") == ""
    assert answers.email("não tenho") == ""
    assert answers.email(f"{'a' * 60}@{'b' * 56}.br") != ""
    assert answers.email(f"{'a' * 60}@{'b' * 57}.br") == "", "longer than the store knows somebody by"
    assert answers.email_suggestion("m@gmial.com") == "m@gmail.com"
    assert answers.email_suggestion("m@hotmal.com") == "m@hotmail.com"
    assert answers.email_suggestion("m@gmail.com") == ""
    assert answers.email_suggestion("m@minhaloja.com.br") == ""


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("1,2kg 30 25 20", (1200, 30, 25, 20)),
        ("1,2 kg 30x25x20", (1200, 30, 25, 20)),
        ("800g 20x20x10 cm", (800, 20, 20, 10)),
        ("2 quilos 30 por 25 por 20", (2000, 30, 25, 20)),
        ("1,2 30 25 20", (1200, 30, 25, 20)),
        ("1kg e meio 30 20 10", (1500, 30, 20, 10)),
        ("1.200 g 30×20×10", (1200, 30, 20, 10)),
        ("3kg 30,5x20x10", (3000, 31, 20, 10)),
        ("peso 2kg medidas 30cm x 25cm x 20cm", (2000, 30, 25, 20)),
        ("1kg 200g 10x10x10", (1200, 10, 10, 10)),
    ],
)
def test_weight_and_size(text: str, sizes: tuple[int, int, int, int]) -> None:
    assert answers.weight_and_size(text) == sizes


@pytest.mark.parametrize(
    "text", ["", "30x25x20", "1,2kg", "1kg 30 20", "2kg 1,8 m 30 20", "900kg 1 1 1", "1kg 30 0 20", "0kg 1 1 1", "leve"]
)
def test_no_weight_and_size(text: str) -> None:
    assert answers.weight_and_size(text) is None


def test_method_and_opt_out() -> None:
    assert answers.payment_method("frete do farol pra 80010-000 no pix") == "pix"
    assert answers.payment_method("pix ou cartão?") == ""
    assert answers.payment_method("não quero boleto") == ""
    assert answers.wants_everything_off("SAIR TUDO")
    assert not answers.wants_everything_off("sair")


@given(st.text(max_size=4000))
def test_any_text_is_survived(text: str) -> None:
    answers.affirmation(text)
    answers.choice(text, CARRIERS)
    answers.name_and_number(text)
    answers.email(text)
    answers.email_suggestion(text)
    sizes = answers.weight_and_size(text)
    assert sizes is None or min(sizes) >= 1
