"""Invitations for sellers: a code that opens a shop, once.

Decisions use no randomness: the code is derived from the invitation's random id and the shop's own salt, so that the
inviting operator can see it and the decision can mail it, while a leaked database reveals none (it holds digests).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta

from bot.domain.common import Value
from bot.domain.text import fold

VALID = timedelta(days=14)
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: without I, L, O or U, which are misread."""
_SHAPE = re.compile(r"\bloja([ -]*)([0-9a-z]{4})([ -]*)([0-9a-z]{4})\b")
_READ_AS = str.maketrans("ILOU", "110V")


class Invitation(Value):
    id: str
    version: int = 0
    digest: str
    """Of its code, see :func:`digest`."""
    email: str = ""
    note: str = ""
    """Who it is for, in the operator's words."""
    by: str = ""
    created_at: datetime
    expires_at: datetime
    used_by: str = ""
    """The person who opened a shop with it."""
    used_at: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        return not self.used_by and now < self.expires_at


def code_of(salt: str, invitation_id: str) -> str:
    """The code of an invitation, as people see it: ``LOJA-7K3F-9QX2`` (40 bits)."""
    drawn = int(_keyed(salt, f"invitation/{invitation_id}"), 16)
    letters = "".join(_ALPHABET[(drawn >> (5 * place)) % 32] for place in range(8))
    return f"LOJA-{letters[:4]}-{letters[4:]}"


def digest(salt: str, code: str) -> str:
    """What is stored and looked up instead of the code."""
    return _keyed(salt, f"invitation-code/{code}")


def read_code(text: str) -> str:
    """The code in a message, in its usual form; "" if there is none. ``loja 7k3f 9qx2`` is accepted, ``loja auto peca``
    is none."""
    for match in _SHAPE.finditer(fold(text)):
        letters = match[2] + match[4]
        if any(c.isdigit() for c in letters) or (match[1] + match[3]).count("-") == 2:
            plain = letters.upper().translate(_READ_AS)
            return f"LOJA-{plain[:4]}-{plain[4:]}"
    return ""


def _keyed(salt: str, text: str) -> str:
    return hmac.new(salt.encode(), text.encode(), hashlib.sha256).hexdigest()
