"""Readers shared by several flows."""

from __future__ import annotations

import re

from bot.conversations.language import answers
from bot.conversations.talk import Heard, Talk
from bot.domain import postal_code


def yes_or_no(_: Talk, heard: Heard) -> str | None:
    """``yes``, ``no`` or None."""
    if heard.choice in ("yes", "no"):
        return heard.choice
    agreed = answers.affirmation(heard.text)
    return None if agreed is None else "yes" if agreed else "no"


def yes_to(talk: Talk, heard: Heard, verb: str) -> str | None:
    """Like :func:`yes_or_no`; at a question with ``verb`` (a stem), *pode cancelar* and *sim, cancela* are a yes."""
    plain = re.sub(rf"\b{verb}\w*\b", " ", heard.folded)
    if plain == heard.folded or re.search(r"\d|\?", heard.text):
        return yes_or_no(talk, heard)
    return "yes" if answers.affirmation(plain) else None


def cep_in(heard: Heard) -> str | None:
    """Eight digits, None if the message contains no usable CEP."""
    found = postal_code.read(heard.text)
    return found or (None if has_several_ceps(heard) else heard.slot("cep")) or None


def listing_in(heard: Heard) -> int | None:
    """The number of a listing (*anúncio 558*, or a part's URL) in a message."""
    match = _LISTING.search(heard.folded)
    said = (match[1] or match[2]) if match else heard.slot("listing")
    return int(said) if said.isdigit() else None


_NOT_COME = re.compile(
    r"\bnao (?:\w+ )?(?:chegou|recebi|veio|achei)\b|\b(?:manda|envia|reenvia)\w*\b.*\b(?:de novo|outr[oa]|outra vez)\b"
    r"|^reenvi\w+\W*$|\boutro codigo\b"
)


def wants_it_again(heard: Heard) -> bool:
    """*Não chegou*, *manda outro código*, after a code was sent."""
    return bool(_NOT_COME.search(heard.folded))


_LISTING = re.compile(r"\banuncio (?:n[o.]? ?|numero |de numero )?#?(\d{1,9})\b|/p/(\d{1,9})\b")


def short_cep(heard: Heard) -> str:
    """Digits of a longer message that are called a CEP, or named last as the place (*frete do farol pra 8001000*), but
    too few or too many; otherwise empty."""
    match = _SHORT.search(heard.folded) or _SHORT_AT_END.search(heard.folded)
    return match[1].replace("-", "") if match else ""


_SHORT = re.compile(r"\bcep\W{0,3}(?:e |eh |do |da |de |dele |numero )?(\d{5,7}|\d{9,10})(?![\d.,/-])")
_SHORT_AT_END = re.compile(r"\b(?:pra|para|pro|ate|em) (\d{7}|\d{4}-\d{3}|\d{5}-\d{2}|[0-8]\d{8})\W*$")


def has_several_ceps(heard: Heard) -> bool:
    return len({re.sub(r"\D", "", m[1]) for m in postal_code.SHAPE.finditer(heard.text)}) > 1


def lone_digits(heard: Heard) -> str:
    """The digits of a message that is a single number (or an attempt at one), empty for anything else."""
    plain = re.sub(r"^cep\b\W*", "", heard.folded)
    return re.sub(r"\D", "", plain) if re.fullmatch(r"\d[\d .\-]*", plain) else ""


def numbers_in(text: str) -> list[int]:
    """Order or listing numbers in a text, each once, in the order in which they are named."""
    return list(dict.fromkeys(int(n) for n in re.findall(r"(?<![\d.,/-])#?(\d{3,9})(?![\d/-]|[.,]\d)", text)))
