"""Spanish, mixed Spanish and Portuguese, and a little English: the words of a shop's conversations in Portuguese.

Only the words of the table are translated, and only if one of them cannot be Portuguese.
"""

from __future__ import annotations

import re
from itertools import groupby

from bot.domain.text import fold, words

_SPANISH = {
    "hola": "oi", "buenas": "boas", "buenos": "bons", "tardes": "tarde", "noches": "noite", "gracias": "obrigado",
    "cuanto": "quanto", "cuantos": "quantos", "cuesta": "custa", "cuestan": "custam", "sale": "custa",
    "precio": "preço", "necesito": "preciso", "quiero": "quero", "quisiera": "queria", "busco": "procuro",
    "tienen": "tem", "tiene": "tem", "tenes": "tem", "tienes": "tem", "hay": "tem", "puedo": "posso",
    "tarjeta": "cartão", "envio": "frete", "hasta": "até", "donde": "onde", "cuando": "quando", "llega": "chega",
    "llego": "chegou", "mi": "meu", "mis": "meus", "el": "o", "la": "a", "los": "os", "las": "as", "un": "um",
    "una": "uma", "del": "do", "al": "ao", "y": "e", "con": "com", "ese": "esse", "eso": "isso", "otro": "outro",
    "otra": "outra", "dinero": "dinheiro", "factura": "nota fiscal", "persona": "pessoa", "hablar": "falar",
    "pieza": "peça", "repuesto": "peça", "coche": "carro", "faro": "farol", "faros": "faróis", "derecho": "direito",
    "derecha": "direita", "izquierdo": "esquerdo", "izquierda": "esquerda", "delantero": "dianteiro",
    "delantera": "dianteira", "trasero": "traseiro", "trasera": "traseira", "espejo": "retrovisor",
    "paragolpe": "para-choque", "paragolpes": "para-choque", "parachoques": "para-choque", "guardabarro": "paralama",
    "puerta": "porta", "freno": "freio", "frenos": "freio", "pastillas": "pastilhas", "pastilla": "pastilha",
    "amortiguador": "amortecedor", "amortiguadores": "amortecedores", "embrague": "embreagem", "bujia": "vela",
    "nuevo": "novo", "nueva": "nova", "primera": "primeira", "primero": "primeiro",
    "muchas": "muito", "lunes": "segunda", "martes": "terça", "miercoles": "quarta", "jueves": "quinta",
    "viernes": "sexta", "fecha": "data", "cambiar": "mudar", "hacer": "fazer", "hago": "faço", "mensajes": "mensagens",
    "aceptan": "aceita", "ustedes": "vocês", "sirve": "serve", "puse": "coloquei", "esta": "está", "correa": "correia",
    "cuota": "vez", "cuotas": "vezes", "sola": "só", "tengo": "tenho",
}  # fmt: skip
_ENGLISH = {
    "do you have": "tem", "how much is": "quanto custa", "how much": "quanto custa", "where is my order":
    "cadê meu pedido", "thank you": "obrigado", "brake pads": "pastilha de freio", "tail light": "lanterna",
    "i want": "quero", "i need": "preciso", "can i pay": "posso pagar", "credit card": "cartão",
    "headlight": "farol", "headlights": "faróis", "taillight": "lanterna", "mirror": "retrovisor",
    "bumper": "para-choque", "radiator": "radiador", "alternator": "alternador", "hi": "oi", "hello": "oi",
    "thanks": "obrigado", "shipping": "frete", "price": "preço", "for": "pra", "left": "esquerdo",
    "right": "direito", "front": "dianteiro", "rear": "traseiro", "please": "por favor", "with": "com", "yes": "sim",
}  # fmt: skip
_SURE_OF_SPANISH = words(
    "hola buenas buenos gracias cuanto cuesta cuestan precio necesito quiero quisiera tienen tiene tenes tienes puedo "
    "tarjeta derecho derecha izquierdo izquierda delantero delantera trasero trasera espejo pieza repuesto pastillas "
    "amortiguador embrague dinero hablar llega llego primera primero cuota cuotas tengo "
    "lunes miercoles jueves viernes muchas aceptan ustedes puse hacer mensajes"
)
_SURE_OF_ENGLISH = words("headlight headlights taillight mirror bumper radiator alternator shipping hello thanks")
_SURE_PHRASES = re.compile(r"\b(?:do you|how much|where is|thank you|i want|i need|can i|credit card)\b")
_PORTUGAL = {
    "portes de envio": "frete", "portes": "frete", "morada": "endereço", "farolim": "lanterna", "farolins": "lanternas",
    "telemóvel": "celular", "carrinha": "carro", "se faz favor": "por favor", "pára-choques": "para-choque",
}  # fmt: skip
_OF_PORTUGAL = re.compile(rf"\b(?:{'|'.join(sorted(_PORTUGAL, key=len, reverse=True))})\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_SPOKEN = re.compile(r"\S+\s*")


def in_portuguese(text: str) -> str:
    """The text with foreign words of the trade in Portuguese; unchanged if nothing in it is certainly foreign. Words in
    an address (*hello@…*) do not count."""
    text = _OF_PORTUGAL.sub(lambda m: _PORTUGAL[m[0].lower()], text)
    pieces = [(is_address, "".join(words)) for is_address, words in groupby(_SPOKEN.findall(text), _is_address)]
    plain = fold(" ".join(piece for is_address, piece in pieces if not is_address))
    said = set(_WORD.findall(plain))
    if said & _SURE_OF_ENGLISH or _SURE_PHRASES.search(plain):
        return "".join(piece if is_address else _from_english(piece) for is_address, piece in pieces)
    if said & _SURE_OF_SPANISH:
        return "".join(piece if is_address else _from_spanish(piece) for is_address, piece in pieces)
    return text


def _is_address(word: str) -> bool:
    return "@" in word or "://" in word or word.startswith("www.")


def _from_english(text: str) -> str:
    plain, end = fold(text), text[len(text.rstrip()) :]
    for phrase in sorted(_ENGLISH, key=len, reverse=True):
        plain = re.sub(rf"\b{phrase}\b", _ENGLISH[phrase], plain)
    return plain + end


def _from_spanish(text: str) -> str:
    return _WORD.sub(lambda m: _SPANISH.get(fold(m[0]), m[0]), text)
