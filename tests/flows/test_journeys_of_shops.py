"""A shop's journeys: what is said before it is asked, pictures of what is on the air, sums and prices put right."""

from __future__ import annotations

import pytest

from bot.domain.catalogue import Photo, Video
from bot.domain.events import ChargeOffered, Media, SaidPosted
from tests.flows.chat import Chat
from tests.flows.stories import seller_with_sales
from tests.support_shop import headlight

# --- registering ----------------------------------------------------------------------------------------------


def test_what_is_said_before_it_is_asked_is_kept_and_not_asked_again() -> None:
    chat = seller_with_sales().seller("quero cadastrar uma peça").seller("parachoque dianteiro do onix 2015 a 2019")
    chat.bot("Qual o preço?")  # the years of a range are no price
    chat.seller("450").bot("Qual o lado?").seller("usado").bot("Anotei: usado", "Qual o lado?")
    chat.photo().bot("Guardei a foto", "Qual o lado?")
    chat.seller("5kg 160x40x30").bot("Anotei: 5 kg, 160x40x30 cm", "Qual o lado?").not_bot("Não peguei")
    chat.seller("não tem lado").bot("1 foto recebida")
    chat.seller("na verdade o preço é 480").bot("Anotei: R$ 480,00")
    chat.seller("pronto").bot("Parachoque dianteiro Onix 2015 a 2019 (usado) · R$ 480,00 · 1 foto · 5 kg, 160x40x30 cm")
    chat.seller("publicar").bot("Publicado")


@pytest.mark.parametrize("text", ["bandeja civic 2007 à 2011", "bandeja do civic 2007 até 2011"])
def test_the_end_of_a_range_of_years_is_no_price(text: str) -> None:
    seller_with_sales().seller("cadastrar peça").seller(text).bot("Qual o preço?")


@pytest.mark.parametrize("part", ["motor de partida", "radiador", "capô", "para-brisa", "módulo de injeção"])
def test_a_part_in_the_middle_has_no_side_to_ask_for(part: str) -> None:
    seller_with_sales().seller(f"cadastrar {part} gol 2012 R$ 280").not_bot("Qual o lado?").bot("nova ou usada")
    seller_with_sales().seller("cadastrar farol gol 2012 R$ 280").bot("Qual o lado?")
    seller_with_sales().seller("cadastrar motor do vidro gol 2012 R$ 280").bot("Qual o lado?")


def test_a_picture_while_a_person_is_offered_belongs_to_the_part() -> None:
    chat = seller_with_sales().seller("cadastrar farol gol 2012 R$ 280").seller("xpto").seller("blablabla")
    chat.bot("Vou chamar uma pessoa").photo().bot("Guardei a foto", "Qual o lado?").not_bot("não reconheço")


def test_a_listing_is_thrown_away_at_any_question() -> None:
    chat = seller_with_sales().seller("cadastrar farol gol 2012 R$ 280").seller("descartar")
    chat.bot("Parei o cadastro da peça").not_bot("Não peguei")


# --- pictures of what is on the air -----------------------------------------------------------------------------


def pictures_of(chat: Chat, listing: int = 558) -> list[str]:
    part = chat.shop.product(listing)
    assert part is not None
    return [p.url.rpartition("/")[2] for p in part.photos]


def test_more_pictures_for_a_listing() -> None:
    chat = seller_with_sales()
    chat.shop.add(headlight(photos=(Photo(id="old", url="https://img.example/old"),)))
    chat.seller("quero pôr mais fotos no 558").bot("tem 1 foto, cabem mais 7", "Depois escreva pronto")
    chat.photo("a.jpg").silence().photo("b.jpg").passes(seconds=5).bot("2 fotos recebidas")
    assert pictures_of(chat) == ["old"], "nothing changes before pronto"
    chat.seller("pronto").bot("O anúncio 558 está com 3 fotos: https://autopars.example/p/558")
    assert pictures_of(chat)[0] == "old"
    assert len(pictures_of(chat)) == 3


def test_other_pictures_instead() -> None:
    chat = seller_with_sales()
    chat.shop.add(headlight(photos=tuple(Photo(id=f"o{n}", url=f"https://img.example/o{n}") for n in range(8))))
    chat.seller("foto nova pro 558").bot("já está com 8 fotos, o máximo").photo().bot("já está com 8 fotos")
    chat.seller("trocar").bot("as 8 de agora saem quando você escrever pronto")
    chat.photo("a.jpg").passes(seconds=5).seller("pronto").bot("está com 1 foto")
    assert len(pictures_of(chat)) == 1
    chat = seller_with_sales().seller("troca as fotos do farol do corolla").bot("ainda não tem foto, cabem 8")


def test_a_picture_with_its_listing_written_under_it() -> None:
    chat = seller_with_sales()
    media = Media(url="https://media.example/a.jpg", mime_type="image/jpeg")
    chat.seller("foto nova pro 558", content="image", media=media).bot("1 foto recebida. Mais alguma?")
    chat.seller("pronto").bot("está com 1 foto")
    assert len(pictures_of(chat)) == 1


def test_a_picture_that_comes_late_is_put_where_it_belongs() -> None:
    chat = seller_with_sales().seller("mais fotos no 558")
    chat.slow = {"photo.store"}
    chat.photo().passes(seconds=5).seller("pronto").bot("está com 1 foto")
    assert pictures_of(chat) == [""]
    chat.up_again()
    assert pictures_of(chat) != [""]


def test_a_video_for_a_listing_takes_the_place_of_the_one_before() -> None:
    chat = seller_with_sales()
    chat.shop.add(headlight(video=Video(name="part-video/old", video_id="uid-0", page="https://v.example/0")))
    chat.seller("põe um vídeo no 558").bot("e 1 vídeo").video(20).passes(seconds=5)
    chat.bot("Guardei o vídeo. Quer mandar fotos também?").seller("pronto").bot("está com 1 vídeo")
    assert chat.deleted_videos == ["uid-0"]
    part = chat.shop.product(558)
    assert part is not None
    assert part.video is not None
    assert part.video.name != "part-video/old"


def test_no_pictures_after_all_and_none_for_the_parts_of_others() -> None:
    chat = seller_with_sales().seller("mais fotos no 558").seller("pronto").bot("não mudei as fotos do anúncio 558")
    chat.seller("quero pôr fotos no 999").bot("não é da sua loja", "De qual anúncio").seller("560").bot("560")
    chat.seller("cancelar").bot("Parei as fotos do anúncio")
    chat = (
        seller_with_sales().seller("meus anúncios").seller("558").seller("mudar as fotos").bot("Manda as fotos do 558")
    )
    chat.passes(days=2).seller("oi").bot("ficou parada")
    assert not pictures_of(chat)


# --- charges and prices ---------------------------------------------------------------------------------------


def test_whom_to_charge_is_heard_at_once_and_a_sum_is_no_name() -> None:
    chat = seller_with_sales().seller("cobra 350 do joão da oficina").bot("WhatsApp com DDD").seller("11 98765-1234")
    chat.bot("Do que é a cobrança?").seller("não, são 380").bot("Anotei: R$ 380,00", "Do que é a cobrança?")
    chat.seller("ele já pagou?").not_bot("Confere?")
    chat.seller("conserto do farol").bot("R$ 380,00 para João da Oficina, (11) 98765-1234 · Conserto do farol")
    chat.seller("1")
    offered = next(n.event for n in chat.shop.events.values() if isinstance(n.event, ChargeOffered))
    assert (offered.amount, offered.name) == (380_00, "João da Oficina")


def test_no_name_is_made_of_figures() -> None:
    chat = seller_with_sales().seller("cobra 350").seller("11 98765-1234").seller("não, são 380")
    chat.bot("Anotei: R$ 380,00", "Qual o nome").seller("João").bot("Do que é")


def test_a_price_asked_about_is_corrected_by_saying_the_right_one() -> None:
    chat = seller_with_sales().seller("farol do corolla agora é 4800").bot("R$ 4.800,00", "Confirma?")
    chat.seller("não, 490").bot("para R$ 490,00", "Confirma?").seller("sim").bot("agora custa R$ 490,00")
    chat = seller_with_sales().seller("farol do corolla agora é 4800").seller("480").bot("fica como estava")
    part = chat.shop.product(558)
    assert part is not None
    assert part.price == 480_00


@pytest.mark.parametrize("text", ["oq tenho pra hoje", "o que sai hoje", "o que falta fazer hoje?"])
def test_what_there_is_to_do_today(text: str) -> None:
    seller_with_sales().seller(text).bot("2 para postar", "#1001", "#1002")


def test_a_shop_without_parts_has_none_to_give_pictures_to() -> None:
    chat = seller_with_sales()
    chat.shop.products.clear()
    chat.seller("mais fotos no anúncio 558").not_bot("Manda as fotos", "Não peguei")
    assert not chat.shop.conversation("p-silva").frames


def test_a_sale_is_put_off_without_being_refused() -> None:
    chat = seller_with_sales().seller("1001").seller("tenho a peça? deixa eu ver").seller("detalhes 1001")
    chat.seller("deixa pra lá").bot("fica para depois", "tenho 1001").not_bot("Confirma?")
    assert not chat.heard_by_orders


# --- parcels ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["ainda não postei a 1002", "não consegui postar a 1002", "ainda n postei 1002"])
def test_what_is_not_posted_is_not_marked(text: str) -> None:
    chat = seller_with_sales().seller(text).bot("a #1002 continua para postar", "postei 1002")
    assert not chat.heard_by_orders


@pytest.mark.parametrize(
    "text", ["a transportadora não quis receber", "os correios não aceitaram o pacote da 1002", "recusaram a caixa"]
)
def test_a_parcel_that_is_turned_away_is_a_persons_business(text: str) -> None:
    chat = seller_with_sales().seller(text).bot("Já estou chamando", "venda #1002")
    assert not chat.heard_by_orders


def test_what_was_marked_by_mistake_is_undone_in_other_words() -> None:
    chat = seller_with_sales().seller("postei 1002").bot("Marquei 1002").seller("foi errado").bot("Desfeito: 1002")
    assert [e.posted for e in chat.heard_by_orders if isinstance(e, SaidPosted)] == [True, False]


def test_the_label_once_more_and_where_it_goes() -> None:
    seller_with_sales().seller("imprimi errado, manda de novo").bot("etiqueta da #1002", "etiqueta-1002.pdf")
    seller_with_sales().seller("qual o endereço do comprador?").bot("vai na etiqueta").not_bot("Rua XV")


@pytest.mark.parametrize(
    ("text", "answer"),
    [("meu dinheiro não caiu", "A receber"), ("quero mudar minha conta bancária", "Por segurança"),
     ("qual minha carteira?", "conta Asaas (carteira final"), ("coloca frete grátis", "sempre pago pelo comprador"),
     ("não achei mais a peça da 1001", "cancelo a venda #1001")],
)  # fmt: skip
def test_what_sellers_ask_in_other_words(text: str, answer: str) -> None:
    chat = seller_with_sales().seller(text).bot(answer).not_bot("Não peguei")
    assert not chat.heard_by_orders


def test_pictures_of_one_of_several_parts_of_that_name() -> None:
    chat = seller_with_sales()
    chat.shop.add(headlight(listing=562, sku="E", title="Farol dianteiro esquerdo Corolla 2015"))
    chat.seller("põe mais fotos no farol do corolla").bot("De qual anúncio", "558", "562").seller("562")
    chat.bot("Manda as fotos do 562")


@pytest.mark.parametrize("text", ["também serve no voyage 2012, fox 2013", "Voyage 2012; Fox 2013"])
def test_more_cars_in_a_sentence(text: str) -> None:
    chat = seller_with_sales().seller("cadastrar lanterna esquerda gol 2012 usada R$ 120").photo().passes(seconds=5)
    chat.seller("pronto").seller("1kg 20x20x20").seller("publicar").seller(text).bot("Incluí: Voyage 2012, Fox 2013")
    part = chat.shop.product(561)
    assert part is not None
    assert part.fits[-2:] == ("Voyage 2012", "Fox 2013")
