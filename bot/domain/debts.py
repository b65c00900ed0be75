"""What a seller owes the house: of a share that was paid by transfer, what the buyer has got back.

A refund reverses a split by itself, a transfer it does not. What the seller had of it is kept of the shares of later
sales (at most half of each, :func:`bot.domain.split.withheld`), or is paid back by hand. How much of all that a seller
owes is not yet paid, nor kept of a charge, is one number a seller, moved under a guard (:class:`DebtMove`), so that no
two charges keep the same centavo.
"""

from __future__ import annotations

from bot.domain import split
from bot.domain.order import Charge, ChargeState, SplitState

_SPREAD = frozenset({ChargeState.PAID, ChargeState.SETTLED})
_NEVER = frozenset({ChargeState.REFUSED, ChargeState.REFUNDED})


def due(charge: Charge) -> int:
    """What the seller was paid by transfer of what the buyer has got back of this charge, in centavos."""
    if charge.split is not SplitState.TRANSFERRED:
        return 0
    if charge.state is ChargeState.REFUNDED:
        return charge.share
    if not charge.refunded:
        return 0
    return min(charge.share, split.share_back(charge.share + charge.withheld, charge.refunded, charge.received))


def unpaid(charge: Charge) -> int:
    """What is left of :func:`due` once the seller has paid by hand; later sales may have paid it meanwhile."""
    return due(charge) - charge.repaid


def kept(charge: Charge) -> int:
    """What this charge has paid of earlier debts: its money is here, and nobody has asked for it back."""
    return charge.withheld if charge.state in _SPREAD and not charge.problem else 0


def opened(charge: Charge) -> int:
    """What this charge adds to the debt that nothing pays yet; below nothing where it pays some, or is about to."""
    over = ChargeState.VOID in charge.facts and "revived" not in charge.facts
    return unpaid(charge) - (0 if charge.state in _NEVER or over else charge.withheld)
