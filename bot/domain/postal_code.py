"""CEP, the Brazilian postal code: eight digits without check digit. Being in range does not mean that it exists."""

from __future__ import annotations

import re

_RANGES = (
    (1000, 19999, "SP"), (20000, 28999, "RJ"), (29000, 29999, "ES"), (30000, 39999, "MG"), (40000, 48999, "BA"),
    (49000, 49999, "SE"), (50000, 56999, "PE"), (57000, 57999, "AL"), (58000, 58999, "PB"), (59000, 59999, "RN"),
    (60000, 63999, "CE"), (64000, 64999, "PI"), (65000, 65999, "MA"), (66000, 68899, "PA"), (68900, 68999, "AP"),
    (69000, 69299, "AM"), (69300, 69399, "RR"), (69400, 69899, "AM"), (69900, 69999, "AC"), (70000, 72799, "DF"),
    (72800, 72999, "GO"), (73000, 73699, "DF"), (73700, 76799, "GO"), (76800, 76999, "RO"), (77000, 77999, "TO"),
    (78000, 78899, "MT"), (79000, 79999, "MS"), (80000, 87999, "PR"), (88000, 89999, "SC"), (90000, 99999, "RS"),
)  # fmt: skip

# not inside a longer number, a decimal or a code, nor after the area code of a phone
SHAPE = re.compile(r"(?<![\w.,/-])(?<!\) )(?<!\))(\d{2}\.?\d{3}[- .]?\d{3})(?![\w/-]|[.,]\d)", re.ASCII)

_TYPED = re.compile(
    r"(?<![\w.,/@-])[0-9Oo]{2}\.?[0-9Oo]{3}(?:[ .]| ?[-\u2010-\u2015]+ ?)?[0-9Oo]{2,3}(?![\w@])", re.ASCII
)
_FIGURES = str.maketrans({"O": "0", "o": "0", **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015", "-")})
MOST_LETTERS = 4


def tidied(text: str) -> str:
    """A text with its CEP in digits and one hyphen: the letter O stands for zero (``O1310 – 1OO``)."""

    def mended(match: re.Match[str]) -> str:
        letters = sum(c in "Oo" for c in match[0])
        plain = re.sub(r" ?-+ ?", "-", match[0].translate(_FIGURES))
        return plain if letters <= MOST_LETTERS else match[0]

    return _TYPED.sub(mended, text)


def read(text: str) -> str | None:
    """The only possible CEP in a text, as eight digits; None if there is none or two different ones.

    Nothing is padded: seven digits may be a lost leading zero or a typo. Eight equal digits are no CEP.
    """
    whole = re.sub(r"^cep\b\W*", "", text.strip(), flags=re.IGNORECASE)
    if re.fullmatch(r"[0-9](?:[ .-]?[0-9]){7}", whole):
        found = {re.sub(r"[^0-9]", "", whole)}
    else:
        found = {re.sub(r"[^0-9]", "", m[1]) for m in SHAPE.finditer(text)}
    usable = [cep for cep in found if state_of(cep) and len(set(cep)) > 1]
    return usable[0] if len(usable) == 1 else None


def show(cep: str) -> str:
    """``80010-000``."""
    return f"{cep[:5]}-{cep[5:]}"


def state_of(cep: str) -> str | None:
    """The UF whose range holds this CEP (eight digits), None in the gaps and for other text."""
    if not re.fullmatch(r"[0-9]{8}", cep):
        return None
    zone = int(cep[:5])
    return next((uf for low, high, uf in _RANGES if low <= zone <= high), None)


def looks_generic(cep: str) -> bool:
    """Whether it may be a city-wide CEP (``75400-000``). Streets have such codes too, so look it up."""
    return cep.endswith("000")
