"""Answers to questions before a purchase. Everything in them follows from the shop's rules or the law."""

from __future__ import annotations

from bot.domain import hours
from bot.domain.shop import Rules

_ASK_PART = "Escreva a *peça e o carro*, ex.: *farol corolla 2015*, que eu mostro o que tem."


def who_is_this(rules: Rules) -> str:
    return (
        f"Sou o assistente da *{rules.platform_name}*, um robô: acho peças, coto o frete, cobro e acompanho os "
        "pedidos. Para falar com uma pessoa, digite *atendente*."
    )


def no_right_is_lost(_: Rules) -> str:
    return (
        "Não perde: assinar a entrega não tira o seu direito. São *7 dias* para desistir, e peça com defeito ou errada "
        "tem o prazo da lei para reclamar."
    )


def minors(_: Rules) -> str:
    return (
        "Para comprar é preciso ter *18 anos*. Se for menor, a compra é de um responsável: ele faz o pedido com o "
        "nome e o CPF dele."
    )


def payee(rules: Rules) -> str:
    return (
        f"No Pix e no boleto o recebedor é a *{rules.platform_name}*, pelo Asaas, que é o banco dos nossos "
        "pagamentos: o "
        "vendedor recebe de nós. Se aparecer outro nome, não pague e digite *atendente*."
    )


def fine_thanks(_: Rules) -> str:
    return "Tudo certo por aqui! O que você procura? Escreva a *peça e o carro*, ou digite *menu*."


def only_carriers(_: Rules) -> str:
    return "A entrega é só pelas transportadoras que aparecem na cotação, com rastreio. A mais rápida está na lista."


def days_of_delivery(_: Rules) -> str:
    return (
        "Quem entrega é a transportadora: em dias úteis, durante o dia e sem hora marcada (alguns lugares, aos sábados "
        "também). O prazo aparece na cotação e no pedido, e aviso aqui quando for entregue."
    )


def catalogue(rules: Rules) -> str:
    return (
        f"A *{rules.platform_name}* tem peças novas, usadas e recondicionadas de várias lojas, e o estoque muda todo "
        "dia. Escreva o *carro* que eu mostro o que tem para ele, ou a *peça e o carro*, ex.: *farol corolla 2015*."
    )


def ask_alone(topics: list[str]) -> str:
    return f"Sobre {' e '.join(topics)}, só o vendedor sabe: mande essa pergunta sozinha que eu passo a ele."


def seller_knows(topics: list[str]) -> str:
    return f"Sobre {' e '.join(topics)}, depende da peça: me diga a *peça e o carro* que eu pergunto ao vendedor."


def about(topics: list[str]) -> str:
    return f"Sobre {' e '.join(topics)}:"


def same_whichever_way(_: Rules) -> str:
    return "O total é o *mesmo* no Pix, no boleto e no cartão (parcelado também, sem juros). O Pix confirma na hora."


def contact_of_sellers(_: Rules) -> str:
    return f"A conversa com o vendedor passa por aqui, o telefone dele não mostro. {_ASK_PART} Depois pergunto a ele."


def prices_are_the_sellers(_: Rules) -> str:
    return f"O preço é de cada vendedor. {_ASK_PART} Se quiser, pergunto a ele se faz por menos."


def anybody_may_pay(_: Rules) -> str:
    return (
        "Pode: o Pix e o boleto qualquer pessoa paga, de qualquer banco; o cartão, com a autorização do dono. O "
        "pedido e a etiqueta continuam no seu nome."
    )


def nothing_is_bought(rules: Rules) -> str:
    return (
        f"A *{rules.platform_name}* não compra peças: quem vende são lojas convidadas. Se tem loja, digite *atendente*."
    )


def each_part_its_freight(_: Rules) -> str:
    return (
        "Cada peça é um pedido com o seu frete, porque pode sair de vendedores diferentes. Duas ou mais *da mesma "
        "peça* vão juntas: é só dizer quantas."
    )


def paid_before(_: Rules) -> str:
    return (
        "Faturado e a prazo não temos: o pagamento é antes do envio, por *Pix*, *boleto* à vista ou *cartão*. A compra "
        "pode ser no *CNPJ*."
    )


def insured(_: Rules) -> str:
    return (
        "Sim: a peça vai embalada e *segurada pelo valor dela*. Se extraviar, devolvemos tudo; se chegar quebrada, "
        "também."
    )


def who_may_receive(_: Rules) -> str:
    return (
        "Pode sim: a transportadora entrega a quem estiver no endereço, portaria também, e anota quem "
        "recebeu. O nome da "
        "etiqueta continua o seu."
    )


def nobody_at_home(_: Rules) -> str:
    return (
        "A transportadora entrega a quem estiver no endereço, portaria também. Se não houver ninguém, ela tenta de "
        "novo ou guarda numa agência, e eu aviso por aqui."
    )


def any_address(_: Rules) -> str:
    return "Pode: a entrega é no endereço que você disser, casa ou trabalho. É só mandar o *CEP* e o *número* de lá."


def agency(_: Rules) -> str:
    return "A entrega é no endereço. Só se não achar ninguém é que a transportadora guarda numa agência, e eu aviso."


def posting(rules: Rules) -> str:
    days = "1 dia útil" if rules.ship_days == 1 else f"{rules.ship_days} dias úteis"
    return f"O vendedor posta em até *{days}* depois do pagamento, e eu aviso quando sair."


def invoices(_: Rules) -> str:
    return f"A nota é de cada vendedor: quem é empresa emite, e mando aqui. {_ASK_PART} Depois pergunto a ele."


def depends_on_the_part() -> str:
    return f"Isso depende da peça. {_ASK_PART} Depois pergunto ao vendedor."


def how_to_reach_us(rules: Rules) -> str:
    return (
        "É este número mesmo: o atendimento é todo por aqui. Para falar com uma pessoa, digite *atendente* "
        f"({hours.show(rules.support_hours)})."
    )


def all_at_once(rules: Rules) -> str:
    return (
        f"Não dá para pagar em partes: *Pix* e *boleto* são à vista; no *cartão*, até *{rules.card_max_installments}x*."
    )


def why_document(_: Rules) -> str:
    return (
        "O CPF ou CNPJ é pedido só na hora de pagar: sem ele o Asaas não emite a cobrança. Uso nela, na nota e na "
        "etiqueta, e em mais nada."
    )


def installments(rules: Rules) -> str:
    most = rules.card_max_installments
    ways = f"até *{most}x sem juros*" if most > 1 else "só *à vista*"
    return f"No cartão é {ways}. Pix e boleto são à vista."


def ways_that_there_are(rules: Rules) -> str:
    most = rules.card_max_installments
    card = f"*cartão* (até {most}x) sem juros" if most > 1 else "*cartão*"
    return f"*Pix*, *boleto* ou {card}. O cartão é digitado na página do Asaas, nunca aqui no chat."


def ways_of_paying(rules: Rules) -> str:
    return f"{ways_that_there_are(rules)} {_ASK_PART}"


def no_other_ways(rules: Rules) -> str:
    return (
        "Débito, dinheiro e pagamento na entrega não temos: o pagamento é antes do envio, por "
        f"*Pix*, *boleto* ou *cartão de crédito*. {installments(rules)}"
    )


def how_long_codes_last(rules: Rules) -> str:
    boleto = "1 dia útil" if rules.boleto_days == 1 else f"{rules.boleto_days} dias úteis"
    return (
        f"O *boleto* vence em {boleto}, o *Pix* vale {rules.pix_minutes} minutos e o link do *cartão*, até 23:59. Para "
        "pagar outro dia, escolha boleto: ele guarda a peça até o vencimento."
    )


def only_the_last(_: Rules) -> str:
    return (
        "Só vale o *último* código ou boleto que eu mandei: quando troco, o anterior é cancelado. Se alguém pagar o "
        "antigo, devolvemos."
    )


def not_paid(_: Rules) -> str:
    return "Sem pagamento até o prazo, o pedido é cancelado sozinho, *sem custo*, e a peça volta à venda."


def how_soon_refunds(_: Rules) -> str:
    return (
        "Cancelando antes da postagem, o *Pix* volta em até 1 dia útil, o *cartão* em até 10 dias úteis e o "
        "*boleto* por um "
        "formulário do Asaas. Depois de recebida, o dinheiro volta quando a peça chegar ao vendedor."
    )


def refusing(_: Rules) -> str:
    return (
        "Na entrega, diga que *recusa o pacote* e não abra nem assine. Ele volta ao vendedor e, quando chegar lá, "
        "devolvo tudo o que você pagou. Se já recebeu, são *7 dias* para devolver, com o frete por nossa conta."
    )


def how_soon_money_comes(_: Rules) -> str:
    return (
        "O *Pix* costuma cair em menos de 1 minuto, o *cartão* na hora e o *boleto* em até 3 dias úteis. "
        "Aviso aqui assim que confirmar."
    )


def returning(_: Rules) -> str:
    return (
        "O frete da devolução é por nossa conta, e o dinheiro volta *inteiro* (peça e frete) quando a peça chegar ao "
        "vendedor: no Pix em até 1 dia, no cartão em até 10 dias úteis."
    )


def where_to_post(_: Rules) -> str:
    return (
        "Em qualquer agência dos *Correios*, com o código de postagem que eu mando aqui quando a devolução está "
        "aberta. Não custa nada para você."
    )


def all_comes_back(_: Rules) -> str:
    return "Antes da postagem volta tudo o que foi pago, *peça e frete*. O que não foi pago não tem custo."


def where(rules: Rules) -> str:
    return (
        f"A *{rules.platform_name}* reúne autopeças de várias cidades e vende só por aqui: a peça sai do vendedor "
        "direto para o seu endereço, com rastreio. Não há retirada em loja."
    )


def trust(rules: Rules) -> str:
    return (
        f"Você paga para a *{rules.platform_name}* pelo Asaas (Pix, boleto ou cartão na página deles) e recebe o "
        "código de rastreio por aqui. Se não chegar, devolvemos o dinheiro; e depois de receber você tem *7 dias* para "
        "desistir. Nunca pedimos senha nem número de cartão no chat."
    )


def returns(_: Rules) -> str:
    return (
        "Se não servir ou você se arrepender, tem *7 dias* depois de receber para devolver, com o frete de volta por "
        "nossa conta. Veio errada ou com defeito: mande *fotos* por aqui que resolvemos. Defeito que aparece "
        "depois tem a garantia da lei: *90 dias*."
    )


GUARANTEE = (
    "Toda peça tem a garantia da lei: *90 dias* contra defeito, mesmo usada, e *7 dias* para desistir da compra."
)


def any_box(_: Rules) -> str:
    return "Pode ser outra caixa, desde que firme e com a peça bem protegida. O código de postagem é o mesmo."


def no_gift_wrap(_: Rules) -> str:
    return "A peça vai na embalagem do vendedor, sem embrulho de presente, cartão ou bilhete."


def boleto_comes_here(_: Rules) -> str:
    return "O boleto vem *por aqui*: o número para digitar no banco ou na lotérica e o PDF para imprimir."


def guarantee(_: Rules) -> str:
    return f"{GUARANTEE} Garantia maior é de cada vendedor: me diga a peça que eu pergunto."


def guarantee_of_orders(_: Rules) -> str:
    return f"{GUARANTEE} Se algo der errado, é só contar aqui."


def opening_hours(rules: Rules) -> str:
    return f"Eu respondo a qualquer hora. Pessoas da equipe: {hours.show(rules.support_hours)}."


def delivery(rules: Rules) -> str:
    days = "1 dia útil" if rules.ship_days == 1 else f"{rules.ship_days} dias úteis"
    return (
        f"Entregamos em todo o Brasil. O vendedor posta em até *{days}* depois do pagamento, e o prazo da "
        f"transportadora aparece na cotação, pelo seu CEP. {_ASK_PART}"
    )


def freight(_: Rules) -> str:
    return f"O frete depende da peça e do CEP; mostro o preço e o prazo antes de você pagar. {_ASK_PART}"


def companies(_: Rules) -> str:
    return "Sim: a compra pode ser no *CPF ou no CNPJ*. A cobrança sai no documento que você mandar."


def opening_a_shop(_: Rules) -> str:
    return (
        "Com o convite a loja abre *na hora*, assim que você responder. O Asaas ainda pode pedir documentos "
        "para liberar o "
        "saque; se pedir, eu aviso aqui."
    )


def installation(_: Rules) -> str:
    return "Vendemos e entregamos a peça; a instalação fica com a oficina da sua confiança."
