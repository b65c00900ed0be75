"""Texts for opening an account at the payment provider for a new shop."""

from __future__ import annotations

from datetime import date

from bot.domain import documents, money, phone

HINT_INCOME = "O Asaas pede um valor médio de quem abre conta. Pode ser aproximado. Ex.: *R$ 8.000*"
HINT_COMPANY = "Está no cartão do CNPJ, em *natureza jurídica*. SLU (antiga EIRELI) é Ltda."

OFFER_ROWS = (("open", "Abrir agora"), ("later", "Depois"))
REVIEW_ROWS = (("open", "Abrir a conta"), ("fix", "Corrigir"), ("later", "Depois"))
COMPANY_ROWS = (
    ("mei", "MEI"),
    ("limited", "Ltda."),
    ("individual", "Empresário individual"),
    ("association", "Associação"),
)


def offer() -> str:
    return (
        "Sem problema: posso *abrir a conta Asaas da loja por aqui*, sem custo para você. São poucas perguntas, e é "
        "nela que cai a sua parte de cada venda. Abro agora?"
    )


def which_holder(document: str) -> str:
    if documents.is_cpf(document):
        return "Qual o seu *nome completo*, como está no CPF?"
    return "Qual a *razão social* da empresa, como está no CNPJ?"


def which_birth_date() -> str:
    return "Qual a sua *data de nascimento*? Ex.: 25/08/1985"


def wrong_birth_date() -> str:
    return "Essa data não confere. Manda com dia, mês e ano? Ex.: *25/08/1985*"


def too_young() -> str:
    return "A conta precisa ser de alguém com 18 anos ou mais. Confere a data, ou digite *atendente*."


def which_company() -> str:
    return "Qual o *tipo da empresa*?"


def which_income(document: str) -> str:
    what = "a sua *renda média por mês*" if documents.is_cpf(document) else "o *faturamento médio por mês* da empresa"
    return f"Qual {what}? Pode ser aproximado. Ex.: *R$ 8.000*"


def wrong_income() -> str:
    return "Não entendi o valor. Manda assim: *R$ 8.000*"


def which_mobile() -> str:
    return "Qual um *celular com DDD* do responsável? O Asaas manda os códigos da conta para ele."


def wrong_mobile() -> str:
    return "Preciso de um *celular*, com DDD e o 9 na frente. Ex.: 41 99999-0000"


def which_district() -> str:
    return "E o *bairro* da loja?"


def review(
    holder: str, document: str, birth: date | None, company: str, income: int, mobile: str, email: str, place: str
) -> str:
    more = f"Nascimento {birth:%d/%m/%Y}" if birth else dict(COMPANY_ROWS).get(company, "")
    return (
        f"*{holder}* · {'CPF' if documents.is_cpf(document) else 'CNPJ'} {documents.show(document)}\n"
        f"{more} · {money.show(income)} por mês\n"
        f"Celular {phone.show(mobile)} · e-mail {email}\n{place}\n"
        "Com o seu *sim*, mando estes dados ao Asaas e a conta é aberta. Confere?"
    )


def opening() -> str:
    return "Estou abrindo a conta no Asaas, já volto."


def opened(wallet: str) -> str:
    return (
        f"Conta Asaas aberta ✅ Carteira *{wallet}* anotada na loja.\n"
        "*O que vem agora*: o Asaas manda um e-mail para criar a senha e pedir os documentos (foto do RG ou CNH, "
        "selfie e, se empresa, o contrato). Você já pode vender; para *sacar*, os documentos precisam estar aprovados."
    )


def later() -> str:
    return (
        "O Asaas não está respondendo agora. Continuo tentando sozinho e aviso quando a conta abrir; a carteira entra "
        "na loja sem você fazer nada. Vamos em frente."
    )


def skipped() -> str:
    return "Tudo bem, a carteira fica para depois."


_REFUSED = {
    "invalid_document": "O Asaas não aceitou esse CPF/CNPJ. Confere o número?",
    "invalid_email": "O Asaas não aceitou esse e-mail. Manda outro?",
    "invalid_phone": "O Asaas não aceitou esse celular. Manda outro?",
    "invalid_postal_code": "O Asaas não aceitou esse CEP. Confere o endereço?",
    "already_taken": (
        "Esse CPF/CNPJ ou e-mail *já tem conta no Asaas*. Entra em *asaas.com* → *Integrações* → *Wallet ID* e manda o "
        "ID aqui; se a conta não é sua, digite *atendente*."
    ),
}


def refused(reason: str) -> str:
    return _REFUSED.get(reason) or (
        "O Asaas não abriu a conta agora. A nossa equipe já foi avisada e fala com você; se preferir, abra em "
        "*asaas.com* e mande *minha carteira é* e o ID."
    )
