"""A shop that has no wallet when it joins: its account at the payment provider is opened in the same talk."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.commands import OpenAccount
from bot.domain.events import Sender
from tests.flows.chat import OPENED, Chat
from tests.flows.test_joining import RUI, WALLET, invited, shop_of, up_to_the_wallet


def company() -> Chat:
    """A company's data is all there."""
    chat, code = invited()
    chat.places = {cep: place and place.but(district="Centro") for cep, place in chat.places.items()}
    up_to_the_wallet(chat, code).writes(RUI, "não tenho").bot("sem custo para você*Abro agora?")
    chat.writes(RUI, "sim").bot("Qual a razão social")
    chat.writes(RUI, "Farol Desmanche Ltda").bot("Anotado: Farol Desmanche Ltda.", "1 MEI 2 Ltda.")
    chat.writes(RUI, "ltda").bot("Anotado: Ltda.", "faturamento médio por mês")
    chat.writes(RUI, "uns bons trocados").writes(RUI, "0").bot("Não entendi o valor")
    return chat.writes(RUI, "R$ 20.000").bot(
        "Anotado: R$ 20.000,00.",
        "Farol Desmanche Ltda · CNPJ 11.222.333/0001-81",
        "Ltda. · R$ 20.000,00 por mês",
        "Celular (41) 98888-7777 · e-mail rui@gmail.com",
        "Rua XV de Novembro, 1200, galpão 2, Centro · Curitiba/PR",
        "1 Abrir a conta 2 Corrigir 3 Depois",
    )


def test_a_company_s_account_from_the_offer_to_the_open_shop() -> None:
    chat = company()
    assert not chat.accounts, "nothing is sent before the yes"
    chat.writes(RUI, "sim").bot(
        f"Conta Asaas aberta ✅ Carteira {OPENED}", "O que vem agora*documentos", f"carteira: {OPENED}"
    )
    (command,) = chat.accounts
    assert (command.name, command.document, command.company) == ("Farol Desmanche Ltda", "11222333000181", "limited")
    assert (command.phone, command.email, command.income) == ("5541988887777", "rui@gmail.com", 20_000_00)
    assert (command.address.number, command.address.district, command.birth_date) == ("1200", "Centro", None)
    chat.writes(RUI, "1").bot("A loja Desmanche do Farol está aberta")
    assert shop_of(chat).wallet_id == OPENED


def test_a_person_s_account_asks_for_the_day_of_birth_and_a_mobile() -> None:
    chat, code = invited()
    hidden = Sender(chat="999@lid", lid="999@lid", nickname="Zé")
    for said in (
        code,
        "Loja do Zé",
        "529.982.247-25",
        "41 3333-0000",
        "75400-000",
        "Rua 10",
        "5",
        "levo",
        "z@x.com.br",
    ):
        chat.writes(hidden, said)
    chat.writes(hidden, "não tenho").writes(hidden, "1").bot("nome completo, como está no CPF")
    chat.writes(hidden, "Zé").writes(hidden, "José Alves").bot("Anotado: José Alves.", "data de nascimento")
    chat.writes(hidden, "31/02/1985").bot("Essa data não confere")
    chat.writes(hidden, "25/08/2015").bot("18 anos ou mais")
    chat.writes(hidden, "25/08/1985").bot("Anotado: 25/08/1985.", "renda média por mês")
    chat.writes(hidden, "3 mil").bot("celular com DDD")
    chat.writes(hidden, "41 3333-0000").bot("Preciso de um celular")
    chat.writes(hidden, "41 99999-0000").bot("Anotado: (41) 99999-0000.", "E o bairro da loja?")
    chat.writes(hidden, "Centro").bot("José Alves · CPF 529.982.247-25", "Nascimento 25/08/1985")
    chat.writes(hidden, "1").bot("Conta Asaas aberta")
    (command,) = chat.accounts
    assert (command.birth_date, command.company, command.phone) == (date(1985, 8, 25), "", "5541999990000")
    assert command.address.district == "Centro"


def test_corrected_before_the_yes_or_left_for_later() -> None:
    chat = company().writes(RUI, "2").bot("Qual a razão social")
    chat.writes(RUI, "Outra Ltda").writes(RUI, "mei").writes(RUI, "5000").bot("Outra Ltda", "MEI · R$ 5.000,00")
    chat.writes(RUI, "depois").bot("a carteira fica para depois", "carteira: ainda não tenho")
    assert not chat.accounts


@pytest.mark.parametrize(
    ("reason", "told", "again"),
    [
        ("invalid_email", "não aceitou esse e-mail", "novo@exemplo.com.br"),
        ("invalid_phone", "não aceitou esse celular", "41 97777-0000"),
    ],
)
def test_what_the_provider_objects_to_is_asked_again(reason: str, told: str, again: str) -> None:
    chat = company()
    chat.refusals = {"account.open": reason}
    chat.writes(RUI, "1").bot(told)
    chat.refusals = {}
    chat.writes(RUI, again).bot("Com o seu sim, mando estes dados")
    chat.writes(RUI, "1").bot("Conta Asaas aberta")
    assert chat.accounts[-1].email == (again if "@" in again else "rui@gmail.com")
    assert chat.accounts[-1].phone == ("5541988887777" if "@" in again else "5541977770000")


def test_a_document_that_is_refused_and_an_address() -> None:
    chat = company()
    chat.refusals = {"account.open": "invalid_document"}
    chat.writes(RUI, "1").bot("não aceitou esse CPF/CNPJ", "Qual o CNPJ")
    chat.refusals = {"account.open": "invalid_postal_code"}
    chat.writes(RUI, "529.982.247-25").bot("nome completo")
    chat.writes(RUI, "Rui Souza").writes(RUI, "25/08/1985").bot("CPF 529.982.247-25")
    chat.writes(RUI, "1").bot("não aceitou esse CEP", "Manda o CEP")
    chat.refusals = {}
    chat.writes(RUI, "01310-100").writes(RUI, "10").bot("Avenida Paulista, 10").writes(RUI, "1").bot("aberta")
    assert chat.accounts[-1].birth_date == date(1985, 8, 25)


def test_who_has_an_account_there_is_asked_for_its_wallet() -> None:
    chat = company()
    chat.refusals = {"account.open": "already_taken"}
    chat.writes(RUI, "1").bot("já tem conta no Asaas", "ID da carteira")
    chat.writes(RUI, WALLET).bot(f"carteira: {WALLET}")


@pytest.mark.parametrize("reason", ["not_offered", "refused"])
def test_an_account_that_is_not_to_be_had_stops_nobody(reason: str) -> None:
    chat = company()
    chat.refusals = {"account.open": reason}
    chat.writes(RUI, "1").bot("não abriu a conta agora*equipe já foi avisada", "carteira: ainda não tenho")
    assert [a.topic for a in chat.alerts] == ["conta não aberta"]
    chat.writes(RUI, "1").bot("está aberta", "Falta a carteira")


def test_while_asaas_is_away_the_shop_opens_and_the_wallet_comes_by_itself() -> None:
    chat = company()
    chat.down = {"account.open"}
    chat.writes(RUI, "1").bot("não está respondendo agora*Continuo tentando", "1 Abrir a loja")
    chat.writes(RUI, "1").bot("Falta a carteira")
    chat.up_again().bot("Conta Asaas aberta", "Já pode publicar")
    assert shop_of(chat).wallet_id == OPENED
    assert len(chat.accounts) == 1


def test_it_comes_before_the_shop_is_opened() -> None:
    chat = company()
    chat.down = {"account.open"}
    chat.writes(RUI, "1")
    chat.up_again().bot("Conta Asaas aberta")
    chat.writes(RUI, "1").bot("está aberta")
    assert shop_of(chat).wallet_id == OPENED


def test_a_wallet_that_comes_late_never_replaces_one() -> None:
    chat = company()
    chat.down = {"account.open"}
    chat.writes(RUI, "1").writes(RUI, "1").writes(RUI, "pular").writes(RUI, f"minha carteira é {WALLET}")
    chat.up_again()
    assert shop_of(chat).wallet_id == WALLET


def test_another_document_is_another_owner() -> None:
    chat = company().writes(RUI, "1").bot(f"carteira: {OPENED}")
    chat.writes(RUI, "2").writes(RUI, "CNPJ ou CPF").writes(RUI, "529.982.247-25").bot("nome completo")
    chat.writes(RUI, "Rui Souza").writes(RUI, "25/08/1985").bot("CPF 529.982.247-25").writes(RUI, "1").bot("aberta")
    assert [c.document for c in chat.accounts] == ["11222333000181", "52998224725"]
    assert isinstance(chat.accounts[0], OpenAccount)
