"""The video of a part: sent with the photos, ready some time later, before or after the part is published."""

from __future__ import annotations

import pytest

from bot.domain import commands as c
from bot.domain.catalogue import Video
from tests.flows.chat import Chat
from tests.flows.test_selling import at_photos


def published(chat: Chat) -> Chat:
    return chat.seller("pronto").seller("1,2 kg 30x25x20").seller("1").bot("Publicado")


def the_video(chat: Chat) -> Video | None:
    return chat.shop.products[561].video


def test_a_video_sent_with_the_photos_is_shown_when_it_is_ready() -> None:
    chat = at_photos().photo().silence().video().silence()
    chat.passes(seconds=5).bot("1 foto e 1 vídeo recebidos. Mais alguma? Ou pronto.")
    chat.seller("pronto").seller("1,2 kg 30x25x20").bot("1 foto e 1 vídeo")
    chat.seller("1").bot("Publicado")
    video = the_video(chat)
    assert video is not None
    assert (video.video_id, video.page) == ("uid-1", "")
    chat.video_news().bot("O vídeo do anúncio 561 já está no ar ✅ https://autopars.example/p/561")
    video = the_video(chat)
    assert video is not None
    assert (video.page, video.poster) == ("https://video.example/watch", "https://video.example/1.jpg")
    chat.video_news().silence()
    assert not any(key.startswith("video/") for key in chat.shop.timers)


def test_one_that_is_ready_before_the_listing_is() -> None:
    chat = at_photos().photo().video()
    chat.video_news().bot("O vídeo ficou pronto e entra no anúncio")
    published(chat)
    video = the_video(chat)
    assert video is not None
    assert video.page


def test_the_question_stays_open_while_news_come() -> None:
    chat = at_photos().photo().video().seller("pronto")
    chat.video_news("failed", failure="broken").bot("O vídeo veio com defeito. Manda outro, se quiser")
    chat.video().bot("Guardei o vídeo. Última: peso e medida")
    chat.seller("1,2 kg 30x25x20").bot("1 foto e 1 vídeo", "1 Publicar")


def test_news_that_never_come_are_looked_for() -> None:
    chat = at_photos().photo().video()
    published(chat)
    chat.films = lambda command: c.KeptVideo(
        video_id=command.video_id, name=command.name, state="ready", page="https://video.example/watch"
    )
    chat.passes(minutes=4).bot("O vídeo do anúncio 561 já está no ar")
    chat.passes(hours=12).silence()


def test_and_given_up_after_some_hours() -> None:
    chat = at_photos().photo().video()
    published(chat)
    chat.passes(hours=20).bot("O vídeo do anúncio 561 não pôde ser usado. O anúncio segue no ar só com as fotos.")
    assert the_video(chat) is None


@pytest.mark.parametrize(("seconds", "said"), [(180, "tem 3 min"), (75, "tem 75 s")])
def test_a_long_one_is_not_even_fetched(seconds: int, said: str) -> None:
    chat = at_photos().video(seconds).bot(f"Esse vídeo {said} e o limite é 60 s. Manda um mais curto?")
    assert not any(isinstance(n.command, c.StoreVideo) for n in chat.shop.commands.values())


def test_one_whose_length_only_the_store_could_tell() -> None:
    chat = at_photos().photo().video()
    published(chat)
    chat.video_news(seconds=61.5).bot("O vídeo do anúncio 561 passa de 60 s")
    assert the_video(chat) is None
    assert chat.deleted_videos == ["uid-1"]


@pytest.mark.parametrize(
    ("reason", "said"),
    [("too_large", "passa de 100 MB"), ("not_a_video", "não é um vídeo"), ("gone", "não abriu"), ("new", "não pôde")],
)
def test_one_that_is_refused(reason: str, said: str) -> None:
    chat = at_photos()
    chat.videos = lambda _: reason
    chat.video().bot(f"O vídeo {said}")
    chat.passes(seconds=5).silence()


def test_a_second_one() -> None:
    at_photos().video().video().bot("É 1 vídeo por anúncio, e já tenho um.")


def test_only_a_video_is_not_enough() -> None:
    chat = at_photos().video()
    chat.passes(seconds=5).bot("Vídeo recebido. Agora manda pelo menos 1 foto")
    chat.seller("pronto").bot("Preciso de pelo menos 1 foto")


def test_a_store_that_is_down() -> None:
    chat = at_photos().photo()
    chat.down = {"videos"}
    chat.video().bot("O vídeo falhou do nosso lado, já estou tentando de novo, não precisa reenviar")
    published(chat)
    chat.up_again()
    chat.video_news().bot("já está no ar")


def test_a_part_that_is_discarded_leaves_no_video_behind() -> None:
    chat = at_photos().photo().video().seller("pronto").seller("1,2 kg 30x25x20").seller("3").bot("Descartei")
    assert chat.deleted_videos == ["uid-1"]
    chat.video_news().silence()


def test_also_where_it_was_still_on_its_way() -> None:
    chat = at_photos().photo()
    chat.down = {"videos"}
    chat.video().seller("pronto").seller("1,2 kg 30x25x20").seller("3").bot("Descartei")
    chat.up_again()
    assert chat.deleted_videos == ["uid-1"]


def test_a_video_sent_right_after_publishing_is_added() -> None:
    chat = published(at_photos().photo())
    chat.video().bot("Guardei o vídeo")
    chat.video_news().bot("O vídeo do anúncio 561 já está no ar")


def test_a_video_of_nobody_of_ours_changes_nothing() -> None:
    chat = at_photos().photo()
    chat.video()
    for name in ("holiday.mp4", "video.s-other.7", "video.s-silva.999"):
        chat.video_news(name=name).silence()
