"""A password by a link in an e-mail: once, for a while, for whom it was meant, and telling a guesser nothing."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.console import passwords
from bot.console.access import PLACE_TRIES, Role
from bot.console.passwords import FORGOTTEN_FOR, INVITED_FOR, MOST_LINKS
from bot.decide import decide
from bot.domain.commands import SendEmail
from bot.domain.decision import Decision, Stored
from bot.domain.events import EVENT, PasswordChanged, PasswordLinkAsked
from bot.effects.letters import footer
from bot.effects.mail import render
from bot.storage import tables as t
from tests.support_shop import sample_shop
from tests.web.test_console import ANAS, LINKS, OWNERS, Office, office

__all__ = ["office"]

MAIL, NEW = "ana@exemplo.com", "uma senha bem nova"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "ANSWER_AFTER_S", 0.0)


async def with_ana(office: Office) -> None:
    await office.access.save("ana", Role.SUPPORT, ANAS)
    async with office.database.write() as connection:
        await connection.execute(sa.update(t.accounts).where(t.accounts.c.name == "ana").values(email=MAIL))


async def asked(office: Office) -> list[PasswordLinkAsked]:
    page = await office.records.events(kind="account.link_asked", whole=True)
    found = [EVENT.validate_json(row["body"]) for row in page.rows]
    return [event for event in found if isinstance(event, PasswordLinkAsked)]


def mail_of(office: Office, event: PasswordLinkAsked | PasswordChanged) -> SendEmail:
    """As the decision wants it."""
    stored = Stored(1, "system", event, office.clock())
    decision = Decision(stored)
    decide(stored, sample_shop(), office.clock(), decision)
    (command,) = (issued.command for issued in decision.commands)
    assert isinstance(command, SendEmail)
    return command


async def told(office: Office) -> list[str]:
    """To whom and how it was said that a password was changed, the newest first."""
    page = await office.records.events(kind="account.password_changed", whole=True)
    found = []
    for event in (EVENT.validate_json(row["body"]) for row in page.rows):
        assert isinstance(event, PasswordChanged)
        command = mail_of(office, event)
        html, text = render(command.template, footer(command, LINKS)[0], subject=command.subject)
        assert "Não foi você?" in html
        found.append(f"{command.to}: {' '.join(text.split())}")
    return found


def path_of(office: Office, event: PasswordLinkAsked) -> str:
    """Where the button of the e-mail leads, below /console."""
    command = mail_of(office, event)
    data, headers = footer(command, LINKS)
    html, text = render(command.template, data, subject=command.subject)
    assert data["button_url"] in html
    assert data["button_url"] in text
    assert headers == {}
    return data["button_url"].removeprefix("https://autopars.example/console")


async def forgot(office: Office, email: str = MAIL, place: str = "") -> str:
    answer = await office.send("/esqueci", {"X-Forwarded-For": place} if place else {}, {"email": email})
    assert answer.status == 200
    return await answer.text()


async def test_who_forgot_theirs_chooses_another_and_every_session_ends(office: Office) -> None:
    await with_ana(office)
    session = await office.enter("ana", ANAS)
    await forgot(office, MAIL.upper())
    (event,) = await asked(office)
    path = path_of(office, event)
    for _ in range(2):  # what reads e-mails before people do uses nothing up
        status, text, answer = await office.get(path)
        assert (status, 'value="ana"' in text) == (200, True)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert (await office.post(path, new="short")).status == 400
    assert await office.enter("ana", ANAS), "nothing has changed yet"
    answer = await office.post(path, new=NEW)
    assert answer.headers["Location"] == "/console/entrar?said=senha"
    assert "Senha guardada" in (await office.get("/entrar?said=senha"))[1]
    assert (await office.get("", session))[0] == 303
    assert await office.enter("ana", ANAS) == ""
    assert await office.enter("ana", NEW)
    done = [row["action"] for row in await office.accounts.log(subject="account:ana")]
    assert "pediu link de senha" in done
    assert "trocou a senha por link" in done
    (mail,) = await told(office)
    assert mail.startswith(MAIL)
    assert "foi mudada em 23/11 às" in mail
    assert "pelo link que chegou a este e-mail" in mail


async def test_whose_password_was_changed_hears_of_it_and_how(office: Office) -> None:
    await with_ana(office)
    cookie = await office.enter("ana", ANAS)
    token = await office.token(cookie)
    assert (await office.post("/senha", cookie, token=token, old="wrong", new=NEW)).status == 400
    assert await told(office) == []
    await office.post("/senha", cookie, token=token, old=ANAS, new=NEW)
    (mail,) = await told(office)
    assert "por quem entrou nela e sabia a senha antiga" in mail
    cookie = await office.enter("owner", OWNERS)
    token = await office.token(cookie)
    await office.post("/contas", cookie, token=token, name="ana", role="support", password="short")
    await office.post("/contas", cookie, token=token, name="novo", role="support", password=NEW)
    assert len(await told(office)) == 1, "nothing was changed, and who has no address has none"
    await office.post("/contas", cookie, token=token, name="ana", role="support", password=ANAS)
    mail, _ = await told(office)
    assert mail.startswith(MAIL)
    assert "por quem cuida das contas do painel" in mail


async def test_a_link_works_once_also_for_two_at_the_same_moment(office: Office) -> None:
    await with_ana(office)
    await forgot(office)
    path = path_of(office, (await asked(office))[0])
    answers = await asyncio.gather(*(office.post(path, new=f"{NEW} {n}") for n in range(4)))
    assert sorted(answer.status for answer in answers) == [303, 404, 404, 404]
    assert (await office.get(path))[0] == 404
    assert (await office.post(path, new="another one again")).status == 404


async def test_one_that_is_used_ends_the_others_and_so_does_a_closed_account(office: Office) -> None:
    await with_ana(office)
    await forgot(office)
    await forgot(office)
    first, second = [path_of(office, event) for event in await asked(office)]
    await office.post(second, new=NEW)
    assert (await office.get(first))[0] == 404
    await forgot(office)
    third = path_of(office, (await asked(office))[0])
    assert (await office.get(third))[0] == 200
    await office.accounts.change("ana", active=False)
    assert (await office.post(third, new=NEW)).status == 404
    await office.accounts.change("ana", active=True)
    assert (await office.post(third, new=NEW)).status == 404, "nor when it is opened again"


async def test_a_link_runs_out(office: Office) -> None:
    await with_ana(office)
    await forgot(office)
    path = path_of(office, (await asked(office))[0])
    office.clock.jump(FORGOTTEN_FOR)
    assert (await office.get(path))[0] == 404
    assert (await office.post(path, new=NEW)).status == 404
    assert await office.enter("ana", ANAS)


async def test_unknown_addresses_get_the_same_answer_after_the_same_time(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await with_ana(office)
    await office.access.save("closed", Role.READER, ANAS)
    async with office.database.write() as connection:
        closed = sa.update(t.accounts).where(t.accounts.c.name == "closed")
        await connection.execute(closed.values(email="closed@exemplo.com", active=False))
    monkeypatch.setattr(passwords, "ANSWER_AFTER_S", 0.3)
    texts = set()
    for email in (MAIL, "nobody@exemplo.com", "closed@exemplo.com", "", "x" * 400, "\x00"):
        started = time.monotonic()
        texts.add(await forgot(office, email))
        assert time.monotonic() - started >= 0.3
    assert len(texts) == 1
    assert [event.account for event in await asked(office)] == ["ana"]


async def test_an_account_is_not_flooded_and_a_guesser_has_to_wait(office: Office) -> None:
    await with_ana(office)
    for _ in range(MOST_LINKS + 2):
        await forgot(office)
    assert len(await asked(office)) == MOST_LINKS
    office.clock.jump(timedelta(hours=2))
    for number in range(PLACE_TRIES):
        await forgot(office, f"n{number}@exemplo.com", "203.0.113.7")
    await forgot(office, MAIL, "203.0.113.7")
    assert len(await asked(office)) == MOST_LINKS, "not from there"
    await forgot(office, MAIL, "203.0.113.8")
    assert len(await asked(office)) == MOST_LINKS + 1


async def test_what_is_on_record_opens_nothing(office: Office) -> None:
    """Whoever reads events, commands or the database itself cannot make the link of them."""
    await with_ana(office)
    await forgot(office)
    (event,) = await asked(office)
    path = path_of(office, event)
    signature = path.rpartition(".")[2]
    command = mail_of(office, event).model_dump_json()
    async with office.database.read() as connection:
        kept = [
            str(row) for table in (t.events, t.password_links) for row in await connection.execute(sa.select(table))
        ]
    assert signature not in command + "".join(kept)
    assert event.link not in str(kept[-1]), "of the link itself there is a digest"
    for guess in (event.link, path.removesuffix(signature) + "A" * len(signature), path[:-1], "x"):
        tried = guess if guess.startswith("/") else f"/senha/{guess}"
        assert (await office.post(tried, new=NEW)).status == 404


async def test_who_is_invited_has_no_password_until_the_link_is_used(office: Office) -> None:
    owner = await office.enter("owner", OWNERS)
    token = await office.token(owner)
    form = {"token": token, "name": "bia", "role": "finance", "email": "Bia@Exemplo.com"}
    answer = await office.post("/contas/convidar", owner, **form)
    assert answer.headers["Location"] == "/console/contas?said=mailed"
    assert "convidada" in (await office.get("/contas", owner))[1]
    for nothing in ("", "x" * 12):
        assert await office.enter("bia", nothing) == ""
    (event,) = await asked(office)
    assert (event.email, event.invited) == ("bia@exemplo.com", True)
    office.clock.jump(INVITED_FOR - timedelta(minutes=1))
    await office.post(path_of(office, event), new=NEW)
    bia = await office.enter("bia", NEW)
    assert (await office.get("/contas", bia))[0] == 403
    assert (await office.accounts.log(subject="account:bia", action="convidou por e-mail"))[0]["by"] == "owner"


async def test_an_invitation_keeps_the_password_that_is_there_and_ends_older_links(office: Office) -> None:
    await with_ana(office)
    owner = await office.enter("owner", OWNERS)
    token = await office.token(owner)
    await forgot(office)
    old = path_of(office, (await asked(office))[0])
    form = {"token": token, "name": "ana", "role": "reader", "email": "nova@exemplo.com"}
    await office.post("/contas/convidar", owner, **form)
    assert (await office.get(old))[0] == 404, "it went to another address"
    assert await office.enter("ana", ANAS)
    account = await office.accounts.account("ana")
    assert account is not None
    assert (account["role"], account["email"]) == ("reader", "nova@exemplo.com")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "owner"}, {"name": "X y"}, {"email": "no"}, {"email": MAIL}, {"email": "a@b"}, {"role": "king"},
        {"email": "a@exemplo.com\nbcc:x@y.com"},
    ],
)  # fmt: skip
async def test_nonsense_invites_nobody(office: Office, wrong: dict[str, str]) -> None:
    await with_ana(office)
    owner = await office.enter("owner", OWNERS)
    form = {"token": await office.token(owner), "name": "bia", "role": "reader", "email": "bia@exemplo.com"} | wrong
    assert (await office.post("/contas/convidar", owner, **form)).status == 400
    assert await asked(office) == []


async def test_a_form_of_another_site_changes_nothing(office: Office) -> None:
    await with_ana(office)
    await forgot(office)
    path = path_of(office, (await asked(office))[0])
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert (await office.send(path, foreign, {"new": NEW})).status == 404
    await office.send("/esqueci", foreign, {"email": MAIL})
    assert len(await asked(office)) == 1
    assert await office.enter("ana", ANAS)
