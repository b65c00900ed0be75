"""A part with a photo and a video over sockets: chat, gateway's files, both stores, the signed news, the page."""

from __future__ import annotations

import io

import aiohttp
import pytest
import sqlalchemy as sa
from PIL import Image

from bot.domain.catalogue import Product
from bot.storage import tables as t
from tests.e2e.house import SELLER, Crash, House
from tests.support_video import mp4


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 20, 20)).save(out, "JPEG")
    return out.getvalue()


async def at_the_photos(house: House) -> None:
    await house.say(SELLER, "cadastrar retrovisor onix 2018 R$ 350")
    await house.hears(SELLER, "lado")
    await house.say(SELLER, "1")
    await house.hears(SELLER, "nova ou usada")
    await house.say(SELLER, "usada")
    await house.hears(SELLER, "1 vídeo de até 1 min")
    await house.say(SELLER, image=photo())


async def publish(house: House) -> int:
    await house.say(SELLER, "pronto")
    await house.hears(SELLER, "peso e medida")
    await house.say(SELLER, "1,2 kg 30x25x20")
    await house.hears(SELLER, "Publicar")
    await house.say(SELLER, "1")
    await house.hears(SELLER, "Publicado")
    return max(int(listing) for (listing,) in await house.rows(sa.select(t.products.c.listing)))


async def product(house: House, listing: int) -> Product:
    ((body,),) = await house.rows(sa.select(t.products.c.body).where(t.products.c.listing == listing))
    return Product.model_validate_json(body)


async def test_the_page_of_the_part_shows_its_video(house: House) -> None:
    house.sandbox.cloudflare.encoding.clear()
    await at_the_photos(house)
    await house.say(SELLER, file=mp4(12), kind="video")
    (film,) = await house.until(lambda: list(house.sandbox.cloudflare.videos.values()))
    listing = await publish(house)
    house.sandbox.cloudflare.encoding.set()
    await house.hears(SELLER, "vídeo do anúncio", "no ar", f"/p/{listing}")
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{house.bot_base}/p/{listing}") as response:
            page = await response.text()
        video = (await product(house, listing)).video
        assert video is not None
        assert video.video_id == film.uid
        assert video.page in page
        async with session.get(video.page) as watched:
            assert watched.status == 200
        async with session.get(video.poster) as poster:
            assert poster.content_type == "image/jpeg"


async def test_a_file_that_is_no_video_is_told(house: House) -> None:
    await at_the_photos(house)
    await house.say(SELLER, file=photo(), kind="video", mime_type="video/mp4")
    await house.hears(SELLER, "não é um vídeo que eu abra")
    assert house.sandbox.cloudflare.videos == {}


@pytest.mark.parametrize("deadly", ["before cloudflare POST", "after cloudflare POST"])
async def test_a_bot_that_dies_while_it_uploads_keeps_one_video(house: House, deadly: str) -> None:
    """Between the store's answer and our commit nothing says that it was done but the name."""
    await at_the_photos(house)
    await house.until(lambda: house.sandbox.cloudflare.images)
    await house.quiet()
    await house.stop()
    crash = Crash()
    point = crash.point

    async def die_at(where: str) -> None:
        if where == deadly and not crash.happened.is_set():
            crash.happened.set()
        await point(where)

    crash.point = die_at  # type: ignore[method-assign]
    await house.start(crash)
    await house.say(SELLER, file=mp4(12), kind="video")
    await house.until(lambda: [f for f in house.sandbox.cloudflare.videos.values() if f.state == "ready"])
    await house.until(lambda: crash.happened.is_set())
    listing = await publish(house)
    await house.quiet()
    assert len(house.sandbox.cloudflare.videos) == 1
    video = (await product(house, listing)).video
    assert video is not None
    assert video.page
