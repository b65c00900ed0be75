"""What must never be written down: made by hypothesis, in the forms in which people and providers write it."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[str]], str]


def _check(digits: list[int], weights: list[int]) -> int:
    rest = sum(d * w for d, w in zip(digits, weights, strict=True)) % 11
    return 0 if rest < 2 else 11 - rest


def _with_checks(base: list[int], first: list[int], second: list[int]) -> str:
    one = _check(base, first)
    return "".join(map(str, [*base, one, _check([*base, one], second)]))


def _cpf(base: list[int]) -> str:
    return _with_checks(base, list(range(10, 1, -1)), list(range(11, 1, -1)))


def _cnpj(base: list[int]) -> str:
    weights = [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]
    return _with_checks(base, weights, [6, *weights])


def _luhn(base: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(base)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return base + str(-total % 10)


digit = st.integers(0, 9)
cpfs = st.lists(digit, min_size=9, max_size=9).filter(lambda d: len(set(d)) > 1).map(_cpf)
cnpjs = st.lists(digit, min_size=12, max_size=12).filter(lambda d: len(set(d)) > 1).map(_cnpj)
cards = st.builds(
    lambda head, rest: _luhn((head + "".join(map(str, rest)))[:15]),
    st.sampled_from(["4", "51", "55", "5067", "6362", "6011", "2221", "3843"]),
    st.lists(digit, min_size=15, max_size=15),
)


@st.composite
def cpf_texts(draw: Draw) -> tuple[str, str]:
    """The digits, and how they are written."""
    d = draw(cpfs)
    dotted, spaced = f"{d[:3]}.{d[3:6]}.{d[6:9]}-{d[9:]}", f"{d[:3]} {d[3:6]} {d[6:9]} {d[9:]}"
    return d, draw(st.sampled_from([d, dotted, spaced, f"{d[:9]}-{d[9:]}", f"{d[:9]}/{d[9:]}"]))


@st.composite
def cnpj_texts(draw: Draw) -> tuple[str, str]:
    d = draw(cnpjs)
    return d, draw(st.sampled_from([d, f"{d[:2]}.{d[2:5]}.{d[5:8]}/{d[8:12]}-{d[12:]}", f"{d[:8]}/{d[8:12]}-{d[12:]}"]))


@st.composite
def phone_texts(draw: Draw) -> tuple[str, str]:
    """A mobile or fixed number with its area code."""
    area = draw(st.sampled_from(["11", "21", "41", "85", "99"]))
    rest = "".join(str(n) for n in draw(st.lists(digit, min_size=7, max_size=7)))  # type: ignore[arg-type]
    number = draw(st.sampled_from([f"9{draw(st.sampled_from('6789'))}{rest}", f"3{rest}"]))
    head, tail = number[:-4], number[-4:]
    forms = [
        f"55{area}{number}",
        f"+55{area}{number}",
        f"+55 {area} {head}-{tail}",
        f"+55 ({area}) {head}-{tail}",
        f"+55 {area} {head} {tail}",
        f"({area}) {head}-{tail}",
        f"({area}){head}{tail}",
        f"({area}) {head} {tail}",
        f"{area} {head}-{tail}",
        f"{area} {head} {tail}",
        f"{area}{number}",
        f"0{area} {head}-{tail}",
        f"{area}.{head}.{tail}",
        f"55{area}{number}@s.whatsapp.net",
    ]
    return number, draw(st.sampled_from(forms))


@st.composite
def mail_texts(draw: Draw) -> tuple[str, str]:
    local = draw(st.from_regex(r"[a-z][a-z0-9._+-]{2,14}[a-z0-9]", fullmatch=True))
    host = draw(st.sampled_from(["gmail.com", "uol.com.br", "auto-pecas.example", "mail.empresa.com.br"]))
    text = f"{local}@{host}"
    return text, draw(st.sampled_from([text, text.upper(), f"<{text}>", f"mailto:{text}", f"Ana <{text}>,"]))


@st.composite
def card_texts(draw: Draw) -> tuple[str, str]:
    d = draw(cards)
    groups = [d[i : i + 4] for i in range(0, len(d), 4)]
    return d, draw(st.sampled_from([d, " ".join(groups), "-".join(groups), ".".join(groups), f"{d} 12/29 123"]))


PRIVATE = {"cpf": cpf_texts(), "cnpj": cnpj_texts(), "phone": phone_texts(), "mail": mail_texts(), "card": card_texts()}
around = st.sampled_from(
    ["", "meu número é ", "cpf: ", "(", "'", '"', "\n", "\t", "=", "https://x.example/a?b=", "chave pix ", "é", "oi, "]
)
after = st.sampled_from(["", ".", ",", " ok", ")", "'", '"', "\n", "&c=1", "/x", " obrigado", ";", "}"])
