"""The loop as a whole: intake, lanes, dispatcher, timers; and the one place that watches it turn."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.correlation import new_root, root
from bot.domain.commands import AlertOperator, Command
from bot.domain.events import Event, Incoming
from bot.engine.dispatcher import Dispatcher, Effect
from bot.engine.intake import Intake, Told
from bot.engine.store import EVENTS, Decide, Store, StoreDown, Turned, Waiting
from bot.engine.worker import Worker
from bot.integrations.circuit import Circuit, Circuits
from bot.integrations.http import CallRecord

log = logging.getLogger(__name__)

MOST_CALLS = 10_000
"""Records of calls that wait while the store is ill; older ones are let go."""
TOGETHER_S = 0.05
"""Records of so long share a commit."""

Watch = Callable[[str, object], None]
"""Told of every step: ``event`` (Incoming), ``turn`` (Turned), ``result`` ((Waiting, Event)), ``call`` (CallRecord)."""


def unwatched(step: str, what: object) -> None:
    """Nobody looks on."""


class Loop:
    """Start it, hand it events with :meth:`put`, stop it. On SQLite one process runs it at a time."""

    def __init__(
        self,
        store: Store,
        decide: Decide,
        poisoned: Decide,
        clock: Callable[[], datetime],
        *,
        circuits: Circuits,
        names: Mapping[str, str],
        watch: Watch = unwatched,
    ) -> None:
        """``names``: which provider a need is served by, e.g. ``{"messenger": "zapi"}``."""
        self.store = store
        self.clock = clock
        self._watch = watch
        self._circuits = circuits
        self._names = names
        self._decide = decide
        self._poisoned = poisoned
        self._calls: list[CallRecord] = []
        self._in_doubt = False
        """Whether some of them may be on record already."""
        self._flusher: asyncio.Task[None] | None = None
        self._flush_wanted = asyncio.Event()
        self._closing = False
        self.intake = Intake(store, clock, self._stored)
        self.worker = Worker(store, decide, poisoned, clock, self._turned, self._may_begin)
        self.dispatcher: Dispatcher | None = None
        circuits.on_change(self._circuit_changed)

    async def start(self) -> None:
        """Accept events."""
        self.intake.start()
        self._flusher = asyncio.create_task(self._flush(), name="call records")
        self._circuits.load(await self.store.circuits())

    async def work(self, effects: Mapping[str, Effect], slots: Mapping[str, int] | None = None) -> None:
        """Work what was accepted. ``effects``: how each kind of command is carried out; ``slots``: how many calls a
        provider may have under way at once."""
        await self.store.appear(self._wake)
        recovered = await self.store.recover(self.clock(), starting=True)
        if recovered:
            log.info("%s commands were cut off and are looked up, or waited by a clock that was set back", recovered)
        limits = {need: slots[provider] for need, provider in self._names.items() if slots and provider in slots}
        self.dispatcher = Dispatcher(
            *(self.store, effects, self.clock, self._decide, self._finished, limits, self._names, self._circuits)
        )
        self.worker.start()
        self.dispatcher.start()

    def hold(self) -> None:
        """Begin nothing more; what is under way has its time from now on."""
        if self.dispatcher is not None:  # all at once, or each would wait for a silent store after the other
            self.worker.hold()
            self.dispatcher.hold()

    async def stop(self) -> None:
        """Turns and calls in flight end within their deadlines; nothing that was accepted is lost."""
        self.hold()
        await self.intake.stop()
        if self.dispatcher is not None:
            await self.worker.stop()
            await self.dispatcher.stop()
        await self.store.disappear()
        self._closing = True
        self._flush_wanted.set()
        if self._flusher is not None:
            await self._flusher
        await self._write_calls(self._calls)

    async def put(self, incoming: Sequence[Incoming]) -> list[bool]:
        """Store events, durably; for each, whether it was new. They follow from what the task works, if it does."""
        told: Told = asyncio.get_running_loop().create_future()
        self.hand_in(incoming, told)
        return await told

    def hand_in(self, incoming: Sequence[Incoming], told: Told) -> None:
        """As :meth:`put`; ``told`` hears what came of it. Raises ``Full``."""
        of = root.get() or new_root()
        for one in incoming:
            one.root = of
        self.intake.hand_in(incoming, told)

    async def tick(self) -> int:
        """Turn the timers that are due into events; how many."""
        fired = await self.store.fire_timers(self.clock())
        if fired:
            self.worker.wake()
        if self.dispatcher is not None:
            self.dispatcher.wake()
        return fired

    def _wake(self, stored: str) -> None:
        """Other processes have stored something."""
        if stored == EVENTS:
            self.worker.wake()
        elif self.dispatcher is not None:
            self.dispatcher.wake()

    async def heartbeat(self) -> None:
        """Called every few seconds, for stores with several workers."""
        if self.dispatcher is not None:
            await self.dispatcher.heartbeat()
            self._circuits.share(await self.store.circuits())

    async def record(self, call: CallRecord) -> None:
        """Keep the record of a call; written with others, soon."""
        self._calls.append(call)
        self._flush_wanted.set()
        self._show("call", call)

    async def _flush(self) -> None:
        while not self._closing:
            await self._flush_wanted.wait()
            if not self._closing:
                await asyncio.sleep(TOGETHER_S)
            self._flush_wanted.clear()
            calls, self._calls = self._calls, []
            late = await self._write_calls(calls)
            self._in_doubt = bool(late)
            self._calls = (late + self._calls)[-MOST_CALLS:]
            if late and not self._closing:
                await asyncio.sleep(1)
                self._flush_wanted.set()

    async def _write_calls(self, calls: list[CallRecord]) -> list[CallRecord]:
        """Those that could not be written yet. One that never can be must not keep the others from the record."""
        if not calls:
            return []
        try:
            await self.store.record(calls, again=self._in_doubt)
        except StoreDown as error:
            self._in_doubt = True
            log.error("%s call records could not be written yet: %s", len(calls), error)
            return calls
        except Exception as error:
            if len(calls) > 1:
                return [late for call in calls for late in await self._write_calls([call])]
            log.error("the record of a call to %s cannot be written: %s", calls[0].provider, type(error).__name__)
        return []

    def _stored(self, incoming: Sequence[Incoming]) -> None:
        self.worker.wake()
        for one in incoming:
            self._show("event", one)

    def _show(self, step: str, what: object) -> None:
        """Who only looks on must not end what takes everything in, nor keep what follows from it."""
        try:
            self._watch(step, what)
        except Exception:
            log.exception("a step (%s) could not be shown", step)

    def _may_begin(self, command: Command) -> bool | None:
        return self.dispatcher.may_begin(command) if self.dispatcher is not None else None

    def _turned(self, turned: Turned) -> None:
        if self.dispatcher is not None and turned.decision is not None:
            for waiting in turned.begun:
                self.dispatcher.carry_on(waiting)
            if len(turned.decision.commands) > len(turned.begun):
                self.dispatcher.wake()
        if turned.decision is not None and (turned.decision.events or turned.decision.again):
            self.worker.wake()
        self._show("turn", turned)

    def _finished(self, waiting: Waiting, event: Event, turned: Turned | None) -> None:
        self._show("result", (waiting, event))
        if turned is not None:
            self._turned(turned)
        if turned is None or turned.more:
            self.worker.wake()

    async def _circuit_changed(self, circuit: Circuit) -> None:
        try:
            await self._keep_circuit(circuit)
        except StoreDown as error:  # the call that showed it has its own outcome, and must not lose it
            log.error("the circuit of %s could not be stored: %s", circuit.provider, error)

    async def _keep_circuit(self, circuit: Circuit) -> None:
        now = self.clock()
        text = f"{circuit.provider} não responde. O trabalho espera e segue sozinho quando voltar."
        if not circuit.is_open:
            text = f"{circuit.provider} voltou a responder. O que esperava já foi retomado."
        await self.store.save_circuit(circuit, AlertOperator(topic=circuit.provider, text=text), now)
        if self.dispatcher is not None:  # what waited goes on
            self.dispatcher.wake()
