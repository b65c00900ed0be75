"""``autopars whatsapp`` against the stand-ins, over both gateways."""

from __future__ import annotations

import pytest
import segno

from bot.app import Bot
from bot.cli import pairing
from bot.settings import load
from sandbox.config import SandboxConfig
from sandbox.stand_ins import Sandbox
from tests.cli.support import Desk

PNG = "data:image/png;base64,"


def bot_at(desk: Desk) -> Bot:
    names = {**SandboxConfig().environment(desk.base), "DATABASE_URL": f"sqlite+aiosqlite:///{desk.database}"}
    return Bot(load(_env_file=None, **{name.lower(): value for name, value in names.items()}))


async def test_a_code_is_shown_to_be_scanned(desk: Desk, sandbox: Sandbox) -> None:
    await sandbox.set_connected(False)
    done = await desk.run("whatsapp", "connect")
    assert (done.code, done.err) == (0, "")
    assert done.lines[-1].startswith(PNG)


@pytest.mark.parametrize("provider", ["zapi", "evolution"])
async def test_a_code_is_shown_to_be_typed(desk: Desk, sandbox: Sandbox, provider: str) -> None:
    sandbox.zapi.connected = sandbox.evolution.connected = False
    done = await desk.run("whatsapp", "connect", "--phone", "(11) 93333-0000", WHATSAPP_PROVIDER=provider)
    assert (done.code, done.err) == (0, "")
    assert "Link with phone number, and type  " in done.lines[-1]
    assert f"/webhooks/{provider}/•••" in done.out


async def test_a_phone_that_is_none(desk: Desk, sandbox: Sandbox) -> None:
    done = await desk.run("whatsapp", "connect", "--phone", "12")
    assert done.code == 2
    assert "12 is no Brazilian phone" in done.err


async def test_what_waited_from_before_is_not_sent_at_pairing(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.zapi.hold_queue()
    sandbox.zapi.connected = False
    for number in range(3):
        sandbox.zapi._accept({"phone": "5511988880001"}, {"kind": "text", "text": f"velha {number}"})
    done = await desk.run("whatsapp", "connect")
    assert "3 old messages that waited at the gateway were dropped" in done.out
    assert sandbox.zapi.queue == []
    assert sandbox.zapi.queue_disabled


async def test_a_restart(desk: Desk, sandbox: Sandbox) -> None:
    done = await desk.run("whatsapp", "restart")
    assert (done.code, done.err) == (0, "")
    assert [c.path.rpartition("/")[2] for c in sandbox.world.calls if c.provider == "zapi"] == ["restart"]


async def test_doctor_tells_how_to_pair_and_how_to_be_called(desk: Desk, sandbox: Sandbox) -> None:
    await sandbox.set_connected(False)
    sandbox.zapi.forget_webhooks()
    done = await desk.run("doctor", LANG="pt_BR.UTF-8")
    assert done.code == 1
    number = next(n for n, line in enumerate(done.lines) if line.startswith("ERRO  whatsapp: o número está desconec"))
    assert "rode `autopars whatsapp connect` e leia o código" in done.lines[number + 1]
    hooks = next(n for n, line in enumerate(done.lines) if line.startswith("ERRO  webhooks do whatsapp"))
    assert "autopars whatsapp connect" in done.lines[hooks + 1]
    assert "receivedCallbackUrl" in done.lines[hooks]


async def test_doctor_over_evolution(desk: Desk, sandbox: Sandbox) -> None:
    done = await desk.run("doctor", WHATSAPP_PROVIDER="evolution")
    assert (done.code, done.err) == (0, "")
    assert "ok    whatsapp: connected" in done.lines
    sandbox.evolution.forget_webhooks()
    done = await desk.run("doctor", WHATSAPP_PROVIDER="evolution")
    assert "WRONG whatsapp webhooks: callbacks do not come here: CALL, CONNECTION_UPDATE" in done.out


async def test_in_a_terminal_it_waits_for_the_scan(
    desk: Desk, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing, "LOOK_S", 0.01)
    sandbox.zapi.connected = False
    bot = bot_at(desk)
    said: list[str] = []

    def say(text: str) -> None:
        said.append(text)
        if "scan it" in text:
            sandbox.zapi.connected = True

    assert await pairing.connect(bot, say, attended=True) == 0
    assert said[-1] == "the number is connected"
    assert "█" in said[-2]


async def test_in_a_terminal_it_ends_when_nobody_scans(
    desk: Desk, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing, "LOOK_S", 0.01)
    monkeypatch.setattr(pairing, "LIVES_S", 0.02)
    sandbox.zapi.connected = False
    bot = bot_at(desk)
    said: list[str] = []
    assert await pairing.connect(bot, said.append, attended=True) == 1
    assert sum("scan it" in text for text in said) == 3
    assert "autopars whatsapp restart" in said[-1]


@pytest.mark.parametrize(("text", "scale"), [("2@abc", 1), ("2@" + "x" * 200, 4), ("2@" + "y" * 60, 7)])
def test_a_picture_is_drawn_module_by_module(text: str, scale: int) -> None:
    code = segno.make(text, micro=False)
    drawing = pairing.drawn(code.png_data_uri(scale=scale)).splitlines()
    halves = [[(c in " ▄", c in " ▀") for c in line] for line in drawing]
    rows = [[half[part] for half in line] for line in halves for part in (0, 1)]
    side = len(code.matrix)
    assert [row[2 : 2 + side] for row in rows[2 : 2 + side]] == [[bool(m) for m in row] for row in code.matrix]


@pytest.mark.parametrize("picture", ["", PNG, PNG + "AAAA", PNG + "é", "data:image/png;base64"])
def test_what_is_no_picture_is_not_drawn(picture: str) -> None:
    assert pairing.drawn(picture) == ""
