"""Brazilian phones: one canonical form, and one identity for the spellings with and without the ninth digit."""

from __future__ import annotations

import functools
import re

from bot.domain.text import words

DDDS = words(
    "11 12 13 14 15 16 17 18 19 21 22 24 27 28 31 32 33 34 35 37 38 41 42 43 44 45 46 47 48 49 51 53 54 55 61 62 63 64 "
    "65 66 67 68 69 71 73 74 75 77 79 81 82 83 84 85 86 87 88 89 91 92 93 94 95 96 97 98 99"
)

_NO_DIGIT = re.compile(r"[^0-9]")
_OURS = re.compile(r"\+\s*55")


def _national(digits: str) -> str:
    """Area code and subscriber (10 or 11 digits, ninth digit added to old mobiles), "" if it is no Brazilian number."""
    if len(digits) not in (10, 11) or digits[:2] not in DDDS:
        return ""
    subscriber = digits[2:]
    if len(subscriber) == 9:
        return digits if subscriber[0] == "9" else ""
    if subscriber[0] in "6789":
        return f"{digits[:2]}9{subscriber}"
    return digits if subscriber[0] in "2345" else ""


@functools.lru_cache(maxsize=1024)
def canonical(phone: str) -> str:
    """``5511987654321`` (mobile) or ``551138765432`` (landline) for any usual spelling; "" if it is none.

    Accepts WhatsApp addresses (``…@c.us``, ``…:3@s.whatsapp.net``), masks, +55, 0 and 0 + carrier. A LID and a foreign
    number have no canonical form.
    """
    name, _, server = phone.strip().partition("@")
    if server in ("lid", "g.us", "newsletter", "broadcast"):
        return ""
    if server:
        name = name.partition(":")[0]
    foreign = name.startswith("+") and not _OURS.match(name)
    digits = _NO_DIGIT.sub("", name)
    if foreign or not digits:
        return ""
    digits = digits.removeprefix("00")
    if digits.startswith("0"):
        # 0 + area code, or 0 + two digits of a carrier + area code
        national = _national(digits[1:]) or (_national(digits[3:]) if len(digits) in (13, 14) else "")
        return f"55{national}" if national else ""
    # ten or eleven digits are a national number even where they begin with 55 (the area code of western RS)
    national = _national(digits) or (_national(digits[2:]) if digits.startswith("55") else "")
    return f"55{national}" if national else ""


def spellings(text: str) -> list[str]:
    """The canonical phones that may be meant by a typed text: one, or, without the area code (``98765-4321``), one per
    area; none if it is not a phone."""
    if number := canonical(text):
        return [number]
    digits = re.sub(r"[\s.-]", "", text)
    if not re.fullmatch(r"[0-9]{8,9}", digits):
        return []
    return [number for area in sorted(DDDS) if (number := canonical(area + digits))]


def identity(phone: str, lid: str) -> str:
    """The identity of a person, the same for all spellings of one phone: ``1187654321``.

    Area code and the last eight digits. Mobiles of the newer series (9 before 2-5) never existed without the ninth
    digit and keep it, or they would be confused with the landline of the same digits. Without a phone:
    ``lid:1000@lid``, or ``tel:14155552671`` for a foreign number. Raises ValueError if nothing identifies the person.
    """
    if phone.endswith("@lid"):
        phone, lid = "", lid or phone
    number = canonical(phone)
    if number:
        newer = len(number) == 13 and number[5] in "2345"
        return number[2:] if newer else number[2:4] + number[-8:]
    if lid:
        return f"lid:{lid}"
    digits = re.sub(r"[^0-9]", "", phone.partition("@")[0].partition(":")[0])
    if not digits:
        raise ValueError("neither a phone nor a LID")
    return f"tel:{digits}"


def show(phone: str) -> str:
    """``(11) 98765-4321``; a foreign number in its own country's format, anything else unchanged."""
    number = canonical(phone)
    if number:
        return f"({number[2:4]}) {number[4:-4]}-{number[-4:]}"
    digits = re.sub(r"[^0-9]", "", phone.partition("@")[0])
    if "@lid" in phone or not 8 <= len(digits) <= 15:
        return phone
    # rare, and its tables are large: loaded only when somebody from abroad writes
    import phonenumbers

    try:
        parsed = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return phone
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
