"""Answers to messages that the bot cannot read."""

from __future__ import annotations

from collections.abc import Callable


def card() -> str:
    return (
        "Apaguei esse número de cartão: por segurança ele nunca é digitado no chat. "
        "O pagamento com cartão é feito só na página segura; escreva *cartão* que eu mando o link do seu pedido."
    )


def empty() -> str:
    return "Chegou uma mensagem vazia. Escreve em poucas palavras o que você precisa? Ou digite *menu*."


def too_long() -> str:
    return (
        "Essa mensagem é longa demais para mim. Manda só o principal, em uma ou duas frases? "
        "Ex.: *frete do farol corolla pra 80010-000*. Ou digite *atendente*."
    )


def audio(seconds: int) -> str:
    return (
        "Ainda não ouço áudio. Escreve em poucas palavras? Ex.: *boleto 1038*. Ou digite *atendente*."
        if seconds <= 90
        else "Ainda não ouço áudio, e esse é comprido. Escreve o principal? Ou digite *atendente*."
    )


def sticker(_: int) -> str:
    return "Figurinha eu não entendo 😅 Escreve em poucas palavras? Ou digite *menu*."


def call(_: int) -> str:
    return "Este número não atende ligação. Quer que alguém te ligue? Mande *ligar* e o melhor horário."


def location(_: int) -> str:
    return "Recebi a localização, mas para o frete eu preciso do *CEP*. Manda os 8 números? Ex.: 80010-000"


def contact(_: int) -> str:
    return "Recebi um contato, mas eu só falo com quem me escreve. O que você precisa? Ou digite *menu*."


def image(_: int) -> str:
    return "Recebi a foto, mas não reconheço peças por imagem. Escreve a *peça e o carro*? Ex.: *farol corolla 2015*"


def receipt(number: int) -> str:
    return f"Se é o comprovante do *#{number}*, não precisa: o banco confirma sozinho e eu aviso aqui assim que cair."


def photo_of_part(number: int) -> str:
    return (
        f"Recebi a foto, mas não leio imagens. É da peça do *#{number}*? Escreva o que houve, ex.: *veio errado* ou "
        "*veio com defeito*. Se procura outra peça, escreva a *peça e o carro*."
    )


def video(_: int) -> str:
    return "Recebi o vídeo, mas ainda não vejo vídeos. Escreve em poucas palavras? Ou digite *atendente*."


def document(_: int) -> str:
    return "Recebi o arquivo, mas não abro documentos por aqui. Escreve o que você precisa? Ou digite *atendente*."


def unreadable(_: int) -> str:
    return "Essa mensagem não abriu aqui. Manda de novo como *texto*? Ou digite *menu*."


BY_CONTENT: dict[str, Callable[[int], str]] = {
    "audio": audio,
    "sticker": sticker,
    "call": call,
    "location": location,
    "contact": contact,
    "image": image,
    "video": video,
    "document": document,
    "unreadable": unreadable,
}

EMPTY_ANSWER = "Chegou uma mensagem vazia."
LONG_ANSWER = "Essa mensagem é longa demais para mim: manda só a resposta?"
ANSWERS = {
    "audio": "Ainda não ouço áudio: responde por escrito?",
    "sticker": "Figurinha eu não entendo 😅",
    "location": "Recebi a localização, mas só leio texto. Para o frete vale o *CEP*.",
    "contact": "Recebi um contato, mas só falo com quem me escreve.",
    "image": "Recebi a foto, mas não leio imagens: responde por escrito?",
    "video": "Recebi o vídeo, mas não vejo vídeos: responde por escrito?",
    "document": "Recebi o arquivo, mas não abro documentos: responde por escrito?",
    "unreadable": "Essa mensagem não abriu aqui: manda de novo como *texto*?",
}
"""The same, to precede an open question."""
