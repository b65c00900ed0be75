"""Normalised text: folded, with a mapping to the original, and words in their usual spelling.

Slots are found in the folded text; values kept *as written* are cut from the raw one. Claimed values are replaced by
placeholders for the intents, so that "frete pra 80010-000" and "frete pra Recife" look alike.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from bot.domain import numerals
from bot.domain.text import words

LONGEST = 1200
"""Characters of a message that are analysed; nobody states a request after the first page."""


@dataclass(frozen=True)
class Claim:
    """A span of the folded text recognised as a value of ``kind``."""

    kind: str
    start: int
    end: int
    value: str


@dataclass
class Text:
    """A message and what has been found in it."""

    raw: str
    folded: str
    claims: list[Claim] = field(default_factory=list)

    @cached_property
    def index(self) -> list[int]:
        """The position in ``raw`` of each character of the folded text."""
        found, last = [], " "
        for place, char in enumerate(self.raw):
            for c in _PLAIN[ord(char)]:
                if c in " \n" and last in " \n":
                    continue
                last = c
                found.append(place)
        return found

    def said(self, start: int, end: int) -> str:
        """The raw text of a span of the folded text, with single blanks."""
        stop = self.index[end] if end < len(self.index) else len(self.raw)
        return " ".join(self.raw[self.index[start] : stop].split()) if start < end else ""

    def is_free(self, start: int, end: int) -> bool:
        return all(end <= c.start or start >= c.end for c in self.claims)

    def claim(self, kind: str, start: int, end: int, value: str) -> bool:
        """Claim a span, unless it overlaps an earlier claim; whether it was claimed."""
        if start >= end or not self.is_free(start, end):
            return False
        self.claims.append(Claim(kind, start, end, value))
        return True

    def all(self, kind: str) -> list[Claim]:
        """Claims of a kind, in the order of the text."""
        return sorted((c for c in self.claims if c.kind == kind), key=lambda c: c.start)

    def value(self, kind: str) -> str:
        """The first value of a kind, "" if there is none."""
        found = self.all(kind)
        return found[0].value if found else ""

    def masked(self) -> str:
        """The folded text with every claim replaced by its placeholder, ``kind`` between underscores."""
        parts, at = [], 0
        for c in sorted(self.claims, key=lambda c: c.start):
            parts += [self.folded[at : c.start], f" _{c.kind}_ "]
            at = c.end
        return "".join([*parts, self.folded[at:]])


_EMOJI = {
    "👍": " sim ", "👌": " sim ", "✅": " sim ", "👎": " nao ", "❌": " nao ", "🙏": " obrigado ", "❤": " obrigado ",
    "🤝": " fechado ", "👋": " oi ", "🚚": " entrega ", "💳": " cartao ",
}  # fmt: skip


class _Plain(dict[int, str]):
    """A character's replacement, computed on first use: for :meth:`str.translate`."""

    def __missing__(self, point: int) -> str:
        self[point] = _fold_char(chr(point))
        return self[point]


def _fold_char(char: str) -> str:
    if char == "\n":
        return char
    if char in _EMOJI:
        return _EMOJI[char]
    if unicodedata.category(char) in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    return "".join(
        c
        for c in unicodedata.normalize("NFKD", char).casefold()
        if unicodedata.category(c) not in ("Mn", "Me", "Cf", "Cs")
    )


_PLAIN = _Plain()
_BLANKS = re.compile(r"([ \n])[ \n]+")


def read(text: str) -> Text:
    """The first :data:`LONGEST` characters of a message, folded."""
    raw = text[:LONGEST]
    return Text(raw, _BLANKS.sub(r"\1", raw.translate(_PLAIN)).lstrip(" \n"))


USUAL = {
    "vc": "voce", "vcs": "voces", "ce": "voce", "oce": "voce", "q": "que", "oq": "o que", "oque": "o que",
    "pq": "porque", "qto": "quanto", "qnt": "quanto", "qt": "quanto", "qnto": "quanto", "cuanto": "quanto",
    "quantu": "quanto", "qnts": "quantos", "qtos": "quantos", "kd": "cade", "cd": "cade", "pfv": "por favor",
    "pf": "por favor", "pfvr": "por favor", "porfavor": "por favor", "pfavor": "por favor", "plis": "por favor",
    "pls": "por favor", "blz": "beleza", "vlw": "valeu", "vlww": "valeu", "flw": "falou", "obg": "obrigado",
    "obgd": "obrigado", "obgda": "obrigado", "obrigada": "obrigado", "obrigadao": "obrigado", "brigado": "obrigado",
    "brigada": "obrigado", "brigadao": "obrigado", "brigadinho": "obrigado", "hj": "hoje", "oje": "hoje",
    "dnv": "de novo", "msm": "mesmo", "tb": "tambem", "tbm": "tambem", "n": "nao", "naum": "nao", "nn": "nao",
    "num": "nao", "p": "pra", "para": "pra", "pro": "pra", "pros": "pra", "pras": "pra", "pa": "pra", "ta": "esta",
    "to": "estou", "tou": "estou", "tava": "estava", "tao": "estao", "tamo": "estamos", "aki": "aqui", "aq": "aqui",
    "piks": "pix", "pics": "pix", "picks": "pix", "pixx": "pix", "pis": "pix", "frte": "frete", "freti": "frete",
    "fret": "frete", "zap": "whatsapp", "zapzap": "whatsapp", "whats": "whatsapp", "wpp": "whatsapp", "s": "sim",
    "ss": "sim", "sss": "sim", "si": "sim", "sm": "sim", "cmg": "comigo", "ctg": "contigo", "eh": "e", "neh": "ne",
    "gnt": "gente", "mt": "muito", "mto": "muito", "mta": "muito", "mts": "muitos", "agr": "agora", "dps": "depois",
    "qd": "quando", "qdo": "quando", "qndo": "quando", "nd": "nada", "td": "tudo", "tdo": "tudo", "tds": "todos",
    "bd": "bom dia", "bdia": "bom dia", "btarde": "boa tarde", "bnoite": "boa noite", "fds": "fim de semana",
    "msg": "mensagem", "msgs": "mensagens", "mensagen": "mensagem", "end": "endereco", "ende": "endereco",
    "nf": "nota", "nfe": "nota", "nfs": "nota", "bol": "boleto", "blt": "boleto",
    "boletinho": "boleto", "bolto": "boleto", "blto": "boleto", "nops": "nao", "nope": "nao", "cart": "cartao",
    "cred": "credito",
    "qro": "quero", "kero": "quero",
    "cuero": "quero", "piquis": "pix", "bolero": "boleto", "cim": "sim", "sin": "sim",
    "qero": "quero", "quiria": "queria", "qria": "queria", "vx": "vez",
    "vzs": "vezes", "cod": "codigo", "cods": "codigo", "nro": "numero", "atend": "atendente", "ped": "pedido",
    "peds": "pedidos", "rasteio": "rastreio", "rastreo": "rastreio", "rastrei": "rastreio", "etiketa": "etiqueta",
    "etq": "etiqueta", "tlgd": "entendi", "vdd": "verdade", "qlqr": "qualquer", "qq": "qualquer", "fzr": "fazer",
    "faz": "fazer", "fas": "fazer", "fasso": "fazer", "queru": "quero", "manda": "mandar", "teim": "tem",
    "tein": "tem", "servi": "serve", "seve": "serve", "ft": "foto", "fts": "fotos", "img": "imagem", "vid": "video",
    "cum": "com", "c": "com", "d": "de", "dxa": "deixa", "dexa": "deixa", "dx": "deixa", "xau": "tchau",
    "flws": "falou", "prc": "preco", "ctz": "certeza", "presso": "preco", "presco": "preco",
}  # fmt: skip
"""The usual spelling of abbreviations and phonetic spellings (folded)."""

# Everyday words that are correct as they are, so that they are not "corrected" into words of the trade.
COMMON = words(
    "a o e de da do das dos em no na nos nas um uma uns umas que se por com sem pra ate ao aos as os eu tu ele ela nos "
    "eles elas voce voces me te lhe meu minha meus minhas seu sua seus suas dele dela isso isto aquilo esse essa "
    "este esta "
    "esses essas aquele aquela aqui ai la ali ja nao sim mais menos muito muita pouco bem mal so tambem ainda "
    "agora hoje "
    "ontem amanha depois antes sempre nunca quando onde como quem qual quais quanto quantos porque pois mas ou "
    "nem entao "
    "ser sou era foi sao seria estar estou esta estava tem tenho tinha ter temos vai vou vamos ir fui foi fazer "
    "fiz fez faco "
    "dar dou deu der da poder posso pode podem podia querer quero queria quer quis dizer disse falar falei ver "
    "vi viu vejo "
    "saber sei sabe achar acho acha ficar fica ficou passar passa deixar deixa pegar peguei tomar botar bota "
    "colocar coloca "
    "chegar chega levar leva trazer traz olhar olha esperar espera gostar gosto precisar preciso precisa "
    "conseguir consigo "
    "consegue casa carro moto rua cidade dia dias mes meses semana ano anos hora horas tempo vez vezes coisa "
    "coisas gente "
    "pessoa pessoas amigo amiga moco moca cara mano galera senhor senhora bom boa bons boas tarde noite oi ola "
    "opa eai tudo "
    "nada algo alguem ninguem todo toda todos todas outro outra outros novo nova novos velha velho grande "
    "pequeno certo certa "
    "errado errada melhor pior mesmo mesma proprio primeiro segundo ultimo ultima favor obrigado valeu beleza "
    "show legal "
    "otimo perfeito claro dinheiro conta banco real reais centavos conto pila valor preco caro barato parar "
    "parei posto poste "
    "porta ponto parte perto parece prefiro pessoal pagou paguei parou carta morto forma frente fundo feira "
    "festa filme jogo "
    "time musica comida pizza carne escola trabalho emprego vaga chuva sol calor frio viagem hotel medico "
    "remedio cachorro "
    "gato filho filha mae pai irmao esposa marido noticia politica presidente governo futebol bola piada receita bolo "
    "dolar bitcoin emprestimo horario endereco telefone numero nome idade signo site app aplicativo celular computador "
    "internet senha email curso aula prova livro namorar amor vida deus igreja acredita verdade mentira feliz "
    "triste modelo video videos pague pagar pagamos pagam pega pegue historico brasil alguma consigo comandos "
    "pensei pensar pensando direitinho direitinha visita carteiro entregador mercadoria"
) | frozenset(numerals.WORDS)


_MANY = re.compile(r"(.)\1{2,}")
_TWICE = re.compile(r"([a-qt-z])\1")


def squeeze(word: str) -> str:
    """A word without letters doubled for emphasis or by mistake; Portuguese doubles only r and s."""
    word = _MANY.sub(r"\1", word)
    if word.startswith(("ree", "coo")):  # reenviar, reembolso, cooperativa
        return word
    return _TWICE.sub(r"\1", word)


_WORD = re.compile(r"_[a-z]+_|[^\W\d_]+|\d+|[?!]")


def usual(masked: str) -> list[str]:
    """The words of a masked text in their usual spelling, placeholders and ``?`` among them."""
    return [plain for word in _WORD.findall(masked) for plain in _usual(word)]


@lru_cache(maxsize=8192)
def _usual(word: str) -> tuple[str, ...]:
    if word[0] == "_" or word in "?!":
        return (word,)
    plain = USUAL.get(word)
    if plain is None:
        short = squeeze(word)
        plain = USUAL.get(short, short)
    return tuple(plain.split())
