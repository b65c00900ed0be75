"""Whole conversations of buyers: several questions at once, payments left open, parcels, second thoughts."""

from __future__ import annotations

import pytest

from bot.domain.events import Sender
from tests.flows.town import ZECA, Town, two_shops

HEADLIGHT = "quero o farol direito do corolla pra 30130010"
MIRROR = ("quero o retrovisor direito do onix", "sim", "1", "pix")
BUYS = (HEADLIGHT, "sim", "1", "pix", "529.982.247-25", "Zeca Pereira, 210")
STUCK = ("Não peguei", "chamar uma pessoa", "Já estou chamando")


def town(*said: tuple[Sender, str] | str) -> Town:
    made = two_shops()
    made.sender = ZECA
    return made.plays_out(*said)


def bought(way: str = "pix") -> Town:
    return town(*BUYS[:3], *([way] if way != "card" else ["cartão", "em 6x"]), *BUYS[4:])


def sent(chat: Town) -> Town:
    chat.pays().seller("tenho")
    chat.carrier_says("posted")
    chat.sender = ZECA
    return chat


def home(chat: Town) -> Town:
    return sent(chat).carrier_says("delivered")


def two_at_home() -> Town:
    chat = home(bought())
    return home(chat.plays_out(*MIRROR))


def says(chat: Town, text: str) -> Town:
    return chat.writes(ZECA, text)


# --- several questions in one message ---------------------------------------------------------------------------


def test_questions_before_a_part_is_known_are_answered_together() -> None:
    chat = says(town("oi"), "tem garantia? é original? entrega quando?")
    chat.bot("90 dias*Entregamos em todo o Brasil*Sobre original ou paralela, depende da peça").not_bot(*STUCK)
    assert len(chat.last) == 1


def test_questions_in_a_purchase_ask_the_seller_once() -> None:
    chat = says(town(*BUYS[:3]), "tem garantia? é original? entrega quando?")
    chat.bot("90 dias*2 dias úteis*Sobre original ou paralela:*só o vendedor")
    says(chat, "sim").bot("Perguntei", "Como prefere pagar?")
    assert "é original?" in chat.alerts[-1].text
    says(chat, "quem é o vendedor? quando chega?").bot("Auto Peças Silva*2 dias úteis*Como prefere pagar?")


def test_questions_about_an_order_end_with_the_one_that_shows_it() -> None:
    chat = bought().pays()
    says(chat, "quem é o vendedor? tem nota? quando chega?").bot("Auto Peças Silva*#1001*Prazo para postar*nota fiscal")
    says(chat, "chega quando? e se eu não estiver em casa?").bot("portaria também*#1001")


def test_what_names_a_part_is_no_list_of_questions() -> None:
    says(town("oi"), "tem farol direito do corolla? aceita cartão?").bot("cartão (até 6x)", "Para qual CEP")


# --- money ------------------------------------------------------------------------------------------------------


def test_the_sum_of_two_orders_and_of_one_being_bought() -> None:
    chat = bought().plays_out(*MIRROR[:3])
    says(chat, "quanto fica as duas coisas?").bot("R$ 512,40 + Retrovisor*R$ 382,40 = R$ 894,80*Como prefere pagar?")
    says(chat, "pix").bot("#1002 criado")
    for text in ("quanto fica as duas coisas?", "quanto deu tudo?", "os dois juntos sai quanto?"):
        says(chat, text).bot("Somando: #1002 R$ 382,40 + #1001 R$ 512,40 = R$ 894,80")
    says(chat, "quanto ficou mesmo?").bot("#1002", "R$ 382,40").not_bot("894,80")


@pytest.mark.parametrize(
    "text", ["ainda vale?", "o pix ainda tá valendo?", "ainda dá tempo?", "esqueci de pagar, desculpa"]
)
def test_an_expired_pix_is_renewed(text: str) -> None:
    chat = bought().passes(days=2)
    says(chat, text).bot("venceu", "Gero um novo de R$ 512,40?")
    says(chat, "sim").bot("Estou gerando o código Pix")


def test_a_code_that_is_still_good() -> None:
    says(bought(), "ainda vale?").bot("Vale sim: o #1001 pode ser pago até 19:").not_bot(*STUCK)


@pytest.mark.parametrize(("way", "shown"), [("pix", "Pix vale até"), ("boleto", "2ª via do boleto")])
def test_hello_with_an_open_payment_shows_it(way: str, shown: str) -> None:
    says(bought(way), "oi").bot("Oi, Zeca!", "#1001", shown, "Para outra coisa").not_bot("Cotar frete")


def test_hello_after_the_pix_has_expired_offers_a_new_one() -> None:
    chat = says(bought().passes(minutes=70), "não")
    says(chat, "bom dia").bot("venceu", "Gero um novo")


def test_the_link_to_pay_before_and_after_the_order() -> None:
    chat = town(*BUYS[:2])
    for answer in ("1", "pix", "529.982.247-25"):
        says(chat, "manda o link pra pagar").bot("Já mando para pagar: só falta isto").not_bot(*STUCK)
        says(chat, answer)
    says(chat, "Zeca Pereira, 210").bot("#1001 criado")
    says(chat, "manda o link pra pagar").bot("pague R$ 512,40 no Pix")


def test_a_card_link_that_does_not_open_and_a_card_that_is_refused() -> None:
    chat = bought("card")
    says(chat, "não tá abrindo o link").bot("6x de R$ 85,40").not_bot("Em quantas vezes")
    says(chat, "manda de novo").bot("6x de R$ 85,40")
    says(chat, "deu não autorizado").bot("o banco não autorizou o cartão", "Pagar com Pix")


def test_a_notice_within_the_talk_does_not_greet() -> None:
    bought().bot("Pedido #1001: pague").not_bot("Passando para avisar", "Olá!", "Novidade")


def test_cancelling_in_one_word_is_no_row_of_the_menu() -> None:
    chat = says(bought().pays(), "oi")
    says(chat, "quero cancelar").bot("Cancelando agora, R$ 512,40")


# --- parcels ----------------------------------------------------------------------------------------------------


def test_a_broken_part_of_two() -> None:
    says(two_at_home(), "esse aqui veio trincado").bot("De qual pedido", "#1002", "#1001")


def test_pictures_sent_while_the_order_is_asked_for_are_kept() -> None:
    chat = says(two_at_home(), "veio errado").bot("De qual pedido")
    chat.photo().passes(seconds=6).bot("Guardei a foto. De qual pedido", "#1002").not_bot("não leio imagens")
    says(chat, "o retrovisor").bot("Recebi 1 foto. Manda a outra")


def test_it_has_come_before_the_carrier_says_so() -> None:
    chat = sent(bought())
    says(chat, "chegou, obrigado").bot("Que bom que chegou", "ainda não registrou a entrega do #1001", "7 dias")
    assert chat.order().state == "shipped"
    for text in ("chegou?", "ainda não chegou"):
        says(chat, text).bot("em trânsito").not_bot("Que bom")


def test_it_has_come_and_is_praised() -> None:
    chat = home(bought())
    says(chat, "chegou, obrigado").bot("Que bom que chegou", "avaliar 1001")
    says(chat, "muito bom, recomendo").bot("que nota você dá para a compra #1001")
    says(chat, "tá bom, obrigado").not_bot("Obrigado pela nota")
    says(chat, "5").bot("Obrigado pela nota")
    assert chat.order().rating == 5
    says(chat, "adorei, recomendo").bot("Que bom ouvir isso")


def test_praise_without_anything_that_arrived() -> None:
    says(sent(bought()), "muito bom, recomendo").bot("Que bom ouvir isso").not_bot("que nota")


def test_what_has_come_of_an_order_that_was_not_posted() -> None:
    chat = bought().pays().seller("tenho")
    says(chat, "chegou tudo certinho, obrigada").bot("ainda está com o vendedor", "atendente")


def test_where_is_it_with_nothing_asked() -> None:
    chat = sent(bought())
    says(chat, "cadê").bot("#1001", "em trânsito")
    says(chat, "esse código não abre").bot("track.example").not_bot("não tem pedido")


@pytest.mark.parametrize(
    "text", ["eu tava em casa!! ninguém tocou", "deixa com a vizinha do 12", "qual agência que tá?"]
)
def test_a_delivery_that_failed(text: str) -> None:
    chat = sent(bought()).carrier_says("undelivered")
    says(chat, text).bot("costuma tentar de novo", "#1001").not_bot("O nome")
    assert not any("nome" in alert.topic for alert in chat.alerts)


def test_a_neighbour_is_no_name_for_the_label() -> None:
    chat = says(bought().pays(), "deixa com a vizinha do 12")
    assert not any("nome" in alert.topic for alert in chat.alerts)


def test_the_name_on_the_label_has_no_introduction() -> None:
    says(town(*BUYS[:5]), "entrega no nome dele: Carlos Lima, 210").bot("Entrega: Carlos Lima, Av. Afonso Pena, 210")


def test_what_was_wrong_is_no_part_of_the_address() -> None:
    chat = says(bought().pays(), "gente errei o endereço")
    says(chat, "é av afonso pena 310 não 210").bot("afonso pena, 310, Belo Horizonte")


def test_a_defect_after_the_seven_days() -> None:
    chat = home(bought()).passes(days=40)
    says(chat, "ele começou a entrar água").bot("A garantia da lei do #1001", "90 dias")
    assert "garantia" in chat.alerts[-1].text


@pytest.mark.parametrize("text", ["meu retrovisor quebrou, tem do onix?", "o link não tá funcionando"])
def test_what_else_is_broken_is_under_no_guarantee(text: str) -> None:
    says(home(bought()).passes(days=40), text).not_bot("A garantia da lei", "Já estou chamando")


def test_addresses_of_two_orders_that_were_swapped() -> None:
    chat = bought().plays_out(*MIRROR)
    says(chat, "troquei os endereços dos dois pedidos").bot(
        "#1002 vai para*#1001 vai para*um de cada vez*De qual pedido"
    )
    chat.pays(1001).pays(1002)
    says(chat, "os endereços estão trocados").bot("#1002 vai para*#1001 vai para")
    assert "#1002 e #1001, endereços trocados" in chat.alerts[-1].text


# --- small words and second thoughts ----------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["kkkk", "rsrs", "😂😂"])
def test_laughter(text: str) -> None:
    says(town("oi"), text).bot("Se precisar de algo").not_bot("Cotar frete", *STUCK)
    says(town(*BUYS[:3]), text).bot("Como prefere pagar").not_bot(*STUCK)


def test_a_dear_carrier_another_and_both_sides() -> None:
    chat = town(*BUYS[:2])
    says(chat, "hmm o sedex ta caro").bot("A mais barata é Jadlog").not_bot(*STUCK)
    says(chat, "vai no jadlog").bot("Fechado: farol R$ 480,00 + frete R$ 32,40")
    says(chat, "pera, na vdd preciso dos dois lados").bot("um de cada vez")
    says(chat, "tá, só o direito então").bot("Fechado: farol").not_bot(*STUCK)
    says(chat, "pix").types("Luciana Mota", "numero 88 ap 12", "529.982.247-25", apart=2)
    chat.bot("Entrega: Luciana Mota, Av. Afonso Pena, 88, ap 12")


def test_what_is_written_short() -> None:
    chat = says(two_shops(), "tem farol dir corola 15?").bot("Farol dianteiro direito").not_bot("Achei 2")
    says(chat, "30130010").bot("É aí mesmo?")
    says(chat, "s").bot("Opções de entrega")
    says(chat, "o + barato").bot("R$ 32,40 = R$ 512,40")


def test_a_bargain_goes_to_the_seller() -> None:
    for text in ("tá caro, na olx achei por 350", "faz 400 no pix?", "se eu levar os dois faróis faz desconto?"):
        says(town(HEADLIGHT), text).bot("só o vendedor").not_bot("Anotei", "em estoque")


def test_fifteen_days_are_no_price_and_a_switch_is_no_code() -> None:
    says(town(HEADLIGHT), "faz 15 dias que espero").not_bot("só o vendedor")
    says(town(HEADLIGHT), "quero chave de seta do corsa").not_bot("Já mando para pagar")


def test_an_old_man_who_tells_stories() -> None:
    chat = says(two_shops(), "Bom dia minha filha, aqui quem fala é o seu Antenor").not_bot(*STUCK)
    says(chat, "eu tenho um corolla 2015 que era do meu finado irmão").bot("Qual peça do Corolla 2015")
    says(chat, "bateram nele ontem na porta da igreja e quebrou o farol do lado direito").bot("Farol dianteiro direito")
    says(chat, "não sei de cep não minha filha, é o prédio azul do lado da padaria").bot("conta de luz")
    chat.plays_out("30130-010 meu neto falou", "é sim").bot("Opções de entrega")
    says(chat, "o mais baratinho que sou aposentado").bot("Como prefere pagar")
    chat.plays_out("pode ser boleto então, pago na lotérica").bot("CPF")
    says(chat, "meu cpf? peraí que vou buscar o óculos").bot("Sem pressa")
    chat.plays_out("529 982 247 25", "Antenor Batista de Souza, número 210").bot("#1001 criado")
    says(chat, "o boleto vai chegar pelo correio?").bot("vem por aqui").not_bot("Não achei")


def test_another_part_of_the_same_car_and_one_that_was_ordered() -> None:
    chat = town("quanto o disco do hb20")
    says(chat, "e a pastilha?").bot("Jogo de pastilha*HB20")
    says(bought().pays(), "e o farol?").bot("#1001", "com o vendedor").not_bot("esquerdo")


def test_who_comes_back_after_days_is_greeted() -> None:
    chat = town(*BUYS[:3]).passes(days=3)
    says(chat, "oi, voltei").bot("Se ainda quiser Farol", "Cotar frete").not_bot(*STUCK)
    says(chat, "aquele farol ainda tem?").bot("É aí mesmo?")


def test_somebody_else_receives_it_and_wants_to_know() -> None:
    chat = town("minha mãe tá precisando de um retrovisor do onix dela", "80010-000", "é", "1")
    says(chat, "eu que vou pagar mas entrega na casa dela").bot("quem paga e quem recebe", "Como prefere pagar")
    says(chat, "tem como embrulhar pra presente?").bot("sem embrulho", "Como prefere pagar")
    chat.plays_out("pix", "meu cpf é 529.982.247-25", "o nome dela é Sônia Ramos, casa 45").bot("Sônia Ramos")
    chat.pays()
    says(chat, "pode avisar ela quando postar?").bot("#1001", "Prazo para postar").not_bot(*STUCK)


def test_a_yes_in_other_words_repeats_the_question() -> None:
    says(town("farol direito corolla 2015", "vou pensar"), "ok vou querer").bot("Para qual CEP").not_bot(*STUCK)


def test_another_box_for_what_goes_back() -> None:
    chat = says(home(bought()), "coloquei o farol e não encaixou").bot("Confirmo?")
    says(chat, "sim")
    says(chat, "perdi a caixa, posso mandar em outra?").bot("Pode ser outra caixa")


def test_who_wants_nothing_more_is_not_written_to() -> None:
    chat = says(two_shops(), "quero falar com uma pessoa")
    says(chat, "não quero receber mais nada").bot("não envio mais lembretes")


def test_whose_code_it_is() -> None:
    says(bought(), "esse pix é de quem? aparece asaas").bot("o recebedor é a AutoPars").not_bot(*STUCK)
