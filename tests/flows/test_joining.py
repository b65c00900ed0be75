"""A shop is opened with an invitation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain import invitation
from bot.domain.commands import SendEmail
from bot.domain.events import SellerInvited, Sender
from bot.domain.people import Seller
from tests.flows.chat import START, Chat
from tests.flows.stories import parts_shop
from tests.support_shop import marina

WALLET = "0f0e0d0c-1111-4222-8333-444455556666"
RUI = Sender(chat="5541988887777@c.us", phone="5541988887777", nickname="Rui")


def invited(name: str = "i1", **more: object) -> tuple[Chat, str]:
    """Somebody was invited; the chat and the code."""
    chat = Chat(parts_shop(marina(greeted=True)))
    fields = {"invitation": name, "by": "operator", "expires_at": START + timedelta(days=14), **more}
    chat.event("system", SellerInvited.model_validate(fields))
    return chat, invitation.code_of(chat.shop.rules.salt, name)


def shop_of(chat: Chat) -> Seller:
    seller = chat.shop.seller_of(chat.person.id)
    assert seller is not None
    return seller


def up_to_the_wallet(chat: Chat, code: str) -> Chat:
    chat.writes(RUI, f"oi, recebi o convite {code}").bot("Convite certo", "Qual o nome da loja")
    chat.writes(RUI, "Desmanche do Farol").bot("Anotado: Desmanche do Farol.", "Qual o CNPJ")
    chat.writes(RUI, "11.222.333/0001-80").bot("Esse número não confere como CNPJ")
    chat.writes(RUI, "11.222.333/0001-81").bot("Anotado: 11.222.333/0001-81.", "Manda o CEP")
    chat.writes(RUI, "8001000").bot("Esse CEP tem 7 números e precisa de 8")
    chat.writes(RUI, "80010-000").bot("Rua XV de Novembro, Curitiba/PR (CEP 80010-000)", "Qual o número")
    chat.writes(RUI, "1200 galpão 2").bot("Anotado: 1200", "1 Levo à agência 2 Preciso que busquem")
    chat.writes(RUI, "eu levo no correio").bot("Anotado: Levo à agência.", "Qual o e-mail")
    chat.writes(RUI, "rui@gmial.com").bot("É rui@gmail.com?")
    return chat.writes(RUI, "sim").bot("Anotado: rui@gmail.com.", "ID da carteira")


def test_a_shop_from_the_code_to_its_first_part() -> None:
    chat, code = invited()
    up_to_the_wallet(chat, code)
    chat.writes(RUI, "123").bot("Isso não parece o ID de uma carteira")
    chat.writes(RUI, WALLET.upper()).bot(
        "Desmanche do Farol · CNPJ 11.222.333/0001-81", "Curitiba/PR · CEP 80010-000", WALLET, "1 Abrir a loja"
    )
    assert chat.shop.seller_of(chat.person.id) is None
    chat.writes(RUI, "1").bot(
        "A loja Desmanche do Farol está aberta", "Mandei um código de 6 números para rui@gmail.com"
    )
    seller = shop_of(chat)
    assert (seller.wallet_id, seller.document, seller.phone) == (WALLET, "11222333000181", "5541988887777")
    assert (seller.address.number, seller.address.street, seller.pickup) == ("1200", "Rua XV de Novembro", False)
    assert not seller.email_confirmed
    chat.writes(RUI, chat.mails[-1].data["code"]).bot("E-mail confirmado")
    assert shop_of(chat).email_confirmed
    chat.writes(RUI, "cadastrar retrovisor onix 2018 R$ 350").bot("Qual o lado?")


def test_a_code_opens_one_shop() -> None:
    chat, code = invited()
    up_to_the_wallet(chat, code).writes(RUI, WALLET).writes(RUI, "1").bot("está aberta")
    chat.buyer(code).bot("Esse código não abre nenhuma loja")


def test_two_who_share_a_code_open_one_shop() -> None:
    chat, code = invited()
    chat.buyer(code).bot("Convite certo")
    up_to_the_wallet(chat, code).writes(RUI, WALLET).writes(RUI, "1").bot("está aberta")
    for said in ("Loja da Marina", "529.982.247-25", "80010000", "210", "1", "m@exemplo.com.br", WALLET):
        chat.buyer(said)
    chat.buyer("1").bot("Esse código não abre nenhuma loja")
    assert chat.shop.seller_of("p-marina") is None


def test_unknown_used_and_old_codes_look_alike_and_guesses_end() -> None:
    chat, code = invited(expires_at=START - timedelta(days=1))
    answers = []
    for guess in (code, "LOJA-AAAA-AAAA", "loja 7k3f 9qx2", "LOJA-0000-0000"):
        chat.buyer(guess).bot("Esse código não abre nenhuma loja")
        answers.append(chat.last[-1])
    assert len(set(answers)) == 1
    chat.buyer("LOJA-1111-1111").bot("Foram tentativas demais por hoje")
    assert chat.alerts[-1].topic == "códigos errados"
    chat.event("system", SellerInvited(invitation="i2", by="operator", expires_at=START + timedelta(days=30)))
    right = invitation.code_of(chat.shop.rules.salt, "i2")
    chat.buyer(right).bot("Foram tentativas demais por hoje")
    chat.passes(hours=25)
    chat.buyer(right).bot("Convite certo")


@pytest.mark.parametrize("said", ["quero vender na plataforma", "tenho um convite", "como viro vendedor?"])
def test_a_wish_to_sell_is_asked_for_its_code(said: str) -> None:
    Chat(parts_shop(marina(greeted=True))).buyer(said).bot("manda o código do convite", "atendente")


def test_without_a_wallet_the_shop_opens_and_cannot_publish_until_it_has_one() -> None:
    chat, code = invited()
    up_to_the_wallet(chat, code).writes(RUI, "ainda não tenho").bot(
        "abrir a conta Asaas da loja", "1 Abrir agora 2 Depois"
    )
    chat.writes(RUI, "depois").bot("a carteira fica para depois", "carteira: ainda não tenho")
    chat.writes(RUI, "1").bot("Falta a carteira para publicar")
    assert "sem carteira" in chat.alerts[-1].text
    chat.writes(RUI, "pular").writes(RUI, "cadastrar farol gol 2010").bot("conta de recebimento")
    chat.writes(RUI, f"minha carteira é {WALLET}").bot("Carteira anotada")
    assert shop_of(chat).wallet_id == WALLET
    chat.writes(RUI, f"minha carteira é {WALLET[::-1].replace('-', '')[:8]}-1111-4222-8333-444455556666").bot(
        "só com a equipe"
    )
    assert shop_of(chat).wallet_id == WALLET


def test_corrections_come_back_to_the_whole_and_going_back_asks_again() -> None:
    chat, code = invited()
    up_to_the_wallet(chat, code).writes(RUI, "voltar").bot("É rui@gmail.com?")
    chat.writes(RUI, "rui@exemplo.com.br").writes(RUI, WALLET).writes(RUI, "2").bot("O que você quer corrigir?")
    chat.writes(RUI, "endereço").bot("Manda o CEP")
    chat.writes(RUI, "75400-000").bot("Inhumas/GO*Qual o nome da rua?")
    chat.writes(RUI, "Rua 10").writes(RUI, "s/n").bot("Rua 10, S/N · Inhumas/GO", "1 Abrir a loja")
    chat.writes(RUI, "3").bot("Descartei, nada foi aberto")
    assert chat.shop.seller_of(chat.person.id) is None
    chat.writes(RUI, code).bot("Convite certo")


def test_a_cep_that_is_none_and_a_look_up_that_is_away() -> None:
    chat, code = invited()
    chat.writes(RUI, code).writes(RUI, "Loja do Rui").writes(RUI, "529.982.247-25")
    chat.writes(RUI, "80010-999").bot("Esse CEP não existe")
    chat.down = {"place.look_up"}
    chat.writes(RUI, "01310-100").bot("Não consegui conferir o CEP 01310-100 agora")
    chat.down = set()
    chat.writes(RUI, "01310-100").bot("Avenida Paulista")


def test_a_hidden_number_is_asked_for_the_shops_phone() -> None:
    chat, code = invited()
    hidden = Sender(chat="999@lid", lid="999@lid", nickname="Zé")
    chat.writes(hidden, code).writes(hidden, "Loja do Zé").writes(hidden, "529.982.247-25").bot("telefone da loja")
    chat.writes(hidden, "3333").bot("não parece completo")
    chat.writes(hidden, "41 99999-0000").bot("Anotado: (41) 99999-0000.", "CEP")


def test_who_has_a_shop_opens_no_second() -> None:
    chat, code = invited()
    chat.seller(code).bot("Este número já é da loja Auto Peças Silva")


def test_an_invitation_is_mailed_where_there_is_an_address_and_its_code_is_nowhere_in_the_shop() -> None:
    chat, code = invited(email="rui@exemplo.com.br")
    mail = chat.mails[-1]
    assert isinstance(mail, SendEmail)
    assert (mail.to, mail.data["code"]) == ("rui@exemplo.com.br", code)
    assert code not in str(chat.shop.invitations)
    chat.event("system", SellerInvited(invitation="i1", by="operator", expires_at=START, email="x@exemplo.com"))
    assert len(chat.mails) == 1  # the same invitation told twice is one


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("meu código é LOJA-7K3F-9QX2, e agora?", "LOJA-7K3F-9QX2"),
        ("loja 7k3f 9qx2", "LOJA-7K3F-9QX2"),
        ("LOJA7K3F9QX2", "LOJA-7K3F-9QX2"),
        ("LOJA-OIL0-UVWX", "LOJA-0110-VVWX"),
        ("loja auto peca", ""),
        ("tem loja em Curitiba?", ""),
    ],
)
def test_codes_as_people_type_them(text: str, code: str) -> None:
    assert invitation.read_code(text) == code
