"""Texts about returns for buyer and seller: in the conversation, and as notices."""

from __future__ import annotations

from datetime import date

from bot.conversations.texts.notices import News
from bot.domain import calendar, money
from bot.domain.order import Method, Order, OrderState, ReturnState

WHY = {
    "regret": "não quis mais",
    "wrong": "diz que veio errada",
    "broken": "diz que veio com defeito",
    "undelivered": "não foi entregue",
}

# --- to the buyer -----------------------------------------------------------------------------------------


def before_a_dispute() -> str:
    return (
        "Antes de contestar no banco, dá para resolver por aqui, e mais rápido: *quero devolver* ou *veio com defeito* "
        "abre a devolução, e o dinheiro volta inteiro."
    )


def carried_back(order: Order) -> str:
    return (
        f"A transportadora não conseguiu entregar o *#{order.number}* e a peça está voltando ao vendedor. Quando "
        f"chegar, devolvo *{money.show(order.to_give_back)}*, sem você fazer nada. Mandar de novo é outra compra, com "
        "outro frete; se a transportadora errou, conte para a equipe: *atendente*."
    )


def free_of_charge() -> str:
    return "A devolução não custa nada: o frete é por nossa conta."


def dispute_over() -> str:
    return "Obrigado por avisar. Falta o banco confirmar para nós; até lá o pedido espera."


def return_which(photos: int = 0) -> str:
    return f"{'Guardei a foto. ' if photos == 1 else 'Guardei as fotos. ' if photos else ''}De qual pedido é a peça?"


def under_guarantee(order: Order, until: date, *, over: bool) -> str:
    """A defect that shows after the seven days."""
    ends = f"{'terminou' if over else 'vai até'} *{calendar.show_day(until)}*"
    return f"A garantia da lei do *#{order.number}* ({order.title}) {ends} (90 dias da entrega)."


def not_now(order: Order) -> str:
    """Why an order in this state cannot be returned, and what can be done."""
    number = order.number
    match order.state:
        case OrderState.SHIPPED:
            return (
                f"O *#{number}* ainda está a caminho. Você pode *recusar na entrega*, "
                "ou devolver em até 7 dias depois de receber: é só me escrever."
            )
        case OrderState.AWAITING_PAYMENT | OrderState.PAID | OrderState.ACCEPTED:
            return f"O *#{number}* ainda não foi postado. Para desistir dele, escreva *cancelar {number}*."
        case OrderState.CANCELLED:
            return f"O *#{number}* foi cancelado, não há o que devolver."
        case OrderState.RETURNED:
            return f"A peça do *#{number}* já voltou ao vendedor e o valor foi devolvido."
        case OrderState.RETURNING:
            return f"A peça do *#{number}* já está voltando ao vendedor. Quando chegar, devolvo o valor e te aviso."
        case _:
            return (
                f"O *#{number}* está concluído e o prazo de 7 dias acabou. Se a peça tem defeito, "
                "digite *atendente* que uma pessoa vê com o vendedor."
            )


def already(order: Order) -> str:
    back = order.back
    if back is not None and back.state is ReturnState.ASKED:
        return f"Já perguntei ao vendedor sobre a devolução do *#{order.number}*. Assim que ele responder, te aviso."
    codes = [s.posting_code for s in order.parcels_back if s.posting_code]
    day = f" até *{calendar.show_day(back.post_by)}*" if back is not None and back.post_by else ""
    code = f" com o código *{' e '.join(codes)}*" if codes else ", assim que eu mandar o código"
    return f"A devolução do *#{order.number}* já está aberta: poste a peça nos Correios{code}{day}."


def why(order: Order) -> str:
    return f"O que houve com o *#{order.number}* ({order.title})?"


def photos() -> str:
    return (
        "Que chato. Me manda *1 foto da peça* e *1 da etiqueta da caixa*. "
        "Sem foto? Escreva *pronto* que seguimos assim."
    )


def one_photo() -> str:
    return "Recebi 1 foto. Manda a outra, ou escreva *pronto*."


def what_now(count: int) -> str:
    got = {0: "Certo.", 1: "Recebi a foto."}.get(count, "Recebi.")
    return f"{got} O que prefere?"


def what_end() -> str:
    return "O frete da devolução é por nossa conta."


def exchange_noted() -> str:
    return "Anotei: você quer trocar."


def pictures_come_here() -> str:
    return "A foto é só mandar aqui na conversa; vídeo eu não recebo."


def words_noted() -> str:
    return "Anotei e conto ao vendedor."


def exchange(order: Order, *, broken: bool) -> str:
    other = "A outra" if broken else "A peça certa"
    return (
        f"A troca é assim: você devolve essa com o frete por nossa conta; quando ela chegar ao vendedor, "
        f"*{money.show(order.to_give_back)}* {_how(order)}. {other} vai em um *pedido novo*, que eu já começo aqui."
    )


def keeps(order: Order) -> str:
    """The buyer keeps the part after all."""
    back = order.back
    if back is not None and back.state is ReturnState.ASKED:
        return (
            f"Combinado, a peça do *#{order.number}* fica com você. Se o vendedor aceitar a devolução, é só não postar."
        )
    until = f" Sem postagem até *{calendar.show_day(back.post_by)}*," if back is not None and back.post_by else " Assim"
    return (
        f"Combinado, fique com a peça: é só *não postar*.{until} a devolução do *#{order.number}* acaba sozinha "
        "e o pedido segue concluído. Se mudar de ideia antes disso, o código de postagem vale."
    )


def sure(order: Order, until: date) -> str:
    return (
        f"Devolver o *#{order.number}* ({order.title})? Você tem esse direito até *{calendar.show_day(until)}*. "
        f"Quando a peça chegar ao vendedor, *{money.show(order.to_give_back)}* (peça e frete) {_how(order)}. "
        "O frete da volta é por nossa conta. Confirmo?"
    )


def _how(order: Order) -> str:
    method = next((c.method for c in reversed(order.charges) if c.received), Method.PIX)
    return {
        Method.PIX: "voltam pelo Pix em até 1 dia",
        Method.BOLETO: "voltam por um formulário que eu te mando",
        Method.CARD: "voltam no cartão em até 10 dias úteis",
    }[method]


def late(order: Order, until: date) -> str:
    return (
        f"O prazo para desistir do *#{order.number}* acabou em *{calendar.show_day(until)}*. "
        "Se a peça veio errada ou com defeito, me conta o que houve que eu pergunto ao vendedor."
    )


def opened(order: Order) -> str:
    return (
        f"Devolução do *#{order.number}* aberta ✅ Estou gerando o código de postagem dos Correios e já mando aqui. "
        f"Quando a peça chegar ao vendedor, *{money.show(order.to_give_back)}* {_how(order)}."
    )


def asked_seller(order: Order) -> str:
    return (
        f"O prazo de 7 dias do *#{order.number}* já passou, então perguntei ao vendedor se ele aceita a devolução. "
        "Te respondo por aqui; se ele demorar mais de um dia, nossa equipe decide."
    )


def kept(order: Order) -> str:
    return f"Certo, não abri devolução do *#{order.number}*. Se mudar de ideia, é só escrever."


# --- to the seller ----------------------------------------------------------------------------------------


def take_back(order: Order) -> str:
    reason = WHY.get(order.back.reason, "") if order.back else ""
    return f"Devolução da *#{order.number}* ({order.title}): o comprador {reason}. Você aceita a peça de volta?"


def which_claim() -> str:
    return "De qual venda é a devolução?"


def no_claim() -> str:
    return "Nenhuma devolução espera a sua resposta."


def taken(number: int) -> str:
    return f"Certo. Mando a etiqueta de volta ao comprador da *#{number}* e te aviso quando ele postar."


def not_taken(number: int) -> str:
    return f"Anotado: você não aceita a devolução da *#{number}*. Aviso o comprador, e nossa equipe acompanha."


def nothing_comes_back() -> str:
    return "Não há peça voltando para a sua loja agora."


def came_back_which() -> str:
    return "De qual venda é a peça que voltou?"


def came_back_sure(order: Order) -> str:
    return (
        f"A peça da *#{order.number}* ({order.title}) está com você? Confirmando, eu devolvo "
        f"*{money.show(order.to_give_back)}* ao comprador. Se veio diferente do que você enviou, digite *atendente*."
    )


def came_back(number: int) -> str:
    return f"Obrigado! Estou devolvendo o valor da *#{number}* ao comprador."


def not_back(number: int) -> str:
    return f"Certo, sigo acompanhando. Quando a peça da *#{number}* chegar, escreva *recebi a devolução {number}*."


# --- notices ----------------------------------------------------------------------------------------------


def return_accepted(news: News) -> str:
    return (
        f"O vendedor aceitou a devolução do *#{news.order}*. Mando aqui o código de postagem dos Correios; "
        f"quando a peça chegar a ele, *{news.money()}* voltam para você."
    )


def return_refused(news: News) -> str:
    why = {
        "shipped": "ele ainda está a caminho: você pode *recusar na entrega*, ou devolver depois de receber",
        "under_way": "a peça já está voltando",
        "returned": "a peça já voltou e o valor foi devolvido",
        "refunded": "o valor já voltou para você",
        "closed": "o prazo de 7 dias acabou",
        "late": "o prazo de 7 dias acabou",
        "cancelled": "ele foi cancelado",
        "disputed": "há uma contestação aberta no cartão, e quem decide é o banco",
        "seller": "o vendedor não aceitou, e nossa equipe vai olhar o caso",
    }.get(news.get("reason"), "ele ainda não foi entregue")
    return f"Não abri a devolução do *#{news.order}*: {why}. Para falar com uma pessoa, digite *atendente*."


def return_label(news: News) -> str:
    day = f" até *{news.day('post_by')}*" if news.day("post_by") else ""
    how = (
        f"mostre o código *{news.get('posting_code')}*"
        if news.get("posting_code")
        else f"informe a etiqueta *{news.get('tracking')}*"
        if news.get("tracking")
        else "diga que é uma logística reversa"
    )
    number, _, of = news.get("parcel").partition("/")
    which, what = (f", pacote *{number} de {of}*", "o pacote") if of else ("", "a peça")
    return (
        f"Para devolver o *#{news.order}*{which}: embale {what}, leve a uma agência dos Correios{day} e {how}. "
        "Não paga nada. Eu acompanho daqui e te aviso quando chegar ao vendedor."
    )


def return_delayed(news: News) -> str:
    return (
        f"A etiqueta de volta do *#{news.order}* está demorando do nosso lado. Guarde a peça embalada: "
        "nossa equipe já foi avisada e eu mando assim que sair."
    )


def return_reminder(news: News) -> str:
    code = f" Código: *{news.get('posting_code')}*." if news.get("posting_code") else ""
    return f"Falta postar a devolução do *#{news.order}*: vale até *{news.day('post_by')}*.{code}"


def return_over(news: News) -> str:
    if news.to_seller:
        return f"O comprador da *#{news.order}* não postou a devolução no prazo: a venda segue valendo."
    return (
        f"A devolução do *#{news.order}* venceu sem postagem e o código não vale mais. "
        f"Ainda quer devolver? Escreva *devolver {news.order}*."
    )


def parcel_returning(news: News) -> str:
    if news.to_seller:
        return (
            f"A transportadora não conseguiu entregar a *#{news.order}* e está trazendo a peça de volta. "
            f"Quando chegar, escreva *recebi a devolução {news.order}*."
        )
    return (
        f"A transportadora não conseguiu entregar o *#{news.order}* e a peça está voltando ao vendedor. "
        f"Quando chegar, devolvo *{news.money()}* e te aviso."
    )


def return_opened(news: News) -> str:
    words = f"\n“{news.get('words')[:200]}”" if news.get("words") else ""
    count = len(news.get("photos").split())
    photos = f" Mandou {count} foto{'s' if count > 1 else ''}, logo abaixo." if count else ""
    what = (
        f"Você aceita? Responda *aceito devolução {news.order}* ou *não aceito devolução {news.order}*."
        if news.get("asked")
        else "Está no prazo de 7 dias, então a peça volta e o valor é devolvido quando ela chegar. O frete é nosso."
    )
    return (
        f"Devolução da *#{news.order}* ({news.get('title')}): {news.get('buyer') or 'o comprador'} "
        f"{WHY.get(news.get('reason'), 'quer devolver')}.{words}\n{photos.strip()}{' ' if photos else ''}{what}"
    )


def return_posted(news: News) -> str:
    code = f" (código {news.get('tracking')})" if news.get("tracking") else ""
    return (
        f"A devolução da *#{news.order}* foi postada{code}. Quando chegar, confira a peça; "
        f"se algo estiver errado, digite *atendente* no mesmo dia."
    )


def return_done(news: News) -> str:
    if news.to_seller:
        shelf = (
            "Já voltou ao estoque do anúncio."
            if news.get("shelf")
            else "Não voltei ao estoque: se a peça está boa, aumente o estoque do anúncio."
        )
        return f"A peça da *#{news.order}* voltou e o comprador recebe o dinheiro de volta. {shelf}"
    if news.get("amount") in ("", "0"):
        return f"A peça do *#{news.order}* chegou ao vendedor."
    return f"A peça do *#{news.order}* chegou ao vendedor. *{news.money()}* voltam para você: aviso quando sair."
