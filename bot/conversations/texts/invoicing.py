"""Texts about the NF-e and the box of a sale."""

from __future__ import annotations

from bot.conversations.texts.common import kilos
from bot.domain import documents, nfe
from bot.domain.order import Order

HINT_KEY = (
    "A chave tem 44 caracteres e fica embaixo do código de barras da nota (DANFE). Dá para copiar do PDF e colar aqui."
)


def which_sale() -> str:
    return "De qual venda é a nota?"


def which_key(number: int, *, label: bool) -> str:
    else_ = "Sem nota? Responda *DC-e*." if not label else "Sem nota? Responda *deixa assim*."
    return f"Manda a *chave da NF-e* da *#{number}* (44 caracteres). {else_}"


def no_file() -> str:
    return "Recebi, mas não leio a chave no arquivo. Copia os 44 caracteres e cola aqui?"


def key_problem(problem: str) -> str:
    what = {
        "short": "Essa chave veio incompleta (são 44 caracteres)",
        "long": "Essa chave veio com caracteres a mais (são 44)",
        "digit": "Essa chave tem um número trocado (o dígito final não confere)",
    }[problem]
    return f"{what}. Copia de novo da nota?"


def till_receipt() -> str:
    return "Essa chave é de *NFC-e* (cupom), e a transportadora só leva com *NF-e*. Tem a NF-e? Ou responda *DC-e*."


def key_right(key: str) -> str:
    return f"Chave certa ✅ NF {nfe.number(key)}, emitida por {documents.show(nfe.issuer(key))}."


def other_issuer(key: str, shop_document: str) -> str:
    return (
        f"Essa nota é de *{documents.show(nfe.issuer(key))}*, e a sua loja é {documents.show(shop_document)}. "
        "Uso ela mesmo assim?"
    )


def used_before(number: int) -> str:
    return f"Essa chave já está na venda *#{number}*. Cada venda tem a sua nota: copia a certa?"


def noted(number: int) -> str:
    return f"Vai na etiqueta da *#{number}*."


def declared(number: int) -> str:
    return f"Certo, a *#{number}* vai com *declaração de conteúdo* (DC-e), sem nota."


def left_as_is(number: int) -> str:
    return f"Certo, a *#{number}* fica como está."


def remake(number: int, key: str) -> str:
    how = "com a nota" if key else "sem a nota, com declaração"
    return f"A etiqueta da *#{number}* já saiu. Cancelo essa e gero outra {how}? (não use a antiga)"


def remaking(number: int) -> str:
    return f"Estou refazendo a etiqueta da *#{number}*. *Não use a antiga*: mando o PDF novo aqui."


def too_late(order: Order) -> str:
    return f"A *#{order.number}* já foi postada ou não está mais aberta: a etiqueta dela não muda mais."


def by_hand(number: int) -> str:
    return f"A *#{number}* foi cobrada por mensagem, sem frete: não tem etiqueta."


# --- the box ----------------------------------------------------------------------------------------------


def which_box_sale() -> str:
    return "De qual venda são as medidas?"


def several_parcels(number: int) -> str:
    return f"A *#{number}* vai em mais de um volume; para mudar as medidas, digite *atendente*."


def box_now(order: Order) -> str:
    volumes = order.offer.volumes
    now = f" Agora está: {size(volumes[0].weight_g, *_sides(order))}." if volumes else ""
    return f"Qual o *peso e medida da caixa* da *#{order.number}*?{now} Ex.: 1,2 kg 30x25x20"


def _sides(order: Order) -> tuple[int, int, int]:
    box = order.offer.volumes[0]
    return box.width_cm, box.height_cm, box.length_cm


def size(grams: int, width: int, height: int, length: int) -> str:
    return f"{width}x{height}x{length} cm, {kilos(grams)}"


def box_sure(number: int, shown: str, *, label: bool) -> str:
    again = " A etiqueta que já saiu é cancelada e gero outra." if label else ""
    return f"*#{number}*: *{shown}*.{again} Confirma?"


def box_noted(number: int) -> str:
    return f"Medidas da *#{number}* anotadas: a etiqueta sai com elas."
