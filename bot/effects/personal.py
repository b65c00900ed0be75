"""Effects that send a person the LGPD copy of their data, by chat or to their confirmed e-mail address."""

from __future__ import annotations

from bot.domain.commands import MailMyData, SendEmail, SendMyData, Sent
from bot.effects.mail import render
from bot.engine.dispatcher import Effect
from bot.integrations.errors import Refused
from bot.integrations.protocols import Email, File, Mailer, Messenger, PersonalData

NAME = "meus-dados.json"
SUBJECT = "A cópia dos seus dados"


def effects(personal: PersonalData, messenger: Messenger, mailer: Mailer) -> dict[str, Effect]:
    async def copy(person_id: str, until: int) -> File:
        text = await personal.copy_of(person_id, until=until)
        if text is None:
            raise Refused("personal", "nobody is known by that id", reason="unknown_person")
        return File(text.encode(), "application/json", NAME)

    async def send(command: SendMyData, _: str) -> Sent:
        file = await copy(command.person_id, command.until)
        return Sent(message_id=await messenger.send_document(command.to, file, caption=command.caption))

    async def find(command: SendMyData, _: str) -> Sent | None:
        found = await messenger.find_sent(command.to, command.caption, kind="document")
        return Sent(message_id=found) if found else None

    async def mail(command: MailMyData, key: str) -> SendEmail.Mailed:
        file = await copy(command.person_id, command.until)
        text = "Segue a cópia dos seus dados, como você pediu na conversa. O arquivo abre em qualquer editor de texto."
        why = "Você recebe este e-mail porque pediu uma cópia dos seus dados."
        html, plain = render("news", {"text": text, "brand": command.brand, "why": why}, subject=SUBJECT)
        email = Email(command.to, SUBJECT, html, plain, tags={"template": "copy"}, attachments=(file,))
        return SendEmail.Mailed(email_id=await mailer.send(email, idempotency_key=key))

    return {"person.copy": Effect(send, find, repeats=0), "person.copy_mail": Effect(mail)}
