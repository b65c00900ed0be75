"""CPF and CNPJ, the alphanumeric CNPJ of 2026 included. Always text, without mask, upper case."""

from __future__ import annotations

import re

from validate_docbr import CNPJ, CPF

_CPF = re.compile(r"(?<![0-9A-Za-z])(\d{3}[. ]?\d{3}[. ]?\d{3}[-. ]?\d{2})(?![0-9A-Za-z])", re.ASCII)
_CNPJ = re.compile(
    r"(?<![0-9A-Za-z])([0-9A-Za-z]{2}\.?[0-9A-Za-z]{3}\.?[0-9A-Za-z]{3}/?[0-9A-Za-z]{4}-?\d{2})(?![0-9A-Za-z])",
    re.ASCII,
)
_CNPJ_SPACED = re.compile(r"(?<![0-9A-Za-z])(\d{2}[. ]\d{3}[. ]\d{3}[/ ]\d{4}[- ]?\d{2})(?![0-9A-Za-z])", re.ASCII)
_MASK = re.compile(r"[.\-/\s]")


def _valid(document: str) -> bool:
    if re.fullmatch(r"[0-9]{11}", document):
        return bool(CPF().validate(document))
    return bool(re.fullmatch(r"[0-9A-Z]{12}[0-9]{2}", document) and CNPJ().validate(document))


def read(text: str) -> str | None:
    """The valid CPF or CNPJ in a text, without mask, upper case; None if there is none, or two different ones."""
    valid = _all(text)
    return valid[0] if len(valid) == 1 else None


def has_several(text: str) -> bool:
    """Whether a text contains two different valid documents."""
    return len(_all(text)) > 1


def _all(text: str) -> list[str]:
    whole = re.sub(r"^(cpf|cnpj)\b\W*", "", text.strip(), flags=re.IGNORECASE)
    found = {_MASK.sub("", whole).upper()} if len(whole) <= 40 else set()
    for shape in (_CPF, _CNPJ, _CNPJ_SPACED):
        found.update(_MASK.sub("", m[1]).upper() for m in shape.finditer(text))
    return [d for d in found if _valid(d)]


def is_cpf(document: str) -> bool:
    """Whether an unmasked document is a CPF (by its length; :func:`read` has checked the digits)."""
    return len(document) == 11


def masked(document: str) -> str:
    """A CPF with its middle digits only, ``***.982.247-**``, where others may see it; a CNPJ is public."""
    return f"***.{document[3:6]}.{document[6:9]}-**" if is_cpf(document) else show(document)


def show(document: str) -> str:
    """With its mask: ``529.982.247-25``, ``12.ABC.345/01DE-35``; anything else unchanged."""
    d = document
    if len(d) == 11:
        return f"{d[:3]}.{d[3:6]}.{d[6:9]}-{d[9:]}"
    if len(d) == 14:
        return f"{d[:2]}.{d[2:5]}.{d[5:8]}/{d[8:12]}-{d[12:]}"
    return d
