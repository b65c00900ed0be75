"""Invitations: a seller's is stored, and mailed if there is an address; an operator sets a password by a link."""

from __future__ import annotations

from datetime import timedelta

from bot.conversations.texts import joining as texts
from bot.conversations.texts import passwords
from bot.domain import invitation
from bot.domain.commands import SendEmail
from bot.domain.decision import Decision, Stored
from bot.domain.events import PasswordChanged, PasswordLinkAsked, SellerInvited
from bot.domain.shop import Shop

TOLD_FOR = timedelta(days=7)
"""After this, a password change is no longer worth a notice."""


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


def password_link(event: PasswordLinkAsked, shop: Shop, decision: Decision) -> None:
    subject, data = passwords.mail(shop.rules, event.account, event.expires_at, invited=event.invited)
    mail = SendEmail(to=event.email, subject=subject, template="password", data=data, password_link=event.link)
    decision.do(mail, key=f"password/{event.link}", expires_at=event.expires_at)


def password_changed(stored: Stored, event: PasswordChanged, shop: Shop, decision: Decision) -> None:
    subject, data = passwords.changed(shop.rules, event.account, event.how, stored.received_at)
    mail = SendEmail(to=event.email, subject=subject, template="password", data=data)
    decision.do(mail, key=f"password_changed/{stored.id}", expires_at=stored.received_at + TOLD_FOR)
