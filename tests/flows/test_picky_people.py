"""What picky buyers, busy sellers and nuisances write, and what must then be said. Each was wrong once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.conversations.language import asides
from bot.conversations.language.gender import agree
from bot.domain import commands as c
from bot.domain.events import Media, OrderPlaced, SaleAnswered
from bot.domain.order import ChargeState, Method, OrderState
from tests.flows.chat import START, Chat, offer
from tests.flows.stories import buyer_with_orders, charge, order, parts_shop, seller_with_sales
from tests.support_shop import MemoryShop, headlight, marina, silva, silva_person

HEADLIGHT = "farol direito corolla pra 80010000"


def stranger() -> Chat:
    return Chat(parts_shop(marina(greeted=True, address=None, document="", name="")))


def at(step: str) -> Chat:
    """Marina, of whom nothing is known, in front of that question."""
    chat = stranger()
    said = {"here": 1, "carrier": 2, "method": 3, "document": 4, "who": 5}[step]
    for text in (HEADLIGHT, "sim", "1", "pix", "529.982.247-25")[:said]:
        chat.buyer(text)
    return chat


# --- not knowing, asking why, asking again ----------------------------------------------------------------


@pytest.mark.parametrize("text", ["não sei", "nao sei meu cep", "pra que precisa do cpf?", "por que?", "como assim"])
def test_not_knowing(text: str) -> None:
    assert asides.unsure(text)


@pytest.mark.parametrize("text", ["não", "não é esse", "nao tenho", "80010-000", "qual o valor total?"])
def test_knowing(text: str) -> None:
    assert not asides.unsure(text)


def test_who_does_not_know_is_helped_and_asked_again() -> None:
    at("document").buyer("pra que precisa?").bot("o Asaas não emite a cobrança", "CPF ou CNPJ")
    at("who").buyer("não sei").bot("É o que vai na etiqueta", "nome completo")  # and is no name
    chat = stranger().buyer("farol direito corolla").buyer("não sei meu cep")
    chat.bot("O CEP está na conta de luz", "Para qual CEP")
    chat.buyer("não sei").buyer("não sei").bot("digite atendente")


def test_who_needs_a_minute_gets_it() -> None:
    chat = at("who")
    for text in ("só um minuto", "vou pegar", "peraí", "já te mando"):
        chat.buyer(text).bot("Sem pressa").not_bot("Não peguei", "nome completo")
    chat.buyer("Marina Souza, 210").bot("Pedido #1001 criado")


def test_a_yes_where_a_row_is_to_be_chosen_is_no_misunderstanding() -> None:
    chat = at("carrier")
    for text in ("ok", "sim", "👍"):
        chat.buyer(text).bot("Escolhe pelo número ou pelo nome", "1 Jadlog").not_bot("Vou chamar uma pessoa")
    chat = stranger()
    chat.shop.add(
        headlight(listing=562, sku="E", title="Farol dianteiro esquerdo Corolla 2015", fits=("Corolla 2015",))
    )
    chat.buyer("farol corolla").bot("Achei 2").buyer("não").bot("Qual peça você procura?").not_bot("Não peguei")


def test_a_street_instead_of_the_cep_is_not_a_change_of_address() -> None:
    chat = stranger().buyer("farol direito corolla").buyer("75400-000").bot("CEP geral de Inhumas/GO")
    chat.buyer("rua XV").bot("Não achei rua XV em Inhumas").not_bot("Já estou chamando")


@pytest.mark.parametrize("step", ["here", "carrier", "method", "document", "who"])
def test_the_sum_is_said_again_wherever_it_is_asked_for(step: str) -> None:
    chat = at(step).buyer("quanto ficou mesmo?")
    chat.bot("R$ 480,00").not_bot("Não peguei")
    assert not chat.alerts


def test_the_sum_after_the_order() -> None:
    buyer_with_orders().buyer("quanto ficou mesmo?").bot("#1003", "= R$ 512,40")


@pytest.mark.parametrize("text", ["e ai, ja voltou?", "tem previsão?", "??", "e ai?"])
def test_who_waits_for_the_quote_may_ask_for_it(text: str) -> None:
    chat = stranger()
    chat.down = {"freight.quote"}
    chat.buyer(HEADLIGHT).buyer("sim").buyer("1").bot("Te chamo assim que a cotação voltar")
    chat.buyer(text).bot("A cotação está fora do ar").not_bot("Não peguei", "Já estou chamando")


def test_asking_the_seller_does_not_end_the_wait_for_the_quote() -> None:
    chat = stranger()
    chat.down = {"freight.quote"}
    chat.buyer(HEADLIGHT).buyer("sim").buyer("falar com o vendedor").bot("te chamo assim que a cotação voltar")
    chat.up_again().bot("Voltou!", "1 Jadlog")


# --- changing one's mind ----------------------------------------------------------------------------------


def test_a_wrong_document_is_asked_for_again_and_the_new_one_ordered_with() -> None:
    chat = at("who").buyer("meu cpf está errado").bot("apaguei o anterior", "CPF ou CNPJ")
    chat.buyer("111.444.777-35").buyer("Marina Souza, 210").bot("Pedido #1001 criado")
    made = chat.shop.order(1001)
    assert made is not None
    assert made.recipient.document == "11144477735"


def test_a_wrong_document_after_the_order_is_a_persons_business() -> None:
    buyer_with_orders().buyer("meu cpf está errado").bot("Já estou chamando", "corrigir o CPF/CNPJ")


def test_another_cep_at_the_document_is_a_cep() -> None:
    at("document").buyer("outro cep 01310100").bot("entrega em São Paulo/SP").not_bot("não confere como CPF")


def test_another_place_in_words_asks_for_its_cep() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    chat.buyer("farol direito corolla").bot("entrega em Rua XV, 210 apto 31, Curitiba/PR")
    chat.buyer("entrega em outro endereço").bot("Para qual CEP é a entrega?").not_bot("Já estou chamando")


def test_another_carrier_tells_the_new_total_wherever_it_is_said() -> None:
    at("document").buyer("troca pro sedex").bot("Troquei para Correios SEDEX: o total agora é R$ 541,20", "CPF")
    at("document").buyer("quero o mais rápido").bot("Troquei para Correios SEDEX", "CPF")
    at("method").buyer("troca pra pac").bot("frete R$ 38,90")  # and not Jadlog's .Package


def test_a_carrier_wished_for_in_the_first_message() -> None:
    chat = stranger().buyer("frete do farol direito corolla pelo sedex pra 80010000").buyer("sim")
    chat.bot("Frete escolhido como você pediu: Correios SEDEX", "frete R$ 61,20")
    chat = at("here").buyer("quero o mais barato no pix").bot("Anotei: o frete mais barato, no Pix")
    chat.buyer("sim").bot("Jadlog .Package", "CPF ou CNPJ")
    chat.buyer("52998224725").buyer("Marina Souza 210").bot("Confirmo o pedido?")  # the total was not shown yet


def test_a_carrier_that_does_not_come() -> None:
    chat = stranger()
    chat.quotes = c.QuoteFreight.Quoted(offers=(offer("3", "Jadlog", ".Package", 32_40, 4),))
    chat.buyer(HEADLIGHT).buyer("sim").buyer("troca pro sedex").bot("SEDEX não leva este envio", "1 Jadlog")


def test_not_this_one_may_mean_the_part() -> None:
    at("here").buyer("não é esse").bot("Para qual CEP", "Se a peça não é essa, escreva a peça e o carro")


def test_more_than_one_and_no_more_than_there_are() -> None:
    chat = stranger()
    chat.shop.add(
        headlight(listing=561, sku="PAS", title="Pastilha HB20 2019", fits=("HB20 2019",), price=94_90, stock=3)
    )
    chat.buyer("pastilha hb20 pra 80010000").buyer("quero 2").bot("Anotei: 2 unidades", "2x Pastilha", "R$ 189,80")
    chat.buyer("sim").buyer("quero 9 unidades").bot("Só tem 3 em estoque, então sigo com 3", "1 Jadlog")
    chat.buyer("1").bot("Fechado: 3x pastilha R$ 284,70 + frete R$ 32,40 = R$ 317,10")


def test_a_small_number_is_no_cep() -> None:
    at("here").buyer("1?").not_bot("Esse CEP tem")
    stranger().buyer("farol direito corolla").buyer("5").bot("Só tem", "Para qual CEP").not_bot("Esse CEP tem")


# --- several things at once, and out of order -------------------------------------------------------------


def test_two_parts_in_one_message_one_after_the_other() -> None:
    chat = stranger().buyer("farol direito corolla e retrovisor onix pra 80010000")
    chat.bot("Vamos uma peça por vez; depois desta, escreva retrovisor Onix", "Farol dianteiro direito")
    chat.buyer("sim").buyer("1").buyer("pix").buyer("52998224725").buyer("Marina Souza 210")
    chat.bot("Pedido #1001 criado", "E a outra peça, retrovisor Onix? Responda sim que eu coto")
    chat.buyer("sim").bot("Retrovisor direito Onix 2018", "É aí mesmo?")


def test_a_car_without_a_part_is_remembered() -> None:
    chat = stranger().buyer("tem peça pro onix?").bot("Qual peça do Onix você procura?")
    chat.buyer("retrovisor").bot("Retrovisor direito Onix 2018")
    stranger().buyer("serve no onix 2018?").bot("Qual peça do Onix 2018 você procura?")


def test_the_name_before_its_turn_is_kept() -> None:
    chat = at("document").buyer("Marina Souza 210").bot("Anotei o nome Marina Souza e o número 210", "CPF")
    chat.buyer("52998224725").bot("Pedido #1001 criado")
    at("document").buyer("meu nome é Marina Souza").bot("Anotei o nome Marina Souza")


@pytest.mark.parametrize(
    ("said", "number", "complement"),
    [
        ("esqueci o apto 31", "210", "apto 31"),
        ("é o bloco B apto 12", "210", "bloco B apto 12"),
        ("212 casa 2", "212", "casa 2"),
    ],
)
def test_what_stands_behind_the_number_is_taken_while_it_is_bought(said: str, number: str, complement: str) -> None:
    """A person was called for it, and the order went to the house without it."""
    chat = at("document").buyer("Marina Souza 210").bot("Anotei o nome")
    chat.buyer(said).bot(f"número {number}, {complement}", "CPF")
    assert not chat.alerts
    chat.buyer("52998224725").bot("Pedido #1001 criado")
    placed = chat.shop.orders[1001].destination
    assert (placed.number, placed.complement) == (number, complement)
    at("here").buyer("Marina Souza, 210").buyer(said).bot(complement, "É aí mesmo?")


def test_a_block_goes_with_the_flat_that_was_said() -> None:
    chat = at("document").buyer("Marina Souza 210 apto 31").buyer("é o bloco B").bot("número 210, apto 31, bloco B")
    chat.buyer("na verdade apto 32").bot("apto 32").not_bot("apto 31")


def test_what_was_left_out_is_no_surname_in_bubbles() -> None:
    chat = at("who")
    chat.bubbles("Marina Souza", "esqueci o apto 31", "210").bot("Pedido #1001 criado", "Marina Souza, Rua")
    placed = chat.shop.orders[1001].destination
    assert (placed.number, placed.complement) == ("210", "apto 31")


def test_a_count_before_it_is_no_house_number() -> None:
    chat = at("here").buyer("2 unidades, apto 31")
    assert "2" not in str(chat.shop.conversation("p-marina").frames[-1].data.get("number", ""))


def test_what_stands_behind_a_number_that_is_asked_for_waits_for_it() -> None:
    chat = at("who").buyer("Marina Souza").bot("número da casa")
    chat.buyer("esqueci o apto 31").bot("Anotei para a entrega: apto 31", "número da casa")
    chat.buyer("210").bot("Pedido #1001 criado")
    assert not chat.alerts
    placed = chat.shop.orders[1001].destination
    assert (placed.number, placed.complement) == ("210", "apto 31")


def test_the_document_before_its_turn_is_kept() -> None:
    chat = at("carrier").buyer("529.982.247-25").bot("Anotei o CPF/CNPJ", "1 Jadlog")
    chat.buyer("1").buyer("pix").bot("nome completo")


def test_one_name_is_asked_for_the_other() -> None:
    at("who").buyer("Marina").bot("E o sobrenome?")


def test_one_similar_part_is_taken_with_a_yes() -> None:
    chat = stranger()
    chat.shop.add(headlight(stock=0))
    chat.shop.add(
        headlight(listing=562, sku="E", title="Farol dianteiro esquerdo Corolla 2015", fits=("Corolla 2015",))
    )
    chat.buyer("farol do corolla 2009").bot("Parecidos que tenho").buyer("sim").bot("Farol dianteiro esquerdo")


def test_the_cheapest_is_no_row_of_a_list_without_prices() -> None:
    chat = at("document").buyer("zxcv").bot("Você quis dizer")
    chat.buyer("o mais barato").bot("CPF ou CNPJ").not_bot("Não achei pedidos")


# --- questions that only the seller can answer ------------------------------------------------------------


@pytest.mark.parametrize("text", ["tem garantia?", "é original?", "faz por 400?", "tem nota fiscal?"])
def test_questions_to_the_seller(text: str) -> None:
    chat = at("here").buyer(text).bot("Isso só o vendedor de Farol dianteiro direito Corolla 2015 sabe")
    chat.buyer("sim").bot("Perguntei", "É aí mesmo?")
    assert text in chat.alerts[-1].text


def test_a_buyer_who_asks_for_pictures_or_time_is_no_seller_and_has_no_order() -> None:
    at("here").buyer("tem foto?").bot("https://autopars.example/p/558", "É aí mesmo?").not_bot("loja")
    at("here").buyer("quanto tempo demora?").bot("O vendedor posta em até 2 dias úteis", "É aí mesmo?")


# --- odd contents -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", ["audio", "sticker", "image", "video", "document", "location", "contact"])
def test_odd_contents_at_a_question_are_one_short_message(content: str) -> None:
    chat = at("document").buyer(content=content).bot("CPF ou CNPJ").not_bot("peça e o carro", "boleto 1038")
    assert len(chat.last) == 1


def test_pictures_for_a_person_are_taken() -> None:
    chat = buyer_with_orders().buyer("veio o lado esquerdo, pedi o direito").bot("Já estou chamando")
    photo = Media(url="https://media.example/1.jpg", mime_type="image/jpeg")
    chat.buyer(content="image", media=photo).bot("Recebi, a equipe vê por aqui")
    chat.buyer(content="image", media=photo).bot("Recebi, a equipe vê por aqui")
    assert "mandou uma foto" in chat.alerts[-1].text
    chat.buyer("1003").bot("Anotado, a equipe vai ler")  # and not thanks
    assert chat.alerts[-1].text.endswith("acrescenta: 1003")


# --- orders -----------------------------------------------------------------------------------------------


def test_an_order_by_its_number_alone() -> None:
    buyer_with_orders().buyer("1002").bot("#1002*pago, com o vendedor")
    seller_with_sales().seller("1002").bot("#1002*para postar")
    chat = buyer_with_orders()
    chat.writes(chat.sender, "1042").not_bot("Mudar um preço")


def test_the_list_stays_in_reach_after_an_order_on_its_way() -> None:
    buyer_with_orders().buyer("meus pedidos").buyer("1").press("outros pedidos").bot("Você tem 3 pedidos")


def test_i_do_not_want_it_any_more() -> None:
    buyer_with_orders().buyer("nao quero mais").bot("Qual pedido você quer cancelar?").not_bot("ver os detalhes")


@pytest.mark.parametrize("text", ["não tenho o 1001", "não é 1002"])
def test_a_number_that_is_denied_is_no_choice(text: str) -> None:
    chat = buyer_with_orders().buyer("nao quero mais").bot("Qual pedido você quer cancelar?")
    chat.buyer(text).not_bot("Confirmo?", "Cancelo?", "Cancelar o #100")


def test_paid_twice() -> None:
    buyer_with_orders().buyer("paguei 2 vezes").bot("o segundo volta inteiro para você")


def test_a_lone_number_without_a_list() -> None:
    chat = stranger().buyer("menu").buyer("3").bot("não tem pedido esperando")
    chat.buyer("4").bot("Essa lista já fechou", "4 Falar com atendente")


def test_nobody_is_called_for_a_guess() -> None:
    chat = stranger().buyer("tem previsão?").not_bot("Já estou chamando")
    assert not chat.alerts


# --- sellers ----------------------------------------------------------------------------------------------


def test_a_shop_is_greeted_by_its_name_with_its_own_menu() -> None:
    shop = MemoryShop()
    shop.add(silva_person(), silva(), headlight())
    chat = Chat(shop).seller("bom dia").bot("Oi, Auto Peças Silva!", "aviso das vendas", "1 O que falta enviar")
    chat.not_bot("Silva! Sou o assistente da AutoPars (robô). Uso")


def test_tenho_is_yes() -> None:
    chat = seller_with_sales().seller("tenho 1001").bot("Anotado")
    assert chat.orders_hear(SaleAnswered).has_it
    chat = seller_with_sales().seller("pedido 1001").seller("tenho").bot("Anotado")
    assert chat.orders_hear(SaleAnswered).has_it


def test_my_purchases_are_never_sales() -> None:
    seller_with_sales().seller("minhas compras").bot("Não achei pedidos").not_bot("vendas")


def test_how_much_will_i_receive() -> None:
    seller_with_sales().seller("quanto vou receber?").bot(
        "A receber: R$ 0,00", "Já caiu nos últimos 30 dias: R$ 439,61"
    )


def test_posted_too_early_or_too_late_says_why() -> None:
    chat = seller_with_sales().seller("postei 1001 1002 e 1003")
    chat.bot("Não marquei 1003: está em trânsito", "Não marquei 1001: falta o seu sim. Responda tenho 1001")
    chat.bot("Marquei 1002 como postado")
    chat = seller_with_sales().seller("postei 1003").bot("está em trânsito").not_bot("Certo.")


def test_a_key_of_an_invoice() -> None:
    chat = seller_with_sales().seller("3526 1111 2223 3300 0181 5500 1000 0012 3411 2345 6781")
    chat.bot("Essa chave tem um número trocado")
    chat.seller("3526 1111 2223 3300 0181 5500 1000 0012 3411 2345 6780").bot("De qual venda é a nota?")


def test_adjectives_stand_with_the_part() -> None:
    assert agree("usado", "Lanterna traseira") == "usada"
    assert agree("esquerdo", "Para-lama") == "esquerdo"
    assert agree("esquerdo", "Maçaneta") == "esquerda"
    assert agree("recondicionado", "Motor de arranque") == "recondicionado"
    chat = seller_with_sales().seller("cadastrar lanterna gol g5 2010 R$ 120").seller("1").seller("2").photo()
    chat.seller("pronto").seller("2 kg 10x20x30").bot("Lanterna esquerda Gol G5 2010 (usada)")


def test_weight_and_size_in_two_messages() -> None:
    chat = seller_with_sales().seller("cadastrar lanterna gol g5 2010 R$ 120").seller("1").seller("2").photo()
    chat.seller("pronto").seller("2 kg").bot("Anotei o peso. Faltam as três medidas")
    chat.seller("10x20x30").bot("2 kg, 10x20x30 cm")


def test_a_seller_who_registers_is_not_sent_shopping() -> None:
    chat = (
        seller_with_sales()
        .seller("cadastrar")
        .seller("não sei")
        .bot("O nome que você usaria no balcão", "peça e o carro")
    )
    chat.seller("kkkk").bot("peça e o carro").seller("lanterna").bot("carro e ano").seller("nao sei").bot("gol g5 2010")
    chat.seller("gol").bot("Qual o preço?").seller("retrovisor").not_bot("Esse anúncio é da sua própria loja")
    chat.seller("R$ 90").bot("Qual o lado?").seller("esquerda").seller("seminova").bot("1 a 8 fotos")


def test_a_registration_is_not_lost() -> None:
    chat = seller_with_sales().seller("cadastrar lanterna gol g5 2010").bot("Qual o preço?")
    chat.seller("cadastrar").bot("Continuando o cadastro da peça", "Qual o preço?")
    chat.seller("menu").bot("2 Continuar o cadastro da peça").seller("2").bot("Qual o preço?")
    chat.seller("cadastrar retrovisor onix 2018 R$ 350").bot("Larguei o cadastro de lanterna", "Qual o lado?")


def test_a_price_in_passing_is_confirmed_and_an_order_number_is_none() -> None:
    chat = seller_with_sales().seller("cadastrar lanterna gol g5 2010 R$ 120").seller("1")
    chat.seller("o preço é 130 reais").bot("Anotei: R$ 130,00", "nova ou usada")
    chat.seller("tenho 1001").bot("Anotado").not_bot("1.001,00")


def test_a_price_of_an_unknown_listing_leads_to_the_list() -> None:
    chat = seller_with_sales().seller("o anuncio 506 agora é R$ 1.150").bot("não é da sua loja", "1 558")
    chat.seller("558").bot("para R$ 1.150,00")


# --- an order placed and late money -----------------------------------------------------------------------


def late(state: OrderState, reason: str, ended: timedelta, received: int = 512_40) -> Chat:
    gone = charge(
        Method.PIX, ChargeState.REFUNDING, ended_at=START - ended, received=received, expires_at=START - ended
    )
    chat = Chat(parts_shop(marina(greeted=True)))
    chat.shop.add(order(1001, state, charges=(gone,), cancel_reason=reason, paid_at=None))
    return chat.notice("late_payment", "p-marina", 1001, amount=str(received), outcome="refunded")


HOUR = timedelta(hours=1)


def test_late_money_goes_back_with_the_true_cause() -> None:
    late(OrderState.CANCELLED, "buyer", HOUR).bot("já estava cancelado, como você pediu. Devolvo tudo")
    late(OrderState.CANCELLED, "no_part", HOUR).bot("já estava cancelado porque o vendedor não tem a peça")
    late(OrderState.CANCELLED, "operator", HOUR).bot("do #1001, que já estava cancelado. Devolvo tudo")
    late(OrderState.CANCELLED, "sold", 30 * HOUR).bot("do #1001 mais de 24 horas depois do vencimento")
    late(OrderState.CANCELLED, "sold", HOUR).bot("a peça já foi vendida para outra pessoa")
    late(OrderState.CANCELLED, "unpaid", HOUR, 500_00).bot("com um valor que não é o do pedido")


def test_the_email_is_asked_for_once_and_not_nagged_about() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    chat.buyer("farol direito corolla").buyer("sim").buyer("1").buyer("pix").bot("Pedido #1001 criado")
    assert chat.orders_hear(OrderPlaced).order == 1001
    chat.notice("charge_ready", "p-marina", 1001, method="pix", amount="51240", pix_code="PIX").bot("Qual o seu?")
    for text in ("paguei", "obrigada", "👍", "kd meu pedido"):
        chat.buyer(text).not_bot("Qual o seu?", "Continuando")
    chat.buyer("marina@gmail.com").bot("código de 6 números")
