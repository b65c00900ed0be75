"""Handling a message: unusual content, global commands, the open question, other intents, and at last the escalation.

Escalation: the first message in a row that is not understood gets choices, the second the offer of a person, the third
a person. There is no fourth.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversations import correcting, engine, loops, odd, routes
from bot.conversations.engine import flow_of, step_of
from bot.conversations.language import Understanding, answers, asides, foreign, understand
from bot.conversations.steps import LATER, STAY, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import common as texts
from bot.domain import part_words, postal_code
from bot.domain.commands import Option
from bot.domain.consent import version
from bot.domain.events import Message
from bot.domain.text import fold

ALBUM_QUIET = timedelta(seconds=4)
"""Pictures of an album come one by one: it is complete after this pause."""
UNREAD = timedelta(seconds=4)
"""An answer this soon after a notice cannot be an answer to it."""
IN_A_ROW = timedelta(hours=2)
"""After such a pause the last misunderstanding does not count any more."""
PERSON_AFTER = 2
"""Wrong answers to one question before a person is mentioned."""
_TOLD = re.compile(r"(?:e |eh )?(?:sobre|por causa|a respeito)\b")
"""*É sobre a garantia …*: meant for the person who was called, whatever else it looks like."""
_NO_COMMA = re.compile(r"\s*n[ãa]o\s*[,.;]\s*(\w.{7,})", re.IGNORECASE)
_MORE = re.compile(r"(?<!\S)\+ ?(?=[a-z]{4})")
"""*O + barato*."""
MOST_AUDIOS = 2
"""After more voice notes in a row, a person is offered."""
YES_OR_NO = frozenset(["Sim", "Não"])
"""The rows of a question shown without numbers."""
NOT_OF_ORDERS = frozenset(["listing", "buying", "pricing", "joining", "collecting"])
"""Flows in which a number is never an order's."""
_LONE_NUMBER = re.compile(r"\W*(?:\d|um|dois)\W*$", re.IGNORECASE)
AIMLESS = frozenset(["greeting", "thanks", "affirm", "deny", "out_of_scope", ""])


def hear(talk: Talk, message: Message, heard: Heard | None = None) -> None:
    """Answer one message. Always says something, unless the other side is a machine. ``heard``: the message as read by
    the open question, if known already."""
    engine.drop_stale(talk)
    engine.touch(talk)
    if talk.seen_at is not None and talk.now - talk.seen_at > IN_A_ROW:
        talk.misunderstood = 0
    _first_contact(talk)
    step = step_of(talk.frame) if talk.frame else None
    media = step.media if step else ()
    if message.content in ("image", "video") and message.content not in media and routes.photo(talk, message):
        return
    if odd.answered(talk, message, media, asked=_is_asking(talk)):
        engine.resume(talk, back=not _is_asking(talk))
        talk.misunderstood += message.content == "audio"
        if talk.misunderstood > MOST_AUDIOS and message.content == "audio":
            engine.start(talk, "offer", {"about": texts.only_audio()})
        return
    heard = heard or listen(talk, message)
    if _is_correction_of_choice(talk, message):
        talk.say(texts.corrected())
        engine.resume(talk, back=False)
        return
    if _stale_button(message, heard):
        talk.say(texts.old_button())
        engine.resume(talk)
        return
    if _crossed(talk, heard):
        talk.say(texts.crossed())
        engine.resume(talk, back=False)
        return
    if _given_time(talk, heard):
        return
    if _answered(talk, heard):
        talk.misunderstood = 0
        loops.remember(talk.recent, talk.now, heard.folded, wants_nothing=False)
        return
    aimless = heard.meaning.intent in AIMLESS or heard.meaning.confidence < routes.SURE
    loops.remember(talk.recent, talk.now, heard.folded, wants_nothing=aimless)
    if loops.is_machine(talk.recent, talk.now):
        _fall_silent(talk)
        return
    if (
        _laughed(talk, heard)
        or _nudged(talk, heard)
        or _small_talk(talk, heard)
        or _closed_list(talk, heard)
        or _behind_no(talk, heard)
    ):
        return
    _misunderstood(talk, heard)


def _is_asking(talk: Talk) -> bool:
    """Whether a question is open that will be repeated."""
    frame = talk.frame
    return frame is not None and not flow_of(frame).transient and not step_of(frame).once


# --- reading ----------------------------------------------------------------------------------------------


def listen(talk: Talk, message: Message) -> Heard:
    """The message as read by the open question."""
    text = _MORE.sub("mais ", postal_code.tidied(message.text.strip()))
    if talk.frame is None or not step_of(talk.frame).free or talk.frame.step == "part":
        text = foreign.in_portuguese(text)  # except for names, streets and text meant for people
    chosen = next((o for o in talk.options if o.id == message.choice), None) if message.choice else None
    old_button = "@" in message.choice  # its label must not answer today's question
    if chosen is None and text and not old_button:
        chosen = answers.choice(text, talk.options)
        if chosen is not None and not _is_about(text, chosen):
            chosen = None
    role = (flow_of(talk.frame).role if talk.frame else "") or talk.role
    meaning = understand(text, role) if text else Understanding("", 0.0, {}, [])
    heard = Heard(message, text, fold(text), chosen.id.partition(":")[2] if chosen else "", meaning)
    if not message.choice and heard.is_act:
        return replace(heard, choice="")
    return heard


def _is_about(text: str, option: Option) -> bool:
    """False where the words would pick a row but mean something else (*postei 1042*, *o mais barato*)."""
    if "barat" in text.lower() and "R$" not in option.label:
        return False
    if asides.denies_number(text):
        return False
    if option.label in YES_OR_NO and answers.affirmation(text) is None and not _LONE_NUMBER.match(text):
        return False  # "abre a primeira" is no yes to a question without a first row
    car = part_words.model_year(fold(text))
    if car is not None and str(car.model) not in option.label:
        return False  # "2012/13" is no part for up to 2012
    numbers = re.findall(r"\d{3,}", text)
    return all(n in option.label or n in option.id for n in numbers)


def _is_correction_of_choice(talk: Talk, message: Message) -> bool:
    """An edited message answers an open question for text, but never presses a button."""
    return bool(message.edits) and bool(talk.options)


def _stale_button(message: Message, heard: Heard) -> bool:
    return bool(message.choice) and not heard.choice and "@" in message.choice


def _first_contact(talk: Talk) -> None:
    if not talk.person.greeted:
        talk.know(greeted=True)
        shop = talk.seller.name if talk.seller else ""
        note = texts.first_contact_of_shop(talk.rules, shop) if shop else ""
        said = note or texts.first_contact(talk.rules, talk.person.nickname)
        talk.note(said)
        words = texts.first_contact_of_shop(talk.rules, "") if shop else texts.first_contact(talk.rules, "")
        talk.consent("data", version("first_contact", words))


def _answered(talk: Talk, heard: Heard) -> bool:
    """Whether the message was handled."""
    if heard.choice.startswith("~"):
        return routes.suggested(talk, heard)
    if routes.global_word(talk, heard) or routes.together(talk, heard, _answered) or routes.question(talk, heard):
        return True
    routes.beside.answer(talk, heard)
    if _read_by_question(talk, heard):
        return True
    frame = talk.frame
    if frame is not None and flow_of(frame).transient and len(talk.frames) > 1:
        # a menu is on top, but the message may answer the question below it
        above, options = talk.frames.pop(), talk.options
        talk.frame, talk.options = talk.frames[-1], ()
        bare = answers.affirmation(heard.text) is not None
        if not (bare and _is_asking(talk)) and _read_by_question(
            talk, Heard(heard.message, heard.text, heard.folded, "", heard.meaning)
        ):
            return True
        if bare and _is_asking(talk):
            # a bare yes or no after something else was said: ask what it refers to
            engine.resume(talk)
            return True
        talk.frames.append(above)
        talk.frame, talk.options = above, options
    if asides.introduces(heard.text):
        return False  # a greeting, whatever it sounds like
    return correcting.put_right(talk, heard) or routes.route(talk, heard)


def _read_by_question(talk: Talk, heard: Heard) -> bool:
    """Whether the open question, or its flow, has read the message and moved on."""
    frame = talk.frame
    if frame is None:
        return False
    flow, step = flow_of(frame), step_of(frame)
    if step.hint and not heard.choice and asides.unsure(heard.text):
        talk.note(step.hint)
        talk.options = ()
        step.ask(talk)
        _stay(talk)
        return True
    shows = heard.message.content in step.media  # the caption of a requested picture is no intent of its own
    told = flow.name == "person" and _TOLD.match(heard.folded)
    if (
        step.free
        and not (shows or told or _is_name(step, heard))
        and not heard.choice
        and routes.interrupts(heard.meaning, flow.name, step.name)
    ):
        elsewhere = flow.turn(talk, heard)
        if elsewhere is not None:
            engine.move(talk, elsewhere)
        return elsewhere is not None
    if heard.is_act and flow.name in NOT_OF_ORDERS:
        return False  # *postei o 1002* is no box size, *cancela o 1002* no CEP
    flow.use(talk, heard)
    lead = step.read(talk, heard)
    if lead == STAY:
        talk.mark("misunderstood")
        _stay(talk)
        return True
    if lead == LATER:
        engine.wait(talk, ALBUM_QUIET)
        return True
    target = step.leads[lead] if lead is not None else flow.turn(talk, heard)
    if target is None:
        return False
    if lead is not None:
        talk.mark("answered")
    if lead == "undo":
        engine.take_back(talk)
    else:
        engine.move(talk, target)
    return True


def _is_name(step: Step, heard: Heard) -> bool:
    """*Carlos Prado, 80*, where a name is asked for: whatever else the words resemble."""
    name, number, _ = answers.name_and_number(heard.text) if "name" in step.fills else ("", "", "")
    return bool(number) and " " in name


def _stay(talk: Talk) -> None:
    data = talk.data  # a reader that stays has not ended its frame
    data["_wrong"] = data.get("_wrong", 0) + 1
    if data["_wrong"] > PERSON_AFTER and not talk.just_said("*atendente*"):
        talk.add(texts.or_person())


# --- escalation -------------------------------------------------------------------------------------------


def _small_talk(talk: Talk, heard: Heard) -> bool:
    intent = heard.meaning.intent if heard.meaning.confidence >= routes.SURE else ""
    intent = "greeting" if asides.introduces(heard.text) else intent
    if intent not in ("greeting", "thanks", "affirm", "deny"):
        return False
    chooses = intent in ("affirm", "deny") and (talk.frame or (talk.options and intent == "affirm"))
    if not _is_asking(talk) and not chooses:
        if intent == "greeting" and not _reminded(talk):
            engine.start(talk, "menu")
        elif intent == "greeting":
            talk.add(texts.anything_else())
        else:
            talk.say(texts.SMALL_TALK[intent])
        return True
    if intent == "affirm" and any("~" in option.id for option in talk.options):
        talk.ask(texts.pick_one(), [(o.id.partition(":")[2], o.label) for o in talk.options])
        return True
    if intent == "affirm":
        talk.note(texts.pick_one() if talk.options else "")
        engine.resume(talk, back=False)
        return True
    if intent in ("greeting", "thanks"):
        talk.note(texts.hello_again() if intent == "greeting" else texts.welcome())
        engine.resume(talk)
        return True
    return False


def _reminded(talk: Talk) -> bool:
    """A greeting while a payment is open: say hello, and show it."""
    if not all(flow_of(f).transient or step_of(f).once for f in talk.frames):
        return False
    hello = not talk.has_notes
    if hello:
        talk.note(texts.hello(talk.person.nickname))
    shown = routes.remind(talk)
    if not shown and hello:
        talk.drop_notes()
    return shown


def _laughed(talk: Talk, heard: Heard) -> bool:
    """*Kkkk* wants nothing."""
    if not asides.laughs(heard.text) or heard.choice:
        return False
    if _is_asking(talk):
        engine.resume(talk, back=False)
    else:
        talk.say(texts.laughs_along())
    return True


def _nudged(talk: Talk, heard: Heard) -> bool:
    """*E aí, já voltou?*: repeat the open question, or what is being waited for."""
    if not asides.nudges(heard.text):
        return False
    if not _is_asking(talk):
        if talk.options or talk.seller is not None:
            return False
        if not routes.news_of_orders(talk, heard):
            engine.start(talk, "menu")
        return True
    engine.resume(talk, back=False)
    return True


def _behind_no(talk: Talk, heard: Heard) -> bool:
    """*Não, faz no cartão em 3x*, from a buyer: what stands behind the *não* is wanted instead of what was said."""
    match = _NO_COMMA.match(heard.text)
    if match is None or talk.seller is not None:
        return False
    meaning = understand(match[1], talk.role)
    return routes.route(talk, replace(heard, text=match[1], folded=fold(match[1]), meaning=meaning))


def _given_time(talk: Talk, heard: Heard) -> bool:
    """*Só um minuto*: the question waits, and is not repeated."""
    if not _is_asking(talk) or not asides.needs_time(heard.text):
        return False
    talk.say(texts.no_hurry())
    return True


def _crossed(talk: Talk, heard: Heard) -> bool:
    """A number that answers the previous list, which a notice with a question of its own has just replaced: nobody
    reads that fast. A button names its question."""
    over = talk.frame.data.pop("_over", None) if talk.frame is not None else None
    picks = heard.choice or answers.affirmation(heard.text) is not None
    if over is None or heard.message.choice or not picks:
        return False
    return heard.message.sent_at < datetime.fromisoformat(over) + UNREAD


def _closed_list(talk: Talk, heard: Heard) -> bool:
    """A lone small number, and no list that it could refer to."""
    if talk.options or _is_asking(talk) or not re.fullmatch(r"\d{1,2}", heard.folded):
        return False
    if not talk.has_notes:
        talk.note(texts.list_is_closed())
    engine.start(talk, "menu")
    return True


def _misunderstood(talk: Talk, heard: Heard) -> None:
    talk.misunderstood += 1
    talk.misheard()
    if talk.misunderstood == 1:
        _offer_choices(talk, heard)
    elif talk.misunderstood == 2:
        engine.start(talk, "offer", {"about": heard.text[:300]})
    else:
        talk.misunderstood = 0
        engine.start(talk, "person", {"about": heard.text[:300], "asked": True})


def _offer_choices(talk: Talk, heard: Heard) -> None:
    frame = talk.frame
    own_rows = any("~" not in option.id for option in talk.options)
    if frame is not None and own_rows:
        talk.note(texts.not_understood_menu())
        engine.resume(talk, back=False)
        return
    seller = talk.role == "seller"
    intents = routes.likely(heard.meaning, seller=seller)[:2]
    rows = [(f"~intent:{name}", texts.INTENTS[name]) for name in intents]
    asked = frame is not None and not step_of(frame).once
    rows.append(("~again", f"Continuar {flow_of(frame).title}") if frame and asked else ("~menu", "Outra coisa"))
    talk.ask(texts.not_understood(), rows)


def _fall_silent(talk: Talk) -> None:
    talk.silent_until = talk.now + loops.SILENCE
    talk.silent_by = "loop"
    talk.alert("conversa com robô", texts.machine_alert(talk.person.id))
