"""Evolution's normalisation of addresses."""

from __future__ import annotations

import re

SERVER = "@s.whatsapp.net"


def jid_of(number: str) -> str:
    """Sheet 3: the JID of a number; the ninth digit is added or removed by the Brazilian rule."""
    if "@" in number:
        return re.sub(r":\d+(?=@)", "", number)
    digits = re.sub(r"\D", "", number)
    brazilian = re.fullmatch(r"55(\d\d)\d(\d{8})", digits)
    if brazilian and int(brazilian[1]) >= 31 and brazilian[2][0] >= "7":
        digits = f"55{brazilian[1]}{brazilian[2]}"
    return digits + SERVER


def address_of(number: str) -> str:
    """The address in chats: bare digits, or the LID."""
    return jid_of(number).removesuffix(SERVER)
