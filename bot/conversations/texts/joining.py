"""Texts for opening a shop."""

from __future__ import annotations

from datetime import datetime

from bot.conversations.texts.common import site
from bot.domain import calendar, documents, postal_code
from bot.domain.people import Address
from bot.domain.shop import Rules

HINT_CODE = "O código vem da equipe, por e-mail ou por aqui. Começa com *LOJA* e tem 8 letras e números."
HINT_WALLET = (
    "No site do Asaas: *Integrações* → *Chaves de API* → *Wallet ID*. São 36 letras e números com traços. "
    "Sem conta ainda? Escreva *não tenho*."
)
HINT_PICKUP = "É só para saber como os pacotes saem daí. A maioria leva à agência mais perto."


def invitation_mail(rules: Rules, code: str, until: datetime) -> tuple[str, dict[str, str]]:
    """Subject and data of the e-mail with the code."""
    name = rules.platform_name
    return f"Convite para vender na {name}", {
        "text": f"Você foi convidado para vender suas peças na *{name}*, pelo WhatsApp.\n\n"
        f"Mande o código abaixo na nossa conversa e o cadastro da loja começa. Ele vale uma vez, até "
        f"{calendar.show_day(calendar.today(until))}. Tenha à mão o CNPJ ou CPF, o CEP e a conta Asaas da loja.",
        "code": code,
        "code_label": "Seu código de convite:",
        "brand": name,
        "why": "Você recebe este e-mail porque a nossa equipe convidou você para vender.",
        "links": f"Privacidade | https://{site(rules)}/privacidade" if rules.public_url else "",
    }


def which_code() -> str:
    return (
        "Para abrir uma loja aqui, manda o *código do convite*. Ex.: *LOJA-7K3F-9QX2*. Sem convite? Digite *atendente*."
    )


def wrong_code() -> str:
    """The same answer for unknown, used and expired codes."""
    return "Esse código não abre nenhuma loja. Confere e manda de novo, ou digite *atendente*."


def too_many_codes() -> str:
    return "Foram tentativas demais por hoje. Tenta amanhã, ou digite *atendente* que a equipe confere com você."


def has_shop(name: str) -> str:
    return f"Este número já é da loja *{name}*. Para abrir outra, digite *atendente*."


def welcome() -> str:
    return "Convite certo ✅ Vamos abrir a sua loja, são poucas perguntas."


def which_name() -> str:
    return "Qual o *nome da loja*, como os compradores vão ver?"


def noted(value: str) -> str:
    return f"Anotado: *{value}*."


def which_phone() -> str:
    return "Qual o *telefone da loja*, com DDD? (vai na etiqueta)"


def wrong_phone() -> str:
    return "Esse telefone não parece completo. Manda com o DDD? Ex.: 41 99999-0000"


def which_document() -> str:
    return "Qual o *CNPJ* da loja? (se ainda não tem, o seu *CPF*)"


def wrong_document() -> str:
    return "Esse número não confere como CNPJ (14) nem CPF (11). Olha de novo e manda?"


def which_cep() -> str:
    return "De onde saem os pacotes? Manda o *CEP*. Ex.: 80010-000"


def place(address: Address) -> str:
    where = ", ".join(w for w in (address.street, f"{address.city}/{address.state}") if w)
    return f"{where} (CEP {postal_code.show(address.postal_code)})"


def which_street(address: Address) -> str:
    return f"Fica em *{place(address)}*. Qual o nome da *rua*?"


def which_number(address: Address) -> str:
    return f"Fica em *{place(address)}*. Qual o *número* (e complemento)?"


def which_pickup() -> str:
    return "Como os pacotes saem daí?"


PICKUP_ROWS = (("takes", "Levo à agência"), ("fetched", "Preciso que busquem"))


def which_email() -> str:
    return "Qual o *e-mail* da loja? Uso para etiquetas e para avisar quando o WhatsApp falhar."


def which_wallet() -> str:
    return (
        "Por último: o *ID da carteira* da sua conta Asaas, onde cai a sua parte. Sem conta? Escreva *não tenho* que "
        "abro uma por aqui."
    )


def wrong_wallet() -> str:
    return (
        "Isso não parece o ID de uma carteira (36 letras e números com traços). Copia de novo, ou escreva *não tenho*."
    )


def platform_wallet() -> str:
    return "Essa carteira é da plataforma, não da sua loja. Manda o ID da *sua* conta, ou escreva *não tenho*."


def review(name: str, document: str, phone: str, address: Address, pickup: bool, email: str, wallet: str) -> str:
    street = ", ".join(w for w in (address.street, address.number, address.complement) if w)
    return (
        f"*{name}* · {'CPF' if documents.is_cpf(document) else 'CNPJ'} {documents.show(document)}\n"
        f"{street} · {address.city}/{address.state} · CEP {postal_code.show(address.postal_code)}\n"
        f"Telefone {phone} · e-mail {email}\n"
        f"Pacotes: {'alguém busca' if pickup else 'levo à agência'} · carteira: {wallet or 'ainda não tenho'}"
    )


REVIEW_ROWS = (("open", "Abrir a loja"), ("fix", "Corrigir"), ("discard", "Descartar"))


def fix() -> str:
    return "O que você quer corrigir?"


FIX_ROWS = (
    ("name", "Nome"),
    ("document", "CNPJ ou CPF"),
    ("cep", "Endereço"),
    ("pickup", "Como saem os pacotes"),
    ("email", "E-mail"),
    ("wallet", "Carteira"),
)


def discarded() -> str:
    return "Descartei, nada foi aberto. O convite continua valendo: é só mandar o código de novo."


def opened(name: str) -> str:
    return f"A loja *{name}* está aberta ✅ Para anunciar, escreva por exemplo *cadastrar retrovisor onix 2018 R$ 350*."


def opened_without_wallet(name: str) -> str:
    return (
        f"A loja *{name}* está aberta ✅ Falta a carteira para publicar peças: já avisei a equipe, e quando tiver o ID "
        "é só escrever *minha carteira é* e o ID."
    )


def wallet_set() -> str:
    return "Carteira anotada ✅ Já pode publicar: escreva *cadastrar* e a peça."


def wallet_there() -> str:
    return "Sua loja já tem carteira. Para trocar, por segurança, só com a equipe: digite *atendente*."


def lost() -> str:
    return "A loja não foi aberta; o convite continua valendo."
