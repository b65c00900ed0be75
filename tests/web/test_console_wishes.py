"""The page of parts that people wait for: what by how many, who behind it, and nobody who was forgotten."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.decision import Decision, Forget, Stored
from bot.domain.events import Tick
from bot.domain.people import Person
from bot.domain.wish import Wish
from bot.storage.wishes import PAGE
from bot.storage.writes import apply
from tests.web.test_console import EVIL, OWNERS, Office
from tests.web.test_console import office as office

LINK = r'/console/(?:esperas\?peca=[^"&]*"|pessoas/)'
"""Of a row, not of the next page."""


async def written(office: Office, *writes: Any) -> None:
    decision = Decision(Stored(1, "system", Tick(name="x"), office.clock()))
    decision.write(*writes)
    async with office.database.write() as connection:
        await connection.run_sync(lambda c: apply(c, decision._stored, decision, office.clock()))


def person(number: int, name: str = "") -> Person:
    who = {"id": f"p-{number}", "lane": f"person:{number}", "chat": str(number), "identifiers": [str(number)]}
    return Person.model_validate({**who, "name": name, "created_at": datetime(2026, 1, 1, tzinfo=UTC)})


def wish(office: Office, number: int, words: str, minutes: int = 0, listing: int = 0) -> Wish:
    at = office.clock() + timedelta(minutes=minutes)
    return Wish(person_id=f"p-{number}", words=words, listing=listing, asked_at=at)


async def test_what_most_wait_for_comes_first_and_behind_it_who(office: Office) -> None:
    cookie = await office.enter("owner", OWNERS)
    assert "Ninguém espera por nada" in (await office.get("/esperas", cookie))[1]
    await written(office, person(1, f"Marina {EVIL}"), person(2), person(3, "Zé"))
    await written(office, wish(office, 1, "motor Kombi"), wish(office, 2, f"farol Gol {EVIL}", 1))
    await written(office, wish(office, 3, f"farol Gol {EVIL}"), wish(office, 3, "lanterna Uno", listing=501))
    _, text, _ = await office.get("/esperas", cookie)
    assert EVIL not in text
    assert text.index("farol Gol") < text.index("lanterna Uno") < text.index("motor Kombi")
    assert '<td class="n">2</td>' in text
    assert 'href="/console/pecas/501"' in text
    assert "Marina" not in text
    _, text, _ = await office.get("/esperas?procura=GOL+farol", cookie)
    assert "farol Gol" in text
    assert "Kombi" not in text
    for search in ("faról", "FARÓL gól", "farol%20g"):
        assert "farol Gol" in (await office.get(f"/esperas?procura={search}", cookie))[1], search
    assert "lanterna Uno" in (await office.get("/esperas?procura=lanterná", cookie))[1]
    await written(office, wish(office, 2, "amortecedor dianteíro"), wish(office, 2, "câmbio São Roque ½"))
    for search, heard in (("amortecedor dianteiro", "dianteíro"), ("CAMBIO são", "câmbio")):
        assert heard in (await office.get(f"/esperas?procura={search}", cookie))[1], search
    assert "Ninguém espera por isso" in (await office.get("/esperas?procura=%25", cookie))[1]
    _, text, _ = await office.get("/esperas", cookie)
    assert (await office.accounts.log(action="viu")) == []
    link = next(part for part in text.split('"') if "peca=farol" in part).removeprefix("/console")
    _, text, _ = await office.get(link.replace("&amp;", "&"), cookie)
    assert text.index("Zé") < text.index("Sem nome")  # who has waited longest
    assert 'href="/console/pessoas/p-3"' in text
    assert [row["subject"] for row in await office.accounts.log(action="viu")] == ["wishes"]


async def test_a_long_list_goes_on_on_the_next_page(office: Office) -> None:
    cookie = await office.enter("owner", OWNERS)
    await written(office, *(person(n) for n in range(PAGE + 3)))
    await written(office, *(wish(office, n, f"peça {n:03}") for n in range(PAGE + 1)))
    await written(office, *(wish(office, n, "farol", n) for n in range(PAGE + 2)))
    for path, rows in (("/esperas", 2), ("/esperas?peca=farol", 2), ("/esperas?procura=pe%C3%A7a", 1)):
        _, text, _ = await office.get(path, cookie)
        assert len(re.findall(LINK, text)) == PAGE, path
        more = text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        _, text, _ = await office.get(more.removeprefix("/console"), cookie)
        assert len(re.findall(LINK, text)) == rows, path
        assert 'rel="next"' not in text


async def test_who_was_forgotten_waits_for_nothing(office: Office) -> None:
    cookie = await office.enter("owner", OWNERS)
    await written(office, person(1, "Marina"), person(2, "Zé"))
    await written(office, wish(office, 1, "farol"), wish(office, 2, "farol"), wish(office, 1, "motor"))
    await written(
        office, Forget(lane="person:1", alias="x", until=1, person=person(1).model_copy(update={"version": 1}))
    )
    _, text, _ = await office.get("/esperas", cookie)
    assert "motor" not in text
    assert '<td class="n">1</td>' in text
    assert "Marina" not in (await office.get("/esperas?peca=farol", cookie))[1]
