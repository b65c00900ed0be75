"""Texts shared by all flows: greetings, menus, misunderstandings."""

from __future__ import annotations

import re

from bot.domain.shop import Rules

INTENTS = {
    "find_part": "Comprar uma peça",
    "quote_shipping": "Cotar frete",
    "pay_pix": "Pagar com Pix",
    "pay_boleto": "Pagar com boleto",
    "pay_card": "Pagar com cartão",
    "track_order": "Rastrear meu pedido",
    "list_orders": "Ver meus pedidos",
    "order_details": "Ver um pedido",
    "cancel_order": "Cancelar um pedido",
    "refund": "Devolução ou reembolso",
    "upload_photo": "Cadastrar peça com fotos",
    "add_product": "Cadastrar uma peça",
    "edit_price": "Mudar um preço",
    "mark_posted": "Avisar que postei",
    "print_label": "Etiqueta de envio",
    "seller_sales_report": "Quanto vendi",
    "talk_to_human": "Falar com atendente",
    "opt_out": "Parar de receber avisos",
    "change_address": "Mudar o endereço",
    "change_due_date": "Mudar o vencimento",
    "resend_boleto": "2ª via do boleto",
    "nfe_invoice": "Nota fiscal",
    "complaint": "Problema com um pedido",
    "part_fitment": "Saber se a peça serve",
    "join_shop": "Vender na plataforma",
    "recover_account": "Recuperar minha conta",
}
"""Intents as menu rows."""

SMALL_TALK = {
    "thanks": "Por nada! Se precisar, é só escrever ou digitar *menu*.",
    "affirm": "Combinado. Se precisar de algo, escreva do seu jeito ou digite *menu*.",
    "deny": "Tudo bem. Se precisar de algo, é só escrever ou digitar *menu*.",
}


def nice(nickname: str) -> str:
    """A first name fit for a greeting; empty if the nickname contains none."""
    first = re.sub(r"[^\w'-]", "", nickname.split(" ")[0]) if nickname.strip() else ""
    return first[:20].capitalize() if first[:1].isalpha() else ""


def hello(nickname: str) -> str:
    name = nice(nickname)
    return f"Oi, {name}!" if name else "Oi!"


def site(rules: Rules) -> str:
    """The public address as people write it."""
    return re.sub(r"^https?://", "", rules.public_url)


def first_contact(rules: Rules, nickname: str) -> str:
    return (
        f"{hello(nickname)} Sou o assistente da *{rules.platform_name}* (robô). "
        f"Uso seus dados só para seus pedidos: {site(rules)}/privacidade. "
        "Para não receber avisos, responda *SAIR*."
    )


def first_contact_of_shop(rules: Rules, shop: str) -> str:
    return (
        f"Oi, *{shop}*! Sou o assistente da *{rules.platform_name}* (robô): aviso das vendas, mando as etiquetas e "
        f"cadastro suas peças por aqui. Seus dados: {site(rules)}/privacidade. "
        "Para não receber avisos, responda *SAIR*."
    )


def hello_again() -> str:
    return "Oi!"


def laughs_along() -> str:
    return "😄 Se precisar de algo, é só escrever."


def anything_else() -> str:
    return "Para outra coisa, é só escrever (ou *menu*)."


def welcome() -> str:
    return "Por nada!"


def put_right(choice: str) -> str:
    return f"Corrigi: *{choice}*." if choice else "Corrigi."


def crossed() -> str:
    return "Isto chegou enquanto você escrevia, então não contei a resposta. De novo, por favor:"


def corrected() -> str:
    return "Vi que você corrigiu a mensagem. Para não errar, responde de novo:"


def old_button() -> str:
    return "Esse botão é de uma pergunta que já passou."


def or_person() -> str:
    return "Se preferir, digite *atendente*."


def no_hurry() -> str:
    return "Sem pressa. Quando puder, é só responder."


def pick_one() -> str:
    return "Escolhe pelo número ou pelo nome:"


def list_is_closed() -> str:
    return "Essa lista já fechou."


def only_audio() -> str:
    return "só manda áudio"


def not_understood() -> str:
    return "Não peguei. Você quis dizer:"


def not_understood_menu() -> str:
    return "Não peguei. Qual destas?"


def machine_alert(person_id: str) -> str:
    return f"A conversa com {person_id} parece resposta automática do outro lado. Fico em silêncio por 30 minutos."


def too_many() -> str:
    return (
        "Chegaram muitas mensagens de uma vez e não consigo acompanhar. "
        "Espere um minutinho e escreva de novo o que precisa, que eu respondo."
    )


def flood_alert(person_id: str) -> str:
    return (
        f"{person_id} manda mensagens demais há mais de dois minutos. Guardo todas, mas não respondo até acalmar. "
        "Se for gente, vale olhar a conversa."
    )


def nothing_to_cancel() -> str:
    return "Não há nada em andamento para cancelar. O que você precisa? Digite *menu* para ver as opções."


def nothing_back() -> str:
    return "Não há pergunta anterior. Digite *menu* para ver as opções."


def left(title: str, *, done: bool = False) -> str:
    if done:
        return f"Encerrei {title}; o que já foi feito fica como está. Digite *menu* quando quiser."
    return f"Parei {title}. Nada foi cobrado nem mudado. Digite *menu* quando quiser."


def goodbye(title: str = "", *, done: bool = False) -> str:
    parted = f" Parei {title}: {'o que já foi feito fica' if done else 'nada foi cobrado nem mudado'}." if title else ""
    return f"Até mais!{parted} Quando precisar, é só chamar."


def let_be() -> str:
    return "Tudo bem, deixei como estava. Quando precisar, é só chamar."


def left_menu() -> str:
    return "Certo. Digite *menu* quando quiser ver as opções, ou escreva do seu jeito."


def words() -> str:
    return "Em qualquer momento: *menu*, *voltar*, *cancelar*, *atendente* ou *sair* (para de receber avisos)."


def trouble() -> str:
    return (
        "Tive um problema aqui com a sua última mensagem e já avisei a equipe. Não precisa se preocupar: "
        "seus pedidos continuam como estavam. Tenta de novo ou digite *atendente*."
    )


def kilos(grams: int) -> str:
    return f"{grams / 1000:.3f}".rstrip("0").rstrip(".").replace(".", ",") + " kg"
