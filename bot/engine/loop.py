"""The event loop of the product: wires intake, worker, dispatcher and timers together, and reports every step."""

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
"""Call records that are buffered while the store is down; older ones are dropped."""
TOGETHER_S = 0.05
"""Seconds for which call records are collected into one commit."""

Watch = Callable[[str, object], None]
"""Observer, called with a step and its subject: ``event`` (Incoming), ``turn`` (Turned), ``result`` ((Waiting, Event)),
``call`` (CallRecord)."""


def unwatched(step: str, what: object) -> None:
    """The observer that does nothing."""


class Loop:
    """:meth:`start` accepts events, :meth:`work` also works them, :meth:`stop` ends both. On SQLite one process works
    at a time."""

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
        """``decide``: the pure decision; ``poisoned``: what is decided instead of an event that keeps failing;
        ``names``: need → provider, e.g. ``{"messenger": "zapi"}``; ``watch``: observer of every step."""
        self.store = store
        self.clock = clock
        self._watch = watch
        self._circuits = circuits
        self._names = names
        self._decide = decide
        self._poisoned = poisoned
        self._calls: list[CallRecord] = []
        self._in_doubt = False
        """Whether a write of call records failed ambiguously, so that some may be stored already."""
        self._flusher: asyncio.Task[None] | None = None
        self._flush_wanted = asyncio.Event()
        self._closing = False
        self.intake = Intake(store, clock, self._stored)
        self.worker = Worker(store, decide, poisoned, clock, self._turned, self._may_begin)
        self.dispatcher: Dispatcher | None = None
        circuits.on_change(self._circuit_changed)

    async def start(self) -> None:
        """Begin to accept events."""
        self.intake.start()
        self._flusher = asyncio.create_task(self._flush(), name="call records")
        self._circuits.load(await self.store.circuits())

    async def work(self, effects: Mapping[str, Effect], slots: Mapping[str, int] | None = None) -> None:
        """Begin to work events and commands. ``effects``: command kind → how it is carried out; ``slots``: provider →
        most concurrent calls."""
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
        """Begin nothing new; the deadline of what is in progress starts now."""
        if self.dispatcher is not None:  # both now, so that their deadlines run at the same time
            self.worker.hold()
            self.dispatcher.hold()

    async def stop(self) -> None:
        """Wait for turns and calls in progress up to their deadlines, then cancel them. Nothing accepted is lost: the
        next start goes on from the store."""
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
        """Store events; returns for each whether it was new, once they are durable. Their correlation root is that of
        the work in progress in this task, else a new one. Raises what :meth:`Intake.put` raises."""
        told: Told = asyncio.get_running_loop().create_future()
        self.hand_in(incoming, told)
        return await told

    def hand_in(self, incoming: Sequence[Incoming], told: Told) -> None:
        """As :meth:`put`, without waiting: the result or the error goes to ``told``. Raises ``Full``."""
        of = root.get() or new_root()
        for one in incoming:
            one.root = of
        self.intake.hand_in(incoming, told)

    async def tick(self) -> int:
        """Turn due timers into events; returns how many."""
        fired = await self.store.fire_timers(self.clock())
        if fired:
            self.worker.wake()
        if self.dispatcher is not None:
            self.dispatcher.wake()
        return fired

    def _wake(self, stored: str) -> None:
        """Another process has stored events or commands."""
        if stored == EVENTS:
            self.worker.wake()
        elif self.dispatcher is not None:
            self.dispatcher.wake()

    async def heartbeat(self) -> None:
        """Renew leases and take over shared circuit states. Called every few seconds."""
        if self.dispatcher is not None:
            await self.dispatcher.heartbeat()
            self._circuits.share(await self.store.circuits())

    async def record(self, call: CallRecord) -> None:
        """Buffer the record of a call; it is written with others within :data:`TOGETHER_S`."""
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
        """Write call records; returns those to try again later. One that can never be written is dropped, so that it
        does not block the others."""
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
        """Call the observer; its errors are logged, never raised."""
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
        except StoreDown as error:  # the call that changed it must keep its own outcome
            log.error("the circuit of %s could not be stored: %s", circuit.provider, error)

    async def _keep_circuit(self, circuit: Circuit) -> None:
        now = self.clock()
        if circuit.is_open:
            text = f"{circuit.provider} não responde. O trabalho espera e segue sozinho quando voltar."
            log.warning(
                "%s does not answer: its work waits; the next try is in %.0f s", circuit.provider, circuit.wait_s
            )
        else:
            text = f"{circuit.provider} voltou a responder. O que esperava já foi retomado."
            log.warning("%s answers again: what waited goes on", circuit.provider)
        await self.store.save_circuit(circuit, AlertOperator(topic=circuit.provider, text=text), now)
        if self.dispatcher is not None:  # parked commands may go on
            self.dispatcher.wake()
