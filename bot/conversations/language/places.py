"""Names around a delivery: towns, streets, carriers."""

from __future__ import annotations

import re

from bot.conversations.language import lexicon
from bot.conversations.language.matching import MANY, Word, longest, near
from bot.conversations.language.normalise import Text
from bot.domain.text import words

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
_CARRIER = re.compile(rf"\b(?:{'|'.join(f'(?P<c{i}>{p})' for i, p in enumerate(_CARRIERS.values()))})\b")
_STREET = re.compile(
    r"\b(?:rua|r\.|av\.?|avenida|alameda|al\.|travessa|tv\.|praca|pca\.?|estrada|rodovia|rod\.|largo)\s+"
    r"(?!(?:e|ta|esta|errad[ao]|certa|que|do meu|da minha|nova|nao|mudou)\b)"
    r"(?:\d{1,2} de [a-z]+|[a-z'.]+(?: [a-z'.]+){0,5}?)(?=\s*(?:,|;|-|\n|$|\.(?:\s|$)|\d|n[o.]* ?\d|numero|cep\b"
    r"|bairro\b|apto?\b|casa\b"
    r"|em [a-z]|no bairro|pfv|por favor|_))"
)
_AFTER_STREET = re.compile(r"\s*,?\s*(?:n[o.]{0,2} ?|numero )?(\d{1,5}[a-z]?)(?![\d-])")
_COMPLEMENT = re.compile(
    r"(?<![\w])(?<!minha )(?<!nossa )(?<!de )(?<!da )(?<!em )"
    r"(?:(?:apartamento|apto?|ap|bloco|bl|casa|sala|loja|torre|conjunto|conj|cj|lote|fundos)\.? ?"
    r"(?:\d{1,4}[a-z]?|[a-z](?![a-z]))?(?:[ ,/-]{1,3})?)+"
)
_UNKNOWN_TOWN = re.compile(
    r"\b(?:pra|para|em|ate|cidade de|p/) ?((?:[a-z'-]+ ){0,3}[a-z'-]{3,}) ?[,/(-]? ?\b("
    + "|".join(sorted(lexicon.UFS))
    + r")\b"
)
_FREIGHT = words("frete fretes entrega entregar envio enviar despachar")
_PLACE_LEAD = words("pra para p pro em ate a cidade no na moro sou por")


def towns_in(found: list[Word]) -> frozenset[int]:
    """The words that belong to a town of several words: Campos in *São José dos Campos* is no misspelt part."""
    inside: set[int] = set()
    for i in range(len(found)):
        town = longest(found, i, lexicon.cities()[0])
        if town and town[0] > 1:
            inside.update(range(i, i + town[0]))
    return frozenset(inside)


_LOWER = words("de da do dos das e")


def _titled(raw: str) -> str:
    return re.sub(
        r"[^\W\d_]+", lambda m: m.group().lower() if m.group().lower() in _LOWER else m.group().capitalize(), raw
    )


def find_places(text: Text, found: list[Word], known: frozenset[str]) -> None:
    phrases, homes = lexicon.cities()
    regions = lexicon.states()
    freight = any(w.text in _FREIGHT for w in found)
    candidates: list[tuple[int, int, int, str, str]] = []  # rank, start, end, city, uf
    for i, word in enumerate(found):
        if not text.is_free(word.start, word.end):
            continue
        before = found[i - 1].text if i else ""
        led = (
            before in _PLACE_LEAD
            or (before == "o" and i > 1 and found[i - 2].text in _PLACE_LEAD)
            or (before in ("e", "eh") and any(w.text == "cidade" for w in found[max(0, i - 4) : i]))
        )
        hit = longest(found, i, phrases)
        if hit is None and led and len(found) <= MANY and word.text not in known and before != "a":
            meant = near(word.text, "city")
            hit = (1, meant) if meant else None
        region = _region(text, found, i)
        if region and (led or before in ("estado", "do", "de")) and not (hit and hit[0] > region[0]):
            end = found[i + region[0] - 1].end
            candidates.append((2 if led else 1, word.start, end, "", regions.names[region[1]]))
            continue
        if hit is None:
            if led and word.text in lexicon.UFS and _is_uf(text, word):
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
        at = i + hit[0] + (1 if after and after.text in ("da", "do", "de", "no", "na", "em") else 0)
        state = _region(text, found, at) if at < len(found) and not uf else None
        if state and regions.names[state[1]] in homes.get(name, frozenset()):
            uf, end = regions.names[state[1]], found[at + state[0] - 1].end
        # beside *frete*, a town that is no everyday word needs no preposition: "2 pneus olinda frete"
        plain = freight and len(word.text) > 5 and word.text not in known
        rank = (
            3
            if uf
            else 2
            if led
            else 1
            if before == "de" or len(found) <= hit[0] + 1
            else 1
            if " " in hit[1] or plain
            else 0
        )
        if rank:
            candidates.append((rank + led, word.start, end, name, uf))
    unknown = None if candidates else _UNKNOWN_TOWN.search(text.folded)
    if unknown and not set(unknown[1].split()) & (known - {"do", "da", "de", "dos", "das"}):
        raw_uf = text.said(unknown.start(2), unknown.end(2))
        if raw_uf.isupper() or re.match(r"[^a-z]*$", text.folded[unknown.end() :]):
            name = _titled(text.said(unknown.start(1), unknown.end(1)))
            candidates.append((2, unknown.start(1), unknown.end(), name, unknown[2].upper()))
    if not candidates:
        return
    # the destination: the candidate with the best lead-in, of equals the last ("de Curitiba pra Recife")
    rank, start, end, city, uf = max(candidates, key=lambda c: (c[0], c[1]))
    if city and not uf:  # the state may be separate: "interior do Pará? Marabá no caso"
        uf = next((c[4] for c in candidates if not c[3] and c[4] in homes.get(city, frozenset())), "")
    if text.claim("city" if city else "uf", start, end, city or uf) and city and uf:
        text.claims[-1] = text.claims[-1].__class__("city", start, end, f"{city}/{uf}")


_NOUN = re.compile(r" (?:choque|brisa|lama|barro|raio|sol)s?\b")
_END = re.compile(r" ?(?:$|[,.;:!?)\n/-])")


def _region(text: Text, found: list[Word], i: int) -> tuple[int, str] | None:
    """The state that is named at word ``i``. *Para* is *Pará* behind *do* or *no*, or written so before a pause."""
    word, before = found[i], found[i - 1].text if i else ""
    if word.text == "para":
        accented = text.said(word.start, word.end).casefold().endswith("á")
        led = before in ("do", "no") and not _NOUN.match(text.folded, word.end)
        if not led and not (accented and _END.match(text.folded, word.end)):
            return None
    return longest(found, i, lexicon.states())


def _is_uf(text: Text, word: Word) -> bool:
    said = text.said(word.start, word.end)
    return said.isupper() or word.text in ("sp", "rj", "mg", "pr", "rs", "sc", "df", "ba", "mt", "ms", "rn", "pb", "rr")


def find_carriers(text: Text) -> None:
    names = list(_CARRIERS)
    for match in _CARRIER.finditer(text.folded):
        text.claim("carrier", match.start(), match.end(), names[int((match.lastgroup or "c0")[1:])])


def find_street(text: Text) -> None:
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
