"""Routing of an order lane's events to the modules that handle them."""

from __future__ import annotations

from datetime import datetime

from bot.domain.commands import (
    BuyLabel,
    CancelCharge,
    CancelLabel,
    ContestDispute,
    CreateCharge,
    EnsureCustomer,
    GenerateLabel,
    MoveDueDate,
    OrderLabel,
    OrderReturn,
    PayShare,
    ReadCharge,
    ReadDispute,
    ReadLabel,
    RefundCharge,
    StorePhoto,
)
from bot.domain.decision import Decision, Stored
from bot.domain.events import (
    CancelAsked,
    DebtPaid,
    DeliveryAsked,
    DisputeAnswered,
    Done,
    DueDateAsked,
    Expired,
    InvoiceGiven,
    LabelCorrected,
    MeasuresGiven,
    NewCodeAsked,
    OrderPlaced,
    OrderRated,
    Parked,
    PaymentFact,
    PostingPromised,
    ReconcileAsked,
    RefundAsked,
    Refused,
    ReturnAnswered,
    ReturnAsked,
    ReturnReceived,
    SaidPosted,
    SaleAnswered,
    ShareAsked,
    ShipmentFact,
    Tick,
    TransferFact,
)
from bot.domain.order import Charge, Shipment
from bot.domain.shop import Shop
from bot.orders import (
    acceptance,
    cancelling,
    deadlines,
    delivery,
    disputes,
    label_costs,
    labels,
    payment,
    placing,
    postponing,
    reconciling,
    redirecting,
    refunding,
    remaking,
    returns,
    shares,
)
from bot.orders.turn import SALE_TIMERS, Turn


def decide(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    """Handle one event of the lane ``order:N``. An event of an unknown order is ignored."""
    _, _, number = stored.lane.partition(":")
    order = shop.order(int(number)) if number.isdigit() else None
    if order is None:
        return
    turn = Turn(stored, shop, now, decision, order)
    match stored.event:
        case OrderPlaced() as event:
            placing.placed(turn, event)
        case NewCodeAsked() as event:
            placing.code_asked(turn, event)
        case DueDateAsked() as event:
            deadlines.asked(turn, event)
        case PaymentFact() as event:
            payment.fact(turn, event)
        case SaleAnswered() as event:
            acceptance.answered(turn, event)
        case ShipmentFact() as event:
            delivery.fact(turn, event)
        case InvoiceGiven() as event:
            remaking.invoiced(turn, event)
        case MeasuresGiven() as event:
            remaking.measured(turn, event)
        case PostingPromised() as event:
            postponing.promised(turn, event)
        case OrderRated() as event:
            delivery.rated(turn, event)
        case SaidPosted() as event:
            delivery.said_posted(turn, event)
        case DisputeAnswered() as event:
            disputes.answered(turn, event)
        case ShareAsked() as event:
            shares.asked(turn, event)
        case DebtPaid() as event:
            shares.debt_paid(turn, event)
        case DeliveryAsked() as event:
            redirecting.asked(turn, event)
        case ReturnAsked() as event:
            returns.asked(turn, event)
        case ReturnAnswered() as event:
            returns.answered(turn, event)
        case ReturnReceived() as event:
            returns.received(turn, event)
        case CancelAsked() as event:
            cancelling.asked(turn, event)
        case RefundAsked() as event:
            refunding.asked(turn, event)
        case TransferFact() as event:
            shares.transferred(turn, event)
        case LabelCorrected() as event:
            label_costs.corrected(turn, event)
        case ReconcileAsked():
            reconciling.check(turn)
        case Tick() as event:
            _tick(turn, event)
        case Done() as event:
            _done(turn, event)
        case Refused() as event:
            _refused(turn, event)
        case Parked() as event:
            _parked(turn, event)
        case Expired() as event:
            charge = _charge(turn, event.key)
            if charge is not None and isinstance(event.command, EnsureCustomer | CreateCharge):
                placing.expired(turn, charge)
            elif charge is not None and isinstance(event.command, MoveDueDate):
                deadlines.waited_too_long(turn, event.command, charge)
            elif isinstance(event.command, StorePhoto):
                returns.photo_came(turn, None)
        case _:
            pass
    cancelling.settle(turn)
    shares.tell_due(turn)
    turn.finish()


def _charge(turn: Turn, key: str) -> Charge | None:
    """The charge of a command: its key begins with the charge's reference."""
    return turn.charge(reference=key.partition("/")[0])


def _shipment(turn: Turn, key: str) -> Shipment | None:
    return turn.shipment(reference=key.partition("/")[0])


def _tick(turn: Turn, event: Tick) -> None:
    reference = event.data.get("reference", "")
    charge, shipment = turn.charge(reference=reference), turn.shipment(reference=reference)
    match event.name:
        case "hold_over":
            cancelling.hold_over(turn)
        case "no_charge":
            cancelling.no_charge(turn)
        case "pix_expiry" | "card_expiry" if charge:
            payment.expiry(turn, charge)
        case "boleto_reminder" if charge:
            deadlines.reminder_due(turn, charge, event.data.get("when", ""))
        case "refund_retry" if charge:
            refunding.retry(turn, charge)
        case "label_poll" if shipment:
            labels.poll(turn, shipment, event.data.get("tries", ""))
        case "label_retry" if shipment:
            labels.retry(turn, shipment, event.data.get("tries", ""))
        case "label_hold":
            remaking.hold_over(turn)
        case "handed_over":
            delivery.handed_over(turn)
        case "close":
            delivery.close(turn)
        case "dispute_deadline":
            disputes.deadline_near(turn)
        case "claim_unanswered":
            returns.unanswered(turn)
        case "return_reminder":
            returns.reminder_due(turn)
        case "return_over":
            returns.over(turn)
        case name if name in SALE_TIMERS:
            acceptance.overdue(turn, name)
        case _:
            pass


def _done(turn: Turn, event: Done) -> None:
    charge, shipment = _charge(turn, event.key), _shipment(turn, event.key)
    if charge is not None:
        match event.command:
            case EnsureCustomer():
                placing.customer_found(turn, event, charge)
            case CreateCharge():
                placing.created(turn, event, charge)
            case MoveDueDate():
                deadlines.moved(turn, event, charge)
            case ReadDispute():
                disputes.looked_at(turn, event, charge)
            case ContestDispute():
                disputes.contested(turn, charge)
            case ReadCharge():
                payment.read_back(turn, event, charge)
            case CancelCharge():
                payment.cancelled(turn, charge)
            case RefundCharge() as command:
                refunding.done(turn, event, command, charge)
            case _:
                pass
    elif shipment is not None:
        match event.command:
            case OrderLabel() | OrderReturn():
                labels.ordered(turn, event, shipment)
            case BuyLabel():
                labels.bought(turn, event, shipment)
            case GenerateLabel():
                labels.looked_at(turn, event, shipment)
            case ReadLabel() if "/where/" in event.key:
                delivery.where(turn, event, shipment)
            case ReadLabel():
                labels.looked_at(turn, event, shipment, int(event.key.rpartition("/")[2]))
            case CancelLabel():
                labels.dropped(turn, shipment)
                remaking.fill_in(turn, shipment.reference)
            case _:
                pass
    elif isinstance(event.command, PayShare):
        shares.paid(turn, event.key)
    elif isinstance(event.command, StorePhoto):
        returns.photo_came(turn, event)


def _refused(turn: Turn, event: Refused) -> None:
    charge, shipment = _charge(turn, event.key), _shipment(turn, event.key)
    match event.command:
        case EnsureCustomer() | CreateCharge() if charge:
            placing.refused(turn, event, charge)
        case MoveDueDate() if charge:
            deadlines.refused(turn, event, charge)
        case CancelCharge() if charge:
            payment.cancel_refused(turn, event, charge)
        case ReadDispute() if charge:
            disputes.looked_at(turn, None, charge)
        case ContestDispute() if charge:
            disputes.not_contested(turn, event, charge)
        case ReadCharge() if charge:
            turn.alert(f"leitura {charge.reference}", f"a cobrança não pôde ser lida: {event.reason}.")
        case RefundCharge() as command if charge:
            refunding.refused(turn, event, command, charge)
        case StorePhoto():
            returns.photo_came(turn, None)
        case PayShare():
            shares.refused(turn, event)
        case OrderLabel() | OrderReturn() | BuyLabel() | GenerateLabel() if shipment:
            labels.refused(turn, event, shipment)
        case CancelLabel() if shipment:
            labels.keep(turn, event, shipment)
            remaking.kept(turn, shipment.reference)
        case ReadLabel() if shipment:
            turn.alert(f"leitura {shipment.reference}", f"a etiqueta não pôde ser lida: {event.reason}.")
        case _:
            pass


def _parked(turn: Turn, event: Parked) -> None:
    charge, shipment = _charge(turn, event.key), _shipment(turn, event.key)
    if charge is not None:
        placing.delayed(turn, event, charge)
    elif shipment is not None:
        labels.delayed(turn, event, shipment)
