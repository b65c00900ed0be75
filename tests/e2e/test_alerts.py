"""An alert of the engine reaches operators by e-mail and on WhatsApp, over both gateways."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.commands import AlertOperator
from bot.domain.lanes import SYSTEM
from tests.e2e.house import House

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
