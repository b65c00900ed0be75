"""The grammatical gender of a part's name, from its first word: *lanterna esquerda*, *retrovisor esquerdo*."""

from __future__ import annotations

from bot.domain.text import fold, words

_FEMININE = words("base chave corrente fonte grade haste luz ponte torre")
_MASCULINE_BEGINNINGS = ("para-", "para ", "porta-", "porta luvas", "porta malas", "quebra", "guarda", "semi")
_MASCULINE_ENDINGS = ("ema", "ama", "oma")
_FEMININE_ENDINGS = ("a", "as", "agem", "agens", "cao", "coes", "sao", "soes", "dade")


def is_feminine(name: str) -> bool:
    """Whether adjectives of the part end in *-a*."""
    plain = fold(name).strip()
    first = plain.split(" ")[0].removesuffix("s") if plain else ""
    if plain.startswith(_MASCULINE_BEGINNINGS) or first.endswith(_MASCULINE_ENDINGS):
        return False
    return first in _FEMININE or first.endswith(_FEMININE_ENDINGS)


def agree(word: str, name: str) -> str:
    """An adjective in *-o*, inflected for the part: ``agree("usado", "lanterna")`` → ``usada``."""
    return f"{word[:-1]}a" if word.endswith("o") and is_feminine(name) else word
