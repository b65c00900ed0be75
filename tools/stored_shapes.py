"""Record the shapes of stored data, so that nobody changes them unknowingly.

python -m tools.stored_shapes            # writes tests/data/stored.json
python -m tools.stored_shapes --check    # writes nothing, exit 1 if the shapes differ from the record

``tests/unit/test_stored_shapes.py`` enforces two rules. Stored data stays readable: no kind, field or value is removed,
and a new field has a default. A changed document comes with a migration, an empty one if need be: from it on, workers
of the older release stop processing, since they would drop the unknown fields when writing the document back.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bot.domain.catalogue import Product
from bot.domain.commands import COMMAND
from bot.domain.conversation import Conversation
from bot.domain.events import EVENT
from bot.domain.invitation import Invitation
from bot.domain.notice import NoticeState
from bot.domain.order import Order
from bot.domain.people import Person, Seller
from bot.storage.schema import newest

FILE = Path(__file__).resolve().parent.parent / "tests" / "data" / "stored.json"
DOCUMENTS = (Conversation, Invitation, NoticeState, Order, Person, Product, Seller)

Shape = dict[str, str] | list[str]
"""Field → its type, with ``!`` if required; or the values of an enumeration."""
Record = dict[str, Any]


def record() -> Record:
    """The current shapes: the schema's revision, the documents, and the parts of events and commands."""
    documents: dict[str, Shape] = {}
    for model in DOCUMENTS:
        documents |= _shapes(TypeAdapter(model), model.__name__)
    notes = _shapes(EVENT, "Event") | _shapes(COMMAND, "Command")
    notes = {name: shape for name, shape in notes.items() if name not in documents}
    return {"revision": newest(), "documents": documents, "events and commands": notes}


def _shapes(adapter: TypeAdapter[Any], name: str) -> dict[str, Shape]:
    schema = adapter.json_schema()
    defined = schema.pop("$defs", {})
    return {name: _shape(one) for name, one in sorted({**defined, name: schema}.items())}


def _shape(schema: dict[str, Any]) -> Shape:
    if "enum" in schema:
        return sorted(map(str, schema["enum"]))
    if "discriminator" in schema:
        return sorted(schema["discriminator"]["mapping"])
    must = schema.get("required", ())
    return {field: _type(of) + "!" * (field in must) for field, of in sorted(schema.get("properties", {}).items())}


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "discriminator" in schema:
        return "one of several kinds"
    if several := schema.get("anyOf") or schema.get("oneOf"):
        return " | ".join(sorted(map(_type, several)))
    if schema.get("type") == "array":
        return f"[{', '.join(map(_type, schema.get('prefixItems') or [schema.get('items', {})]))}]"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"{{{_type(schema['additionalProperties'])}}}"
    return str(schema.get("format") or schema.get("type") or "anything")


def lost(before: Record, now: Record) -> list[str]:
    """What was stored as in ``before`` and cannot be read completely as in ``now``."""
    found = []
    for part in ("documents", "events and commands"):
        everything = now["documents"] | now["events and commands"]
        for name, old in before[part].items():
            new = everything.get(name)
            if new is None:
                found.append(f"{name} is gone")
            elif isinstance(old, list) or isinstance(new, list):
                found += [f"{name}: {value} is gone" for value in old if value not in new]
            else:
                found += [f"{name}.{field} is gone" for field in old if field not in new]
                must = [field for field in new if new[field].endswith("!") and not old.get(field, "").endswith("!")]
                found += [f"{name}.{field} must be given now" for field in must]
    return found


def stale(before: Record, now: Record) -> list[str]:
    """What has to be done before ``before`` is up to date again."""
    if gone := lost(before, now):
        return gone
    if before["documents"] == now["documents"]:
        return []
    if before["revision"] == now["revision"]:
        return ["a stored document has changed: write a migration, an empty one will do (see tools/stored_shapes.py)"]
    return ["run `python -m tools.stored_shapes`"]


def recorded() -> Record:
    known: Record = json.loads(FILE.read_text("utf-8"))
    return known


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Record the shapes of what is stored.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the record is stale")
    options = parser.parse_args(arguments)
    now = record()
    found = stale(recorded(), now) if FILE.exists() else []
    if options.check or (found and "tools.stored_shapes`" not in found[0]):
        sys.stderr.writelines(f"{line}\n" for line in found)
        return 1 if found else 0
    FILE.write_text(json.dumps(now, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
