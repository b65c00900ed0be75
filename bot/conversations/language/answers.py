"""Readers for answers to a question: yes or no, a choice, a name and house number, sizes.

None (or "") means *not understood*, never a guess: the step asks again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import ceil

from rapidfuzz import fuzz, process

from bot.conversations.language import normalise
from bot.domain import money
from bot.domain.commands import Option
from bot.domain.numerals import ONE_TO_NINE
from bot.domain.text import fold, words

_YES = words(
    "sim isso ok okay oki pode podem claro certo certa correto correta exato exatamente perfeito fechado fechou fecha "
    "confirmo "
    "combinado confirmar confirma confirmado positivo afirmativo uhum aham ahan aha bora demorou dale yes y yep "
    "sip joia "
    "beleza concordo aceito quero serve serviu top show otimo blz certeza acordo manda vai"
)
_NO = words("nao negativo nunca nop nope nem no jamais nenhum nenhuma errado errada incorreto incorreta")
# words that do not change a yes, and those that do not change a no
_WITH_YES = words(
    "e a o as os que por favor obrigado com de do da ai la ja sou eu mesmo mesma senhor senhora moco moca bom boa tudo "
    "mandar fazer gerar seguir ser esta estou ta confirmar separar enviar continuar publicar agora tambem pra "
    "mim nos viu "
    "ne bem muito so hein acho cara amigo mano valeu opa oi sem duvida esse essa entao "
    "voltando voltei tche bah uai tranquilo tranquila"
)
_WITH_NO = _WITH_YES | words("precisa melhor ainda forma alguma jeito pensar ver problema trocar pau nada disso depois")
# "pode deixar" is a yes, "na verdade deixa" a no
_LEAVES_IT = re.compile(
    r"^(?:(?:na verdade|melhor|ah|entao|espera|pera|opa|nao|mas) )*deix(?:a|ar)(?: (?:quieto|pra la|isso|essa|esse))?$"
)
_ALL_OF_THEM = re.compile(
    r"^(?:sim |tenho |quero |vou querer |preciso d)*(?:os|as) (?:dois|duas|2|tres|3)$|\b(?:ambos|ambas|todos|todas)$"
)
"""*Os dois* is not the second row."""
_NOT_A_NO = words(
    "sei entendi consigo consegui recebi chegou lembro achei funciona funcionou tenho tem vi abriu "
    "serviu serve coube cabe encaixou encaixa"
)


@lru_cache(maxsize=256)  # several readers parse the same text and menu rows within a turn
def _said(text: str) -> tuple[str, ...]:
    return tuple(w for w in normalise.usual(normalise.read(text).folded) if w != "!")


def affirmation(text: str) -> bool | None:
    """True for a plain yes, False for a plain no, None for anything else, including mixed answers and questions."""
    return answered(_said(text))


def answered(said: Sequence[str]) -> bool | None:
    """:func:`affirmation` of words in their usual spelling."""
    said = list(said)
    if _LEAVES_IT.match(" ".join(said)):
        return False
    if not said or "?" in said or any(w[0] == "_" for w in said) or len(said) > 10 or any(w.isdigit() for w in said):
        return None
    # "no" by itself is a short "não"; before other words it is "em o": "no boleto", "no mesmo endereço"
    said = ["em" if w == "no" and i + 1 < len(said) else w for i, w in enumerate(said)]
    more = "nao so" in " ".join(said) and not {"mas", "tambem"}.isdisjoint(said)  # "não só isso, mas…"
    no = any(w in _NO for w in said) and not more
    same = {"esse", "essa", "este", "esta"} & set(said) and {"mesmo", "mesma"} & set(said)
    yes = bool(same) or any(w in _YES for w in said) or said in (["e"], ["eh"]) or "esta bom" in " ".join(said)
    around = _WITH_NO if no else _WITH_YES
    strange = [w for w in said if w not in _YES and w not in _NO and w not in around]
    if no:
        if (said[0] in ("sim", "pode") and said[-1] != "nao") or any(w in _NOT_A_NO for w in said) or "mas" in said:
            return None
        # "não é esse" is a no; "quero o outro não esse" is not a plain one
        return False if not strange or (said[0] in _NO and len(said) <= 6) else None
    return True if yes and not strange else None


def declines(text: str) -> bool:
    """*Não*, *não precisa*, *nada*: a no and nothing else; *não serviu* says something."""
    said = _said(text)
    return answered(said) is False and all(w in _NO or w in _WITH_NO or w in _YES for w in said)


_ORDINALS = {
    "primeiro": 1, "primeira": 1, "segundo": 2, "segunda": 2, "terceiro": 3, "terceira": 3, "quarto": 4, "quarta": 4,
    "quinto": 5, "quinta": 5, "sexto": 6, "sexta": 6, "setimo": 7, "setima": 7, "oitavo": 8, "oitava": 8,
}  # fmt: skip
_CHOICE_FILLERS = words(
    "o a os as e opcao numero item quero queria vou prefiro escolho pode ser esse essa este esta do da de no na "
    "pelo pela "
    "por favor com mesmo mesma sim entao acho que fica fico ficar mandar manda me vamos bora pra eu n isso ai "
    "obrigado oi pagar pago "
    "gostaria melhor um uma opa abre abrir abra ver mostra mostrar"
)
# words added to a choice without changing it: "cartão de crédito em 3x", "boleto bancário"
_ADDED = words("credito debito bancario vezes vista x parcelado transportadora frete entrega envio")
_CHEAPEST = re.compile(r"\bmais (?:barat[oa]|em conta|economic[oa])\b|\bmenor (?:preco|valor)\b|\bbaratinh[oa]\b")
_FASTEST = re.compile(
    r"\bmais (?:rapid[oa]|ligeir[oa])\b|\bmenor prazo\b|\bchega (?:primeiro|antes)\b|\brapidinh[oa]\b"
)


def means_all(text: str) -> bool:
    """*Os dois*, *todos*: more than one of the options."""
    return bool(_ALL_OF_THEM.search(" ".join(w for w in _said(text) if w != "?")))


_ROWS = words("frete entrega transportadora forma peca venda pedido linha")
"""The names of a list's rows, before a row number."""


def choice(text: str, options: Sequence[Option]) -> Option | None:
    """The option that a text picks: by button id, number, ordinal, label (small typos allowed), *o mais barato*.

    The cheapest is the one with the smallest R$ in its label, otherwise the first; the fastest the one with the fewest
    days. None if nothing or more than one is picked.
    """
    stripped = text.strip()
    by_id = next((o for o in options if o.id == stripped), None)
    if by_id or not options:
        return by_id
    plain = fold(stripped)
    exact = [o for o in options if fold(o.label) == plain]
    if exact:
        return exact[0] if len(exact) == 1 else None
    said = [w for w in _said(text) if w != "?"]
    refused = ("nao" in said or "nem" in said) and not any("nao" in _said(o.label) for o in options)
    if not said or refused or len(said) > 14:
        return None
    line = " ".join(said)
    if _ALL_OF_THEM.search(line):
        return None
    if _CHEAPEST.search(line):
        return _least(options, lambda o: money.read(_price(o.label)) if _price(o.label) else None) or options[0]
    if _FASTEST.search(line):
        return _least(options, lambda o: _days(o.label))
    content = [w for w in said if w not in _CHOICE_FILLERS] or said
    if len(content) == 2 and content[0] in _ROWS and content[1].isdigit() and 1 <= int(content[1]) <= len(options):
        return options[int(content[1]) - 1]  # *o frete 2* is not *2 dias*
    picked = _by_place(content, len(options))
    if picked is not None:
        return options[picked - 1] if 1 <= picked <= len(options) else None
    labels = [set(_said(o.label)) for o in options]
    content = [w for w in said if w not in _CHOICE_FILLERS or any(w in label and len(w) > 2 for label in labels)]
    content = [w for w in content if not (w in _ADDED or w.isdigit()) or any(w in label for label in labels)]
    # "tenho" must not pick "não tenho"
    offered = [(o, label) for o, label in zip(options, labels, strict=True) if "nao" in said or "nao" not in label]
    if all(
        w in _YES or w in _NO for w in content
    ):  # a row may begin with a yes; one that only speaks of it is not meant
        offered = [(o, label) for o, label in offered if _said(o.label)[0] in content]
    hits = [o for o, label in offered if content and all(_is_in(w, label) for w in content)]
    return hits[0] if len(hits) == 1 else None


def _by_place(content: list[str], count: int) -> int | None:
    """The list position that the content words name, None for none; 0 for several."""
    if "ultimo" in content or "ultima" in content:
        return count if len(content) == 1 else 0
    places = [int(w) if w.isdigit() and len(w) < 4 else _ORDINALS.get(w) or ONE_TO_NINE.get(w) for w in content]
    if all(p is not None for p in places):
        return places[0] if len(places) == 1 else 0
    return None


_NO_SLIPS = words("caro cara")
"""Words of their own that resemble a row's: *caro* is no *cartão*."""


def _is_in(word: str, label: set[str]) -> bool:
    if word in label:
        return True
    if word in _NO_SLIPS:
        return False
    return len(word) >= 4 and any(len(w) >= 4 and w[0] == word[0] and fuzz.ratio(word, w) >= 78 for w in label)


def _price(label: str) -> str:
    match = re.search(r"R\$\s?[\d.,]*\d", label)
    return match.group() if match else ""


def _days(label: str) -> int | None:
    match = re.search(r"(\d+) dias?", label)
    return int(match[1]) if match else None


def _least(options: Sequence[Option], measure: Callable[[Option], int | None]) -> Option | None:
    """The one option with the smallest measure; None if one cannot be measured or two are equal."""
    measured = [(measure(o), o) for o in options]
    known = sorted((m for m, _ in measured if m is not None))
    if len(known) < len(options) or (len(known) > 1 and known[0] == known[1]):
        return None
    return next(o for m, o in measured if m == known[0])


_A_WAY = r"(?:pix|boleto|cartao|credito|debito)"
_REFUSED_WAY = re.compile(rf"\b{_A_WAY} nao\b|\bnao (?:quero |e |vai ser )?(?:mais )?(?:o |no |em |de )?{_A_WAY}\b")
"""*Boleto não, pix*: the other method is meant."""


def count(said: str) -> str:
    """A small number, in digits or as a word, as digits; "" if there is none."""
    return said if said.isdigit() else str(ONE_TO_NINE.get(said, ""))


_REASON = re.compile(
    r"(?<=\w)\W+(?:(?:pois|porque|pq|ja que|que (?:eu )?nao (?:sei|uso|entendo)) .*"
    r"|(?:mas )?nao (?:e )?n?o meu (?:cpf|cnpj|nome)\W*"
    r"|(?:eu )?nao (?:tenho|uso) (?:\w+ ){0,2}?(?:cartao|aplicativos?|apps?"
    r"|celular|banco|conta|internet)\W*)$"
)
"""Reasons after the method: *boleto, pois não uso aplicativo*, *pix, não tenho cartão*."""


def payment_method(text: str) -> str:
    """``pix``, ``boleto`` or ``card`` if exactly one of them is named, else ""."""
    said = set(_said(_REFUSED_WAY.sub(" ", _REASON.sub(" ", fold(text)))))
    named = [
        name
        for name, signs in (
            ("pix", {"pix", "pixs"}),
            ("boleto", {"boleto", "bolleto", "boletos"}),
            ("card", {"cartao", "credito", "debito", "cartoes", "visa", "master", "mastercard"}),
        )
        if said & signs
    ]
    return named[0] if len(named) == 1 and not said & {"nao", "nem"} else ""


_ALL_OFF = re.compile(r"(?:quero )?(?:sair|parar|pare|cancelar|remover) (?:de )?tud[oa]s?")


def wants_everything_off(text: str) -> bool:
    """Whether an opt-out is SAIR TUDO: even essential messages then go by e-mail."""
    return bool(_ALL_OFF.fullmatch(" ".join(_said(text))))


_NAME_LEAD = re.compile(
    r"^\W*(?:(?:o |a )?(?:meu )?nome(?: completo| d[eo]la| d[eo]le| d[ao] pessoa)?(?: e| eh| é)?|(?:el[ea] )?se chama"
    r"|me chamo|(?:aqui )?(?:eu )?sou(?: [oa])?|chamo|é"
    r"|destinat[aá]ri[oa]|(?:pode (?:ser|p[oô]r|colocar|botar) |coloca |bota |p[oõ]e |[ée] |vai |fica |entrega "
    r"|manda )?"
    r"(?:n[oa]|em) nome(?: del[ea]| d[aeo]s?)?|quem (?:vai )?(?:receb\w+|pag\w+)(?: é| eh| e| vai ser)?|pr[ao]"
    r"|para(?: [ao])?)(?!\w)[:,\s]*",
    re.IGNORECASE,
)
_RELATION = re.compile(
    r"\W*\b(?:(?:d[ao] |é |eh )?(?:minha|meu) )(?:m[aã]e|pai|esposa|mulher|marido|esposo|filh[ao]|irm[aã]o?|av[oóô]"
    r"|ti[ao]|sogr[ao]|cunhad[ao]|prim[ao]|namorad[ao]|noiv[ao]|s[oó]ci[ao]|patr[aã]o|chefe|client\w+|amig[ao]"
    r"|vizinh[ao])\b\W*",
    re.IGNORECASE,
)
"""Whose name it is; not part of the name."""
_CARE_OF = re.compile(
    r"\W*\b(?:(?:p[oõ]e|coloca|bota|manda|entrega|pode (?:p[oô]r|colocar|mandar)) )?"
    r"(?:a/c\b|aos? cuidados?(?: (?:d[aeo]s?))?\b)[.:\s]*"
    r"|(?<=\w),?(?: (?:entreg|deix|mand|envi)\w+)?(?: (?:l[aá]|aqui))? n[ao] "
    r"(?=oficina\b|auto\b|mec[aâ]nica\b|loja\b|empresa\b)",
    re.IGNORECASE,
)
_NUMBER_LEAD = re.compile(
    r"\b(?:e )?(?:o |a )?(?:(?:meu |minha )?(?:n[uú]mero|num|nro)(?: da (?:casa|residencia|rua))?(?: [eé])?"
    r"|casa(?= n)|moro (?:no|na)|n[º°.]|nº)\s*[:.]?\s*(?=\d|s/?n)",
    re.IGNORECASE,
)
_EXTRA = (
    r"(?:apartamento|apto|ap|apt|bloco|bl|casa|sala|loja|torre|conjunto|conj|cj|lote|quadra|qd|fundos|frente|andar"
    r"|sobrado|cobertura|galp[aã]o|box)"
)
_COMPLEMENT = re.compile(rf"\b{_EXTRA}\b", re.IGNORECASE)
_HOUSE = re.compile(
    r"(?<![\w.,/-])(\d{1,5}(?!\.\d)(?:\s?-?\s?[A-Za-z](?<!\dx)(?![A-Za-z]))?|s\s?/\s?n[º°]?|sn|sem n[uú]mero)(?![\w])",
    re.IGNORECASE,
)
_CALLED_HOUSE = re.compile(r"\bcasa\s+(?:n[º°.]?\s*)?(\d{1,5})\b", re.IGNORECASE)
_STREET = re.compile(r"\b(?:rua|r\.|av\.?|avenida|travessa|alameda|estrada|rodovia)\s+[^,\d\n]+,?\s*", re.IGNORECASE)
_CONNECTORS = words("de da do das dos e")


_NEVER_NAMES = words(
    "quanto quando qual como onde que porque quero queria muda mudar troca trocar nao sim ok to tou estou pode posso "
    "ficou fica menos agora depois mesmo barato caro frete pix boleto cartao pedido cep cpf errado certo obrigado "
    "obrigada oi ola kkk so isso esse essa preciso vou ja era ops opa errei quem deixa deixe deixar entregue"
    " vizinha vizinho "
    "porteiro portaria"
)


def _bare_name(piece: str) -> str:
    """A name without introductory words (*quem recebe é*, *no nome da minha mãe*)."""
    before, bare = "", piece
    while bare != before:
        before, bare = bare, _NAME_LEAD.sub("", _RELATION.sub(" ", bare), count=1)
    return bare


def _name(piece: str) -> str:
    bare = _bare_name(piece)
    if any(w in _NEVER_NAMES for w in fold(bare).split()):
        return ""  # a remark, not a name
    letters = list(re.findall(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?", bare))
    while letters and letters[-1].lower() in _CONNECTORS | {"numero", "número", "n", "complemento", "casa", "a", "o"}:
        letters.pop()
    shown = [
        w.lower() if w.lower() in _CONNECTORS else w.capitalize() if w.islower() or w.isupper() else w for w in letters
    ]
    return " ".join(shown)


_LEFT_OUT = re.compile(
    r"\b(?:esqueci|esqueceu|faltou)(?: de (?:falar|dizer|colocar|por|botar|passar))?(?: [oa])?\b", re.IGNORECASE
)
"""*Marina Souza / esqueci o apto 31*: introduces more details, and is no surname."""


def name_and_number(text: str) -> tuple[str, str, str]:
    """Full name, house number and complement from one answer: ``("Marina Souza", "210", "apto 31")``.

    Missing values are "". A house without number is ``S/N``. A line may end anywhere, as a bubble does: it separates
    values only where less would be understood otherwise.
    """
    if "?" in text:
        return "", "", ""
    on, apart = (_name_and_number(re.sub(r"\s*\n\s*", mark, text.strip()[:300])) for mark in (" ", ", "))
    return max((on, apart), key=lambda found: sum(map(bool, found)))


def _name_and_number(line: str) -> tuple[str, str, str]:
    flat = _STREET.sub("", re.sub(r"\s*;+\s*", ", ", _CARE_OF.sub(" ", _LEFT_OUT.sub(" ", line))))
    flat = _NUMBER_LEAD.sub(" ", flat)
    house = _HOUSE.search(flat)
    extra = _COMPLEMENT.search(flat)
    while (
        house
        and extra
        and extra.start() < house.start()
        and re.search(rf"{_EXTRA}\.?\s*$", flat[: house.start()], re.IGNORECASE)
    ):
        house = _HOUSE.search(flat, house.end())  # that was the number of the complement
    if house is None and (called := _CALLED_HOUSE.search(flat)):  # "casa 210": there is no other number
        flat = f"{flat[: called.start()]} {flat[called.start(1) :]}"
        house, extra = _HOUSE.search(flat), _COMPLEMENT.search(flat)
    number = re.sub(r"\s", "", house[1]).upper() if house else ""
    if number.startswith("S"):
        number = "S/N"
    if extra and house and extra.start() > house.start():
        complement, rest = flat[house.end() :], flat[: house.start()]
    elif extra:
        stop = house.start() if house else len(flat)
        complement, rest = flat[extra.start() : stop], flat[: extra.start()] + (flat[house.end() :] if house else "")
    else:
        complement, rest = "", (flat[: house.start()] + " " + flat[house.end() :] if house else flat)
    if extra and house and extra.start() > house.start() and not _name(rest):
        # "210 apto 31, Marina Souza": the name comes last
        pieces = [p.strip() for p in complement.split(",") if p.strip()]
        names = [p for p in pieces if not re.search(r"\d", p) and not _COMPLEMENT.search(p)]
        rest, complement = " ".join(names[-1:]), ", ".join(p for p in pieces if p not in names[-1:])
    complement = re.sub(r"^(?:\W|(?:e|complemento)\b)+", "", complement.strip(), flags=re.IGNORECASE)
    return _name(rest), number, " ".join(complement.strip(" ,.-").split())


LONGEST_EMAIL = 120
"""The store's limit for identifiers. Few addresses are half as long."""
_EMAIL = re.compile(r"(?<![\w.+-])[a-z0-9][\w.+-]*@[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?![\w-])", re.ASCII)
_DOMAINS = (
    "gmail.com", "hotmail.com", "outlook.com", "yahoo.com.br", "yahoo.com", "icloud.com", "live.com", "uol.com.br",
    "bol.com.br", "terra.com.br", "ig.com.br", "hotmail.com.br", "outlook.com.br", "globo.com", "msn.com",
)  # fmt: skip


def email(text: str) -> str:
    """The only e-mail address in a text, lower case, "" for none, several, or one that is too long. Understands
    dictated addresses."""
    plain = fold(text)
    found = set(_EMAIL.findall(plain.rstrip(".")))
    if not found and "arroba" in plain:
        spoken = re.sub(r"\s*\b(?:arroba)\b\s*", "@", plain)
        spoken = re.sub(r"\s+(?:ponto)\s+", ".", spoken)
        spoken = re.sub(r"\s+(?:underline|underscore)\s+", "_", spoken)
        found = set(_EMAIL.findall(spoken))
    found = {address for address in found if ".." not in address and not address.split("@")[0].endswith(".")}
    address = found.pop() if len(found) == 1 else ""
    return address if len(address) <= LONGEST_EMAIL else ""


def email_suggestion(address: str) -> str:
    """The address with a misspelt well-known domain corrected (``gmial.com``), "" if nothing is suspicious."""
    name, _, domain = address.rpartition("@")
    if domain in _DOMAINS:
        return ""
    best = process.extractOne(domain, _DOMAINS, scorer=fuzz.ratio, score_cutoff=86)
    return f"{name}@{best[0]}" if name and best else ""


_KILOS = re.compile(r"(?<![\w.,])(\d+(?:[.,]\d{1,3})?) ?(?:kg|kgs|quilos?|kilos?|k)\b(?: e (meio|meia))?")
_GRAMS = re.compile(r"(?<![\w.,])(\d{1,3}(?:\.\d{3})|\d+) ?(?:gramas?|gr|g)\b")
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)?")
_METRES = re.compile(r"\d ?(?:m|metros?|mm)\b(?!\w)")


def weight_and_size(text: str) -> tuple[int, int, int, int] | None:
    """Weight in grams and the box's width, height and length in whole cm (rounded up): ``1,2kg 30 25 20``.

    None if it is not one weight with three sizes, or if they cannot be those of a parcel.
    """
    plain = fold(text).replace("×", "x").replace("*", "x")
    if _METRES.search(plain):
        return None
    grams = 0
    kilos, small = _KILOS.search(plain), _GRAMS.search(plain)
    if kilos:
        amount = kilos[1].replace(",", ".")
        grams = round(float(amount) * 1000) + (500 if kilos[2] else 0)
        plain = plain[: kilos.start()] + " " + plain[kilos.end() :]
    if small:
        grams += int(small[1].replace(".", ""))
        start, end = _GRAMS.search(plain).span()  # type: ignore[union-attr]
        plain = plain[:start] + " " + plain[end:]
    plain = re.sub(r"(\d)\s*(?:cm|centimetros?)\b", r"\1 ", plain)
    plain = re.sub(r"(?<=\d)\s*(?:x|por)\s*(?=\d)", " ", plain)
    numbers = [float(n.replace(",", ".")) for n in _NUMBER.findall(plain)]
    if not kilos and not small and len(numbers) == 4:
        # "1,2 30 25 20": the weight leads, in kg
        grams, numbers = round(numbers[0] * 1000), numbers[1:]
    if len(numbers) != 3 or not 1 <= grams <= 200_000 or not all(0 < n <= 400 for n in numbers):
        return None
    width, height, length = (ceil(n) for n in numbers)
    return grams, width, height, length


def half_a_box(text: str) -> tuple[bool, bool]:
    """Whether a text says only the weight, or only the three sizes, of a parcel."""
    plain = fold(text)
    weighed = bool(_KILOS.search(plain) or _GRAMS.search(plain))
    sizes = re.fullmatch(
        r"\D{0,12}\d+(?:[.,]\d+)?(?:\s*(?:cm)?(?:\s*(?:x|por|,)\s*|\s+)\d+(?:[.,]\d+)?){2}\s*(?:cm)?\W*", plain
    )
    numbers = _NUMBER.findall(plain)
    return weighed and len(numbers) <= 1, not weighed and sizes is not None
