"""WhatsApp's addresses: ``5511987654321@s.whatsapp.net`` (a phone), ``1000@lid`` (a person whose phone is hidden),
``…@g.us`` (a group). Outside this folder the common format of all gateways is used: bare digits, or the ``@lid``."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain import phone
from bot.integrations.whatsapp.fields import Body, text

PHONE = "s.whatsapp.net"
_CROWDS = ("g.us", "newsletter", "broadcast")
_KEYS = ("remoteJid", "remoteJidAlt", "senderPn", "previousRemoteJid")
"""Where a message key may name its chat, in different versions; phone and LID in any order."""


@dataclass(frozen=True)
class Chat:
    """The other side of a chat. All fields are "" for a group, a channel, a broadcast."""

    digits: str = ""
    lid: str = ""

    @property
    def address(self) -> str:
        """The address for answers."""
        return self.digits or self.lid

    @property
    def identity(self) -> str:
        """What identifies the person, "" if there is none."""
        try:
            return phone.identity(self.digits, self.lid)
        except ValueError:
            return ""


def read(key: Body) -> Chat:
    """The chat of a message key."""
    if text(key, "remoteJid").rpartition("@")[2] in _CROWDS:
        return Chat()
    named = [text(key, name) for name in _KEYS]
    digits = next((_digits(jid) for jid in named if jid.endswith(f"@{PHONE}")), "")
    return Chat(digits, next((jid for jid in named if jid.endswith("@lid")), ""))


def person_of(to: str) -> str:
    """The identity behind a chat address of ours."""
    lid = to if to.endswith("@lid") else ""
    return Chat("" if lid else _digits(to), lid).identity or to


def jid_of(to: str) -> str:
    """A chat address of ours in WhatsApp's format, in the spelling that we know."""
    return to if "@" in to else f"{to}@{PHONE}"


def _digits(jid: str) -> str:
    """Without the server and the device number."""
    return jid.partition("@")[0].partition(":")[0]
