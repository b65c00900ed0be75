"""Money: integer centavos everywhere; text and decimals only at the edges.

:func:`read` never guesses: what can be understood in two ways ("1,234", "120 e 50") is None, so that the person
is asked again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import NamedTuple

from bot.domain import numerals
from bot.domain.text import fold
from bot.domain.text import words as word_list

MOST = 1_000_000_000
"""The maximum that :func:`read` accepts as a price, in centavos (ten million reais)."""
MOST_DIGITS = 15
"""Maximum of digits before the decimal point, and of zeros after it, in a number from outside."""

_CURRENCY = word_list("real reais conto contos pila pilas pau paus mango mangos prata pratas brl")
_CENTS = frozenset(["centavo", "centavos"])
_MILLIONS = frozenset(["milhao", "milhoes", "bi", "mi"])
_FILLERS = word_list(
    "e o a os as de do da por pra para pro fica ficou ficar vai ser sao seria foi custa custar custou vale valor "
    "preco quero coloca colocar bota botar poe por deixa deixar faz uns umas acho que cada agora novo com sem certo "
    "isso ta esta so apenas somente vista redondo total la ai bom obrigado obrigada pfv favor mais menos eu ele ela "
    "oi ok sim muda mudar pode em no na unidade tipo entao"
)
_TOKEN = re.compile(r"r\$|us\$|[$€£%]|[0-9]+(?:[.,][0-9]+)*|[^\W\d_]+|[^\s\w]|_")


class Found(NamedTuple):
    """An amount in a text. ``value`` in centavos, None if it is ambiguous.

    ``marked``: R$, reais or the like are beside it. ``start`` and ``end`` count in the folded text.
    """

    start: int
    end: int
    value: int | None
    marked: bool


def show(centavos: int) -> str:
    """``R$ 1.234,56`` with an ordinary blank; ``-R$ 0,05`` if negative."""
    whole, cents = divmod(abs(centavos), 100)
    return f"{'-' if centavos < 0 else ''}R$ {whole:,}".replace(",", ".") + f",{cents:02d}"


def from_decimal(value: str | int | float | Decimal) -> int:
    """Exact centavos of an amount in reais, as providers send it.

    Raises ValueError for what is no number or has a fraction of a centavo.
    """
    cents = parse(value) * 100
    if cents != cents.to_integral_value():
        raise ValueError(f"not a whole number of centavos: {value!r}")
    return int(cents)


def parse(value: object) -> Decimal:
    """A number in any notation. Raises ValueError for anything else, infinity, and absurd sizes: ``1e999999`` alone
    would keep the processor busy for minutes."""
    if isinstance(value, bool):
        raise ValueError("a truth value is no number")
    try:
        parsed = Decimal(str(value).strip())
    except InvalidOperation:
        raise ValueError(f"no number: {value!r}") from None
    if not parsed.is_finite() or abs(parsed.adjusted()) > MOST_DIGITS:
        raise ValueError("not finite, or of no sensible size")
    return parsed


def nearest(value: object) -> int:
    """Reais to the nearest centavo: ``1624.8999999999999`` is a float's 1624,90. Raises ValueError like
    :func:`parse`."""
    return int((parse(value) * 100).to_integral_value(ROUND_HALF_UP))


def to_decimal(centavos: int) -> Decimal:
    """Reais with exactly two decimals."""
    return Decimal(centavos).scaleb(-2)


def json_number(centavos: int) -> int | float:
    """Reais as a JSON number for request bodies: ``480`` or ``32.4``."""
    return centavos // 100 if centavos % 100 == 0 else float(to_decimal(centavos))


def half_up(numerator: int, denominator: int) -> int:
    """The quotient rounded to the nearest whole number, halves away from zero.

    Raises ZeroDivisionError for a denominator of 0.
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return size if numerator >= 0 else -size


def read(text: str) -> int | None:
    """The only amount in a person's words, in centavos; None if there is none, several, or an unclear one.

    A bare number counts only if little else is said ("uns 350", "fica 1.234,56"); beside R$ or *reais* it counts
    in any sentence.
    """
    if any(unicodedata.category(c) == "No" for c in text):
        return None  # "12²", "½": folding would turn them into other numbers
    folded = fold(text)
    found = list(find(folded))
    marked = [f for f in found if f.marked]
    if len(marked) == 1:
        return marked[0].value
    if len(found) != 1 or marked:
        return None
    rest = folded[: found[0].start] + " " + folded[found[0].end :]
    said = re.findall(r"\w+|[%€£]|us\$", rest)
    below_zero = re.search(r"-\s*$", rest[: found[0].start])
    return found[0].value if not below_zero and all(w in _FILLERS for w in said) else None


def find(folded: str) -> Iterator[Found]:
    """Every amount-like number of a folded text, in order. Numbers glued to letters (``5kg``, ``3x``) are none."""
    if not any(word[0].isdigit() or word in numerals.WORDS for word in _TOKEN.findall(folded)):
        return
    tokens = [_Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(folded)]
    words = [t.text for t in tokens] + ["", "", ""]  # padding, so that lookahead needs no bounds checks
    i = 0
    while i < len(tokens):
        marked = words[i] in ("r$", "$") or (words[i] == "rs" and words[i + 1][:1].isdigit())
        start = tokens[i].start
        number = _number(words, i + marked)
        if number is None:
            i += 1
            continue
        value, i = number.value, number.end
        first = tokens[number.start]
        amount = number.amount and (marked or not _is_glued_before(tokens, number.start))
        if words[i] in _CENTS:
            value, marked, i = (value // 100 if value is not None and value < 10_000 else None), True, i + 1
        else:
            if words[i] in _CURRENCY:
                marked, i = True, i + 1
            cents = _number(words, i + (words[i] in ("e", "com")))
            if cents and words[cents.end] in _CENTS:
                whole = value is not None and value % 100 == 0 and cents.value is not None and cents.value < 10_000
                value = (value or 0) + (cents.value or 0) // 100 if whole else None
                marked, i = True, cents.end + 1
            elif not marked and words[i] == "e" and cents and first.text[0].isdigit():
                value, i = None, cents.end  # "120 e 50": reais and centavos, or a sum?
                marked = words[i] in _CURRENCY
                i += marked
        glued = i < len(tokens) and tokens[i].start == tokens[i - 1].end and (words[i] == "%" or words[i].isalpha())
        if (amount or marked) and not glued and words[i] not in ("%", "porcento"):
            yield Found(start, tokens[i - 1].end, value if value is None or value <= MOST else None, marked)


class _Token(NamedTuple):
    text: str
    start: int
    end: int


class _Number(NamedTuple):
    start: int
    end: int
    value: int | None
    """Centavos, None if unclear."""
    amount: bool
    """Whether it may be an amount by itself: the article in *um farol* may not."""


def _is_glued_before(tokens: list[_Token], i: int) -> bool:
    """Whether a number is the tail of a code, a date or the like: ``a12``, ``#1042``, ``05/12``."""
    before = tokens[i - 1] if i else None
    return bool(before and before.end == tokens[i].start and (before.text.isalpha() or before.text in "#-/+:_"))


def _number(words: list[str], i: int) -> _Number | None:
    """The number in digits or words that starts at word ``i``, in centavos."""
    if not words[i][:1].isdigit():
        spoken = numerals.read_at(words, i, stop=_CENTS) if words[i] in numerals.WORDS else None
        if not spoken:
            return None
        if words[spoken.end] in _MILLIONS:
            return _Number(i, spoken.end + 1, None, True)
        article = spoken.end == i + 1 and words[i] in ("um", "uma")
        return _Number(i, spoken.end, None if spoken.value is None else spoken.value * 100, not article)
    value = _plain(words[i])
    if words[i + 1] in _MILLIONS:
        return _Number(i, i + 2, None, True)
    if words[i + 1] not in ("mil", "k"):
        return _Number(i, i + 1, value, True)
    # "1.500 mil" would be a million and a half: nobody means that
    value, end = (None if value is None or value >= 100_000 else value * 1000), i + 2
    if words[end] != "e":
        return _Number(i, end, value, True)
    more = numerals.read_at(words, end + 1, stop=_CENTS)
    rest = more.value if more else int(words[end + 1]) if re.fullmatch(r"[0-9]{1,3}", words[end + 1]) else None
    after = more.end if more else end + 2
    if (more is None and rest is None) or words[after] in _CENTS:
        return _Number(i, end, value, True)
    sound = value is not None and value % 100_000 == 0 and rest is not None and 0 < rest < 1000
    return _Number(i, after, (value or 0) + (rest or 0) * 100 if sound else None, True)


def _plain(word: str) -> int | None:
    """Centavos of a number in digits; None if dot and comma are ambiguous."""
    if re.fullmatch(r"[0-9]+", word):
        return int(word) * 100 if len(word) <= 9 else None
    if re.fullmatch(r"[0-9]+[.,][0-9]{1,2}", word):
        whole, cents = re.split(r"[.,]", word)
        return int(whole) * 100 + int(cents.ljust(2, "0")) if len(whole) <= 9 else None
    if re.fullmatch(r"[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]{2})?", word):
        whole, _, cents = word.partition(",")
        return int(whole.replace(".", "")) * 100 + int(cents or 0)
    if re.fullmatch(r"[1-9][0-9]{0,2}(,[0-9]{3})+\.[0-9]{2}", word):
        whole, _, cents = word.partition(".")
        return int(whole.replace(",", "")) * 100 + int(cents)
    return None
