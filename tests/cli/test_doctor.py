"""``doctor`` and ``whatsapp connect`` against the stand-ins."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.cli.doctor import in_portuguese
from bot.storage.database import Database
from sandbox.asaas.hooks import Waiting
from sandbox.resend.panel import Hook
from sandbox.stand_ins import Sandbox
from tests.cli.support import Desk
from tests.support_pooler import Pooler


async def test_all_is_well(desk: Desk, sandbox: Sandbox) -> None:
    done = await desk.run("doctor")
    assert (done.code, done.err) == (0, "")
    checked = [line.split(":")[0].removeprefix("ok    ") for line in done.lines if line.startswith("ok ")]
    assert checked == [
        "database",
        "work",
        "set aside",
        "public address",
        "whatsapp",
        "whatsapp webhooks",
        "payments",
        "payments webhook",
        "wallet",
        "pix",
        "shipping",
        "e-mail",
        "e-mail domain",
        "e-mail webhook",
        "e-mail DNS",
        "images",
        "videos",
        "postal codes",
    ]
    assert f"{desk.base}/webhooks/melhor-envio" in done.out
    assert "e-mail DNS: SPF, DKIM and DMARC (p=none) are there" in done.out
    assert f"{desk.base}/webhooks/resend" not in done.out


async def test_a_key_that_may_only_send_leaves_the_webhook_to_be_looked_at_by_hand(
    desk: Desk, sandbox: Sandbox
) -> None:
    sandbox.resend.keys["re_sends"] = "sending_access"
    done = await desk.run("doctor", RESEND_API_KEY="re_sends")
    assert done.code == 0
    assert "e-mail domain" not in done.out
    assert "e-mail DNS: SPF, DKIM and DMARC (p=none) are there" in done.out
    assert f"Resend → {desk.base}/webhooks/resend" in done.out


async def test_a_domain_whose_records_are_not_there_yet(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.resend.domain_status = sandbox.resend.record_status = "pending"
    assert desk.names is not None
    del desk.names.records["resend._domainkey.autopars.example", "TXT"]
    done = await desk.run("doctor", LANG="pt_BR.UTF-8")
    assert done.code == 1
    assert "ERRO  domínio de e-mail: autopars.example não está verificado (pending)" in done.out
    assert "MX send.autopars.example feedback-smtp.sa-east-1.amazonses.com" in done.out
    assert "ERRO  DNS do e-mail: não está no DNS: DKIM TXT resend._domainkey.autopars.example p=" in done.out


async def test_without_dmarc_the_record_to_add_is_shown(desk: Desk, sandbox: Sandbox) -> None:
    assert desk.names is not None
    del desk.names.records["_dmarc.autopars.example", "TXT"]
    done = await desk.run("doctor")
    assert done.code == 1
    assert 'put it into DNS, e.g. TXT _dmarc.autopars.example "v=DMARC1; p=none' in done.out


async def test_a_machine_without_dns_alarms_nobody(desk: Desk, sandbox: Sandbox) -> None:
    assert desk.names is not None
    desk.names.stop()
    done = await desk.run("doctor")
    assert done.code == 0
    assert "e-mail DNS: not looked up: no name server answers" in done.out


async def test_what_stands_between_us_and_a_provider_is_named(desk: Desk, sandbox: Sandbox) -> None:
    """A name without an address, a certificate of nobody's, a network that wants a login first."""

    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<html>Sign in</html>", content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", page)
    async with TestServer(app) as server:
        base = str(server.make_url("")).rstrip("/")
        done = await desk.run(
            "doctor",
            ZAPI_BASE_URL=base.replace("http:", "https:"),
            ASAAS_BASE_URL="http://no-such-host.invalid",
            CLOUDFLARE_BASE_URL=base,
            HTTP_RETRY_DELAYS_S="0",
        )
    lines = done.lines
    (whatsapp,) = [line for line in lines if line.startswith("WRONG whatsapp: does not answer (unreachable: ")]
    assert "ssl" in whatsapp.lower()
    assert [line for line in lines if "WRONG payments" in line and "no-such-host.invalid" in line]
    images = lines.index("WRONG images: does not answer (unreadable)")
    assert "a network's login page" in lines[images + 1]


async def test_an_email_webhook_that_is_off_or_hears_too_little(desk: Desk, sandbox: Sandbox) -> None:
    url, sandbox.resend.webhook_url = sandbox.resend.webhook_url, ""
    assert "WRONG e-mail webhook: no webhook calls" in (await desk.run("doctor")).out
    sandbox.resend.hooks = [Hook(url, status="disabled")]
    assert "WRONG e-mail webhook: the webhook is disabled" in (await desk.run("doctor")).out
    sandbox.resend.hooks = [Hook(url, events=("email.delivered", "email.bounced", "email.failed"))]
    done = await desk.run("doctor")
    assert "the webhook does not tell email.complained, email.suppressed" in done.out


@pytest.mark.parametrize(
    ("setting", "check"),
    [
        ("ZAPI_CLIENT_TOKEN", "whatsapp"),
        ("ASAAS_API_KEY", "payments"),
        ("MELHOR_ENVIO_ACCESS_TOKEN", "shipping"),
        ("RESEND_API_KEY", "e-mail"),
        ("CLOUDFLARE_API_TOKEN", "images"),
    ],
)
async def test_a_wrong_key(desk: Desk, sandbox: Sandbox, setting: str, check: str) -> None:
    done = await desk.run("doctor", MELHOR_ENVIO_REFRESH_TOKEN="", **{setting: "a-wrong-key-0123456789"})
    assert done.code == 1
    assert done.out.count("WRONG") == 1
    place = next(n for n, line in enumerate(done.lines) if line.startswith(f"WRONG {check}: refused our credentials"))
    assert setting in done.lines[place + 1]
    assert "a-wrong-key" not in done.out + done.err


async def test_a_disconnected_number(desk: Desk, sandbox: Sandbox) -> None:
    await sandbox.set_connected(False)
    done = await desk.run("doctor")
    assert done.code == 1
    assert "WRONG whatsapp: the number is disconnected" in done.out
    assert "autopars whatsapp connect" in done.out


async def test_an_empty_wallet_said_in_portuguese(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.melhor_envio.balance_cents = 0
    done = await desk.run("doctor", LANG="pt_BR.UTF-8")
    assert done.code == 1
    assert "ERRO  frete: a carteira de etiquetas está vazia" in done.out
    assert "ponha saldo" in done.out
    assert "WRONG" not in done.out


async def test_a_provider_that_is_down_alarms_nobody(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.world.faults["asaas"].mode = "down"
    sandbox.world.faults["viacep"].mode = "garbage"
    done = await desk.run("doctor", HTTP_RETRY_DELAYS_S="0,0,0,0,0")
    assert done.code == 1
    assert "WRONG payments: does not answer" in done.out
    assert "WRONG postal codes: " in done.out
    assert "payments webhook" not in done.out
    assert sandbox.resend.mailbox == []
    again = await desk.run("search", given="farol corolla\n")
    assert again.code == 0


async def test_what_nobody_processes_and_what_was_set_aside(desk: Desk, sandbox: Sandbox) -> None:
    """It said that all is well while no worker ran and an event was set aside."""
    long_ago = f"{datetime.now(UTC) - timedelta(minutes=5):%Y-%m-%d %H:%M:%S.000000}"
    with contextlib.closing(sqlite3.connect(desk.database)) as database, database:
        for key, status in (("a", "new"), ("b", "failed")):
            database.execute(
                "INSERT INTO events (source, key, kind, lane, body, raw, status, attempts, received_at, error, root) "
                "VALUES ('zapi', ?, 'message.received', ?, '{}', '', ?, 0, ?, '', '')",
                (key, f"person:{key}", status, long_ago),
            )
        database.execute(
            "INSERT INTO commands (key, kind, needs, queue, lane, body, status, event_id, created_at, updated_at, "
            "not_before, root, attempts, repeats, error, in_doubt, told_parked) VALUES ('c', 'message.text', "
            "'messenger', '', 'person:a', '{}', 'parked', 0, ?, ?, ?, '', 1, 0, '', 0, 1)",
            (long_ago, long_ago, long_ago),
        )
    done = await desk.run("doctor")
    assert done.code == 1
    assert "WRONG work: 1 events wait, the oldest for 5 min: nobody processes them" in done.out
    assert "WRONG set aside: 1 events and 0 commands in the last 7 days" in done.out
    with contextlib.closing(sqlite3.connect(desk.database)) as database, database:
        database.execute("DELETE FROM events")
    done = await desk.run("doctor", LANG="pt_BR.UTF-8")
    assert done.code == 0
    assert "ok    trabalho: 1 comandos esperam o provedor, e seguem sozinhos" in done.out


async def test_webhooks_that_go_elsewhere(desk: Desk, sandbox: Sandbox) -> None:
    done = await desk.run("doctor", PUBLIC_URL="https://other.autopars.example")
    assert done.code == 1
    assert "WRONG whatsapp webhooks: callbacks do not come here: " in done.out
    assert "receivedCallbackUrl" in done.out
    assert "WRONG payments webhook: no webhook calls https://other.autopars.example/webhooks/asaas" in done.out
    connected = await desk.run("whatsapp", "connect", PUBLIC_URL="https://other.autopars.example")
    assert connected.code == 0
    assert sandbox.config.zapi_webhook_secret not in connected.out + connected.err
    assert "connected already" in connected.out
    done = await desk.run("doctor", PUBLIC_URL="https://other.autopars.example")
    assert "6 callbacks come here" in done.out


async def test_a_paused_webhook_is_woken(desk: Desk, sandbox: Sandbox) -> None:
    for hook in sandbox.asaas.hooks.hooks.values():
        hook.interrupted = True
    done = await desk.run("doctor")
    assert done.code == 1
    assert "WRONG payments webhook: the webhook's queue is paused" in done.out
    assert "      → run `autopars payments connect`" in done.lines
    said = await desk.run("doctor", LANG="pt_BR.UTF-8")
    assert "ERRO  webhook de pagamentos: a fila do webhook está pausada" in said.out
    connected = await desk.run("payments", "connect")
    assert (connected.code, connected.err) == (0, "")
    assert "what waited there is on its way" in connected.out
    assert "ok    payments webhook" in (await desk.run("doctor")).out


async def test_a_webhook_that_fails_or_lacks_events(desk: Desk, sandbox: Sandbox) -> None:
    (hook,) = sandbox.asaas.hooks.hooks.values()
    hook.events = tuple(event for event in hook.events if event != "PAYMENT_REFUNDED")
    done = await desk.run("doctor")
    assert "WRONG payments webhook: the webhook does not send: refunded" in done.out
    await desk.run("payments", "connect")
    hook.queue.append(Waiting(b"{}", sandbox.world.clock(), due=1e9, failures=3))
    done = await desk.run("doctor")
    assert done.code == 1
    assert "WRONG payments webhook: the last 3 calls of the webhook failed" in done.out


async def test_a_webhook_is_made_where_there_is_none(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.asaas.hooks.hooks.clear()
    assert "WRONG payments webhook: no webhook calls " in (await desk.run("doctor")).out
    made = await desk.run("payments", "connect")
    assert made.code == 0
    assert sandbox.config.asaas_webhook_token not in made.out + made.err
    (hook,) = sandbox.asaas.hooks.hooks.values()
    assert (hook.url, hook.token) == (f"{desk.base}/webhooks/asaas", sandbox.config.asaas_webhook_token)
    assert "ok    payments webhook" in (await desk.run("doctor")).out


async def test_a_provider_that_refuses_to_connect(desk: Desk, sandbox: Sandbox) -> None:
    done = await desk.run("payments", "connect", ASAAS_API_KEY="a-wrong-key-0123456789")
    assert done.code == 1
    assert done.err.startswith("WRONG unauthorised")


async def test_news_of_videos(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.cloudflare.subscription = ("https://other.example/hook", "secret-of-another")
    done = await desk.run("doctor")
    assert "WRONG videos: news of videos go to: https://other.example/hook" in done.out
    assert "      → run `autopars videos connect` and set the secret that it shows" in done.lines
    connected = await desk.run("videos", "connect")
    assert (connected.code, connected.err) == (0, "")
    assert "set this and start again: CLOUDFLARE_STREAM_WEBHOOK_SECRET=secret-of-another" in connected.out
    assert "WRONG videos: CLOUDFLARE_STREAM_WEBHOOK_SECRET is another" in (await desk.run("doctor")).out
    known = {"CLOUDFLARE_STREAM_WEBHOOK_SECRET": "secret-of-another"}
    assert "signed with the secret that is set" in (await desk.run("videos", "connect", **known)).out
    assert "ok    videos: news of videos come here" in (await desk.run("doctor", **known)).out


async def test_a_wallet_and_a_pix_key(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.asaas.pix_keys = 0
    done = await desk.run("doctor", PLATFORM_WALLET_ID="00000000-0000-0000-0000-000000000000")
    assert done.code == 1
    assert f"WRONG wallet: the key's wallet is {sandbox.asaas.own_wallet}" in done.out
    assert "WRONG pix: the account has no Pix key of its own" in done.out


async def test_plain_http_in_public(desk: Desk, sandbox: Sandbox) -> None:
    done = await desk.run("doctor", PUBLIC_URL="http://shop.autopars.example")
    assert done.code == 1
    assert "WRONG public address: PUBLIC_URL is not https" in done.out


async def test_a_database_that_was_not_migrated(desk: Desk, sandbox: Sandbox) -> None:
    done = await desk.run("doctor", DATABASE_URL=f"sqlite+aiosqlite:///{desk.folder}/new.db")
    assert (done.code, done.err) == (1, "")
    assert done.lines[:2] == ["WRONG database: the schema is not this version's", "      → run `autopars migrate`"]
    assert "ok    payments" in done.out


@pytest.mark.postgres
async def test_a_database_of_a_newer_release(desk: Desk, sandbox: Sandbox) -> None:
    with contextlib.closing(sqlite3.connect(desk.database)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999_future'")
    done = await desk.run("doctor")
    assert (done.code, done.err) == (1, "")
    assert done.lines[:2] == ["WRONG database: the schema is not this version's", "      → start the newer release"]


async def test_a_pooler_that_hands_connections_on(desk: Desk, sandbox: Sandbox, postgres_database: Database) -> None:
    async with Pooler(postgres_database.url) as pooler:
        done = await desk.run("doctor", DATABASE_URL=pooler.url)
    assert (done.code, done.err) == (1, "")
    assert (
        done.lines[0] == "WRONG database: a pooler hands connections on: workers and schedulers cannot keep their locks"
    )
    done = await desk.run("doctor", DATABASE_URL=postgres_database.url)
    assert done.lines[0] == "ok    database: PostgreSQL"


@pytest.mark.postgres
async def test_a_server_without_a_free_connection(desk: Desk, sandbox: Sandbox, postgres_database: Database) -> None:
    async with postgres_database.write() as connection:
        await connection.execute(sa.text("CREATE ROLE narrow LOGIN CONNECTION LIMIT 1 IN ROLE pg_read_all_data"))
    done = await desk.run("doctor", DATABASE_URL=postgres_database.url.replace("postgres:@", "narrow:@", 1))
    async with postgres_database.write() as connection:
        await connection.execute(sa.text("DROP ROLE narrow"))
    assert done.lines[0] == "WRONG database: the server has no free connection"
    assert "max_connections" in done.lines[1]


@pytest.mark.parametrize(
    ("environment", "portuguese"),
    [
        ({}, False),
        ({"LANG": "pt_BR.UTF-8"}, True),
        ({"LANG": "pt"}, True),
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LANG": "pt_BR.UTF-8", "LC_ALL": "C.UTF-8"}, False),
        ({"LANG": "C", "LC_MESSAGES": "pt_PT"}, True),
    ],
)
def test_the_language_of_the_machine(environment: dict[str, str], portuguese: bool) -> None:
    assert in_portuguese(environment) is portuguese


async def test_an_account_that_nobody_has_allowed_yet(desk: Desk, sandbox: Sandbox) -> None:
    tokens = {"MELHOR_ENVIO_ACCESS_TOKEN": "", "MELHOR_ENVIO_REFRESH_TOKEN": ""}
    done = await desk.run("doctor", **tokens)
    assert "WRONG shipping: refused our credentials (reauthorise)" in done.out
    assert "autopars melhor-envio connect" in done.out
    link = await desk.run("melhor-envio", "connect", PUBLIC_URL="https://bot.autopars.example", **tokens)
    assert link.code == 0
    assert "https://bot.autopars.example/oauth/melhor-envio/callback" in link.out
    assert link.lines[-1].startswith("https://bot.autopars.example/oauth/melhor-envio?ticket=")


async def test_a_personal_token_is_named_with_what_it_lacks(desk: Desk, sandbox: Sandbox) -> None:
    done = await desk.run("doctor", MELHOR_ENVIO_REFRESH_TOKEN="")
    assert done.code == 0
    assert "a personal token: labels bought with it send no webhooks" in done.out
    connect = await desk.run("melhor-envio", "connect", MELHOR_ENVIO_CLIENT_ID="")
    assert (connect.code, "MELHOR_ENVIO_CLIENT_ID" in connect.out) == (1, True)
