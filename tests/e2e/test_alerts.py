"""An alert of the engine reaches operators by e-mail and on WhatsApp, over both gateways."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.commands import AlertOperator
from bot.domain.lanes import SYSTEM
from tests.e2e.house import BUYER, House

OPERATOR = "5511966660009"


@pytest.mark.parametrize("gateway", ["zapi", "evolution"])
async def test_by_mail_and_by_phone(tmp_path: Path, gateway: str) -> None:
    house = House(tmp_path, gateway, OPERATOR_EMAILS="dona@loja.example", OPERATOR_PHONES="(11) 96666-0009")
    await house.open()
    try:
        assert house.bot is not None
        alert = AlertOperator(topic="asaas", text="O provedor não responde.")
        for _ in range(2):
            await house.bot.store.ask(alert, key="circuit/asaas/1", lane=SYSTEM, now=house.clock())
        await house.hears(OPERATOR, "[operador] asaas", "não responde")
        await house.quiet()
        assert len([m for m in house.sandbox.whatsapp.chat(OPERATOR) if m.from_bot]) == 1
        assert [mail.subject for mail in house.sandbox.resend.mailbox] == ["[operador] asaas"]
    finally:
        await house.close()


async def test_refused_credentials_are_told_and_answers_come_when_they_are_corrected(tmp_path: Path) -> None:
    house = House(tmp_path, OPERATOR_EMAILS="dona@loja.example")
    await house.open()
    try:
        gateway = house.sandbox.zapi
        right, gateway.client_token = gateway.client_token, "another"
        await house.say(BUYER, "oi")
        await house.until(lambda: bool(house.sandbox.resend.mailbox))
        assert [mail.subject for mail in house.sandbox.resend.mailbox] == ["[operador] zapi: credenciais recusadas"]
        gateway.client_token = right
        house.clock.jump(timedelta(minutes=7))
        await house.hears(BUYER, "AutoPars")
        await house.quiet()
    finally:
        await house.close()
