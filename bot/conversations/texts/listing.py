"""Texts for registering a part and changing its price."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.conversations.language.gender import agree
from bot.conversations.texts.common import kilos
from bot.domain import money
from bot.domain.catalogue import Condition

CONDITIONS = {Condition.NEW: "novo", Condition.USED: "usado", Condition.REMANUFACTURED: "recondicionado"}
HINT_PART = "O nome que você usaria no balcão já serve, ex.: *alternador gol g5*."
HINT_CAR = "O carro de onde a peça saiu já serve, ex.: *gol g5 2010*."
HINT_PRICE = "Olhe por quanto saem peças parecidas; depois dá para mudar (*mudar preço*)."
HINT_BOX = "Pese e meça a caixa já fechada; na dúvida, arredonde para cima. É por ela que o frete é cobrado."
SIDES = {"left": "esquerdo", "right": "direito", "pair": "(par)", "none": ""}


def no_wallet() -> str:
    return (
        "Sua loja ainda não tem a conta de recebimento ligada, então não dá para publicar. "
        "Digite *atendente* que a equipe resolve com você."
    )


def offer_photo() -> str:
    return "Recebi a foto. Quer cadastrar uma peça com ela?"


def photo_unused() -> str:
    return "Tudo bem, não usei a foto. Para cadastrar depois, escreva *cadastrar* e a peça."


def what() -> str:
    return "Qual é a *peça e o carro*? Ex.: *retrovisor onix 2018*"


def understood(part: str, car: str, price: int | None) -> str:
    pieces = [f"Peça: *{part}*" if part else "", f"Carro: *{car}*" if car else ""]
    pieces.append(f"Preço: *{money.show(price)}*" if price else "")
    return "Entendi assim:\n" + " · ".join(p for p in pieces if p)


def car() -> str:
    return "Para qual *carro e ano*? Ex.: *onix 2018*. Se serve em vários, mande o principal."


def price() -> str:
    return "Qual o *preço*? Ex.: R$ 350,00"


def price_wrong() -> str:
    return "Não entendi o valor. Escreve só o preço, ex.: *350* ou *1.150,00*."


def side() -> str:
    return "Qual o *lado*?"


def condition() -> str:
    return "A peça é nova ou usada?"


def photos(most: int) -> str:
    return f"Manda de *1 a {most} fotos* (e 1 vídeo de até 1 min, se quiser). Escreva *pronto* quando terminar."


def pieces(photos: int, *, video: bool) -> str:
    """*3 fotos e 1 vídeo*."""
    count = ["1 foto" if photos == 1 else f"{photos} fotos"] if photos else []
    return " e ".join([*count, *(["1 vídeo"] if video else [])])


def photos_so_far(count: int, *, video: bool) -> str:
    if not count:
        return "Vídeo recebido. Agora manda pelo menos *1 foto*, e depois *pronto*."
    ending = "recebidos" if video else "recebida" if count == 1 else "recebidas"
    return f"{pieces(count, video=video)} {ending}. Mais alguma? Ou *pronto*."


def photos_needed() -> str:
    return "Preciso de pelo menos *1 foto* para publicar. Manda aqui e depois escreva *pronto*."


def photos_full(most: int) -> str:
    return f"São até {most} fotos, e já tenho {most}. Escreva *pronto* para seguir."


def photo_kept() -> str:
    return "Guardei a foto."


def photo_shrunk(size: int) -> str:
    return f"Essa foto tinha *{size / 1_000_000:.0f} MB*; reduzi sem perder nitidez no anúncio ✅"


def photo_refused(reason: str) -> str:
    if reason == "too_large":
        return "Essa foto passa de 25 MB. Manda uma menor, ou tira de novo pelo próprio WhatsApp?"
    if reason in ("gone", "not_allowed"):
        return "Uma foto não abriu aqui. Manda ela de novo?"
    return "Um arquivo não é imagem que eu abra. Manda como *imagem* (JPG, PNG, HEIC ou WebP)?"


def photo_late() -> str:
    return "Uma foto falhou do nosso lado, já estou tentando de novo, não precisa reenviar."


def video_kept() -> str:
    return "Guardei o vídeo."


def video_full() -> str:
    return "É *1 vídeo* por anúncio, e já tenho um. Para trocar, use *Corrigir* › *Fotos* no fim."


def video_too_long(seconds: int) -> str:
    length = f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"
    return f"Esse vídeo tem {length} e o limite é 60 s. Manda um mais curto?"


def video_late() -> str:
    return "O vídeo falhou do nosso lado, já estou tentando de novo, não precisa reenviar."


def video_ready() -> str:
    return "O vídeo ficou pronto e entra no anúncio ✅"


def video_shown(listing: int, url: str) -> str:
    return f"O vídeo do anúncio *{listing}* já está no ar ✅ {url}"


VIDEO_FAULTS = {
    "too_large": "passa de 100 MB",
    "too_long": "passa de 60 s",
    "too_short": "é curto demais",
    "not_a_video": "não é um vídeo que eu abra",
    "broken": "veio com defeito",
    "gone": "não abriu aqui",
    "not_allowed": "não abriu aqui",
}


def video_refused(reason: str) -> str:
    return f"O vídeo {VIDEO_FAULTS.get(reason, 'não pôde ser usado')}. Manda outro, se quiser; sem vídeo também dá."


def video_lost(listing: int, reason: str) -> str:
    fault = VIDEO_FAULTS.get(reason, "não pôde ser usado")
    return f"O vídeo do anúncio *{listing}* {fault}. O anúncio segue no ar só com as fotos."


def box() -> str:
    return "Última: *peso e medida da caixa* para o frete. Ex.: 1,2 kg 30x25x20"


def box_wrong(weight: bool = False, size: bool = False) -> str:
    """What is still missing of the box. ``weight``, ``size``: whether each was given."""
    if weight:
        return "Anotei o peso. Faltam as três medidas da caixa em cm. Ex.: *30x25x20*"
    if size:
        return "Anotei as medidas. Falta o peso. Ex.: *1,2 kg*"
    return "Preciso do peso e das três medidas em cm. Ex.: *1,2 kg 30x25x20*"


def one_by_one(rest: list[str]) -> str:
    return f"Vamos uma por vez. Guardei as outras e volto a elas depois desta: {', '.join(rest)}."


def dropped(part: str) -> str:
    return f"Larguei o cadastro de *{part}*, que não estava publicado."


def not_ready() -> str:
    return "Ainda falta um pouco para publicar."


def no_photo_yet() -> str:
    return "Ainda não recebi foto desta peça."


def photo_off(left: int) -> str:
    there = "não ficou nenhuma" if not left else "ficou 1" if left == 1 else f"ficaram {left}"
    return f"Tirei a foto: {there}."


def noted(heard: Mapping[str, Any]) -> str:
    """What was understood besides the answer: car, side, condition, price, box."""
    said = [
        f"*{heard['car']}*" if heard.get("car") else "",
        SIDES[heard["side"]] or "sem lado" if "side" in heard else "",
        CONDITIONS[heard["condition"]] if "condition" in heard else "",
        f"*{money.show(heard['price'])}*" if heard.get("price") else "",
        f"{heard['stock']} em estoque" if heard.get("stock") else "",
        f"{kilos(int(heard['weight']))}, {'x'.join(map(str, heard['size']))} cm" if heard.get("size") else "",
    ]
    return f"Anotei: {', '.join(s for s in said if s)}."


def review(
    title: str,
    condition: Condition,
    price: int,
    photos: int,
    weight: int,
    size: tuple[int, int, int],
    *,
    video: bool = False,
    stock: int = 1,
) -> str:
    count = f"{pieces(photos, video=video)}{f' · {stock} em estoque' if stock > 1 else ''}"
    box = "x".join(str(s) for s in size)
    return (
        f"*{title} ({agree(CONDITIONS[condition], title)})* · {money.show(price)} · {count} · {kilos(weight)}, {box} cm"
    )


def fix() -> str:
    return "O que você quer corrigir?"


def discarded() -> str:
    return "Descartei. Nada foi publicado."


def pictures_of(title: str, listing: int, there: int, room: int, *, replace: bool) -> str:
    """The question for pictures of an existing listing."""
    if replace:
        return f"Manda as fotos novas do *{listing}* ({title}): as {there} de agora saem quando você escrever *pronto*."
    now = f"tem {pieces(there, video=False)}, cabem mais {room}" if there else f"ainda não tem foto, cabem {room}"
    swap = " Para trocar todas, escreva *trocar*." if there else ""
    return f"Manda as fotos do *{listing}* ({title}): {now} (e 1 vídeo). Depois escreva *pronto*.{swap}"


def pictures_full(listing: int, there: int) -> str:
    return f"O anúncio *{listing}* já está com {there} fotos, o máximo. Para trocar todas, escreva *trocar*."


def video_only() -> str:
    return "Guardei o vídeo. Quer mandar fotos também? Ou *pronto*."


def pictures_done(listing: int, count: int, url: str, *, video: bool) -> str:
    return f"Pronto ✅ O anúncio *{listing}* está com {pieces(count, video=video)}: {url}"


def pictures_kept(listing: int) -> str:
    return f"Certo, não mudei as fotos do anúncio *{listing}*."


def published(listing: int, url: str) -> str:
    return f"Publicado ✅ Anúncio *{listing}*: {url}"


def more_cars() -> str:
    return "Quer avisar mais carros em que serve? Ex.: *Prisma 2017*. Ou responda *não*."


def cars_added(cars: str) -> str:
    return f"Incluí: *{cars}*. Mais algum? Ou *não*."


def fine() -> str:
    return "Tudo certo. Quando vender, eu aviso aqui."


# --- a price ----------------------------------------------------------------------------------------------


def which_listing() -> str:
    return "Qual anúncio? Mande o número, ex.: *558*."


def not_your_listing(listing: int) -> str:
    return f"O anúncio *{listing}* não é da sua loja. Confere o número?"


def new_price(listing: int, title: str, price: int) -> str:
    return f"Anúncio *{listing}* ({title}), hoje {money.show(price)}. Qual o *novo preço*?"


def price_sure(listing: int, before: int, after: int) -> str:
    change = f"{(after - before) * 100 / before:+.0f}%" if before else "novo"
    return f"Anúncio *{listing}*: de {money.show(before)} para *{money.show(after)}* ({change}). Confirma?"


def price_done(listing: int, price: int) -> str:
    return f"Pronto: o anúncio *{listing}* agora custa *{money.show(price)}*. Pedidos já feitos não mudam."


def price_kept(listing: int) -> str:
    return f"Tudo bem, o anúncio *{listing}* fica como estava."


def no_listings() -> str:
    return "Sua loja ainda não tem anúncios. Para cadastrar, escreva *cadastrar* e a peça."
