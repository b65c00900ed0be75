"""A seller's sales, posting, labels, parts and prices."""

from __future__ import annotations

import pytest

from bot.domain import commands as c
from bot.domain.catalogue import Condition
from bot.domain.events import SaidPosted, SaleAnswered
from bot.domain.order import OrderState
from tests.flows.chat import Chat
from tests.flows.stories import order, parts_shop, seller_with_sales
from tests.support_shop import marina, silva

SALE = {
    "goods": "48000",
    "share": "43961",
    "fee": "3840",
    "cost": "199",
    "buyer": "Marina S.",
    "city": "Curitiba",
    "state": "PR",
    "carrier": "Jadlog",
    "ship_by": "2026-11-25",
    "title": "farol Corolla 2015 (1 un.)",
    "auto": "",
}


def told_of_sale(**changes: str) -> Chat:
    return seller_with_sales().notice("sale_new", "p-silva", 1001, **{**SALE, **changes})


# --- a sale -----------------------------------------------------------------------------------------------


def test_a_sale_is_told_with_its_sums_and_answered_by_number() -> None:
    chat = told_of_sale().bot(
        "Venda #1001 · R$ 480,00 · farol Corolla 2015 (1 un.)",
        "Comprador: Marina S. · Curitiba/PR · frete Jadlog (pago pelo comprador)",
        "Você recebe R$ 439,61 (taxa da plataforma R$ 38,40 + tarifa do pagamento R$ 1,99).",
        "Ainda tem a peça? 1 Sim, separar 2 Não tenho 3 Detalhes",
        "Prazo para postar: qua, 25/11.",
    )
    chat.seller("1").bot("Anotado", "etiqueta")
    assert chat.orders_hear(SaleAnswered) == SaleAnswered(order=1001, by="p-silva", has_it=True)


def test_an_answer_to_the_list_before_is_none_to_a_sale() -> None:
    """It was on its way when the sale came, which would have bought a label."""
    chat = seller_with_sales().seller("meus anúncios").bot("1 560")
    chat.notice("sale_new", "p-silva", 1001, **SALE).bot("Ainda tem a peça?")
    chat.writes(chat.sender, "1", pause=1).bot("enquanto você escrevia", "Venda #1001", "Ainda tem a peça?")
    assert not chat.heard_by_orders
    chat.writes(chat.sender, "1", pause=1).bot("Anotado")
    assert chat.orders_hear(SaleAnswered).has_it
    button = seller_with_sales().seller("menu").notice("sale_new", "p-silva", 1001, **SALE)
    options = button.shop.conversation("p-silva").options
    button.writes(button.sender, options[0].label, choice=options[0].id, pause=1).bot("Anotado")


@pytest.mark.parametrize("yes", ["sim", "1", "tenho sim", "sim, separar", "tenho 1001"])
def test_many_ways_to_say_yes(yes: str) -> None:
    assert told_of_sale().seller(yes).orders_hear(SaleAnswered).has_it


def test_no_is_asked_twice_and_pauses_the_listing() -> None:
    chat = told_of_sale()
    chat.seller("2").bot(
        "cancelo a venda #1001 e devolvo R$ 512,40 para Marina; seu anúncio 558 fica pausado. Confirma?"
    )
    assert not chat.heard_by_orders
    chat.seller("não").bot("Ainda tem a peça?")
    chat.seller("não tenho").seller("sim").bot("cancelando a venda #1001")
    assert chat.orders_hear(SaleAnswered).has_it is False
    assert chat.shop.products[558].active is False


def test_details_first() -> None:
    told_of_sale().seller("3").bot("#1001", "Marina S. · Curitiba/PR", "1 volume 35x30x60 cm, 2,4 kg", "1 Sim, separar")


def test_a_sale_in_the_middle_of_something_asks_in_words() -> None:
    chat = seller_with_sales()
    chat.seller("cadastrar retrovisor onix 2018 R$ 350").bot("Qual o lado?")
    chat.notice("sale_new", "p-silva", 1001, **SALE).bot("Responda tenho 1001 ou não tenho 1001")
    chat.seller("1").bot("nova ou usada")
    assert not chat.heard_by_orders
    chat.seller("tenho 1001").bot("Anotado", "Continuando o cadastro da peça")
    assert chat.orders_hear(SaleAnswered).order == 1001


def test_an_automatic_shop_is_asked_nothing() -> None:
    told_of_sale(auto="1").bot("Já aceitei por você").not_bot("Ainda tem a peça?")


def test_two_sales_are_answered_one_after_the_other() -> None:
    chat = told_of_sale()
    chat.shop.add(order(1004, OrderState.PAID))
    chat.notice("sale_new", "p-silva", 1004, **SALE).bot("Venda #1004")
    chat.seller("1").bot("#1004", "Continuando a venda:", "Venda #1001")
    chat.seller("1")
    assert [e.order for e in chat.heard_by_orders if isinstance(e, SaleAnswered)] == [1004, 1001]


def test_an_answer_that_comes_too_late() -> None:
    chat = told_of_sale()
    chat.shop.add(order(1001, OrderState.CANCELLED))
    chat.seller("1").bot("A venda #1001 não espera resposta: está cancelado")
    assert not chat.heard_by_orders


# --- what must be sent ------------------------------------------------------------------------------------


def test_what_is_to_ship_and_one_of_it() -> None:
    chat = seller_with_sales()
    chat.seller("oq ta faltando enviar").bot("2 para postar", "1 #1001 *até qua, 25/11 (falta o seu sim)*2 #1002")
    chat.seller("2").bot("#1002", "Marina S. · Curitiba/PR · Jadlog", "1 Etiqueta de novo 2 Já postei")
    chat.seller("1").bot("Aqui está a etiqueta da #1002", "(etiqueta-1002.pdf)")
    label = chat.said[-1][1]
    assert isinstance(label, c.SendLabel)
    assert label.shipment_id == "label-1"


def test_posted_several_with_undo() -> None:
    chat = seller_with_sales()
    chat.shop.add(order(1005, OrderState.ACCEPTED))
    chat.seller("postei 1002 1005 e 4477").bot(
        "O 4477 não é uma venda da sua loja*1005", "Marquei 1002 e 1005 como postados. Certo? Responda desfazer"
    )
    said = [e for e in chat.heard_by_orders if isinstance(e, SaidPosted)]
    assert [(e.order, e.posted) for e in said] == [(1002, True), (1005, True)]
    chat.seller("desfazer").bot("Desfeito: 1002 e 1005 continuam para postar")
    assert [e.posted for e in chat.heard_by_orders if isinstance(e, SaidPosted)] == [True, True, False, False]


def test_undo_is_over_after_ten_minutes() -> None:
    chat = seller_with_sales()
    chat.seller("postei 1002")
    chat.passes(minutes=11)
    chat.seller("desfazer").bot("Não há nada para desfazer agora")


def test_posted_without_a_number_and_too_early() -> None:
    chat = seller_with_sales()
    chat.seller("já postei").bot("Marquei 1002 como postado")
    chat.seller("sim").bot("eu aviso o comprador")
    chat.seller("postei 1001").bot("Não marquei 1001: falta o seu sim")


def test_labels_that_are_not_there() -> None:
    chat = seller_with_sales()
    chat.seller("etiqueta 4477").bot("O 4477 não é uma venda da sua loja. Suas vendas abertas: 1002, 1001")
    chat.seller("etiqueta 1001").bot("Falta o seu sim para a #1001")


def test_the_week() -> None:
    seller_with_sales().seller("quanto vendi essa semana").bot("16 a 22/11: 3 vendas · R$ 1.440,00", "2 para postar")


@pytest.mark.parametrize(
    "said",
    [
        "cadastrar retrovisor onix 2018 R$ 350",
        "postei 1001",
        "etiqueta 1001",
        "muda o preço do anúncio 558 para 50 reais",
        "quanto vendi essa semana",
    ],
)
def test_who_has_no_shop_is_told_so(said: str) -> None:
    chat = Chat(parts_shop(marina(greeted=True))).buyer(said).bot("não está ligado a uma loja")
    assert not chat.shop.conversation("p-marina").frames


# --- a part with photos -----------------------------------------------------------------------------------


def test_a_part_from_the_first_word_to_its_page() -> None:
    chat = seller_with_sales()
    chat.seller("cadastrar retrovisor onix 2018 R$ 350").bot(
        "Entendi assim: Peça: Retrovisor · Carro: Onix 2018 · Preço: R$ 350,00",
        "Qual o lado? 1 Esquerdo 2 Direito 3 Par",
    )
    chat.seller("1").bot("1 Nova 2 Usada 3 Recondicionada")
    chat.seller("usada").bot(
        "Manda de 1 a 8 fotos (e 1 vídeo de até 1 min, se quiser). Escreva pronto quando terminar."
    )
    chat.photo("1").silence().photo("2").silence().photo("3").silence()
    chat.passes(seconds=5).bot("3 fotos recebidas. Mais alguma? Ou pronto.")
    chat.seller("pronto").bot("peso e medida da caixa", "Ex.: 1,2 kg 30x25x20")
    chat.seller("1,2kg 30 25 20").bot(
        "Retrovisor esquerdo Onix 2018 (usado) · R$ 350,00 · 3 fotos · 1,2 kg, 30x25x20 cm", "1 Publicar 2 Corrigir"
    )
    chat.seller("1").bot("Publicado ✅ Anúncio 561: https://autopars.example/p/561", "mais carros em que serve?")
    chat.seller("Prisma 2017, Onix 2019").bot("Incluí: Prisma 2017, Onix 2019")
    chat.seller("não").bot("Tudo certo")
    part = chat.shop.products[561]
    assert (part.seller_id, part.price, part.condition, part.stock) == ("s-silva", 350_00, Condition.USED, 1)
    assert (part.weight_g, part.width_cm, part.height_cm, part.length_cm) == (1200, 30, 25, 20)
    assert part.fits == ("Onix 2018", "Prisma 2017", "Onix 2019")
    assert [p.url for p in part.photos] == [f"https://img.example/{p.id}" for p in part.photos]
    assert len({p.id for p in part.photos}) == 3


def at_photos() -> Chat:
    chat = seller_with_sales()
    return chat.seller("cadastrar retrovisor onix 2018 R$ 350").seller("1").seller("usada")


def test_photos_that_will_not_do_and_that_were_shrunk() -> None:
    chat = at_photos()
    chat.seller("pronto").bot("Preciso de pelo menos 1 foto")
    chat.photos = lambda _: "not_an_image"
    chat.photo().bot("não é imagem que eu abra*JPG, PNG, HEIC ou WebP")
    chat.photos = lambda command: c.StorePhoto.Stored(photo_id=command.photo_id, url="u", shrunk_from=14_000_000)
    chat.photo().bot("Essa foto tinha 14 MB; reduzi")
    chat.seller("pronto").bot("peso e medida")


def test_at_most_eight_photos() -> None:
    chat = at_photos()
    for _ in range(8):
        chat.photo()
    chat.photo().bot("São até 8 fotos")


def test_a_photo_that_is_late_is_added_to_the_published_part() -> None:
    chat = at_photos()
    chat.down = {"photo.store"}
    chat.photo().bot("Uma foto falhou do nosso lado, já estou tentando de novo, não precisa reenviar")
    chat.seller("pronto").seller("1,2kg 30 25 20").seller("1").seller("não")
    assert chat.shop.products[561].photos[0].url == ""
    chat.up_again()
    assert chat.shop.products[561].photos[0].url.startswith("https://img.example/")


def test_corrections_come_back_to_the_whole() -> None:
    chat = at_photos()
    chat.photo()
    chat.seller("pronto").seller("1 kg 10x10x10").seller("2").bot("O que você quer corrigir?")
    chat.seller("preço").bot("Qual o preço?")
    chat.seller("1.234,5678").bot("Não entendi o valor")
    chat.seller("R$ 400").bot("R$ 400,00 · 1 foto", "1 Publicar")
    chat.seller("3").bot("Descartei. Nada foi publicado.")
    assert 561 not in chat.shop.products


def test_a_lone_photo_offers_to_register_a_part() -> None:
    chat = seller_with_sales()
    chat.seller("oi").photo().bot("Quer cadastrar uma peça com ela?")
    chat.seller("sim").bot("Qual é a peça e o carro?")
    chat.seller("farol gol 2010").bot("Qual o preço?")
    assert len(chat.shop.conversation("p-silva").frames[-1].data["photos"]) == 1


def test_no_wallet_no_listing() -> None:
    shop = parts_shop()
    shop.add(silva(wallet_id=""))
    Chat(shop).seller("cadastrar retrovisor onix 2018").bot("conta de recebimento")


# --- a price ----------------------------------------------------------------------------------------------


def test_a_price_is_echoed_before_it_counts() -> None:
    chat = seller_with_sales()
    chat.seller("muda o preço do anúncio 558 para R$ 1.150").bot("Anúncio 558: de R$ 480,00 para R$ 1.150,00 (+140%)")
    assert chat.shop.products[558].price == 480_00
    chat.seller("sim").bot("agora custa R$ 1.150,00")
    assert chat.shop.products[558].price == 1150_00


def test_a_price_of_somebody_elses_listing() -> None:
    seller_with_sales().seller("muda o preço do anúncio 999 para 50 reais").bot("O anúncio 999 não é da sua loja")


def test_postei_in_the_list_of_what_is_to_ship_marks_and_does_not_open() -> None:
    chat = seller_with_sales()
    chat.seller("oq ta faltando enviar").bot("2 para postar")
    chat.seller("postei 1002").bot("Marquei 1002 como postado")
    assert [e.order for e in chat.heard_by_orders if isinstance(e, SaidPosted)] == [1002]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("alternador corolla R$ 450 usado, 2 em estoque", "Peça: Alternador · Carro: Corolla · Preço: R$ 450,00"),
        ("retrovisor elétrico direito gol g5 R$ 250 1 un", "Peça: Retrovisor elétrico · Carro: Gol G5"),
        ("farol esquerdo palio R$ 90 usado", "Peça: Farol · Carro: Palio"),
        ("anunciar retrovisor elétrico direito gol g5 R$ 250", "Peça: Retrovisor elétrico · Carro: Gol G5"),
        ("cadastrar radiador do gol sem ar 2008 R$ 220 usado", "Peça: Radiador sem ar · Carro: Gol 2008"),
        ("cadastrar farol com led do onix 2020 R$ 700", "Peça: Farol com LED · Carro: Onix 2020"),
        ("anunciar amortecedor traseiro gol g5 R$ 120 usado", "Peça: Amortecedor traseiro · Carro: Gol G5"),
    ],
)
def test_a_part_is_taken_down_with_what_tells_it_from_others(said: str, answer: str) -> None:
    Chat(parts_shop(marina(greeted=True))).seller(said).bot(answer)


@pytest.mark.parametrize("said", ["quero um alternador do corolla até 450", "alternador corolla usado R$ 450 serve?"])
def test_who_looks_for_a_part_registers_none(said: str) -> None:
    Chat(parts_shop(marina(greeted=True))).seller(said).not_bot("Peça: Alternador")


def test_a_short_side_is_a_side() -> None:
    chat = Chat(parts_shop(marina(greeted=True))).seller("anunciar amortecedor traseiro esq gol g5 R$ 120 usado")
    chat.bot("1 a 8 fotos").not_bot("Qual o lado")
