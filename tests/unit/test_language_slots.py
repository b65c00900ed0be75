"""The values that a message contains."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.language import normalise, slots
from bot.domain import money, numerals, postal_code


def collected(text: str, intent: str) -> dict[str, str]:
    read = normalise.read(text)
    slots.find(read, normalise.COMMON)
    return slots.collect(read, intent)


@pytest.mark.parametrize(
    ("text", "intent", "expected"),
    [
        ("frete pra 80010 000", "quote_shipping", {"cep": "80010000"}),
        ("frete pra são josé dos campos - sp", "quote_shipping", {"city": "São José dos Campos", "uf": "SP"}),
        ("frete pra Xique-Xique BA", "quote_shipping", {"city": "Xique-Xique", "uf": "BA"}),
        ("envio de curitiba pra recife", "quote_shipping", {"city": "Recife"}),
        ("frete pro rio", "quote_shipping", {"city": "Rio de Janeiro"}),
        ("quanto pra MG", "quote_shipping", {"uf": "MG"}),
        # "para" is Pará only where it leads to nothing
        ("vocês mandam para o Pará?", "quote_shipping", {"uf": "PA"}),
        ("sou do para, entrega em santarem", "quote_shipping", {"city": "Santarém", "uf": "PA"}),
        ("Belém, Pará", "quote_shipping", {"city": "Belém", "uf": "PA"}),
        ("frete para Santarém", "quote_shipping", {"city": "Santarém"}),
        ("frete pará Santarém", "quote_shipping", {"city": "Santarém"}),
        ("frete do para choque para o Ceará", "quote_shipping", {"part": "para choque", "uf": "CE"}),
        ("frete da coluna de direção elétrica", "quote_shipping", {"part": "coluna de direção elétrica"}),
        ("quais ainda n postei", "list_orders", {"status": "to_ship"}),
        ("cancela a 3011, n tem mais em estoque", "cancel_order", {"order": "3011", "reason": "sem estoque"}),
        (
            "frete de duas pastilhas de freio pra curitba",
            "quote_shipping",
            {"qty": "2", "part": "pastilha de freio", "city": "Curitiba"},
        ),
        ("cancela o pedido 3.011", "cancel_order", {"order": "3011"}),
        ("cancela a venda três mil e onze", "cancel_order", {"order": "3011"}),
        ("postei #3011, #3015 e #3020", "mark_posted", {"order": "3011,3015,3020"}),
        ("postei o pedido 3011 e também o 3015", "mark_posted", {"order": "3011,3015"}),
        (
            "vender farol do corola 15 por 480",
            "add_product",
            {"part": "farol", "vehicle": "Corolla", "year": "2015", "amount": "480.00"},
        ),
        ("vender porta do gol 98", "add_product", {"part": "porta", "vehicle": "Gol", "year": "1998"}),
        ("muda o 558 pra trezentos e vinte", "edit_price", {"listing": "558", "amount": "320.00"}),
        ("sobe 7,5% no anúncio 558", "edit_price", {"listing": "558", "percent": "7.5"}),
        ("serve no fiat palio 2010/2011?", "part_fitment", {"vehicle": "Fiat Palio", "year": "2010"}),
        ("tem alternador do peugeot 206?", "find_part", {"part": "alternador", "vehicle": "Peugeot 206"}),
        ("tem ventuinha do onix?", "find_part", {"part": "ventoinha", "vehicle": "Onix"}),
        (
            "manda pra Rua XV de Novembro, 700 apto 31 bloco B",
            "change_address",
            {"street": "Rua XV de Novembro", "number": "700", "complement": "apto 31 bloco B"},
        ),
        ("boleto no 12.abc.345/01de-35 pra sexta", "pay_boleto", {"doc": "12ABC34501DE35", "date": "sexta"}),
        ("em doze vezes", "pay_card", {"installments": "12"}),
        # a figure or a date that is put right
        ("o farol é 890 e não 980", "edit_price", {"part": "farol", "amount": "890.00"}),
        ("o farol não é R$ 980, é R$ 890", "edit_price", {"part": "farol", "amount": "890.00"}),
        ("põe o farol a 890 em vez de 980", "edit_price", {"part": "farol", "amount": "890.00"}),
        ("o boleto tá pra sexta e só recebo dia 8", "change_due_date", {"date": "dia 8"}),
        ("minha placa é QWE4R56", "part_fitment", {"plate": "QWE4R56"}),
        ("o complemento é apto 302 bloco C", "change_address", {"complement": "apto 302 bloco C"}),
        ("fica na casa 2 fundos", "change_address", {"complement": "casa 2 fundos"}),
        ("frete pro interior de goiás, anápolis", "quote_shipping", {"city": "Anápolis", "uf": "GO"}),
        ("quem ganhou o gol mais bonito?", "out_of_scope", {}),
        # codes as people space, dot and dictate them
        ("frete 69.900.150", "quote_shipping", {"cep": "69900150"}),
        ("frete pra 69900.150", "quote_shipping", {"cep": "69900150"}),
        ("cep oito oito zero um cinco dois zero zero", "quote_shipping", {"cep": "88015200"}),
        ("rastreia ab 123.456.789 br", "track_order", {"tracking": "AB123456789BR"}),
        ("cadê o ME26000ABC1BR?", "track_order", {"tracking": "ME26000ABC1BR"}),
        ("confere aí, placa bra 4321", "part_fitment", {"plate": "BRA4321"}),
        ("no cartão, dividindo tudo em quatro", "pay_card", {"installments": "4"}),
        ("parcelar em 8", "pay_card", {"installments": "8"}),
        # dates short and in words
        ("joga pra terça q vem", "change_due_date", {"date": "terça que vem"}),
        ("boleto pro dia vinte e três", "pay_boleto", {"date": "dia vinte e três"}),
        ("só consigo pagar em dois dias", "change_due_date", {"date": "em dois dias"}),
        # everyday words of parts, in the plural, and with what was said of them behind
        ("tenho portas da saveiro", "find_part", {"part": "porta", "vehicle": "Saveiro"}),
        ("motor chegou travado", "complaint", {"part": "motor"}),
        ("cubo novo e roncando", "complaint", {"part": "cubo"}),
        ("serve no gol de 2 portas?", "part_fitment", {"vehicle": "Gol"}),
        ("queria o farol\ndianteiro do gol", "find_part", {"part": "farol dianteiro", "vehicle": "Gol"}),
        # a verb is no misspelt part
        ("a braspress coletou 3680", "mark_posted", {"carrier": "Braspress", "order": "3680"}),
        # a town is no misspelt car, and a sign is none either
        ("frete pro crato", "quote_shipping", {"city": "Crato"}),
        ("3 bandejas caruaru valor do envio", "quote_shipping", {"qty": "3", "part": "bandeja", "city": "Caruaru"}),
        # a car that is an everyday word too, behind a word of fitting
        ("qual palheta vai no fit", "part_fitment", {"part": "palheta", "vehicle": "Fit"}),
        ("essa peça serve no polo", "part_fitment", {"vehicle": "Polo"}),
        ("me dá um sinal", "track_order", {}),
        ("retornaremos em breve", "quote_shipping", {}),
        # addresses
        (
            "rua das palmeiras 88 conj 7",
            "change_address",
            {"street": "rua das palmeiras", "number": "88", "complement": "conj 7"},
        ),
        ("rua do sol 12 e não na da minha casa", "change_address", {"street": "rua do sol", "number": "12"}),
        # what waits, and why a sale is given up
        ("o que eu tenho pra deixar na agência", "list_orders", {"status": "to_ship"}),
        ("quais eu não paguei", "list_orders", {"status": "awaiting_payment"}),
        ("cancela a 3011, vendi ela pelo balcão", "cancel_order", {"order": "3011", "reason": "sem estoque"}),
        ("662 ficou sem imagem", "upload_photo", {"listing": "662"}),
        ("chegou mais 4 do 671", "change_stock", {"listing": "671", "qty": "4"}),
    ],
)
def test_slots(text: str, intent: str, expected: dict[str, str]) -> None:
    assert collected(text, intent) == expected


@pytest.mark.parametrize(
    "text",
    ["quero suporte", "qual a chave da nota?", "tipo assim sabe", "bora fechar", "no banco do brasil", "master card"],
)
def test_everyday_words_are_neither_parts_nor_cars(text: str) -> None:
    assert collected(text, "find_part") == {}


def test_what_is_unclear_is_left_out() -> None:
    assert "amount" not in collected("muda o preço do farol pra 1,234", "edit_price")
    assert "cep" not in collected("frete pra 8001000", "quote_shipping")
    assert "doc" not in collected("cpf 529.982.247-24", "pay_pix")
    assert "nfe_key" not in collected("chave 35261111222333000181550010000012341123456781", "nfe_invoice")


def test_a_wrong_key_is_not_taken_apart() -> None:
    assert collected("chave 3526 1111 2223 3300 0181 5500 1000 0012 3411 2345 6781", "nfe_invoice") == {}


@given(st.integers(1_000_000, 99_999_999).map(lambda n: f"{n:08d}"))
def test_every_possible_cep_is_found_in_a_sentence(cep: str) -> None:
    usable = postal_code.state_of(cep) is not None and len(set(cep)) > 1
    assert collected(f"frete pra {postal_code.show(cep)}", "quote_shipping") == ({"cep": cep} if usable else {})


@given(st.integers(100, 9_999_999))
def test_every_shown_price_is_found_in_a_sentence(centavos: int) -> None:
    found = collected(f"muda o preço do farol pra {money.show(centavos)}", "edit_price")
    assert found == {"part": "farol", "amount": f"{money.to_decimal(centavos)}"}


@given(st.lists(st.integers(1000, 1899), min_size=1, max_size=6, unique=True))
def test_any_number_of_orders(numbers: list[int]) -> None:
    said = " ".join(str(n) for n in numbers)
    assert collected(f"postei {said}", "mark_posted") == {"order": ",".join(str(n) for n in numbers)}


@given(st.text(max_size=400))
def test_spans_lie_in_the_text_and_never_overlap(text: str) -> None:
    read = normalise.read(text)
    slots.find(read, normalise.COMMON)
    ends = [(c.start, c.end) for c in sorted(read.claims, key=lambda c: c.start)]
    assert all(0 <= start < end <= len(read.folded) for start, end in ends)
    assert all(a[1] <= b[0] for a, b in pairwise(ends))


@pytest.mark.parametrize(
    ("said", "figures"),
    [
        ("oitenta zero dez zero zero zero", "80010000"),
        ("cinco dois nove nove oito dois dois quatro sete vinte e cinco", "52998224725"),
        (
            "quinhentos e vinte e nove novecentos e oitenta e dois duzentos e quarenta e sete vinte e cinco",
            "52998224725",
        ),
        ("meia um e dois e tres", "6123"),
        ("vinte e zero dez e onze", "2001011"),
        ("cem e cento e um", "100101"),
    ],
)
def test_figures_that_are_dictated(said: str, figures: str) -> None:
    assert numerals.figures(said.split()) == figures
