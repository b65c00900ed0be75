"""Remarks that neither answer nor request: not knowing, asking why, asking for news."""

from __future__ import annotations

import re

from bot.domain.text import fold, words

_UNSURE = re.compile(
    r"^(?:mas |ah |ai |eu |ixi |xi |olha )*"
    r"(?:(?:nao|n|num) (?:sei|lembro|(?:quero|vou) (?:dar|passar|informar|dizer)"
    r"|entendi|faco ideia|tenho (?:aqui|agora|ideia|certeza|cpf|cnpj|documento))\b"
    r"(?: .{0,40}| (?!.*\b(?:rua|av|avenida|travessa|praca|estrada)\b)\D{0,90})?"
    r"|sei la(?: .{0,20})?|como assim|como (?:eu )?(?:vejo|acho|descubro|consigo|faco)(?: .{0,30})?"
    r"|onde (?:eu )?(?:vejo|acho|encontro|fica)(?: .{0,30})?"
    r"|(?:(?:o )?(?:cpf|cnpj|documento|nome|endereco|numero|cep) )?de quem\b.{0,40}"
    r"|(?:pra|para|por) ?que\b(?: .{0,40})?|pq\b(?: .{0,40})?|precisa (?:mesmo|disso)|e obrigatorio)\W*$"
)
_NUDGE = words("e ai eai ja voltou voltaram entao agora novidade novidades alguma tem previsao alo oi ola cade kd nada")
_NUDGE |= words("ainda demora demorando muito vai ta esta funcionando opa voltei cheguei to estou de volta aqui")
_PRESSES = words(
    "ai eai voltou voltaram entao novidade novidades previsao cade kd nada demora demorando alo voltei cheguei"
)
_PATIENCE = re.compile(
    r"^(?:(?:o )?meu \w+\W+)?(?:(?:ok|ta|ta bom|ja|calma|opa|beleza|blz|certo|agora nao|(?:to|estou) (?:n[oa]"
    r"|em) \w+),? )*"
    r"(?:so |mais )?(?:um |1 )?(?:minut\w*|min|momento|momentinho|segundo|instante"
    r"|pera\w*|perai|pera\w* que (?:eu )?vou \w+\b.{0,30}|espera\w*|aguarda\w*|calma|vou (?:pegar|ver|procurar"
    r"|buscar|achar|olhar|conferir)\b.{0,30}"
    r"|(?:ja (?:ja )?|depois |mais tarde |logo )(?:eu )?(?:te )?(?:mando|vejo|envio|passo|tiro)(?: as? fotos?)?|h+u?m+"
    r"|(?:obrigad[oa],? )?(?:eu )?vou pagar (?:so )?(?:amanha|depois|mais tarde|a noite|de noite)"
    r"|(?:chegou|recebi)?(?: sim)?,? ?(?:mas )?ainda nao (?:testei|instalei|coloquei|abri|montei|vi)\b.{0,30}"
    r"|(?:eu )?vou esperar\b.{0,40}|(?:eu )?vou pensar\b.{0,30}|(?:to|estou) pensando|deixa eu (?:ver|pensar"
    r"|conferir|olhar)\b.{0,20})"
    r"(?: ai| aqui| por favor| pfv)?\W*$"
)
_FOR_SELLER = re.compile(
    r"\b(?:(?:da|dao|emitem?|tem|com|vai) nota|garantia|original|paralel[oa]|genuin[oa]|desconto|abate|abatimento"
    r"|faz por|fecha por|faz quanto|faz (?:a |no )?\d{2,5}\b(?! (?:d|h|min|ano|mes|sem|vez))"
    r"|fecha (?:em|no) \d{2,5}|nota fiscal"
    r"|rodou|rodad[oa]|quantos km|quilometragem|detalhes?\b(?! d[oae])|arranhad[oa]|amassad[oa]"
    r"|riscad[oa]|trincad[oa]|quebrad[oa]|marca|estado de conservacao|conservad[oa]|testad[oa])\b"
    r"|\b(?:vem|acompanha|inclui|ja vem) (?:com |junto )?(?:o |a |os |as )?\w+.*\?|\btem o par\b"
    r"|\b(?:qual|que) (?:e )?(?:a )?cor\b|\b(?:ta|esta|tao|estao)\b.*\bfuncionando\b"
    r"|^(?:(?:ta|esta|ficou|achei|muito|meio|bem|e|eh|que|nossa) )*(?:car[oa]|salgad[oa]|puxad[oa])"
    r"(?:\W+.*\b(?:achei|vi|tem)\b.*\d{2,5}.*)?\W*$|^(?:\w+ ){0,4}?(?:achei|vi) (?:\w+ ){0,3}?por (?:r\$ ?)?\d{2,5}\b"
)
_DENIED = re.compile(r"\bnao (?:tenho|quero|e|era|foi|recebi) (?:mais )?(?:[oa] )?(?:pedido |numero )?#?\d")
_LAUGH = re.compile(r"^(?:k{2,}|(?:ha|he|hu|ja)+h?|(?:rs)+|lol)\W*$")
_LAUGHING = re.compile(r"[\s😂🤣😅😆😁😄]+")
_HOW_MUCH = re.compile(
    r"^(?:mas |e |ai |oi )*(?:quanto|qto|qnt|qnto|qual(?: e| o| foi o| e o)?(?: valor)?(?: total)?)"
    r"(?: que)? ?(?:ficou|fica|deu|da|foi|vai ficar|total|tudo|e)?(?: o)?(?: valor)?(?: total)?"
    r"(?: mesmo| tudo| no total| com (?:o )?frete| ao todo| no fim)*\W*$"
)
_SUM_WRONG = re.compile(r"\b(?:valor|preco|total)\b.{0,12}\b(?:errad[oa]|diferente|nao bate|a mais)\b")


def unsure(text: str) -> bool:
    """*Não sei*, *pra que precisa?*, *como assim?*: the question needs help, not repetition."""
    return bool(_UNSURE.match(fold(text).strip()))


def denies_number(text: str) -> bool:
    """*Não tenho o 1001*, *não é 2*: a row is named, but not chosen."""
    return bool(_DENIED.search(fold(text)))


def nudges(text: str) -> bool:
    """*E aí, já voltou?*, *??*: the person waits for us."""
    plain = fold(text)
    said = re.findall(r"[a-z]+", plain)
    if not said:
        return "?" in plain and not any(c.isalnum() for c in plain)
    return len(said) <= 7 and all(w in _NUDGE for w in said) and any(w in _PRESSES for w in said)


def needs_time(text: str) -> bool:
    """*Só um minuto*, *vou pegar*: the answer will come."""
    return bool(_PATIENCE.match(fold(text).strip()))


def for_seller(text: str) -> bool:
    """*Tem garantia?*, *tem desconto no pix?*, *tá caro*: questions that only the part's seller can answer."""
    return bool(_FOR_SELLER.search(fold(text).strip()))


_TOPICS = (
    ("original ou paralela", re.compile(r"\b(?:original|paralel[oa]|genuin[oa]|marca)\b")),
    ("desconto", re.compile(r"\b(?:desconto|abate|abatimento|faz|fecha|car[oa]|achei|vi)\b")),
    ("nota fiscal", re.compile(r"\bnota\b")),
    ("a cor", re.compile(r"\bcor\b")),
    (
        "o estado da peça",
        re.compile(
            r"\b(?:rodou|rodad|km|quilom|detalhe|arranhad|amassad|riscad|trincad|quebrad|conserva|testad|funcionando)"
        ),
    ),
    ("garantia maior", re.compile(r"\bgarantia\b")),
)


def topic_for_seller(text: str) -> str:
    """The subject of such a question, as named in the answer; empty if there is none."""
    plain = fold(text)
    return next((name for name, said in _TOPICS if said.search(plain)), "") if for_seller(text) else ""


def laughs(text: str) -> bool:
    return bool(_LAUGH.match(fold(text).strip()) or _LAUGHING.fullmatch(text))


def doubts_the_sum(text: str) -> bool:
    """*O valor tá errado*: the total should be itemised."""
    return bool(_SUM_WRONG.search(fold(text)))


def asks_total(text: str) -> bool:
    """*Quanto ficou mesmo?*: the total should be repeated."""
    plain = fold(text).strip()
    return bool(_HOW_MUCH.match(plain)) and bool(re.search(r"\b(?:ficou|fica|deu|total|tudo|foi|ficar|mesmo)\b", plain))


_INTRODUCES = re.compile(
    r"^(?:(?:oi|ola|opa|bom|boa|dia|tarde|noite|minha|meu|filh[oa]|querid[oa]|moc[oa]|amig[oa])\W+)*"
    r"(?:(?:(?:aqui|agora) (?:e|quem fala e)|quem (?:fala|escreve) e)(?: [oa])?|(?:eu )?falo d[oa]|sou d[oa])"
    r"(?: seu| dona| sr| sra)? "
    r"(?!(?:pix|boleto|cartao|chave|codigo|comprovante|mesm[oa]|que|[1-9]|prim\w+|segund[oa]|terceir[oa])\b)[a-z]+"
    r"(?: de novo)?(?:\W+(?:funcionari[oa]|secretari[oa]|espos[oa]|mulher|marido|filh[oa]|soci[oa]|vendedor\w*|gerente"
    r"|client\w+|amig[oa]"
    r"|d[aeo]|loja|oficina|balcao)(?: (?:d[aeo] )?\w+){0,3})?\W*$"
)


def introduces(text: str) -> bool:
    """*Aqui é a Cida, funcionária do Silva*: says who is writing and asks for nothing."""
    return bool(_INTRODUCES.match(fold(text)))
