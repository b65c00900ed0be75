"""Correcting the previous answer: *ops, era a 1*, *não, boleto*.

As safe as *voltar* followed by the answer: only what may be answered again is changed.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace

from bot.conversations import engine
from bot.conversations.language import answers, understand
from bot.conversations.steps import LATER, STAY
from bot.conversations.talk import Heard, Open, Talk
from bot.conversations.texts import common as texts
from bot.domain.text import fold

_PUTS_RIGHT = re.compile(
    r"^(?=(?:\w+\W+){0,3}?(?:ops|opa|oops|eita|errei|era|digo|alias|nao|verdade|vdd|confundi|quis)\b)"
    r"(?:(?:ops|opa|oops|eita|ah|ai|errei|confundi|desculpa|perdao|pera\w*|nao|na (?:verdade|vdd)|quis dizer|digo"
    r"|alias|era|foi|e|eh|quero|queria|melhor|pode ser|pra ser)\b\W*)+(?:(?:a|o|n[oa]|pel[oa])\s+)?(?=\S)"
)


_REFUSES = re.compile(
    r"(?:\w+\W+){0,2}?\bnao (?:quero|queria|vou querer|tenho|temos|tem|pode ser)\b(?: mais)?\W*(?:o |a |no |de )?"
)
"""*Não quero boleto* rejects that answer; *não, quero boleto* gives it."""
_SLIP = re.compile(r"(?:(?:nao|ah|ai|desculpa|perdao|ixi|xi)\W+)*(?:ops|oops|errei|confundi|era)\b")
LONGEST = 4
"""Words after the correction itself; longer messages say something else."""


def put_right(talk: Talk, heard: Heard) -> bool:
    """Whether the previous question was answered anew; the conversation has then continued from there."""
    lead, refuses = _PUTS_RIGHT.match(heard.folded), _REFUSES.match(heard.folded)
    frame = talk.frame
    if frame is None or heard.choice or "?" in heard.text or not (lead or refuses):
        return False
    if refuses is not None or lead is None:
        return refuses is not None and _refused(talk, frame, heard.folded[refuses.end() :])
    kept = (frame.step, deepcopy(frame.data), talk.options, list(talk.out))
    rest = heard.folded[lead.end() :].strip(" .!")
    if len(rest.split()) > LONGEST:
        return False
    if engine.back(talk) and talk.frame is frame:
        talk.out = list(kept[3])  # the question is not repeated: it is answered
        step = engine.step_of(frame)
        chosen = answers.choice(rest, talk.options)
        again = replace(
            heard,
            text=rest,
            folded=fold(rest),
            choice=chosen.id.partition(":")[2] if chosen else "",
            meaning=understand(rest, engine.flow_of(frame).role),
        )
        answer = None if step.free else step.read(talk, again)
        if answer not in (None, STAY, LATER):
            talk.mark("answered")
            talk.note(texts.put_right(chosen.label if chosen else ""))
            engine.move(talk, step.leads[str(answer)])
            return True
    frame.step, frame.data, talk.options, talk.out = kept
    return bool(_SLIP.match(heard.folded)) and engine.undo(talk)  # the answer completed an action, which is undone


def _refused(talk: Talk, frame: Open, rest: str) -> bool:
    """Whether the previous answer is rejected: ask its question again."""
    kept = (frame.step, deepcopy(frame.data), talk.options, list(talk.out))
    if engine.back(talk) and talk.frame is frame and answers.choice(rest, talk.options) is not None:
        return True
    frame.step, frame.data, talk.options, talk.out = kept
    return False
