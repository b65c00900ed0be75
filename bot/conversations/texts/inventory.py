"""Texts about a shop's own parts: stock, prices, active or paused."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversations.texts import buying
from bot.domain import money, postal_code
from bot.domain.catalogue import Product
from bot.domain.order import Offer


def row(part: Product) -> str:
    """One part in a list."""
    there = "pausado" if not part.active else "sem estoque" if part.stock < 1 else f"{part.stock} em estoque"
    return f"{part.listing} · {part.title} · {money.show(part.price)} · {there}"


def head(count: int, paused: int) -> str:
    resting = f", {paused} {'pausado' if paused == 1 else 'pausados'}" if paused else ""
    return f"*Seus anúncios*: {count}{resting}."


def more() -> str:
    return "Mande o número para mudar um, ou *mais* para ver outros."


def pick() -> str:
    return "Mande o número do anúncio para mudar."


def freight_is_the_buyers() -> str:
    return (
        "O frete é sempre pago pelo comprador e calculado pelo CEP dele; frete grátis não dá. Se quiser "
        "ajudar, baixe o "
        "preço da peça, ex.: *o 558 agora é 420*."
    )


def none_called(part: str) -> str:
    return f"Não achei *{part}* nos seus anúncios. Se é peça nova, mande *cadastrar {part}* com o carro e o preço."


def which() -> str:
    return "De qual anúncio você está falando?"


def no_more() -> str:
    return "É isso, não há mais anúncios."


def part(part: Product) -> str:
    return row(part)


def how_many(part: Product) -> str:
    return f"*{part.title}* tem {part.stock} em estoque. Quantas ficam agora? Ex.: *3*"


def not_a_count() -> str:
    return "Mande só a quantidade, ex.: *3*. Se acabou, *0*."


def stock_sure(part: Product, pieces: int) -> str:
    return f"*{part.title}*: de {part.stock} para *{pieces}* em estoque. É isso mesmo?"


def stock_done(part: Product, pieces: int) -> str:
    if pieces < 1:
        return f"Pronto: *{part.title}* ({part.listing}) ficou *sem estoque* e não aparece mais para compra."
    again = "" if part.active else f" O anúncio está pausado; para voltar, *reativar {part.listing}*."
    return f"Pronto: *{part.title}* ({part.listing}) agora tem *{pieces}* em estoque.{again}"


def promised(numbers: Sequence[int]) -> str:
    """Open sales of a part that the shop says is gone."""
    named = ", ".join(f"*#{n}*" for n in numbers)
    if len(numbers) == 1:
        return f"Atenção: a venda {named} espera uma dessa. Se era a dela, responda *não tenho {numbers[0]}*."
    return f"Atenção: as vendas {named} esperam uma dessa. Se faltar para alguma, responda *não tenho {numbers[0]}*."


def put(part: Product) -> str:
    return f"*{part.title}* ({part.listing}) tem {part.stock} em estoque. Somo ou é o total?"


def put_more(part: Product, pieces: int) -> str:
    return f"Somar {pieces} (fica com {part.stock + pieces})"


def put_all(pieces: int) -> str:
    return f"O total é {pieces}"


def put_sure(part: Product, pieces: int) -> str:
    return f"Coloco *{pieces}* em estoque de *{part.title}* ({part.listing})?"


def undone(part: Product, stock: int, *, active: bool) -> str:
    there = f"{stock} em estoque" if stock else "sem estoque"
    return f"Desfeito: *{part.title}* ({part.listing}) está {'no ar' if active else 'pausado'}, {there}."


def stock_part_by_part() -> str:
    return "Estoque eu mudo peça por peça, ex.: *acabou o farol*. Para parar de vender tudo por uns dias: *pausa tudo*."


def words_stay() -> str:
    return (
        "Preço, estoque e fotos eu mudo por aqui; título, carro e estado de um anúncio publicado, não. Apague esse "
        "(*apaga o 558*) e cadastre de novo, ou digite *atendente*."
    )


def unchanged(part: Product) -> str:
    return f"Certo, *{part.title}* ({part.listing}) fica como estava."


def paused(part: Product) -> str:
    return (
        f"Pausei o anúncio *{part.listing}* ({part.title}). Ninguém mais compra; vendas já feitas seguem. "
        f"Para voltar: *reativar {part.listing}*."
    )


def paused_already(part: Product) -> str:
    return f"O anúncio *{part.listing}* ({part.title}) já está pausado. Para voltar: *reativar {part.listing}*."


def back(part: Product) -> str:
    empty = f" Só falta o estoque: escreva *estoque {part.listing}* e a quantidade." if part.stock < 1 else ""
    return f"O anúncio *{part.listing}* ({part.title}) está no ar de novo, a {money.show(part.price)}.{empty}"


def on_already(part: Product) -> str:
    return f"O anúncio *{part.listing}* ({part.title}) já está no ar."


def remove_sure(part: Product) -> str:
    return f"Tirar o anúncio *{part.listing}* ({part.title}) do ar? As vendas dele ficam no histórico."


def fee(percent: str) -> str:
    shown = percent.replace(".", ",")
    return (
        f"A taxa é de *{shown}%* sobre o preço da peça (o frete não entra), mais o custo do meio de pagamento, que vem "
        "descontado. Sua parte aparece em cada venda e em *quanto vou receber*."
    )


# --- freight ----------------------------------------------------------------------------------------------


def freight_to_where(part: Product) -> str:
    return f"Frete de *{part.title}* para qual *CEP*? Ex.: 80010-000"


def freight_asked() -> str:
    return "Estou cotando o frete, já mando."


def freight_down() -> str:
    return "A cotação está fora do ar agora. Se voltar em 15 min, mando aqui; senão, peça de novo."


def freight_none(cep: str) -> str:
    return f"Nenhuma transportadora leva essa peça até o CEP {postal_code.show(cep)}."


def freight(part: Product, cep: str, offers: Sequence[Offer], public_url: str) -> str:
    """Ready to be forwarded to the customer."""
    rows = "\n".join(f"• {buying.offer_row(o)} · total *{money.show(part.price + o.price)}*" for o in offers)
    return (
        f"*{part.title}* · {money.show(part.price)}\nFrete para {postal_code.show(cep)} (dias úteis, depois da "
        f"postagem):\n{rows}\nPara comprar: {public_url}/p/{part.listing}"
    )
