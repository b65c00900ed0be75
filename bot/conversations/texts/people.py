"""Texts about menus, people of the shop, e-mail, and leaving."""

from __future__ import annotations

from datetime import datetime

from bot.domain import calendar, hours
from bot.domain.shop import Rules

# --- menu -------------------------------------------------------------------------------------------------


def resume_row(title: str) -> str:
    return f"Continuar {title}"


def photo_noted() -> str:
    return "Recebi, a equipe vê por aqui. Pode mandar mais, ou escrever o que aconteceu."


def menu() -> str:
    return "Posso:"


def menu_example() -> str:
    return 'Escreva do seu jeito, ex.: "frete do farol pra 80010-000".'


def menu_example_seller() -> str:
    return 'Escreva do seu jeito, ex.: "postei 1042" ou "cadastrar retrovisor onix 2018 R$ 350".'


# --- a person ---------------------------------------------------------------------------------------------


def sorry() -> str:
    return "Sinto muito por isso."


def offer_person() -> str:
    return "Vou chamar uma pessoa para te ajudar, ok?"


def passed_on() -> str:
    return "Não mostro o telefone de um ao outro; a equipe passa o seu recado."


def in_writing() -> str:
    return (
        "Combinado: por aqui é tudo por escrito. Não mando áudio e não ligo, e a equipe também responde por mensagem."
    )


def cpf_of_brazil() -> str:
    return (
        "A cobrança precisa de um *CPF ou CNPJ do Brasil*; pode ser o de alguém daqui que compre para você. Sem isso, "
        "só a equipe pode ajudar: digite *atendente*."
    )


def read_aloud() -> str:
    return (
        "Aqui tudo é texto: nas listas, responda com o número ou com as palavras. O código do Pix vem sozinho em uma "
        "mensagem, para copiar; a imagem do QR só o repete. Se preferir uma pessoa: *atendente*."
    )


def wrong_number() -> str:
    return "Sem problema! Se um dia precisar de uma peça para o carro, é só escrever aqui."


def cannot_see() -> str:
    return (
        "Eu não enxergo o que está na foto. Se a peça tem um *código* gravado ou na etiqueta, manda ele. Sem código "
        "nem nome, digite *atendente* e uma pessoa olha a foto."
    )


def cannot_compare(listing: str) -> str:
    return (
        f"Eu não enxergo o que está na foto. Compare com as do anúncio: {listing}. Na dúvida, "
        "*atendente*: uma pessoa olha."
    )


def pictures_of_what() -> str:
    return "De qual peça? Escreva a *peça e o carro*, ex.: *farol corolla 2015*, que eu mostro as fotos do anúncio."


def no_person() -> str:
    return "Tudo bem. Tenta com outras palavras, ou digite *menu* para ver as opções."


def called(rules: Rules, now: datetime, about: str) -> str:
    open_now = hours.is_open(rules.support_hours, now)
    when = (
        "Alguém da equipe responde por aqui em seguida."
        if open_now
        else f"Agora são {calendar.show_time(now)}, então respondem *{hours.next_opening(rules.support_hours, now)}*."
    )
    noted = f" Deixei anotado: {about}{'' if about[-1] in '.!?' else '.'}" if about else ""
    return f"Já estou chamando. Atendimento: {hours.show(rules.support_hours)}.\n{when}{noted} Quer acrescentar algo?"


def added() -> str:
    return "Anotado, a equipe vai ler. Enquanto isso pode usar o *menu* normalmente."


def nothing_added() -> str:
    return "Certo. A equipe responde por aqui; enquanto isso pode usar o *menu* normalmente."


def resolved() -> str:
    return "O atendimento foi encerrado. Resolveu?"


def glad() -> str:
    return "Que bom! Se precisar, é só escrever."


# --- arrival ----------------------------------------------------------------------------------------------


def arrived(number: int, until: str) -> str:
    day = f"\nCompra online tem *7 dias* para desistir: até *{until}*." if until else ""
    return f"Seu *#{number}* foi entregue. Serviu certinho?{day}"


def arrived_fine() -> str:
    return "Boa! Obrigado por contar. Se aparecer algum problema, é só escrever."


def undelivered(number: int, carrier: str) -> str:
    return f"A {carrier or 'transportadora'} tentou entregar o *#{number}* e não conseguiu. Costumam tentar de novo."


def undelivered_fine() -> str:
    return "Certo. Deixa alguém de sobreaviso no endereço; eu aviso quando entregarem."


# --- does it fit ------------------------------------------------------------------------------------------


def year_is_named() -> str:
    return "Esse ano está no anúncio, então deve servir. Motor e versão, só o vendedor confirma."


def year_is_not_named() -> str:
    return "Esse ano não está no anúncio: melhor confirmar com o vendedor antes de comprar."


def fits(title: str, cars: tuple[str, ...]) -> str:
    listed = f"para *{', '.join(cars[:6])}*" if cars else "sem dizer os carros em que serve"
    return (
        f"O vendedor anunciou *{title}* {listed}. Seu ano e motor batem?\n"
        "Quer que eu pergunte ao vendedor antes de você pagar?"
    )


def only_the_seller(title: str) -> str:
    return f"Isso só o vendedor de *{title}* sabe. Pergunto a ele e te respondo por aqui?"


def not_asked() -> str:
    return "Certo, não perguntei."


def fits_asked() -> str:
    return "Perguntei. A resposta do vendedor chega por aqui, com uma pessoa da equipe."


def fits_fine() -> str:
    return "Certo. Para comprar, mande o *CEP* de entrega junto com a peça que eu coto o frete."


# --- e-mail -----------------------------------------------------------------------------------------------


HINT_EMAIL = "É só para avisos de pagamento e entrega; sem e-mail tudo segue por aqui."


def which_email() -> str:
    return "Se o WhatsApp falhar, quero te avisar por e-mail. Qual o seu? (ou *pular*)"


def which_email_for_all() -> str:
    return "Para os avisos irem por e-mail, qual é o seu? (ou *pular*)"


def email_wrong() -> str:
    return "Esse e-mail parece incompleto. Confere e manda de novo? Ex.: nome@provedor.com (ou *pular*)"


def email_typo(suggestion: str) -> str:
    return f"É *{suggestion}*?"


def email_typo_rows(given: str) -> list[tuple[str, str]]:
    return [("yes", "Sim"), ("no", f"Não, é {given.partition('@')[2]} mesmo")]


def code_sent(address: str, minutes: int) -> str:
    return f"Mandei um código de 6 números para {address}. Digite aqui (vale {minutes} min), ou *pular*."


def code_wrong(left: int) -> str:
    tries = "1 tentativa" if left == 1 else f"{left} tentativas"
    return f"Não é esse código. Confere no e-mail e digite de novo ({tries})."


def code_over() -> str:
    return "Esse código não vale mais. Quer que eu mande outro?"


def email_unreachable(address: str) -> str:
    return f"Não consegui mandar para {address}. Confere o endereço?"


def email_done() -> str:
    return "E-mail confirmado ✅"


def email_skipped() -> str:
    return "Sem problema. Se quiser depois, escreva *meu e-mail*."


def code_subject(code: str) -> str:
    return f"Seu código: {code}"


# --- leaving ----------------------------------------------------------------------------------------------


def hidden(address: str) -> str:
    """``m•••@gmail.com``."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}•••@{domain}"


def left() -> str:
    return (
        "Pronto, não envio mais *lembretes e novidades*.\n"
        "Continuo avisando só o essencial de pedidos em aberto (pagamento e entrega). Para desligar isso também, "
        "responda *SAIR TUDO*. Para voltar: *VOLTAR AVISOS*."
    )


def left_all(address: str) -> str:
    return (
        f"Feito. Avisos de pedidos vão só por *e-mail* ({hidden(address)}). "
        "Você ainda pode me chamar quando quiser. Para voltar: *VOLTAR AVISOS*."
    )


def left_all_without_email() -> str:
    return (
        "Feito: não envio mais avisos por aqui. Sem um e-mail confirmado você não saberá de pagamento e entrega, "
        "a não ser que me pergunte. Para voltar: *VOLTAR AVISOS*."
    )


def came_back() -> str:
    return "Pronto, os avisos voltaram a chegar por aqui. Para parar de novo: *SAIR*."
