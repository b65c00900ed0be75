"""What a disk holds after a power cut: a program's calls, as ``strace`` saw them, played on a disk that keeps for sure
only what was synced.

Of what was written and not synced each sector (512 bytes) is there or is not, as it comes. A sync counts when it has
returned, for what was written before it began; a new file is there for sure when its folder was synced.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

SECTOR = 512
CALLS = "pwrite64,write,ftruncate,fsync,fdatasync,openat,unlink,rename,sendto,recvfrom"
_LINE = re.compile(r"^(\d+) +(?:(\w+)\((.*)|<\.\.\. (\w+) resumed>(.*))$")
_FILE = re.compile(r"^\d+<([^>]*)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
UNFINISHED = " <unfinished ...>"


def tracing(into: Path) -> list[str]:
    """What to put before a command, which is then the traced process itself."""
    command = f"strace -D -f -y -xx -s 1000000 --seccomp-bpf -e trace={CALLS} -o"
    return [*command.split(), str(into)]


def can_trace() -> bool:
    strace = shutil.which("strace")
    if strace is None:
        return False
    tried = subprocess.run([strace, "-o", "/dev/null", "true"], capture_output=True, check=False)  # noqa: S603
    return tried.returncode == 0


def _plain(text: str) -> str:
    return bytes.fromhex(text.replace("\\x", "")).decode("utf-8", "replace") if text.startswith("\\x") else text


@dataclass
class Call:
    """``began`` and ``ended``: its place among all begins and ends; ``ended`` is 0 where it did not."""

    name: str
    file: str
    text: str
    began: int
    ended: int = 0

    @cached_property
    def data(self) -> bytes:
        found = _TEXT.search(self.text)
        return bytes.fromhex(found.group(1).replace("\\x", "")) if found else b""

    @cached_property
    def numbers(self) -> list[int]:
        """Those after the data."""
        return [int(n) for n in re.findall(r"-?\d+", _TEXT.sub("", _FILE.sub("", self.text)).split(")")[0])]


def calls(trace: Path) -> list[Call]:
    """In the order in which they began; those that failed are left out."""
    found: list[Call] = []
    open_: dict[str, Call] = {}
    for place, line in enumerate(trace.read_text().splitlines(), 1):
        parts = _LINE.match(line)
        if parts is None:
            continue
        thread, name, text, resumed, rest = parts.groups()
        if resumed:
            call = open_.pop(thread)
            call.text += rest
        else:
            file = _FILE.match(text)
            call = Call(name, _plain(file.group(1)) if file else "", text, place)
            found.append(call)
        if line.endswith(UNFINISHED):
            call.text = call.text.removesuffix(UNFINISHED)
            open_[thread] = call
        else:
            call.ended = place
    return [call for call in found if not call.ended or ") = -1 " not in call.text]


@dataclass
class _File:
    named: bool
    """Whether its folder was synced since it was made."""
    synced: bytearray = field(default_factory=bytearray)
    written: list[tuple[int, int, bytes | None]] = field(default_factory=list)
    """Since: when, where, what; None where it was made that long."""


class Disk:
    """Of one folder, in which only some files are looked at."""

    def __init__(self, folder: Path, names: Sequence[str], before: dict[str, bytes], done: list[Call]) -> None:
        """``before``: those that were there when the program began."""
        self._names = names
        self._folder = str(folder)
        self._before = before
        # a sync is done when it ends; all else is there to be lost when it begins
        moments = [(call.ended if "sync" in call.name else call.began, call) for call in done]
        self._moments = sorted((moment for moment in moments if moment[0]), key=lambda moment: moment[0])

    def after(self, cut: int, chance: random.Random | None = None) -> dict[str, bytes]:
        """The files after a power cut at that place. Without ``chance`` all that was not synced is gone."""
        files = {name: _File(named=True, synced=bytearray(data)) for name, data in self._before.items()}
        for place, call in self._moments:
            if place > cut:
                break
            self._play(files, place, call)
        there = {n: f for n, f in files.items() if f.named or (chance and chance.random() < 0.5)}
        return {name: _with_some(file, chance) for name, file in there.items()}

    def _play(self, files: dict[str, _File], place: int, call: Call) -> None:
        name = call.file.removeprefix(self._folder + "/")
        if call.name == "openat":
            made = call.data.decode().removeprefix(self._folder + "/")
            if made in self._names and "O_CREAT" in call.text:
                files.setdefault(made, _File(named=False))
        elif call.name in ("fsync", "fdatasync") and call.file == self._folder:
            for file in files.values():
                file.named = True
        elif name not in files:
            return
        elif call.name == "pwrite64":
            files[name].written.append((place, call.numbers[1], call.data))
        elif call.name == "ftruncate":
            files[name].written.append((place, call.numbers[0], None))
        elif call.name == "write":  # to a log, at its end
            files[name].synced += call.data
        elif call.name in ("fsync", "fdatasync"):
            file = files[name]
            for one in [one for one in file.written if one[0] < call.began]:
                _write(file.synced, one[1], one[2])
                file.written.remove(one)
        elif call.name != "recvfrom":
            raise AssertionError(f"not played: {call.name} {call.file}")


def _write(into: bytearray, at: int, data: bytes | None) -> None:
    into.extend(bytes(max(0, at + len(data or b"") - len(into))))
    if data is None:
        del into[at:]
    else:
        into[at : at + len(data)] = data


def _with_some(file: _File, chance: random.Random | None) -> bytes:
    image = bytearray(file.synced)
    for _, at, data in file.written if chance else ():
        sectors = [(at, data)]
        if data is not None:
            sectors = [(at + start, data[start : start + SECTOR]) for start in range(0, len(data), SECTOR)]
        for where, what in sectors:
            if chance and chance.random() < 0.5:
                _write(image, where, what)
    return bytes(image)
