"""Values recognised by their format: documents, codes, phones, CEP, plates, e-mail, numeric dates, amounts."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.conversations.language.normalise import Text
from bot.domain import documents, money, nfe, numerals, phone, postal_code

_EMAIL = re.compile(r"(?<![\w.+-])[a-z0-9][\w.+-]*@[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?![\w-])")
_URL = re.compile(r"https?://\S+|www\.\S+")
_KEY = re.compile(r"(?<![0-9a-z])[0-9]{4}(?:[ .\-]?[0-9a-z]{4}){10}(?![0-9a-z])")
_BOLETO = re.compile(r"(?<!\d)\d{5}\.?\d{5} ?\d{5}\.?\d{6} ?\d{5}\.?\d{6} ?\d ?\d{14}(?!\d)")
_PIX = re.compile(r"000201[0-9a-z .*/@+\-]{40,}6304[0-9a-f]{4}")
_TRACKING = re.compile(
    r"(?<![0-9a-z])[a-z]{2} ?\d{3}[ .-]?\d{3}[ .-]?\d{3} ?br(?![0-9a-z])|(?<![0-9a-z])[a-z]{2}\d{9}[a-z]{2}(?![0-9a-z])"
    r"|(?<![0-9a-z])me2\d[0-9a-z]{6,12}br(?![0-9a-z])"
)
"""Of Correios, and of Melhor Envio, whose codes our own notices contain (``ME26000ABC1BR``)."""
_CNPJ = re.compile(r"(?<![0-9a-z])[0-9a-z]{2}\.?[0-9a-z]{3}\.?[0-9a-z]{3}/?[0-9a-z]{4}-?\d{2}(?![0-9a-z])")
_CNPJ_SPACED = re.compile(r"(?<![0-9a-z])\d{2}[. ]\d{3}[. ]\d{3}[/ ]\d{4}[- ]?\d{2}(?![0-9a-z])")
_CPF = re.compile(r"(?<![0-9a-z.])\d{3}[. ]?\d{3}[. ]?\d{3}[-. ]?\d{2}(?![0-9a-z])")
_PHONE = re.compile(r"(?<![0-9a-z.,/])(?:\+?55 ?)?\(?0?\d{2}\)? ?(?:9 ?)?\d{4}[- ]?\d{4}(?![0-9a-z/])")
_CEP = re.compile(r"(?<![\w.,/-])\d{2}\.?\d{3}(?:[- ]{0,2}|\.)\d{3}(?![\w/-]|[.,]\d)")
_SPOKEN = "|".join(sorted([*(w for w in numerals.WORDS if w != "mil"), "meia"], key=len, reverse=True))
_DIGITS_SAID = re.compile(rf"\b(?:(?:{_SPOKEN})(?: e)?[ ,.-]+){{4,20}}(?:{_SPOKEN})\b")
_CEP_DICTATED = re.compile(r"\bcep\W{0,3}(?:e |numero |do |da |de )?((?:\d[ .-]?){8})(?!\d)")
_PLATE = re.compile(r"(?<![0-9a-z])[a-z]{3}[ -]?\d[0-9a-z]\d{2}(?![0-9a-z])")
_DATE = re.compile(r"(?<![\w/.,-])(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])(?:/(?:20)?\d{2})?(?![\w/])")
_PERCENT = re.compile(r"(?<![\w.,])(\d{1,3})(?:[.,](\d{1,2}))? ?(?:%|por ?cento\b)")
_INSTALLMENTS = re.compile(
    r"(?<![\w.,])(\d{1,2}) ?(?:x\b(?! ?\d)|vezes\b(?! ?\d)|vzs?\b|vez\b(?! de)|parcelas?\b|prestacoes\b|parcelinhas\b)"
    r"|\b(duas|dois|tres|quatro|cinco|seis|sete|oito|nove|dez|onze|doze) (?:vezes|vzs|parcelas|prestacoes)\b"
    r"|\b(?:divid|parcel)\w+ (?:\w+ ){0,3}?em (duas|dois|tres|quatro|cinco|seis|sete|oito|nove|dez|onze|doze|\d{1,2})\b"
)
_WEIGHT = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)? ?(?:kg|quilos?|kilos?|gramas?|gr|g)\b")
_SIZE = re.compile(
    r"(?<![\w.,])\d+(?:[.,]\d+)? ?x ?\d+(?:[.,]\d+)?(?: ?x ?\d+(?:[.,]\d+)?)?(?: ?cm)?\b"
    r"|(?<![\w.,])\d+(?:[.,]\d+)? ?por ?\d+(?:[.,]\d+)? ?por ?\d+(?:[.,]\d+)?(?: ?cm)?\b|\d+ ?(?:cm|mm)\b"
)
_CLOCK = re.compile(r"(?<![\w:/])(?:[01]?\d|2[0-3])(?::[0-5]\d| ?h(?:oras?|rs?|s)?(?:[0-5]\d)?)\b")

_FIGURE = re.compile(r"\d")

NUMBER_WORDS = {word: number for word, number in numerals.WORDS.items() if 2 <= number <= 12}


def _strip(text: str) -> str:
    return re.sub(r"[^0-9a-z]", "", text).upper()


def _claim_each(text: Text, kind: str, shape: re.Pattern[str], value: Callable[[str], str | None]) -> None:
    for match in shape.finditer(text.folded):
        found = value(match.group())
        if found:
            text.claim(kind, match.start(), match.end(), found)


def _plate(piece: str) -> str | None:
    plate = _strip(piece)
    # "abc 1234" in a sentence is a plate only if written as one word or with a hyphen, or introduced as one
    return plate if " " not in piece or plate[4].isalpha() else None


def _is_after(text: Text, start: int, words: str) -> bool:
    return bool(re.search(rf"\b(?:{words})\b[^0-9]{{0,18}}$", text.folded[max(0, start - 32) : start]))


def _find_documents(text: Text) -> None:
    for shape in (_CNPJ, _CNPJ_SPACED, _CPF):
        for match in shape.finditer(text.folded):
            document = documents.read(match.group())
            if not document:
                continue
            bare = match.group().isdigit() and len(document) == 11
            if bare and _is_after(text, match.start(), "telefone|fone|celular|whatsapp|zap|whats|contato|ligar"):
                continue
            text.claim("doc", match.start(), match.end(), document)


def _find_phones(text: Text) -> None:
    for match in _PHONE.finditer(text.folded):
        number = phone.canonical(match.group())
        # ten bare digits may be anything, unless a phone is mentioned
        sure = not match.group().isdigit() or len(number) == 13 or _is_after(text, match.start(), "telefone|fone|fixo")
        if number and sure:
            text.claim("phone", match.start(), match.end(), number)


def find(text: Text) -> None:
    """Claim everything recognised by its format, the longest and safest formats first."""
    _claim_each(text, "url", _URL, lambda piece: piece)
    for match in _EMAIL.finditer(text.folded):
        text.claim("email", match.start(), match.end(), text.folded[match.start() : match.end()])
    if _FIGURE.search(text.folded):
        _find_in_figures(text)
    for match in _DIGITS_SAID.finditer(text.folded):
        digits = numerals.figures(re.findall("[a-z]+", match.group()))
        if cep := postal_code.read(digits):
            text.claim("cep", match.start(), match.end(), cep)
        elif document := documents.read(digits):
            text.claim("doc", match.start(), match.end(), document)
    for found in money.find(text.folded):
        if found.marked and found.value is not None:
            text.claim("amount", found.start, found.end, f"{money.to_decimal(found.value)}")


def _find_in_figures(text: Text) -> None:
    """Formats that contain digits."""
    _claim_each(text, "paycode", _PIX, lambda piece: piece)
    for match in _KEY.finditer(text.folded):
        key = nfe.read_key(match.group())
        # a key with a wrong digit is claimed all the same, or its parts would be taken for other numbers
        text.claim("nfekey" if key else "badkey", match.start(), match.end(), key or match.group())
    _claim_each(text, "paycode", _BOLETO, lambda piece: piece)
    _claim_each(text, "tracking", _TRACKING, _strip)
    _find_documents(text)
    _find_phones(text)
    for match in _CEP_DICTATED.finditer(text.folded):
        cep = postal_code.read(match[1].strip())
        if cep:
            text.claim("cep", match.start(1), match.start(1) + len(match[1].rstrip(" .-")), cep)
    _claim_each(text, "cep", _CEP, lambda piece: postal_code.read(re.sub(r"[^0-9]", "", piece)))
    for match in _PLATE.finditer(text.folded):
        if _is_after(text, match.start(), "placa"):
            text.claim("plate", match.start(), match.end(), _strip(match.group()))
    _claim_each(text, "plate", _PLATE, _plate)
    _claim_each(text, "date", _DATE, lambda piece: piece)
    _claim_each(text, "clock", _CLOCK, lambda piece: piece)
    for match in _PERCENT.finditer(text.folded):
        cents = (match[2] or "").rstrip("0")
        text.claim("percent", match.start(), match.end(), match[1] + (f".{cents}" if cents else ""))
    _claim_each(text, "weight", _WEIGHT, lambda piece: piece)
    _claim_each(text, "size", _SIZE, lambda piece: piece)


def find_installments(text: Text) -> None:
    """Claim *em 6 vezes*, *3x*. After the parts, so that "2x amortecedor" is a quantity."""
    for match in _INSTALLMENTS.finditer(text.folded):
        said = match[1] or match[2] or match[3]
        count = NUMBER_WORDS.get(said) or int(said)
        if 1 <= count <= 24:
            # without the verb: "dividiram" tells, "divide" asks
            text.claim("installments", match.start(match.lastindex or 0), match.end(), str(count))
