"""Debts of sellers: shares paid by transfer that were refunded to the buyer.

A refund reverses a split automatically, but not a transfer. The seller's part is withheld from the shares of later
sales (at most half of each, :func:`bot.domain.split.withheld`), or repaid by hand. The part of all debts that is
neither repaid nor withheld by a charge is one number per seller, changed under a guard (:class:`DebtMove`), so that no
two charges withhold the same centavo.
"""

from __future__ import annotations

from bot.domain import split
from bot.domain.order import Charge, ChargeState, SplitState

_SPREAD = frozenset({ChargeState.PAID, ChargeState.SETTLED})
_NEVER = frozenset({ChargeState.REFUSED, ChargeState.REFUNDED})


def due(charge: Charge) -> int:
    """The seller's debt from this charge in centavos: what was paid to them by transfer and has been refunded to the
    buyer."""
    if charge.split is not SplitState.TRANSFERRED:
        return 0
    if charge.state is ChargeState.REFUNDED:
        return charge.share
    if not charge.refunded:
        return 0
    return min(charge.share, split.share_back(charge.share + charge.withheld, charge.refunded, charge.received))


def unpaid(charge: Charge) -> int:
    """:func:`due` less manual repayments; later sales may have covered it meanwhile."""
    return due(charge) - charge.repaid


def kept(charge: Charge) -> int:
    """What this charge repays of earlier debts: it is paid and not refunded."""
    return charge.withheld if charge.state in _SPREAD and not charge.problem else 0


def opened(charge: Charge) -> int:
    """What this charge adds to the open debt; negative if it repays some."""
    over = ChargeState.VOID in charge.facts and "revived" not in charge.facts
    return unpaid(charge) - (0 if charge.state in _NEVER or over else charge.withheld)
