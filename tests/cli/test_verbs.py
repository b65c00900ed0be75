"""The verbs that do one thing and end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import subprocess
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port

from bot.domain.invitation import read_code
from sandbox.config import SAMPLE_SHOP, SandboxConfig
from tests.cli.support import ROOT, Desk, assert_plain, count, ended

VERBS = [
    "serve",
    "worker",
    "demo",
    "migrate",
    "import",
    "doctor",
    "whatsapp",
    "payments",
    "videos",
    "reconcile",
    "sellers",
    "understand",
    "search",
    "replay",
    "export-person",
    "erase-person",
    "flows",
]

QUERIES = {
    "farol do corolla 2015": "FAR-COR-15D",
    "tem farol dianteiro direito pro corolla 2016?": "FAR-COR-15D",
    "farou esquerdo corola 2015": "FAR-COR-15E",
    "retrovisor onix 2018": "RET-ONX-18E",
    "preciso de um alternador do gol g5": "ALT-GOL-G5",
    "lanterna traseira civic 2012": "LAN-CIV-12D",
    "radiador do palio 2014 com ar": "RAD-PAL-14",
    "parachoque hb20": "PCH-HB20-20",
    "pastilha de freio hb20 2019": "PAS-HB20-19",
    "qto ta o amortecedor do onix": "AMO-ONX-17",
}


def test_the_command_of_a_checkout_works_in_any_folder(tmp_path: Path) -> None:
    command = tmp_path / "autopars"
    command.symlink_to(ROOT / "scripts" / "autopars")
    done = subprocess.run([str(command), "flows", "--help"], cwd=tmp_path, capture_output=True, text=True, timeout=30)  # noqa: S603 - ours
    assert done.stdout.startswith("usage: autopars flows"), done.stderr
    assert "@ln -sf ../../scripts/autopars $(BIN)/autopars" in (ROOT / "Makefile").read_text("utf-8")


async def test_migrate_twice(empty_desk: Desk) -> None:
    first, second = [await empty_desk.run("migrate") for _ in range(2)]
    assert (first.code, second.code, first.err, second.err) == (0, 0, "", "")
    assert first.out == second.out != ""
    assert empty_desk.database.stat().st_mode & 0o777 == 0o600


async def test_two_hosts_migrate_at_once(empty_desk: Desk) -> None:
    done = await asyncio.gather(*(empty_desk.run("migrate") for _ in range(3)))
    assert [one.code for one in done] == [0, 0, 0], [one.err for one in done]


async def test_importing_the_sample_shop_again_duplicates_nothing(desk: Desk) -> None:
    before = count(desk, "products")
    done = await desk.run("import", str(SAMPLE_SHOP))
    assert (done.code, done.out, done.err) == (0, f"2 sellers and {before} products imported\n", "")
    assert (count(desk, "sellers"), count(desk, "products")) == (2, before)


async def test_a_bad_file_is_told_line_by_line_and_nothing_is_imported(empty_desk: Desk) -> None:
    await empty_desk.run("migrate")
    shop = json.loads(SAMPLE_SHOP.read_text("utf-8"))
    shop["sellers"][0]["document"] = "11222333000180"
    shop["sellers"][1]["products"][0]["price"] = "48,00"
    shop["sellers"][1]["products"][1]["width_cm"] = 0
    bad = empty_desk.folder / "bad.json"
    bad.write_text(json.dumps(shop), "utf-8")
    done = await empty_desk.run("import", "bad.json")
    assert_plain(done, 1)
    first, *problems = done.err.splitlines()
    assert first == "nothing was imported:"
    assert len(problems) == 3
    assert "document" in problems[0]
    assert "products.0.price" in problems[1]
    assert "products.1.width_cm" in problems[2]
    assert count(empty_desk, "sellers") == 0


@pytest.mark.parametrize("name", ["missing.json", "."])
async def test_a_file_that_cannot_be_read(desk: Desk, name: str) -> None:
    done = await desk.run("import", name)
    assert_plain(done, 1)
    assert name in done.err


async def test_an_invitation_is_stored_for_the_bot_and_its_code_shown(desk: Desk) -> None:
    done = await desk.run("sellers", "invite", "--note", "Rui do desmanche", "--days", "7")
    assert (done.code, done.err) == (0, "")
    code = read_code(done.out)
    assert code
    with sqlite3.connect(desk.database) as database:
        [(lane, body)] = database.execute("SELECT lane, body FROM events WHERE kind = 'seller.invited'").fetchall()
    told = json.loads(body)
    assert (lane, told["note"], told["by"]) == ("system", "Rui do desmanche", "operator")
    assert code not in body  # it follows from the id and the shop's own salt
    for wrong in (["--days", "0"], ["--email", "rui@"]):
        assert (await desk.run("sellers", "invite", *wrong)).code == 2


async def test_a_person_is_exported_and_erased_by_an_event(desk: Desk) -> None:
    shop = json.loads(SAMPLE_SHOP.read_text("utf-8"))["sellers"][0]
    done = await desk.run("export-person", shop["phone"])
    assert (done.code, done.err) == (0, "")
    copy = json.loads(done.out)
    assert copy["loja"]["name"] == shop["name"]
    assert len(copy["anúncios"]) == len(shop["products"])
    done = await desk.run("erase-person", shop["phone"])
    assert done.code == 0, done.err
    with sqlite3.connect(desk.database) as database:
        [(lane, status)] = database.execute(
            "SELECT lane, status FROM events WHERE kind = 'person.forget_asked'"
        ).fetchall()
    assert (lane.partition(":")[0], status) == ("person", "new")
    for verb in ("export-person", "erase-person"):
        assert_plain(await desk.run(verb, "41 90000-0000"), 1)


async def test_understand_takes_strings_and_objects(empty_desk: Desk) -> None:
    given = "\n".join(
        [
            json.dumps("qto fica o farol do corolla 2015 pro 80010-000?"),
            json.dumps({"text": "postei o 1042", "role": "seller"}),
            "",
            json.dumps({"text": "quero falar com atendente"}),
        ]
    )
    done = await empty_desk.run("understand", given=given, DATABASE_URL=None)
    assert (done.code, done.err) == (0, "")
    found = [json.loads(line) for line in done.lines]
    assert [one["intent"] for one in found] == ["quote_shipping", "mark_posted", "talk_to_human"]
    assert found[0]["slots"]["cep"] == "80010000"
    assert found[1]["slots"]["order"] == "1042"
    for one in found:
        assert set(one) == {"intent", "confidence", "slots", "alternatives"}
        assert 0 <= one["confidence"] <= 1
    assert not empty_desk.database.exists()


async def test_understand_reads_foreign_words_as_a_conversation_does(empty_desk: Desk) -> None:
    done = await empty_desk.run(
        "understand", given='"quiero hablar con una persona"\n"cuanto sale el espejo del onix?"\n'
    )
    assert [json.loads(line)["intent"] for line in done.lines] == ["talk_to_human", "find_part"]


async def test_understand_needs_no_settings(empty_desk: Desk) -> None:
    done = await empty_desk.run("understand", given=b'"oi \xff"\n', SECRET_KEY=None, ASAAS_API_KEY=None)
    assert (done.code, json.loads(done.out)["intent"]) == (0, "greeting")


@pytest.mark.parametrize("line", ["oi", "5", "[]", '{"text": 5}', '{"role": "buyer"}', '{"text": "oi", "role": 1}'])
async def test_understand_says_which_line_is_wrong(empty_desk: Desk, line: str) -> None:
    done = await empty_desk.run("understand", given=f'"oi"\n{line}\n')
    assert_plain(done, 1)
    assert done.err.startswith("line 2: ")
    assert len(done.lines) == 1


async def test_search_finds_what_people_ask_for(desk: Desk) -> None:
    done = await desk.run("search", given="\n".join(QUERIES) + "\n")
    assert (done.code, done.err) == (0, "")
    found = [json.loads(line) for line in done.lines]
    assert len(found) == len(QUERIES)
    right = [bool(skus) and skus[0] == sku for skus, sku in zip(found, QUERIES.values(), strict=True)]
    assert sum(right) >= 9, [
        (q, skus) for (q, _), skus, ok in zip(QUERIES.items(), found, right, strict=True) if not ok
    ]


async def test_search_says_when_there_is_none(desk: Desk) -> None:
    done = await desk.run("search", given="turbina de avião\n\n")
    assert (done.code, done.out) == (0, "[]\n[]\n")


async def test_flows_are_mermaid(empty_desk: Desk) -> None:
    done = await empty_desk.run("flows", SECRET_KEY=None)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("%% ")
    assert done.out.count("stateDiagram-v2") == done.out.count("\n%% ") + 1 > 5


async def test_replay_of_what_fits(desk: Desk) -> None:
    rows = [
        (7, "asaas", "charge.changed", "failed", "2026-11-25 10:00:00.000000"),
        (8, "asaas", "charge.changed", "done", "2026-11-25 10:00:00.000000"),
        (9, "asaas", "charge.changed", "failed", "2026-11-25 12:00:00.000000"),
        (10, "zapi", "message.received", "failed", "2026-11-25 13:00:00.000000"),
        (11, "zapi", "message.received", "failed", "2026-11-26 10:00:00.000000"),
    ]
    with sqlite3.connect(desk.database) as database:
        database.executemany(
            "INSERT INTO events (id, source, key, lane, kind, body, status, error, received_at) "
            "VALUES (?1, ?2, ?1, 'order:1', ?3, '{}', ?4, '', ?5)",
            rows,
        )

    def waiting() -> set[int]:
        with sqlite3.connect(desk.database) as database:
            return {row[0] for row in database.execute("SELECT id FROM events WHERE status = 'new'")}

    since, until = ("--since", "2026-11-25T07:00:00-03:00"), ("--until", "2026-11-25T09:00:00-03:00")
    done = await desk.run("replay", "--source", "asaas", *since, *until)
    assert (done.code, done.out, waiting()) == (0, "1 events are back to work\n", {7})
    assert (await desk.run("replay", "--kind", "message.received")).out == "2 events are back to work\n"
    assert (await desk.run("replay", "--lane", "order:1", "--status", "done")).out == "1 events are back to work\n"
    assert waiting() == {7, 8, 10, 11}
    assert (await desk.run("replay", "--source", "nobody")).out == "0 events are back to work\n"


async def test_replay_of_commands_that_were_set_aside(desk: Desk) -> None:
    rows = [
        (7, "charge.read", "failed"),
        (8, "freight.quote", "failed"),
        (9, "charge.read", "refused"),
        (10, "charge.read", "done"),
        (11, "charge.read", "failed"),
    ]
    with sqlite3.connect(desk.database) as database:
        database.executemany(
            "INSERT INTO commands (id, key, kind, needs, lane, body, status, error, attempts, not_before, event_id, "
            "created_at, updated_at) VALUES (?1, ?1, ?2, 'payments', 'order:1', '{}', ?3, 'boom', 20, ?4, 1, ?4, ?4)",
            [(*row, "2026-11-25 10:00:00.000000") for row in rows],
        )

    def waiting() -> set[int]:
        with sqlite3.connect(desk.database) as database:
            query = "SELECT id FROM commands WHERE status = 'new' AND error = '' AND attempts = 0"
            return {row[0] for row in database.execute(query)}

    done = await desk.run("replay", "--commands", "7", "9", "10")
    assert (done.code, done.out, waiting()) == (1, "1 of 3 commands are back to work\n", {7})
    done = await desk.run("replay", "--commands", "--lane", "order:1", "--kind", "charge.read")
    assert (done.code, done.out, waiting()) == (0, "1 commands are back to work\n", {7, 11})
    assert_plain(await desk.run("replay", "--commands", "--source", "asaas"), 2)
    assert_plain(await desk.run("replay", "--commands", "--status", "done"), 2)


@pytest.mark.parametrize("words", [[], ["7", "--source", "asaas"], ["--since", "yesterday"]])
async def test_replay_of_nothing_in_particular(empty_desk: Desk, words: list[str]) -> None:
    assert_plain(await empty_desk.run("replay", *words), 2)


async def test_replay(desk: Desk) -> None:
    with sqlite3.connect(desk.database) as database:
        database.execute(
            "INSERT INTO events (id, source, key, lane, kind, body, status, error, received_at) "
            "VALUES (7, 'clock', 'k', 'system', 'timer', '{}', 'failed', 'boom', '2026-11-25 00:00:00')"
        )
    done = await desk.run("replay", "7")
    assert (done.code, done.out) == (0, "1 of 1 events are back to work\n")
    with sqlite3.connect(desk.database) as database:
        assert database.execute("SELECT status, error FROM events WHERE id = 7").fetchone() == ("new", "")
    done = await desk.run("replay", "7", "8")
    assert (done.code, done.out) == (1, "0 of 2 events are back to work\n")


@pytest.mark.parametrize("event", ["x", "0", "-1", str(2**63)])
async def test_replay_of_what_is_no_id(desk: Desk, event: str) -> None:
    assert_plain(await desk.run("replay", event), 2)


@pytest.mark.parametrize("words", [[], *([verb] for verb in VERBS)])
async def test_help_on_every_level(empty_desk: Desk, words: list[str]) -> None:
    done = await empty_desk.run(*words, "--help", SECRET_KEY=None)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("usage: autopars")
    if not words:
        assert all(verb in done.out for verb in VERBS)


async def test_no_verb_is_wrong_use(empty_desk: Desk) -> None:
    assert_plain(await empty_desk.run(), 2)


@pytest.mark.parametrize("verb", [["serve"], ["worker"], ["migrate"], ["import", "x.json"], ["search"], ["doctor"]])
async def test_missing_settings_are_a_line_each(empty_desk: Desk, verb: list[str]) -> None:
    """All at once, also those that others make compulsory: nobody starts five times to hear what is missing."""
    done = await empty_desk.run(
        *verb,
        ASAAS_API_KEY=None,
        RESEND_FROM=None,
        PORT="many",
        PUBLIC_URL="https://bot.sua-loja.example",
        SECRET_KEY="too-short-a-key",
        MELHOR_ENVIO_CLIENT_ID=None,
        MELHOR_ENVIO_ACCESS_TOKEN=None,
        ZAPI_CLIENT_TOKEN=None,
        ZAPI_INSTANCE_ID="",
    )
    assert_plain(done, 2)
    first, *problems = done.err.splitlines()
    assert first == "settings are not right:"
    names = {"ASAAS_API_KEY", "RESEND_FROM", "PORT", "SECRET_KEY"}
    names |= {"MELHOR_ENVIO_ACCESS_TOKEN", "ZAPI_CLIENT_TOKEN", "ZAPI_INSTANCE_ID"}
    assert {line.split(":")[0] for line in problems} == names
    assert len(problems) == 7
    assert "too-short-a-key" not in done.err


@pytest.mark.parametrize("address", ["nonsense", "postgres://u:hidden-pass@h/x", "sqlite:///x.db", "mysql+x://u@h/x"])
async def test_a_database_address_of_another_kind(empty_desk: Desk, address: str) -> None:
    done = await empty_desk.run("migrate", DATABASE_URL=address)
    assert_plain(done, 2)
    assert "DATABASE_URL" in done.err
    assert "hidden-pass" not in done.err


async def test_a_database_that_does_not_answer(empty_desk: Desk) -> None:
    done = await empty_desk.run("migrate", DATABASE_URL="postgresql+asyncpg://u:hidden-pass@127.0.0.1:9/x")
    assert_plain(done, 1)
    assert "DATABASE_URL" in done.err
    assert "hidden-pass" not in done.err


@pytest.mark.parametrize(
    "verb",
    [
        ["serve"],
        ["worker"],
        ["import", str(SAMPLE_SHOP)],
        ["search"],
        ["replay", "1"],
        ["whatsapp", "connect"],
        ["payments", "connect"],
        ["videos", "connect"],
    ],
)
async def test_what_needs_the_schema_says_so(empty_desk: Desk, verb: list[str]) -> None:
    done = await empty_desk.run(*verb, PORT="1")
    assert_plain(done, 1)
    assert done.err == "the database is not up to date: run `autopars migrate` first\n"


@pytest.mark.parametrize("verb", [["serve"], ["worker"], ["migrate"], ["search"], ["demo", "--no-browser"]])
async def test_an_older_release_on_a_migrated_database_says_so(desk: Desk, verb: list[str]) -> None:
    """It said to run ``migrate``, which ended with a trace of Alembic's."""
    with contextlib.closing(sqlite3.connect(desk.database)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999_future'")
    if verb[0] == "demo":
        verb = [*verb, "--port", str(unused_port()), "--database", f"sqlite+aiosqlite:///{desk.database}"]
    done = await desk.run(*verb, PORT="1")
    assert_plain(done, 1)
    assert done.err == (
        "the database is of a newer release than this program: start that release, "
        "or restore a backup from before it was migrated\n"
    )


async def test_a_reader_that_leaves_early(desk: Desk) -> None:
    process = await desk.start("search")
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdin.write(b"farol corolla\n")
    await process.stdin.drain()
    assert await process.stdout.readline()
    process.stdout._transport.close()  # type: ignore[attr-defined]
    process.stdin.write(b"farol corolla\n" * 50)
    process.stdin.close()
    async with asyncio.timeout(30):
        err = await process.stderr.read()
        await process.wait()
    assert err == b""


async def test_the_example_as_it_stands_names_what_is_to_be_filled_in(empty_desk: Desk) -> None:
    """Lines left empty count as missing: nothing starts with an empty key."""
    example = (ROOT / ".env.example").read_text("utf-8")
    (empty_desk.folder / ".env").write_text(example, "utf-8")
    names = dict.fromkeys(SandboxConfig().environment(empty_desk.base))
    done = await ended(await empty_desk.launch("serve", changed=names))
    assert_plain(done, 2)
    named = {line.split(":")[0] for line in done.err.splitlines()[1:]}
    assert {"SECRET_KEY", "CONSOLE_PASSWORD", "ASAAS_API_KEY", "RESEND_API_KEY", "CLOUDFLARE_API_TOKEN"} <= named
    assert not {"METRICS_TOKEN", "BRASILAPI_BASE_URL", "OPERATOR_PHONES", "EVOLUTION_API_KEY"} & named


@pytest.mark.parametrize("program", ["release", "web", "worker", "scheduler"])
def test_the_procfile_turns_a_platforms_address_into_ours(program: str) -> None:
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text("utf-8").splitlines())
    assignment = next(word for word in lines[program].split(" ") if word.startswith("DATABASE_URL="))
    for given in ("postgres://u:p@h:5432/d", "postgresql+asyncpg://u:p@h:5432/d"):
        shell = ["/bin/sh", "-c", f'{assignment}; printf %s "$DATABASE_URL"']
        found = subprocess.run(shell, env={"DATABASE_URL": given}, capture_output=True, text=True, check=True)  # noqa: S603
        assert found.stdout == "postgresql+asyncpg://u:p@h:5432/d"


async def test_a_spreadsheets_csv(empty_desk: Desk) -> None:
    """Semicolons and Windows-1252, as Brazilian spreadsheets save it; a wrong row is named by its line."""
    await empty_desk.run("migrate")
    header = "phone;name;document;asaas_wallet_id;address_postal_code;address_city;address_state;sku;title;price;"
    header += "weight_kg;width_cm;height_cm;length_cm;stock"
    first = "5511987654321;Loja São José;11222333000181;w-1;01310-100;São Paulo;sp;A1;Lâmpada;99.90;1.5;20;20;30;2"
    second = "5511987654321;;;;;;;A2;Maçaneta;59.00;0.8;20;20;30;1"
    (empty_desk.folder / "a.csv").write_bytes("\r\n".join([header, first, second]).encode("cp1252"))
    done = await empty_desk.run("import", "a.csv")
    assert (done.code, done.out) == (0, "1 sellers and 2 products imported\n"), done.err
    with sqlite3.connect(empty_desk.database) as database:
        assert "Maçaneta" in database.execute("SELECT body FROM products WHERE sku = 'A2'").fetchone()[0]
    (empty_desk.folder / "b.csv").write_text("\n".join([header, first, second.replace("59.00", "59,00")]), "utf-8")
    done = await empty_desk.run("import", "b.csv")
    assert_plain(done, 1)
    assert done.err.splitlines()[1].startswith("line 3: price: ")
    (empty_desk.folder / "c.csv").write_text("\n".join([header.replace("stock", "estoque"), first]), "utf-8")
    done = await empty_desk.run("import", "c.csv")
    assert_plain(done, 1)
    assert "unknown columns: estoque" in done.err


async def test_the_books_are_compared_on_demand(desk: Desk) -> None:
    done = await desk.run("reconcile")
    assert done.code == 0, done.err
    with sqlite3.connect(desk.database) as database:
        events = database.execute("SELECT lane, kind FROM events").fetchall()
    assert events == [("books", "books.asked")]
    nobody = await desk.run("reconcile", "--order", "4242")
    assert (nobody.code, nobody.lines) == (1, ["there is no order 4242"])
    assert_plain(await desk.run("reconcile", "--order", "x"), 2)
