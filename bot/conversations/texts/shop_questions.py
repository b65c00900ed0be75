"""Answers to what shops ask about selling. Everything in them follows from the shop's rules or the law."""

from __future__ import annotations

from bot.domain.shop import Rules


def where_to_post(_: Rules) -> str:
    return (
        "Numa agência da transportadora que está na *etiqueta* (nos Correios, qualquer uma). Poste até o dia combinado "
        "e responda *postei* com o número da venda."
    )


def another_agency(_: Rules) -> str:
    return (
        "Pode postar em *outra agência* da mesma transportadora. Se não der até o prazo, me diz o dia: *só "
        "consigo postar sexta*."
    )


def label_is_paid(_: Rules) -> str:
    return "A etiqueta não custa nada para você: o comprador já pagou o frete. É só imprimir, colar e postar."


def how_to_pack(_: Rules) -> str:
    return (
        "Caixa firme, peça sem folga (jornal, plástico bolha), ponta e vidro protegidos, e a *etiqueta* por fora. "
        "Peso e medida precisam ser os do anúncio: se mudou, escreva *errei o peso* antes de postar."
    )


def discount(_: Rules) -> str:
    return (
        "O preço é seu: para dar desconto, baixe o do anúncio, ex.: *o 558 agora é 420*. Venda paga não muda de preço."
    )


def how_to_change_a_price(_: Rules) -> str:
    return "Escreva o número do anúncio e o preço novo, ex.: *o 558 agora é 420*. Para ver os números: *meus anúncios*."


def returns(_: Rules) -> str:
    return (
        "O comprador tem *7 dias* depois de receber para desistir, e *90 dias* contra defeito. Quando ele pede, eu te "
        "aviso e pergunto aqui; o dinheiro só volta para ele quando a peça voltar para você."
    )


def which_part_is_gone(_: Rules) -> str:
    return "Qual peça? Ex.: *vendi o 558* ou *acabou o farol do corolla*, que eu tiro do estoque."


def invoices(_: Rules) -> str:
    return "Com CNPJ, sim: na venda eu peço a *chave da NF-e*. Sem nota, vai com *declaração de conteúdo* (DC-e)."


def not_paid_yet(_: Rules) -> str:
    return (
        "Enquanto o pagamento não confirma, não separe nem poste nada: eu te aviso quando cair. Se o comprador não "
        "pagar no prazo, o pedido se cancela sozinho e a peça volta ao estoque."
    )


def visits_are_not_counted(_: Rules) -> str:
    return "Não conto visitas nem cliques, então não tenho esse número. O que tenho são as vendas: *como foi a semana*."


def which_listing_to_remove(_: Rules) -> str:
    return (
        "Qual anúncio? Escreva com o número, ex.: *apagar o 558*, que eu confirmo antes de tirar do ar. Para ver os "
        "números: *meus anúncios*."
    )


def wrong_part_sent() -> str:
    return "Acontece. Não mande outra peça ainda: a equipe combina a troca com o comprador e te diz por onde ela volta."
