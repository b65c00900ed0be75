"""Runs flows: moves frames from step to step. The flows hold the content."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.conversations.flows import FLOWS, left
from bot.conversations.steps import END, Flow, Outcome, Step
from bot.conversations.talk import Open, Talk
from bot.conversations.texts import selling as selling_texts
from bot.domain.catalogue import Product
from bot.domain.decision import StockMove, Write
from bot.domain.events import Parked
from bot.domain.people import Seller

DEEPEST = 5
"""Maximum of open frames; beyond it the oldest is dropped."""
MOST_PAUSES = 4
"""Continuous input is answered after this many pauses, even without a real one."""
JUST_DONE = timedelta(minutes=30)
"""How long *voltar* can undo a completed action."""
LONGEST_WALK = 60
"""Maximum of steps per turn; more means a loop in a flow."""


def flow_of(frame: Open) -> Flow:
    return FLOWS[frame.flow]


def step_of(frame: Open) -> Step:
    return flow_of(frame).step(frame.step)


def is_idle(talk: Talk) -> bool:
    """Whether no question is open, or only one asked in passing."""
    return talk.frame is None or flow_of(talk.frame).transient or step_of(talk.frame).once


def start(talk: Talk, name: str, data: dict[str, Any] | None = None) -> None:
    """Open a flow on top of the open ones and walk to its first question. Without a shop, the person is told so instead
    of getting a seller's question."""
    flow = FLOWS[name]
    about = (data or {}).get("order") if flow.many else None
    talk.frames = [
        f
        for f in talk.frames
        if (not flow_of(f).transient or flow_of(f).stays) and (f.flow != name or f.data.get("order") != about)
    ]
    if not flow.many:
        talk.frames = [f for f in talk.frames if f.flow != name]
    frame = Open(name, flow.version, flow.steps[0].name, {**(data or {}), "_id": talk.stored.id, "_at": _stamp(talk)})
    talk.frames = [*talk.frames[-(DEEPEST - 1) :], frame]
    talk.frame = frame
    talk.options = ()
    if flow.role == "seller" and talk.seller is None:
        talk.say(selling_texts.not_a_seller())
        move(talk, END)
        return
    move(talk, frame.step)


def move(talk: Talk, target: str) -> None:
    """Walk from step to step until one asks, waits, or the flow ends."""
    for _ in range(LONGEST_WALK):
        frame = talk.frame
        if frame is None:
            return
        if target == END:
            talk.settle()
            finish(talk)
            return
        if target.startswith(">"):
            _replace(talk, target[1:])
            return
        frame.step = target
        step = step_of(frame)
        if step.act is not None:
            target = step.leads[_act(talk, frame, step.act)]
            continue
        forced = frame.data.get("_forced") == target
        answer = None if forced else step.known(talk)
        if answer is not None:
            target = step.leads[answer]
            continue
        frame.data.pop("_forced", None)
        frame.data.pop("_wrong", None)
        stop_gathering(frame)
        trail = frame.data.setdefault("_trail", [])
        if target in trail:
            del trail[trail.index(target) :]
        trail.append(target)
        talk.mark("entered")
        step.enter(talk)
        if not step.waits:
            talk.options = () if not talk.muted else talk.options
            step.ask(talk)
        return
    raise RuntimeError(f"flow {talk.frame.flow if talk.frame else '?'} walks in a circle at {target}")


def _act(talk: Talk, frame: Open, act: Callable[[Talk], str]) -> str:
    """Run the action. After a lasting one, earlier questions cannot be answered again, and nobody is told that nothing
    was changed."""
    before = _lasting(talk)
    lead = act(talk)
    if _lasting(talk) != before:
        frame.data.pop("_trail", None)
        frame.data["_done"] = _stamp(talk)
    return lead


def _lasting(talk: Talk) -> tuple[int, list[Write]]:
    """What this turn has changed besides the conversation itself."""
    return len(talk.decision.events), [w for w in talk.decision.writes if isinstance(w, (Product, StockMove, Seller))]


def _replace(talk: Talk, name: str) -> None:
    seed, talk.seed = talk.seed, {}
    if talk.frame is not None and talk.frame.data.get("_done"):
        seed = {**seed, "_done": talk.frame.data["_done"]}
    talk.frames = [f for f in talk.frames if f is not talk.frame]
    start(talk, name, seed)


def finish(talk: Talk) -> None:
    """End the current frame; the question below, if any, is asked again."""
    was_open = bool(talk.frames) and talk.frames[-1] is talk.frame
    talk.frames = [f for f in talk.frames if f is not talk.frame]
    talk.frame = talk.frames[-1] if talk.frames else None
    if not was_open:
        return
    talk.options = ()
    resume(talk)


def resume(talk: Talk, *, back: bool = True) -> None:
    """Ask the open question again. ``back``: say what it is about, after a digression."""
    if talk.frame is None:
        return
    if step_of(talk.frame).once:
        talk.options = ()
        return
    if back:
        talk.note(f"Continuando {flow_of(talk.frame).title}:")
    talk.options = ()
    step_of(talk.frame).ask(talk)


def back(talk: Talk) -> bool:
    """Go one question back; False at the first one."""
    frame = talk.frame
    if frame is None:
        return False
    trail: list[str] = frame.data.get("_trail", [])
    if trail and trail[-1] == frame.step:
        trail.pop()
    flow = flow_of(frame)
    passed = [frame.step]
    while trail:
        target = trail.pop()
        passed.append(target)
        for key in flow.step(passed[-2]).fills:
            frame.data.pop(key, None)
        step = flow.step(target)
        if not step.waits and all(key in frame.data for key in step.needs):
            for key in step.fills:
                frame.data.pop(key, None)
            frame.data["_forced"] = target
            move(talk, target)
            return True
    return False


def undo(talk: Talk) -> bool:
    """Undo what was just done, if the open question offers that. Hours later *voltar* means something else."""
    frame = talk.frame
    done = frame.data.get("_done") if frame is not None else None
    if frame is None or done is None or talk.now - datetime.fromisoformat(done) > JUST_DONE:
        return False
    if not takes_back(frame):
        return False
    talk.mark("answered")
    take_back(talk)
    return True


def takes_back(frame: Open) -> bool:
    """Whether the frame's open question offers to undo what was just done."""
    return "undo" in step_of(frame).leads


def keep_together(talk: Talk, done: list[Open]) -> None:
    """Keep the frames of several actions from one message, so that *desfaz* undoes them together."""
    if len(done) < 2 or talk.frame is not done[-1]:
        return
    for frame in done:
        frame.data["_together"] = talk.stored.id
    talk.frames = [*(f for f in talk.frames if f not in done), *done]


def take_back(talk: Talk) -> None:
    """Undo what the open frame did, and the other actions of the same message, newest first."""
    frame = talk.frame
    if frame is None:
        return
    together = frame.data.get("_together")
    acts = [f for f in talk.frames if f is frame or (together and f.data.get("_together") == together)]
    if len(acts) < 2:
        move(talk, step_of(frame).leads["undo"])
        return
    below = [f for f in talk.frames if f not in acts]
    for act in reversed(acts):
        talk.frames, talk.frame, talk.options = [act], act, ()
        talk.mark("answered")
        move(talk, step_of(act).leads["undo"])
    talk.frames, talk.frame = below, below[-1] if below else None
    resume(talk)


def come_back(talk: Talk, key: str, outcome: Outcome) -> bool:
    """Pass a command's outcome to the frame that issued it; False if no frame waits for it any more."""
    frame = next((f for f in reversed(talk.frames) if key in f.data.get("_keys", [])), None)
    if frame is None:
        return False
    if not isinstance(outcome, Parked):
        frame.data["_keys"] = [k for k in frame.data["_keys"] if k != key]
    above = talk.frames[talk.frames.index(frame) + 1 :]
    flow = flow_of(frame)
    step = step_of(frame)
    talk.frame = frame
    if above and all(flow_of(f).transient and "_due" not in f.data for f in above):
        talk.frames = talk.frames[: -len(above)]
        above = []
    talk.muted = bool(above)
    lead = step.result(talk, outcome) if step.result else None
    if lead is not None:
        talk.mark("answered")
        move(talk, step.leads[lead])
    elif flow.result is not None:
        flow.result(talk, outcome)
    told = talk.muted and lead is not None and not isinstance(outcome, Parked)
    talk.muted = False
    talk.frame = talk.frames[-1] if talk.frames else None
    if told:
        talk.say(f"Chegou a resposta sobre {flow.title}. Mostro quando acabarmos aqui.")
    return True


def drop_stale(talk: Talk) -> None:
    """End frames that paused too long or that this version no longer understands, and say so."""
    for frame in list(talk.frames):
        flow = FLOWS.get(frame.flow)
        if flow is None or flow.version != frame.version or frame.step not in flow.by_name:
            note = "Mudei esta conversa por aqui enquanto ela estava parada, então recomeçamos do início."
        elif talk.now - datetime.fromisoformat(frame.data["_at"]) > flow.lasts:
            talk.frame = frame
            note = " ".join(w for w in (_paused(flow), flow.lost(talk)) if w)
        else:
            continue
        asked_once = flow is not None and frame.step in flow.by_name and flow.step(frame.step).once
        nothing = frame.flow == "buying" and not (frame.data.get("listing") or frame.data.get("query"))
        if not asked_once and not nothing and (flow is None or not flow.transient):
            talk.note(note)
        if talk.frames and talk.frames[-1] is frame:
            talk.options = ()
        lapsed = flow is not None and flow.version == frame.version and frame.flow in left.TAKEN_UP and not nothing
        talk.frames = [f for f in talk.frames if f is not frame and not (lapsed and f.flow == "left")]
        if lapsed:
            talk.frame = _left(frame, talk)
            talk.frames.insert(0, talk.frame)
            talk.mark("entered")
    talk.frame = talk.frames[-1] if talk.frames else None


def _left(frame: Open, talk: Talk) -> Open:
    """What a lapsed frame leaves, to be taken up by a later message."""
    flow = FLOWS["left"]
    data = {**left.kept(frame), "_id": talk.stored.id, "_at": frame.data["_at"]}
    return Open(flow.name, flow.version, flow.steps[0].name, data)


def wait(talk: Talk, pause: timedelta) -> None:
    """More bubbles may follow: the open question is answered after this pause. Sets a timer in the store, which every
    call moves; ``_due`` in the frame is checked when it fires."""
    data = talk.data
    since = datetime.fromisoformat(data.setdefault("_since", _stamp(talk)))
    due = max(talk.now, min(talk.now + pause, since + MOST_PAUSES * pause))
    data["_due"] = due.isoformat()
    talk.decision.timer(f"quiet/{talk.person.id}", "quiet", due, person=talk.person.id)


def stop_gathering(frame: Open) -> None:
    """Forget the deadline for further bubbles."""
    for name in ("_since", "_due"):
        frame.data.pop(name, None)


def _paused(flow: Flow) -> str:
    return f"Nossa conversa sobre {flow.title} ficou parada e eu encerrei."


def touch(talk: Talk) -> None:
    """Record that the open frame is in use now."""
    if talk.frame is not None:
        talk.frame.data["_at"] = _stamp(talk)


def _stamp(talk: Talk) -> str:
    return talk.now.isoformat()
