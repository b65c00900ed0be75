"""What is known by its name: parts, vehicles, towns, carriers, streets."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from bot.conversations.language import lexicon
from bot.conversations.language.codes import NUMBER_WORDS
from bot.conversations.language.normalise import COMMON, USUAL, Text
from bot.domain.text import words


class Word(NamedTuple):
    text: str
    start: int
    end: int


_WORD = re.compile(r"[a-z0-9]+")
# everyday or shop words that are parts only where a vehicle is named as well ("quero suporte", "chave da nota")
_WEAK = words(
    "suporte chave banco som travessa controle painel comando terminal corrente sensor filtro simbolo console "
    "roda porta "
    "modulo balanca alarme macaco oleo vidro mola cinto rack radio cambio motor borracha volante espelho bico "
    "cubo led som "
    "aro antena forro pedal disco logotipo"
)
# weak words that stand for themselves when an article or a number leads to them ("tem o motor?", "2 discos")
_LEAD = words("do da um uma dois duas 2 3 4 o a de desse dessa esse essa procuro tenho")
_NEVER_LED = words("suporte chave banco som travessa controle comando terminal console simbolo")
_PLACE_LEAD = words("pra para p pro em ate a cidade no na moro sou por")
_POSITION = re.compile(r" (?:dianteir[oa]s?|traseir[oa]s?)\b")
_DOORS = re.compile(r"\b(?:celta|gol|uno|palio|corsa|fiesta|ka|fox|clio|207|208|hb20|saveiro|strada)(?: g\d)? [2-5] $")
_ENGINE = re.compile(r" ?(?:motor )?(\d\.\d)(?: ?l\b)?(?![\d,])")
_YEAR = re.compile(
    r"(?:,? ?(?:ano|modelo|mod|de|do ano)?(?: de)? ?)((?:19[5-9]|20[0-3])\d)(?: ?[/-] ?(?:20)?\d\d)?(?!\d|[.,]\d"
    r"|[/-]\d)"
    r"|,? ?(?:ano |modelo )((?:[7-9]|[0-2])\d)(?: ?[/-] ?\d\d)?(?![\w/]|[.,]\d)"
    r"| ((?:[7-9]|[0-2])\d)(?:/\d\d)?(?![\w/%]|[.,]\d| ?(?:x|vezes|reais|conto|pila|mil|cm|kg|portas|un|pecas|v)\b)"
)
_ANY_YEAR = re.compile(r"(?<![\w#.,/-])((?:19[5-9]|20[0-3])\d)(?: ?[/-] ?(?:20)?\d\d)?(?![\w]|[.,/-]\d)")
_QUANTITY = re.compile(
    r"(?<![\w.,#])(\d{1,2}|" + "|".join(NUMBER_WORDS) + r")(?: ?x)? "
    r"(?:(?:unidades?|unid|un|pares|par|jogos?|kits?|pecas?)(?: de| do| da)? )?$"
)
_COUNTED = re.compile(
    r"(?<![\w.,#])(\d{1,2}|" + "|".join(NUMBER_WORDS) + r") (?:pecas?|produtos?|itens|unidades?|unids?|un|anuncios?)\b"
)
_CARRIERS = {
    "Correios": r"correios?|coreios?",
    "SEDEX": r"sedex|cedex",
    "PAC": r"pac",
    "Jadlog": r"jad ?log|jedlog",
    "Loggi": r"loggi?|logi",
    "Azul Cargo": r"azul cargo|pela azul",
    "LATAM Cargo": r"latam(?: cargo)?",
    "Total Express": r"total express",
    "Buslog": r"buslog",
    "J&T Express": r"j ?& ?t|jet express",
    "Braspress": r"brasp?ress",
}
_CARRIER = re.compile("|".join(rf"(?P<c{i}>\b(?:{p})\b)" for i, p in enumerate(_CARRIERS.values())))
_STREET = re.compile(
    r"\b(?:rua|r\.|av\.?|avenida|alameda|al\.|travessa|tv\.|praca|pca\.?|estrada|rodovia|rod\.|largo)\s+"
    r"(?!(?:e|ta|esta|errad[ao]|certa|que|do meu|da minha|nova|nao|mudou)\b)"
    r"(?:\d{1,2} de [a-z]+|[a-z'.]+(?: [a-z'.]+){0,5}?)(?=\s*(?:,|;|-|\n|$|\.(?:\s|$)|\d|n[o.]* ?\d|numero|cep\b"
    r"|bairro\b|apto?\b|casa\b"
    r"|em [a-z]|no bairro|pfv|por favor|_))"
)
_AFTER_STREET = re.compile(r"\s*,?\s*(?:n[o.]{0,2} ?|numero )?(\d{1,5}[a-z]?)(?![\d-])")
_COMPLEMENT = re.compile(
    r"(?<![\w])(?:(?:apartamento|apto?|ap|bloco|bl|casa|sala|loja|torre|conjunto|cj|lote|fundos)\.? ?"
    r"(?:\d{1,4}[a-z]?|[a-z](?![a-z]))?(?:[ ,/-]{1,3})?)+"
)
_SIDES = {
    "esquerdo": r"esquerd[oa]s?|\ble\b|lado do motorista",
    "direito": r"direit[oa]s?|\bld\b|lado do (?:carona|passageiro)",
    "par": r"\bpar\b|os dois lados|ambos",
}


def tokens(folded: str) -> list[Word]:
    return [Word(m.group(), m.start(), m.end()) for m in _WORD.finditer(folded)]


_MANY = 60
"""Words of a message above which misspelt names are no longer looked for: it is a paste, not a wish."""


def _longest(found: list[Word], i: int, phrases: lexicon.Phrases) -> tuple[int, str] | None:
    """The longest phrase of the list that starts at word ``i``: how many words, and its folded form."""
    if found[i].text not in phrases.first:
        return None
    for count in range(min(phrases.longest, len(found) - i), 0, -1):
        phrase = " ".join(w.text for w in found[i : i + count])
        if phrase in phrases.names and found[i + count - 1].end - found[i].start <= len(phrase) + count:
            return count, phrase
    return None


@lru_cache(maxsize=2048)
def _near(word: str, kind: str) -> str:
    """The one-word name of the list that a misspelt word stands for, "" if none is near enough."""
    if len(word) < 5 or word in COMMON or word in USUAL or not word.isalpha():
        return ""
    phrases = lexicon.parts() if kind == "part" else lexicon.vehicles() if kind == "vehicle" else lexicon.cities()[0]
    known = sorted(n for n in phrases.names if len(n) >= 5 and " " not in n and abs(len(n) - len(word)) <= 2)
    best = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=84 if len(word) > 6 else 80)
    return best[0] if best and best[0][0] == word[0] else ""


def _find_parts(text: Text, found: list[Word], known: frozenset[str], towns: frozenset[int]) -> None:
    phrases = lexicon.parts()
    i = 0
    while i < len(found):
        hit = _longest(found, i, phrases)
        word = found[i].text
        count, phrase = hit or (1, "")
        name = phrases.names.get(phrase, "")
        if (
            not name
            and i not in towns
            and len(found) <= _MANY
            and word not in known
            and text.is_free(found[i].start, found[i].end)
        ):
            near = _near(word, "part")
            if near:
                count, phrase, name = _fuzzy_phrase(found, i, near, phrases)
        if (
            not name
            or (lexicon.key(name) in _WEAK and not _is_led(found, i, lexicon.key(name)))
            or not text.is_free(found[i].start, found[i].end)
        ):
            i += 1
            continue
        start, end = found[i].start, found[i + count - 1].end
        exact = phrase == lexicon.key(name) and hit is not None
        _claim_part(text, start, end, text.said(start, end).lower() if exact else name)
        i += count


def _claim_part(text: Text, start: int, end: int, value: str) -> None:
    """Claim a part with the *dianteiro* or *traseiro* behind it, and how many are wanted."""
    position = _POSITION.match(text.folded, end)
    if position and "traseir" not in value and "dianteir" not in value:
        value, end = f"{value} {position.group().strip().rstrip('s')}", position.end()
    if text.claim("part", start, end, value) and not (value == "porta" and _DOORS.search(text.folded[:start])):
        _find_quantity(text, start)


def _fuzzy_phrase(found: list[Word], i: int, near: str, phrases: lexicon.Phrases) -> tuple[int, str, str]:
    """The longest phrase that begins with the corrected word."""
    rest = [near, *(w.text for w in found[i + 1 : i + phrases.longest])]
    for count in range(len(rest), 0, -1):
        phrase = " ".join(rest[:count])
        if phrase in phrases.names:
            return count, phrase, phrases.names[phrase]
    return 1, "", ""


def _is_led(found: list[Word], i: int, phrase: str) -> bool:
    before = found[i - 1].text if i else ""
    return (
        before in _LEAD
        and phrase not in _NEVER_LED
        and not (i + 1 < len(found) and found[i + 1].text in ("nota", "nf", "nfe", "pix"))
    )


def _find_quantity(text: Text, start: int) -> None:
    match = _QUANTITY.search(text.folded[:start])
    if match:
        count = NUMBER_WORDS.get(match[1]) or int(match[1])
        text.claim("qty", match.start(1), match.end(), str(count))


def _find_weak_parts(text: Text, found: list[Word]) -> None:
    """Everyday words that are parts because a vehicle stands right behind them: *motor do gol*, *banco corsa*."""
    phrases = lexicon.parts()
    starts = {c.start for c in text.all("vehicle")}
    for word in found:
        if lexicon.key(phrases.names.get(word.text, "")) not in _WEAK or not text.is_free(word.start, word.end):
            continue
        behind = re.match(
            r"(?: (?:direit[oa]|esquerd[oa]|dianteir[oa]|traseir[oa]))*(?: d[oae]| pr[oa]| para o| de um)? ",
            text.folded[word.end :],
        )
        if behind and word.end + behind.end() in starts:
            _claim_part(text, word.start, word.end, text.said(word.start, word.end).lower())


_VEHICLE_LEAD = words("do da dos no na pro pra de meu minha um uma para seu p o ao desse neste nesse")


def _shown_trim(word: str) -> str:
    return word.upper() if len(word) <= 3 or any(c.isdigit() for c in word) else word.capitalize()


def _find_vehicles(text: Text, found: list[Word], known: frozenset[str], towns: frozenset[int]) -> None:
    phrases, trims, brands = lexicon.vehicles(), lexicon.vehicle_words("trims"), lexicon.vehicle_words("brands")
    strict, loose = lexicon.vehicle_words("strict"), lexicon.vehicle_words("loose")
    i = 0
    while i < len(found):
        if i in towns:
            i += 1
            continue
        hit = _longest(found, i, phrases)
        before = found[i - 1].text if i else ""
        if hit is None and len(found) <= _MANY and before in _VEHICLE_LEAD | brands and found[i].text not in known:
            near = _near(found[i].text, "vehicle")
            hit = (1, near) if near else None
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
        trimmed, j = False, i + count
        while j <= len(found):
            engine = _ENGINE.match(text.folded, end)
            if engine:
                shown.append(engine[1])
                end, trimmed = engine.end(), True
                while j < len(found) and found[j].start < end:
                    j += 1
                continue
            if (
                j < len(found)
                and found[j].text in trims
                and found[j].start - end <= 1
                and text.is_free(found[j].start, found[j].end)
            ):
                shown.append(_shown_trim(found[j].text))
                end, trimmed, j = found[j].end, True, j + 1
                continue
            break
        year = _YEAR.match(text.folded, end)
        sure = branded or trimmed or year is not None
        part_before = any(0 <= start - c.end <= 4 for c in text.all("part"))
        if phrase in strict:
            accepted = sure or (part_before and before in ("do", "da", "de", "pro", "pra"))
        elif phrase in loose:
            accepted = sure or part_before or before in _VEHICLE_LEAD or len(found) <= 2
        else:
            accepted = True
        if not accepted or not text.claim("vehicle", start, end, " ".join(shown)):
            i += count
            continue
        if year:
            _claim_year(text, year)
        i = max(j, i + count)
    if text.all("vehicle") and not text.all("year"):
        for match in _ANY_YEAR.finditer(text.folded):
            if text.claim("year", match.start(), match.end(), match[1]):
                break


def _claim_year(text: Text, match: re.Match[str]) -> None:
    group = next(g for g in (1, 2, 3) if match[g])
    digits = match[group]
    year = digits if len(digits) == 4 else ("19" if digits[0] in "789" else "20") + digits
    text.claim("year", match.start(group), match.end(), year)


def _towns(found: list[Word]) -> frozenset[int]:
    """The words that belong to a town of several words: Campos of *São José dos Campos* is no misspelt part."""
    inside: set[int] = set()
    for i in range(len(found)):
        town = _longest(found, i, lexicon.cities()[0])
        if town and town[0] > 1:
            inside.update(range(i, i + town[0]))
    return frozenset(inside)


_LOWER = words("de da do dos das e")


def _titled(raw: str) -> str:
    return re.sub(
        r"[^\W\d_]+", lambda m: m.group().lower() if m.group().lower() in _LOWER else m.group().capitalize(), raw
    )


def _find_places(text: Text, found: list[Word], known: frozenset[str]) -> None:
    phrases, homes = lexicon.cities()
    regions = lexicon.states()
    candidates: list[tuple[int, int, int, str, str]] = []  # rank, start, end, city, uf
    for i, word in enumerate(found):
        if not text.is_free(word.start, word.end):
            continue
        before = found[i - 1].text if i else ""
        led = before in _PLACE_LEAD or (
            before in ("e", "eh") and any(w.text == "cidade" for w in found[max(0, i - 4) : i])
        )
        hit = _longest(found, i, phrases)
        if hit is None and led and len(found) <= _MANY and word.text not in known and before != "a":
            near = _near(word.text, "city")
            hit = (1, near) if near else None
        region = _longest(found, i, regions)
        if region and (led or before in ("estado", "do", "de")) and not (hit and hit[0] > region[0]):
            end = found[i + region[0] - 1].end
            candidates.append((2 if led else 1, word.start, end, "", regions.names[region[1]]))
            continue
        if hit is None:
            if led and word.text in lexicon.UFS and _is_uf(text, word, found):
                candidates.append((2, word.start, word.end, "", word.text.upper()))
            continue
        name = phrases.names[hit[1]]
        end = found[i + hit[0] - 1].end
        after = found[i + hit[0]] if i + hit[0] < len(found) else None
        uf = ""
        if (
            after
            and after.text in lexicon.UFS
            and re.fullmatch(r"[ ,/\-(.]{1,3}", text.folded[end : after.start] or "x")
        ):
            sure = text.said(after.start, after.end).isupper() or after.text.upper() in homes.get(name, frozenset())
            uf, end = (after.text.upper(), after.end) if sure else ("", end)
        rank = 3 if uf else 2 if led else 1 if before == "de" or len(found) <= hit[0] + 1 else 1 if " " in hit[1] else 0
        if rank:
            candidates.append((rank + led, word.start, end, name, uf))
    unknown = re.search(
        r"\b(?:pra|para|em|ate|cidade de|p/) ?((?:[a-z'-]+ ){0,3}[a-z'-]{3,}) ?[,/(-]? ?\b("
        + "|".join(sorted(lexicon.UFS))
        + r")\b",
        text.folded,
    )
    if not candidates and unknown and not set(unknown[1].split()) & (known - {"do", "da", "de", "dos", "das"}):
        raw_uf = text.said(unknown.start(2), unknown.end(2))
        if raw_uf.isupper() or re.match(r"[^a-z]*$", text.folded[unknown.end() :]):
            name = _titled(text.said(unknown.start(1), unknown.end(1)))
            candidates.append((2, unknown.start(1), unknown.end(), name, unknown[2].upper()))
    if not candidates:
        return
    # the destination: the best led one, of equals the last ("de Curitiba pra Recife")
    rank, start, end, city, uf = max(candidates, key=lambda c: (c[0], c[1]))
    if text.claim("city" if city else "uf", start, end, city or uf) and city and uf:
        text.claims[-1] = text.claims[-1].__class__("city", start, end, f"{city}/{uf}")


def _is_uf(text: Text, word: Word, found: list[Word]) -> bool:
    said = text.said(word.start, word.end)
    return said.isupper() or word.text in ("sp", "rj", "mg", "pr", "rs", "sc", "df", "ba", "mt", "ms", "rn", "pb", "rr")


def _find_carriers(text: Text) -> None:
    names = list(_CARRIERS)
    for match in _CARRIER.finditer(text.folded):
        text.claim("carrier", match.start(), match.end(), names[int((match.lastgroup or "c0")[1:])])


def _find_street(text: Text) -> None:
    match = _STREET.search(text.folded)
    if match is None or not text.is_free(match.start(), match.end()):
        return
    start, end = match.start(), match.start() + len(match.group().rstrip(" .,"))
    text.claim("street", start, end, text.said(start, end).rstrip(" ,."))
    number = _AFTER_STREET.match(text.folded, end)
    if number:
        text.claim("number", number.start(1), number.end(1), text.said(number.start(1), number.end(1)))
        extra = _COMPLEMENT.search(text.folded, number.end(1), number.end(1) + 40)
        if extra:
            said = text.said(extra.start(), extra.start() + len(extra.group().rstrip(" ,/-")))
            text.claim("complement", extra.start(), extra.start() + len(extra.group().rstrip(" ,/-")), said)


def side_of(text: str) -> str:
    """``esquerdo``, ``direito``, ``par`` or "" for a text in any spelling."""
    folded = lexicon.key(text)
    found = [name for name, shape in _SIDES.items() if re.search(shape, folded)]
    if "esquerdo" in found and "direito" in found:
        return "par"
    return found[0] if found else ""


def condition_of(text: str) -> str:
    """``new``, ``used``, ``remanufactured`` or "" for what is said of a part's state."""
    folded = lexicon.key(text)
    shapes = {
        "remanufactured": r"\b(?:recondicionad|remanufaturad|remanofaturad|retificad|recondicionad)[oa]s?\b",
        "used": r"\b(?:usad|seminov|semi nov|de segunda mao|de desmanche|desmanche|original usad)[oa]?s?\b",
        "new": r"\b(?:nov[oa]s?|novinh[oa]s?|zero|lacrad[oa]s?|na caixa)\b",
    }
    return next((name for name, shape in shapes.items() if re.search(shape, folded)), "")


def find(text: Text, known: frozenset[str]) -> None:
    """Claim what is known by name. ``known`` are words that are right as they are and stand for no misspelt name."""
    found = tokens(text.folded)
    if not found:
        return
    towns = _towns(found)
    _find_carriers(text)
    _find_street(text)
    _find_parts(text, found, known, towns)
    _find_vehicles(text, found, known, towns)
    _find_weak_parts(text, found)
    _find_places(text, found, known)
    for match in _COUNTED.finditer(text.folded):
        text.claim("qty", match.start(1), match.end(1), str(NUMBER_WORDS.get(match[1]) or int(match[1])))
