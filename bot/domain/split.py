"""The split of a payment, in centavos.

With goods G, freight F and what the provider leaves of V = G + F as net N: the platform's fee is
P = half-up(G x percent), never on freight, and the seller's share is S = N - F - P. The platform keeps N - S = F + P.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from bot.domain import money


def fee(goods: int, percent: str) -> int:
    """P of ``goods`` centavos; ``percent`` is decimal text such as ``"8"`` or ``"7.5"``.

    Raises ValueError for what is no percentage between 0 and 100.
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
    """S, the one split entry. Below 1 the way of paying cannot be offered: nothing is left for the seller."""
    return net - freight - fee


def withheld(share: int, debt: int) -> int:
    """What is kept of a share for what its seller owes: at most half, so that every sale still pays its seller, and
    what goes back of it can be taken of the rest."""
    return min(debt, share // 2)


def share_back(share: int, part: int, left: int) -> int:
    """What the seller gives of ``part``, given back of the ``left`` of a charge in which ``share`` still stands.

    In proportion, a fraction of a centavo rounded up: the last part takes just what is left, and none takes more than
    the part or than the share.
    """
    return -(-share * part // left)
