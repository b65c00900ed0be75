"""Train the ranker of intents from labelled examples and write ``bot/conversations/language/data/ranker.json``.

    python -m tools.train_language [--examples FILE…]

Of ``utterances.csv`` only the rows of the ``build`` part are used; the other sets of :data:`TAUGHT` are used whole,
those of :data:`KEPT_ASIDE` never. The model is a softmax regression in plain Python (AdaGrad), with the cues' scores as
a fixed offset, so that it learns what the cues leave open. Each example is also used in noisy spellings. The same seed
gives the same file.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
from collections import Counter
from pathlib import Path

from bot.conversations.language import intents, normalise, slots
from bot.domain.text import fold

HERE = Path(__file__).resolve().parent.parent
DATA = HERE / "tests/data"
TAUGHT = (
    "utterances.csv",
    "utterances_more.csv",
    "utterances_blind_1.csv",
    "utterances_blind_2.csv",
    "utterances_blind_3.csv",
    "utterances_blind_4.csv",
    "utterances_blind_5.csv",
)
"""The first has a part that is kept aside; the last five were scored blind once, and have been used for training
since."""
KEPT_ASIDE = (
    "utterances.csv",
    "utterances_dev.csv",
    "utterances_blind_6.csv",
    "utterances_blind_7.csv",
    "utterances_blind_8.csv",
    "utterances_blind_9.csv",
    "utterances_blind_10.csv",
    "utterances_blind_11.csv",
    "utterances_blind_12.csv",
)
"""Never used for training."""
OPENINGS = [
    "oi",
    "bom dia",
    "boa tarde",
    "ola",
    "moço",
    "amigo",
    "por favor",
    "opa",
    "oi tudo bem",
    "boa noite",
    "então",
]
ENDINGS = ["por favor", "pfv", "obrigado", "?", "pf", "ai", "aí", "agora", "blz", "viu", "moça", "hein"]


def slip(text: str, dice: random.Random) -> str:
    """The text with one typo: a letter lost, doubled or swapped."""
    places = [
        i for i in range(1, len(text) - 1) if text[i].isalpha() and text[i - 1].isalpha() and text[i + 1].isalpha()
    ]
    if not places:
        return text
    i = dice.choice(places)
    kind = dice.randrange(3)
    if kind == 0:
        return text[:i] + text[i + 1 :]
    if kind == 1:
        return text[:i] + text[i] + text[i:]
    return text[: i - 1] + text[i] + text[i - 1] + text[i + 1 :]


def variants(text: str, intent: str, dice: random.Random) -> list[str]:
    """The text as it is, and as others might type it."""
    made = [text, fold(text)]
    if len(text) > 8:
        made.append(slip(fold(text), dice))
    if intent not in ("greeting", "thanks", "affirm", "deny", "opt_out", "cancel_flow", "out_of_scope", "done", "undo"):
        made += [f"{dice.choice(OPENINGS)} {fold(text)}", f"{text} {dice.choice(ENDINGS)}"]
    return made


def words_of(text: str, known: frozenset[str]) -> list[str]:
    read = normalise.read(text)
    slots.find(read, known)
    return intents.read_words(read, known)


def train(rows: list[tuple[str, str]], epochs: int, seed: int) -> dict[str, object]:
    dice = random.Random(seed)  # noqa: S311
    labels = list(intents.INTENTS)
    place = {name: i for i, name in enumerate(labels)}
    counted: Counter[str] = Counter()
    for text, _ in rows:
        read = normalise.read(text)
        slots.find(read, normalise.COMMON)
        counted.update(w for w in normalise.usual(read.masked()) if w.isalpha())
    known = frozenset(counted) | normalise.COMMON
    data: list[tuple[list[str], dict[int, float], int, float]] = []
    per_label = Counter(intent for _, intent in rows)
    for text, intent in rows:
        # rare intents weigh a little more, or they would never win
        weight = (20 / max(per_label[intent], 5)) ** 0.4
        for said in dict.fromkeys(tuple(words_of(v, known)) for v in variants(text, intent, dice)):
            if said:
                cues = intents.cue_points(said)
                data.append((sorted(set(intents.features(said, cues))), cues, place[intent], weight))
    seen = Counter(f for fs, *_ in data for f in fs)
    # there are many pieces and gapped pairs; the rare ones teach nothing
    kept = {f for f, c in seen.items() if c > (5 if f[0] == "~" or " * " in f else 2)}
    data = [([f for f in fs if f in kept], cues, y, w) for fs, cues, y, w in data]
    n = len(labels)
    weights: dict[str, list[float]] = {f: [0.0] * n for f in sorted(kept)}
    squares: dict[str, list[float]] = {f: [1e-6] * n for f in weights}
    bias, bias_squares = [0.0] * n, [1e-6] * n
    rate, decay = 0.25, 2e-4
    for _ in range(epochs):
        dice.shuffle(data)
        for fs, cues, y, importance in data:
            scale = intents.scale_of(len(fs))
            of_cues = [weights[f] for f in fs if f[0] == "!"] or [[0.0] * n]
            of_words = [weights[f] for f in fs if f[0] != "!"] or [[0.0] * n]
            points = [
                b + sum(column) + sum(words) * scale
                for b, column, words in zip(bias, zip(*of_cues, strict=True), zip(*of_words, strict=True), strict=True)
            ]
            for k, value in cues.items():
                points[k] += value
            top = max(points)
            odds = [math.exp(p - top) for p in points]
            total = sum(odds)
            for k in range(n):
                error = (odds[k] / total - (k == y)) * importance
                if abs(error) < 1e-3:
                    continue
                bias_squares[k] += error * error
                bias[k] -= rate * error / math.sqrt(bias_squares[k])
                for f in fs:
                    slope = error * (1.0 if f[0] == "!" else scale) + decay * weights[f][k]
                    squares[f][k] += slope * slope
                    weights[f][k] -= rate * slope / math.sqrt(squares[f][k])
    return {"labels": labels, "weights": weights, "bias": bias, "known": sorted(counted)}


def shrink(trained: dict[str, object], temperature: float) -> dict[str, object]:
    """What is stored: hundredths, without zero weights."""
    kept: dict[str, dict[str, int]] = {}
    weights: dict[str, list[float]] = trained["weights"]  # type: ignore[assignment]
    for feature in sorted(weights):
        pairs = {str(k): round(v * 100) for k, v in enumerate(weights[feature]) if abs(v) >= 0.2}
        if pairs:
            kept[feature] = pairs
    bias: list[float] = trained["bias"]  # type: ignore[assignment]
    return {
        "intents": trained["labels"],
        "temperature": temperature,
        "bias": [round(b * 100) for b in bias],
        "known": trained["known"],
        "weights": kept,
    }


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def examples(files: list[Path]) -> list[tuple[str, str]]:
    """The messages of the sets with their intents, without duplicates of anything kept aside.

    Where a label holds two correct intents, the first one is used.
    """
    aside = [row for name in KEPT_ASIDE for row in rows_of(DATA / name) if row.get("split", "aside") == "aside"]
    kept = {fold(row["text"]) for row in aside}
    build = [row for path in files for row in rows_of(path) if row.get("split", "build") == "build"]
    return [(row["text"], row["intent"].partition("|")[0]) for row in build if fold(row["text"]) not in kept]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--examples", type=Path, nargs="+", default=[DATA / name for name in TAUGHT])
    parser.add_argument("--target", type=Path, default=HERE / "bot/conversations/language/data/ranker.json")
    parser.add_argument("--epochs", type=int, default=14)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--temperature", type=float, default=1.0)
    arguments = parser.parse_args()
    rows = examples(arguments.examples)
    trained = train(rows, arguments.epochs, arguments.seed)
    stored = json.dumps(shrink(trained, arguments.temperature), ensure_ascii=False, separators=(",", ":"))
    arguments.target.write_text(stored.replace('},"', '},\n"') + "\n", encoding="utf-8")
    print(f"{len(rows)} examples, {arguments.target.stat().st_size // 1024} KiB written to {arguments.target}")


if __name__ == "__main__":
    main()
