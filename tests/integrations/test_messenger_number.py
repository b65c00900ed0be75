"""The shop's number is paired, restarted and asked after alike with either gateway."""

from __future__ import annotations

import pytest

from bot.domain.events import ChannelState
from bot.integrations.errors import Unavailable
from bot.integrations.protocols import (
    Account,
    Connection,
)
from tests.integrations.test_messenger_contract import ANA, SECRET, House, house

__all__ = ["house"]


# --- the number -------------------------------------------------------------------------------------------


async def test_the_state_of_the_number(house: House) -> None:
    ours = house.messenger
    assert await ours.status() == Connection(True)
    assert await ours.qr_code() is None
    await house.phones.set_connected(False)
    assert not (await ours.status()).connected
    assert (await ours.qr_code() or "").startswith("data:image/png;base64,")
    with pytest.raises(Unavailable) as caught:
        await ours.send_text(ANA, "oi")
    assert caught.value.reason == "disconnected"
    await house.phones.set_connected(True)
    states = [i for i in house.incoming if isinstance(i.event, ChannelState)]
    assert [(i.lane, i.event.connected) for i in states if isinstance(i.event, ChannelState)] == [
        ("system", False),
        ("system", True),
    ]


async def test_pairing_by_typing_a_code(house: House) -> None:
    ours = house.messenger
    assert await ours.pairing_code("5511933330000") is None  # it is paired
    await house.phones.set_connected(False)
    code = await ours.pairing_code("5511933330000")
    assert code is not None
    assert len(code.replace("-", "")) == 8


async def test_a_restart_keeps_the_number(house: House) -> None:
    await house.messenger.restart()
    assert await house.messenger.status() == Connection(True)


async def test_a_phone_is_asked_for_once(house: House) -> None:
    ours = house.messenger
    known = await ours.find_account("5547996321478")
    # WhatsApp's own spelling, without the ninth digit
    assert known == Account(True, "554796321478", house.phones.lid_of("5547996321478"))
    asked = len(house.records)
    assert await ours.find_account("5547996321478") == known
    assert len(house.records) == asked
    house.phones.set_on_whatsapp(ANA, False)
    assert not (await ours.find_account(ANA)).exists


async def test_callbacks_come_here(house: House) -> None:
    addresses = set((await house.messenger.webhooks()).values())
    assert len(addresses) == 1
    assert addresses.pop().endswith(f"/webhooks/{house.provider}/{SECRET}")


async def test_callbacks_that_go_nowhere_are_named(house: House) -> None:
    house.phones.forget_webhooks()
    assert set((await house.messenger.webhooks()).values()) == {""}


async def test_nothing_waits_at_the_provider(house: House) -> None:
    assert await house.messenger.waiting() == 0
    await house.messenger.drop_waiting()
