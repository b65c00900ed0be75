"""An operator invites a seller: the invitation is kept, and mailed where an address was given."""

from __future__ import annotations

from bot.conversations.texts import joining as texts
from bot.domain import invitation
from bot.domain.commands import SendEmail
from bot.domain.decision import Decision, Stored
from bot.domain.events import SellerInvited
from bot.domain.shop import Shop


def invited(stored: Stored, event: SellerInvited, shop: Shop, decision: Decision) -> None:
    code = invitation.code_of(shop.rules.salt, event.invitation)
    digest = invitation.digest(shop.rules.salt, code)
    if shop.invitation(digest) is not None:
        return
    decision.write(
        invitation.Invitation(
            id=event.invitation,
            digest=digest,
            email=event.email,
            note=event.note,
            by=event.by,
            created_at=stored.received_at,
            expires_at=event.expires_at,
        )
    )
    if event.email:
        subject, data = texts.invitation_mail(shop.rules, code, event.expires_at)
        mail = SendEmail(to=event.email, subject=subject, template="news", data=data)
        decision.do(mail, key=f"invitation/{event.invitation}", expires_at=event.expires_at)
