"""The split of a payment, in centavos.

With goods G, freight F and the net N that remains of V = G + F after the provider's fee: the platform's fee is
P = half-up(G x percent), never on freight, and the seller's share is S = N - F - P. The platform keeps N - S = F + P.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from bot.domain import money


def fee(goods: int, percent: str) -> int:
    """P of ``goods`` centavos; ``percent`` is decimal text such as ``"8"`` or ``"7.5"``.

    Raises ValueError unless it is a percentage between 0 and 100.
    """
    try:
        rate = Decimal(percent.strip())
    except InvalidOperation:
        raise ValueError(f"no percentage: {percent!r}") from None
    if not rate.is_finite() or not 0 <= rate <= 100:
        raise ValueError(f"not between 0 and 100: {percent!r}")
    numerator, denominator = rate.as_integer_ratio()
    return money.half_up(goods * numerator, denominator * 100)


def share(net: int, freight: int, fee: int) -> int:
    """S, the only split entry. Below 1 the payment method cannot be offered: nothing is left for the seller."""
    return net - freight - fee


def withheld(share: int, debt: int) -> int:
    """What is withheld from a share for the seller's debts: at most half, so that every sale still pays its seller, and
    refunds can be taken from the rest."""
    return min(debt, share // 2)


def share_back(share: int, part: int, left: int) -> int:
    """The seller's part of a refund of ``part``, out of ``left`` of a charge whose remaining share is ``share``.

    In proportion, a fraction of a centavo rounded up: the last part takes exactly what is left, and none takes more
    than the part or the share.
    """
    return -(-share * part // left)
