"""Charts as pictures."""

from __future__ import annotations

import io
from unittest.mock import create_autospec

import pytest
from PIL import Image, ImageFont

from bot.domain.commands import Bar, SendChart, SendFile, Sent
from bot.effects import charts, messages
from bot.integrations.payments import Payments
from bot.integrations.protocols import File, Messenger, Shipping


def opened(file: File) -> Image.Image:
    assert file.mime_type == "image/png"
    return Image.open(io.BytesIO(file.data)).convert("RGB")


def height_at(picture: Image.Image, x: int) -> int:
    """How many pixels of a column are a bar's."""
    blue = {(0x5B, 0x8D, 0xEF), (0x1B, 0x5F, 0xD1)}
    return sum(picture.getpixel((x, y)) in blue for y in range(picture.height))


def test_bars_are_as_high_as_their_amounts() -> None:
    picture = opened(charts.draw("Vendas", [Bar(label="a", value=100_00), Bar(label="b", value=50_00)]))
    assert picture.size == (charts.WIDTH, charts.HEIGHT)
    first, second = height_at(picture, 260), height_at(picture, 700)
    assert first > 250
    assert abs(first - 2 * second) <= 2


@pytest.mark.parametrize("count", [1, 7, 31, 60])
def test_few_and_many_bars_are_small_files(count: int) -> None:
    file = charts.draw("Vendas de 16 a 22/11", [Bar(label=f"{n:02}/11", value=n * 10_00) for n in range(count)])
    assert opened(file).size == (charts.WIDTH, charts.HEIGHT)
    assert len(file.data) < 60_000


def test_nothing_but_zeros_and_nothing_at_all() -> None:
    assert height_at(opened(charts.draw("x", [Bar(label="a", value=0), Bar(label="b", value=0)])), 260) == 0
    with pytest.raises(ValueError, match="nothing"):
        charts.draw("x", [])


def test_the_font_can_draw_every_character_that_it_is_given() -> None:
    font = ImageFont.load_default(30)
    missing = bytes(font.getmask("\u0142"))
    said = charts.plain("São João · R$\u00a01.234,56, março/abril: ção ÉÊÃÕ")
    assert said == "Sao Joao - R$ 1.234,56, marco/abril: cao EEAO"
    assert all(bytes(font.getmask(one)) != missing for one in said if one != " ")


async def test_it_is_sent_as_a_picture_and_a_table_as_a_document() -> None:
    messenger, shipping = create_autospec(Messenger), create_autospec(Shipping)
    messenger.send_image.return_value = "m1"
    messenger.send_document.return_value = "m2"
    effects = messages.effects(messenger, shipping, create_autospec(Payments))
    bars = (Bar(label="16/11", value=100_00), Bar(label="17/11", value=0))
    chart = SendChart(to="x@c.us", title="Vendas", bars=bars, caption="Vendas")
    assert await effects["message.chart"].run(chart, "k") == Sent(message_id="m1")
    sent = messenger.send_image.call_args.args[1]
    assert sent.name == "vendas.png"
    table = SendFile(to="x@c.us", file_name="v.csv", mime_type="text/csv", text="peça;1")
    assert await effects["message.file"].run(table, "k") == Sent(message_id="m2")
    assert messenger.send_document.call_args.args[1] == File("peça;1".encode(), "text/csv", "v.csv")
