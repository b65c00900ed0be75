"""The paper of a boleto over real sockets, and the e-mail that carries it, or goes without."""

from __future__ import annotations

from collections.abc import AsyncIterator
from unittest.mock import create_autospec
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.commands import Attachment, SendEmail
from bot.domain.links import Links
from bot.domain.order import Method
from bot.effects import letters
from bot.integrations.asaas import AsaasPayments
from bot.integrations.errors import Refused, Unavailable
from bot.integrations.http import Http
from bot.integrations.media import MediaFetcher
from bot.integrations.protocols import MediaSource, Shipping
from bot.integrations.resend import ResendMailer
from sandbox.core import World
from sandbox.resend import ResendSandbox
from tests.support_asaas import KEY, Stand, charge

LINKS = Links("https://autopars.example", ["a-secret-of-the-tests"])


@pytest.fixture
def payments(http: Http, stand: Stand) -> AsaasPayments:
    files = MediaFetcher(allowed_hosts=(urlsplit(stand.base_url).netloc,), delays=(0.0,))
    return AsaasPayments(http, base_url=stand.base_url, api_key=KEY, files=files)


@pytest.fixture
async def resend(http: Http) -> AsyncIterator[tuple[ResendSandbox, ResendMailer]]:
    world = World(pace=0)
    sandbox = ResendSandbox(world, api_key="re_key", sender_domain="autopars.example")
    app = web.Application()
    app.add_routes(sandbox.routes())
    async with TestServer(app) as server:
        yield (
            sandbox,
            ResendMailer(http, base_url=str(server.make_url("/")), api_key="re_key", sender="a@autopars.example"),
        )
        await world.close()


def mail(charge_id: str, **changes: object) -> SendEmail:
    paper = Attachment(what="boleto", source=charge_id, name="boleto-1042.pdf")
    email = SendEmail(
        to="marina@loja.example",
        subject="Boleto",
        template="boleto",
        data={"text": "Vence sexta."},
        attachments=(paper,),
        person_id="p1",
        order=1042,
    )
    return email.but(**changes)


async def test_the_paper_is_a_pdf_and_a_pix_has_none(payments: AsaasPayments) -> None:
    boleto, pix = (
        await charge(payments, method=Method.BOLETO),
        await charge(payments, method=Method.PIX, reference="order-2-a1"),
    )
    paper = await payments.boleto_pdf(boleto.charge_id)
    assert (paper.mime_type, paper.data[:5]) == ("application/pdf", b"%PDF-")
    with pytest.raises(Refused) as refused:
        await payments.boleto_pdf(pix.charge_id)
    assert refused.value.reason == "no_boleto"


async def test_nobody_waits_for_a_paper_that_cannot_be_fetched_or_is_void(payments: AsaasPayments) -> None:
    boleto = await charge(payments, method=Method.BOLETO)
    away = create_autospec(MediaSource)
    away.fetch.side_effect = Unavailable("media", reason="unreachable")
    there, payments.files = payments.files, away
    with pytest.raises(Refused, match="no_boleto"):
        await payments.boleto_pdf(boleto.charge_id)
    payments.files = there
    await payments.cancel_charge(boleto.charge_id)
    with pytest.raises(Refused, match="no_boleto"):
        await payments.boleto_pdf(boleto.charge_id)


async def test_an_email_carries_the_paper_and_its_own_links(
    payments: AsaasPayments, resend: tuple[ResendSandbox, ResendMailer]
) -> None:
    sandbox, mailer = resend
    run = letters.effects(mailer, payments, create_autospec(Shipping), LINKS)["mail.send"].run
    boleto = await charge(payments, method=Method.BOLETO)
    await run(mail(boleto.charge_id, unwanted=True), "order-1042/boleto_reminder")
    (sent,) = sandbox.mailbox
    assert [a["filename"] for a in sent.attachments] == ["boleto-1042.pdf"]
    stop = LINKS.unsubscribe("p1")
    assert sent.headers == {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    for link in (stop, LINKS.order(1042, "p1")):
        assert link in (sent.html or "")
        assert link in (sent.text or "")


async def test_without_the_paper_the_line_goes_alone(
    payments: AsaasPayments, resend: tuple[ResendSandbox, ResendMailer]
) -> None:
    sandbox, mailer = resend
    run = letters.effects(mailer, payments, create_autospec(Shipping), LINKS)["mail.send"].run
    await run(mail("pay_nobody_knows"), "order-1042/charge_ready")
    (sent,) = sandbox.mailbox
    assert sent.attachments == []
    assert "Vence sexta." in (sent.text or "")


async def test_a_file_that_changed_between_two_tries_makes_no_second_email(
    payments: AsaasPayments, resend: tuple[ResendSandbox, ResendMailer]
) -> None:
    sandbox, mailer = resend
    run = letters.effects(mailer, payments, create_autospec(Shipping), LINKS)["mail.send"].run
    boleto = await charge(payments, method=Method.BOLETO)
    first = await run(mail(boleto.charge_id), "order-1042/charge_ready")
    again = await run(mail("pay_nobody_knows"), "order-1042/charge_ready")
    assert isinstance(first, SendEmail.Mailed)
    assert first.email_id
    assert isinstance(again, SendEmail.Mailed)
    assert again.email_id == ""
    assert len(sandbox.mailbox) == 1
