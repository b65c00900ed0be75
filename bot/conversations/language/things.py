"""Values recognised by name: parts, vehicles, and what :mod:`places` finds."""

from __future__ import annotations

import re

from bot.conversations.language import lexicon
from bot.conversations.language.codes import NUMBER_WORDS
from bot.conversations.language.matching import MANY, Word, longest, near, tokens
from bot.conversations.language.normalise import Text
from bot.conversations.language.places import find_carriers, find_places, find_street, towns_in
from bot.domain import part_words
from bot.domain.text import words

# everyday words that are parts only together with a vehicle ("quero suporte", "chave da nota")
_WEAK = words(
    "suporte chave banco som travessa controle painel comando terminal corrente sensor filtro simbolo console "
    "roda porta "
    "modulo balanca alarme macaco oleo vidro mola cinto rack radio cambio motor borracha volante espelho bico "
    "cubo led som "
    "aro antena forro pedal disco logotipo junta calha trava moldura pisca sirene"
)
# such words stand for parts by themselves after an article or number ("tem o motor?", "2 discos")
_LEAD = words("do da um uma dois duas 2 3 4 o a de desse dessa esse essa procuro tenho")
_LED_BACK = words(
    "novo nova novos novas usado usada usados original originais chegou veio vieram quebrado quebrada quebrou"
)
_NEVER_LED = words("suporte chave banco som travessa controle comando terminal console simbolo")
_POSITION = re.compile(r"\s(?:dianteir[oa]s?|traseir[oa]s?)\b")
_KIND = re.compile(r"\s(?:(?:hidraulic|eletric|mecanic|automatic|eletronic)[oa]|manual)\b")
_DOORS = re.compile(
    r"\b(?:celta|gol|uno|palio|corsa|fiesta|ka|fox|clio|207|208|hb20|saveiro|strada)(?: g\d)?(?: de)? [2-5] $"
)
_ENGINE = re.compile(r" ?(?:motor )?(\d\.\d)(?: ?l\b)?(?![\d,])")
_FOUR = r"(?:19[5-9]|20[0-3])\d"
_OR_MODEL = (
    r"(?: ?[/-] ?(?:20)?\d\d| (?:a|ate) " + _FOUR + r"|,? (?:e )?(?:modelo|mod\.?)(?: de| do ano)? (?:20)?\d\d)?"
)
_YEAR = re.compile(
    r"(?:,? ?(?:(?:do )?ano(?: ?[/e ] ?modelo)?|modelo|mod|de|fab\w*\.?)?(?: de)? ?)(" + _FOUR + r")"
    + _OR_MODEL + r"(?!\d|[.,]\d|[/-]\d)"
    r"|,? ?(?:ano |modelo )((?:[7-9]|[0-2])\d)(?: ?[/-] ?\d\d)?(?![\w/]|[.,]\d)"
    r"| ((?:[7-9]|[0-2])\d)(?:/\d\d)?(?![\w/%]|[.,]\d| ?(?:x|vezes|reais|conto|pila|mil|cm|kg|portas|un|pecas|v)\b)"
)  # fmt: skip
_ANY_YEAR = re.compile(r"(?<![\w#.,/-])(" + _FOUR + r")" + _OR_MODEL + r"(?![\w]|[.,/-]\d)")
_BEHIND_PART = re.compile(
    r".{0,4}"
    r"|(?: (?:lado|do|da|l[ed]|(?:direit|esquerd|dianteir|traseir)[oa]s?|dir|esq|diant|tras))+ (?:d[oae] |pr[oa] )?"
)
_QUANTITY = re.compile(
    r"(?<![\w.,#])(\d{1,2}|" + "|".join(NUMBER_WORDS) + r")(?: ?x)? "
    r"(?:(?:unidades?|unid|un|pares|par|jogos?|kits?|pecas?)(?: de| do| da)? )?$"
)
_COUNTED = re.compile(
    r"(?<![\w.,#])(\d{1,2}|" + "|".join(NUMBER_WORDS) + r") (?:pecas?|produtos?|itens|unidades?|unids?|un|anuncios?)\b"
)
_FITS = re.compile(
    r"\b(?:serv\w+|sirv\w+|usa|cabe|encaix\w+|vai|pega|da certo|igual|mesm[oa]) (?:n[oa]|d[oa]"
    r"|[oa]|em|pr[oa]) $"
)


def _find_parts(text: Text, found: list[Word], known: frozenset[str], towns: frozenset[int]) -> None:
    phrases = lexicon.parts()
    i = 0
    while i < len(found):
        hit = longest(found, i, phrases)
        word = found[i].text
        count, phrase = hit or (1, "")
        name = phrases.names.get(phrase, "")
        if (
            not name
            and i not in towns
            and len(found) <= MANY
            and word not in known
            and text.is_free(found[i].start, found[i].end)
        ):
            meant = near(word, "part")
            if meant:
                count, phrase, name = _fuzzy_phrase(found, i, meant, phrases)
        if (
            not name
            or (lexicon.key(name) in _WEAK and not _is_led(found, i, lexicon.key(name)))
            or not text.is_free(found[i].start, found[i].end)
        ):
            i += 1
            continue
        start, end = found[i].start, found[i + count - 1].end
        exact = phrase == lexicon.key(name) and hit is not None
        said = text.said(start, end).lower()
        _claim_part(text, start, end, said if exact and lexicon.key(said) in phrases.names else name)
        i += count


def _claim_part(text: Text, start: int, end: int, value: str) -> None:
    """Claim a part with the *hidráulica* or *traseiro* after it, and its quantity."""
    kind = _KIND.match(text.folded, end)
    if kind and " " in value:
        value, end = f"{value} {text.said(kind.start(), kind.end()).strip().lower()}", kind.end()
    position = _POSITION.match(text.folded, end)
    if position and "traseir" not in value and "dianteir" not in value:
        value, end = f"{value} {position.group().strip().rstrip('s')}", position.end()
    if value == "porta" and _DOORS.search(text.folded[:start]):
        text.claim("doors", start, end, value)  # "gol de 4 portas": a kind of car
    elif text.claim("part", start, end, value):
        _find_quantity(text, start)


def _fuzzy_phrase(found: list[Word], i: int, meant: str, phrases: lexicon.Phrases) -> tuple[int, str, str]:
    """The longest phrase that begins with the corrected word."""
    rest = [meant, *(w.text for w in found[i + 1 : i + phrases.longest])]
    for count in range(len(rest), 0, -1):
        phrase = " ".join(rest[:count])
        if phrase in phrases.names:
            return count, phrase, phrases.names[phrase]
    return 1, "", ""


def _is_led(found: list[Word], i: int, phrase: str) -> bool:
    before = found[i - 1].text if i else ""
    behind = found[i + 1].text if i + 1 < len(found) else ""
    return (
        (before in _LEAD or behind in _LED_BACK)
        and phrase not in _NEVER_LED
        and not (i + 1 < len(found) and found[i + 1].text in ("nota", "nf", "nfe", "pix"))
    )


def _find_quantity(text: Text, start: int) -> None:
    match = _QUANTITY.search(text.folded[:start])
    if match:
        count = NUMBER_WORDS.get(match[1]) or int(match[1])
        text.claim("qty", match.start(1), match.end(), str(count))


def _find_weak_parts(text: Text, found: list[Word]) -> None:
    """Everyday words that are parts because a vehicle follows: *motor do gol*, *banco corsa*."""
    phrases = lexicon.parts()
    starts = {c.start for c in text.all("vehicle")}
    for word in found:
        named = phrases.names.get(word.text, "")
        if not named or lexicon.key(named) not in _WEAK or not text.is_free(word.start, word.end):
            continue
        behind = re.match(
            r"(?: (?:direit[oa]|esquerd[oa]|dianteir[oa]|traseir[oa]))*(?: d[oae]| pr[oa]| para o| de um)? ",
            text.folded[word.end :],
        )
        if behind and word.end + behind.end() in starts:
            said = text.said(word.start, word.end).lower()
            _claim_part(text, word.start, word.end, said if lexicon.key(named) == word.text else named)


_VEHICLE_LEAD = words("do da dos no na pro pra de meu minha um uma para seu p o ao desse neste nesse")


def _shown_trim(word: str) -> str:
    return word.upper() if len(word) <= 3 or any(c.isdigit() for c in word) else word.capitalize()


def _find_vehicles(text: Text, found: list[Word], known: frozenset[str], towns: frozenset[int]) -> None:
    phrases, brands = lexicon.vehicles(), lexicon.vehicle_words("brands")
    i = 0
    while i < len(found):
        before = found[i - 1].text if i else ""
        hit = None if i in towns else longest(found, i, phrases) or _misspelt_vehicle(found, i, before, known)
        if hit is None:
            i += 1
            continue
        count, phrase = hit
        start, end = found[i].start, found[i + count - 1].end
        shown = [phrases.names[phrase]]
        branded = before in brands and text.is_free(found[i - 1].start, end)
        if branded:
            start = found[i - 1].start
            shown.insert(
                0, text.said(found[i - 1].start, found[i - 1].end).title() if len(before) > 3 else before.upper()
            )
        trims, end, j = _trims(text, found, i + count, end)
        year = _YEAR.match(text.folded, end)
        sure = branded or bool(trims) or year is not None
        if not _is_vehicle(text, phrase, start, before, sure=sure, alone=len(found) <= 2) or not text.claim(
            "vehicle", start, end, " ".join([*shown, *trims])
        ):
            i += count
            continue
        if year:
            _claim_year(text, year)
        i = j
    if text.all("vehicle") and not text.all("year"):
        for match in _ANY_YEAR.finditer(text.folded):
            if text.claim("year", match.start(), match.end(), _year_said(match)):
                break


def _misspelt_vehicle(found: list[Word], i: int, before: str, known: frozenset[str]) -> tuple[int, str] | None:
    """A near match of a vehicle's name after *do meu* or a brand, in the format of :func:`longest`."""
    led = before in _VEHICLE_LEAD or before in lexicon.vehicle_words("brands")
    if not led or len(found) > MANY or found[i].text in known:
        return None
    meant = near(found[i].text, "vehicle")
    return (1, meant) if meant else None


def _trims(text: Text, found: list[Word], j: int, end: int) -> tuple[list[str], int, int]:
    """Engines and trims right after a vehicle that ends at ``end``; their end, and the index of the next word."""
    known, shown = lexicon.vehicle_words("trims"), list[str]()
    while j <= len(found):
        engine = _ENGINE.match(text.folded, end)
        if engine:
            shown.append(engine[1])
            end = engine.end()
            while j < len(found) and found[j].start < end:
                j += 1
        elif (
            j < len(found)
            and found[j].text in known
            and found[j].start - end <= 1
            and text.is_free(found[j].start, found[j].end)
        ):
            shown.append(_shown_trim(found[j].text))
            end, j = found[j].end, j + 1
        else:
            break
    return shown, end, j


def _is_vehicle(text: Text, phrase: str, start: int, before: str, *, sure: bool, alone: bool) -> bool:
    """Whether a name that is also a common word means the vehicle here. ``sure``: a brand, trim or year is with it;
    ``alone``: the message has hardly any other word."""
    part_before = any(_BEHIND_PART.fullmatch(text.folded[c.end : start]) for c in text.all("part") if c.end <= start)
    if phrase in lexicon.vehicle_words("strict"):
        fits = _FITS.search(text.folded[:start]) is not None
        return sure or fits or (part_before and before in ("do", "da", "de", "pro", "pra"))
    if phrase in lexicon.vehicle_words("loose"):
        return sure or part_before or before in _VEHICLE_LEAD or alone
    return True


def _claim_year(text: Text, match: re.Match[str]) -> None:
    start = match.start(next(g for g in (1, 2, 3) if match[g]))
    if part_words.model_year(match.group()):  # right after a car, 11/12 is not a day
        text.claims[:] = [c for c in text.claims if c.kind != "date" or c.start != start]
    text.claim("year", start, match.end(), _year_said(match))


def _year_said(match: re.Match[str]) -> str:
    digits = next(g for g in match.groups() if g)
    return digits if len(digits) == 4 else str(part_words.full_year(digits))


def find(text: Text, known: frozenset[str]) -> None:
    """Claim values recognised by name. ``known``: words that are correct and stand for no misspelt name."""
    found = tokens(text.folded)
    if not found:
        return
    towns = towns_in(found)
    find_carriers(text)
    find_street(text)
    _find_parts(text, found, known, towns)
    _find_vehicles(text, found, known, towns)
    _find_weak_parts(text, found)
    find_places(text, found, known)
    for match in _COUNTED.finditer(text.folded):
        text.claim("qty", match.start(1), match.end(1), str(NUMBER_WORDS.get(match[1]) or int(match[1])))
