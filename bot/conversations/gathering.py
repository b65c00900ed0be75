"""An answer in free text often comes in several bubbles: the open question waits a moment for more of them.

What has arrived is kept in the question's frame (``_said``), with the time at which it will be read as one message: a
timer in the store (:func:`bot.conversations.engine.wait`), which every bubble moves, within a limit, and which survives
a crash. What is complete by itself is answered at once, after what was being gathered: a button or menu row, yes and
no, global commands, *pronto*, another intent; *cancelar* discards what was gathered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.conversations import bursts, engine, hearing, odd, routes
from bot.conversations.engine import flow_of, step_of
from bot.conversations.language import answers, asides
from bot.conversations.odd import CARD_MARK, LONGEST
from bot.conversations.talk import Heard, Open, Talk
from bot.domain.decision import Stored
from bot.domain.events import EVENT, Message
from bot.domain.text import words

ENOUGH = bursts.CLOSING - words("nada mudar")
"""One of these after an answer says that it is complete."""
_WHOLE = re.compile(r"(?:\D*\d){8,}\D*|\S+@\S+")
"""A document, CEP, phone or e-mail address by itself: nothing follows it."""


def hear(talk: Talk, bubbles: Sequence[Stored]) -> None:
    """Have a message handled (merged, if several have arrived): now, or together with what may follow."""
    engine.drop_stale(talk)
    message = odd.in_words(bursts.joined(bubbles))
    if message.edits and _corrected(talk, message):
        return
    frame = talk.frame
    if frame is not None and "_said" in frame.data:
        heard = hearing.listen(talk, message)
        if _may_go_on(talk, heard) and len(heard.text) + _length(frame) <= LONGEST:
            _keep(talk, bubbles)
            return
        if message.content in step_of(frame).media:
            hearing.hear(talk, message)  # an album and its text are one answer
            return
        if routes.withdraws(message.text):
            _forget(frame)
        else:
            work_off(talk)
            if heard.folded.strip(" .!") in ENOUGH:
                return
    heard = hearing.listen(talk, message)
    if _may_begin(talk, heard):
        _keep(talk, bubbles)
    else:
        hearing.hear(talk, message, heard)


def work_off(talk: Talk) -> None:
    """Handle what was gathered: its time has come, or something else must not come in between."""
    frame = next((f for f in reversed(talk.frames) if "_said" in f.data), None)
    if frame is None:
        return
    if frame is not talk.frame:  # it was the question that was being answered
        talk.frames = [*(f for f in talk.frames if f is not frame), frame]
        talk.frame, talk.options = frame, ()
    bubbles = [_stored(talk, kept) for kept in frame.data["_said"]]
    _forget(frame)
    talk.heard_id = bubbles[-1].id
    # a bubble may end at a sentence's end, or in the middle of one: choose the reading that is understood better
    lines, sentence = bursts.joined(bubbles), bursts.joined(bubbles, " ")
    hearing.hear(talk, max(lines, sentence, key=lambda message: _understood(talk, message)))
    talk.heard_id = talk.stored.id


def _understood(talk: Talk, message: Message) -> tuple[int, int]:
    """How many things are understood in it, and how much of each."""
    slots = hearing.listen(talk, message).meaning.slots
    return len(slots), sum(map(len, slots.values()))


def moment_came(talk: Talk) -> None:
    """The timer fired. Its question may have been answered, or moved on, since."""
    engine.drop_stale(talk)
    frame = next((f for f in reversed(talk.frames) if "_due" in f.data), None)
    if frame is None or talk.now < datetime.fromisoformat(frame.data["_due"]):
        return
    if talk.hushed:
        _forget(frame)  # a person of the shop has read it
    elif "_said" in frame.data:
        work_off(talk)
    else:
        engine.stop_gathering(frame)
        if frame is talk.frame:
            step = step_of(frame)
            lead = step.quiet(talk)
            if lead is not None:
                engine.move(talk, step.leads[lead])


def take_back(talk: Talk, message_id: str) -> None:
    """A bubble was deleted: it does not count."""
    frame, place = _kept(talk, message_id)
    if frame is not None:
        del frame.data["_said"][place]
        if not frame.data["_said"]:
            _forget(frame)
    for album in (f.data for f in talk.frames if "photos" in f.data):
        # from an album still being received; each picture knows its message
        album["photos"] = [p for p in album["photos"] if p.get("message") != message_id]


def _corrected(talk: Talk, message: Message) -> bool:
    frame, place = _kept(talk, message.edits)
    if frame is None:
        return False
    kept = frame.data["_said"][place]
    frame.data["_said"][place] = {**kept, "message": {**kept["message"], "text": message.text}}
    engine.wait(talk, talk.rules.bubble_pause)
    return True


# --- what may continue ------------------------------------------------------------------------------------


def _may_begin(talk: Talk, heard: Heard) -> bool:
    """Whether it answers a free-text question, and may be the first of several bubbles."""
    if talk.frame is None or not step_of(talk.frame).free or not talk.rules.bubble_pause:
        return False
    if heard.choice or answers.affirmation(heard.text) is not None or answers.declines(heard.text):
        return False
    return _may_go_on(talk, heard)


def _may_go_on(talk: Talk, heard: Heard) -> bool:
    message, text = heard.message, heard.text
    frame = talk.frame
    if frame is None or message.content != "text" or message.choice or message.edits or not text:
        return False
    if CARD_MARK in text or len(text) > LONGEST or _WHOLE.fullmatch(text):
        return False
    if routes.is_global_word(text) or heard.folded.strip(" .!") in bursts.CLOSING or routes.is_question(talk, heard):
        return False
    if asides.needs_time(text) or asides.nudges(text) or (step_of(frame).hint and asides.unsure(text)):
        return False
    return not routes.interrupts(heard.meaning, flow_of(frame).name, step_of(frame).name)


# --- the frame's data -------------------------------------------------------------------------------------


def _keep(talk: Talk, bubbles: Sequence[Stored]) -> None:
    engine.touch(talk)
    kept = talk.data.setdefault("_said", [])
    kept += [
        {"id": one.id, "at": one.received_at.isoformat(), "message": one.event.model_dump(mode="json")}
        for one in bubbles
    ]
    engine.wait(talk, talk.rules.bubble_pause)


def _stored(talk: Talk, kept: dict[str, Any]) -> Stored:
    event = EVENT.validate_python(kept["message"])
    return Stored(kept["id"], talk.stored.lane, event, datetime.fromisoformat(kept["at"]))


def _kept(talk: Talk, message_id: str) -> tuple[Open, int] | tuple[None, int]:
    for frame in talk.frames:
        for place, kept in enumerate(frame.data.get("_said", [])):
            if kept["message"]["message_id"] == message_id:
                return frame, place
    return None, 0


def _length(frame: Open) -> int:
    return sum(len(kept["message"]["text"]) + 1 for kept in frame.data["_said"])


def _forget(frame: Open) -> None:
    frame.data.pop("_said", None)
    engine.stop_gathering(frame)
