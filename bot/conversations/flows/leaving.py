"""SAIR, SAIR TUDO, VOLTAR AVISOS: opting out of unrequested messages. Answers are always sent."""

from __future__ import annotations

import re

from bot.conversations.steps import END, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import people as texts
from bot.domain.consent import version
from bot.domain.events import Tick
from bot.domain.notice import NoticeStage

_ALL = re.compile(r"^(?:sim,? |e |de )*(?:tudo|todos?(?: os avisos)?)(?: mesmo| tambem)?\W*$")
"""After SAIR: SAIR TUDO in two bubbles."""


def end_reminders(talk: Talk, text: str, channel: str = "whatsapp") -> None:
    """Send no reminders and news from now on, and cancel the waiting ones. ``text``: what was shown."""
    talk.know(reminders=False)
    talk.consent("reminders", text, given=False, channel=channel)
    for stage in (NoticeStage.SENDING, NoticeStage.MAILING):
        for state in talk.shop.notices_at(stage):
            if state.person_id == talk.person.id:
                tick = Tick(name="notice_look", data={"notice": state.key, "person": talk.person.id})
                talk.decision.emit(talk.stored.lane, tick, key=f"look/{talk.root}/{state.key}")


def _leave(talk: Talk) -> str:
    wish = talk.data.get("wish", "reminders")
    if wish == "back":
        talk.know(reminders=True, mail_only=False)
        for purpose in ("reminders", "whatsapp"):
            talk.consent(purpose, version("came_back", texts.came_back()))
        talk.say(texts.came_back())
        return "told"
    end_reminders(talk, version("left", texts.left()))
    if wish != "all":
        talk.say(texts.left())
        return "told" if len(talk.frames) > 1 else "reminders"  # a question below comes back at once
    talk.know(mail_only=True)
    talk.consent("whatsapp", version("left_all", texts.left_all("a@b")), given=False)
    if talk.person.email_confirmed and talk.person.email:
        talk.say(texts.left_all(talk.person.email))
        return "told"
    talk.note(texts.left_all_without_email())
    talk.seed = {"all": True}
    return "no_email"


def _read_more(talk: Talk, heard: Heard) -> str | None:
    if not _ALL.match(heard.folded):
        return None
    talk.data["wish"] = "all"
    return "all"


FLOW = Flow(
    name="leaving",
    title="os avisos",
    transient=True,
    steps=(
        Step("leave", {"told": END, "reminders": "more", "no_email": ">email"}, act=_leave),
        Step("more", {"all": "leave"}, read=_read_more, once=True),
    ),
)
