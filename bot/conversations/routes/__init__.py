"""Where an intent leads: global commands, intents, and the rows of *você quis dizer*."""

from __future__ import annotations

from collections.abc import Callable

from bot.conversations import engine
from bot.conversations.flows import orders, reading
from bot.conversations.language import Understanding
from bot.conversations.language.intents import SELLERS
from bot.conversations.routes import (
    addressing,
    aftersale,
    beside,
    buyer,
    charges,
    counter,
    giving_back,
    inventory,
    packing,
    paying,
    people,
    purchases,
    relay,
    sale_words,
    seller,
    shipping,
    shop_questions,
    sums,
    trouble,
    wishing,
)
from bot.conversations.routes.paying import remind
from bot.conversations.routes.people import VERY_SURE
from bot.conversations.routes.questions import is_question, question
from bot.conversations.routes.seller import photo
from bot.conversations.routes.several import several
from bot.conversations.routes.together import together
from bot.conversations.routes.words import global_word, is_global_word, withdraws
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import common as texts
from bot.conversations.wishes import heard_as
from bot.domain.text import words

__all__ = [
    "SURE",
    "VERY_SURE",
    "beside",
    "global_word",
    "interrupts",
    "is_global_word",
    "is_question",
    "likely",
    "news_of_orders",
    "photo",
    "question",
    "remind",
    "route",
    "suggested",
    "together",
    "withdraws",
]

SURE = 0.5
"""Confidence from which an intent is followed."""
HARDLY = 0.75
"""Confidence below which a part and a car in a message decide what is wanted."""
CERTAIN = 0.95
"""Confidence from which a buyer is told that an intent is a shop's business."""
WORTH = 0.15
"""Confidence from which an intent is worth suggesting."""
OF_SELLERS = words("add_product upload_photo edit_price mark_posted print_label seller_sales_report")

OWN_INTENTS = {
    "buying.part": words("find_part quote_shipping part_fitment edit_price add_product complaint"),
    "buying": words("edit_price add_product mark_posted"),
    "listing": words("add_product upload_photo edit_price find_part done part_fitment quote_shipping"),
    "pricing": words("edit_price"),
    "returning": words("complaint refund find_part quote_shipping part_fitment upload_photo add_product"),
    "rating.words": words("complaint"),
    "contesting.words": words("mark_posted track_order order_details complaint refund print_label payment_claim"),
    "listing.more_cars": words("find_part part_fitment quote_shipping done"),
    "joining": words(
        "join_shop find_part quote_shipping add_product upload_photo edit_price change_stock part_fitment pause_listing"
    ),
    "collecting": words("charge_request find_part quote_shipping add_product pay_pix pay_boleto pay_card"),
    "person": words("complaint talk_to_human refund change_address nfe_invoice part_fitment"),
}
"""Intents that a flow's own free-text questions read themselves."""
WISHES = words(
    "track_order list_orders order_details cancel_order talk_to_human help_menu resend_boleto mark_posted print_label "
    "seller_sales_report opt_out opt_in payment_claim privacy_request find_part quote_shipping add_product "
    "upload_photo refund complaint pay_pix pay_boleto pay_card change_due_date undo edit_price charge_request "
    "pause_listing change_stock"
)


def interrupts(meaning: Understanding, flow: str, step: str) -> bool:
    """Whether a message clearly has another intent than answering an open free-text question."""
    intent = meaning.intent
    if intent in OWN_INTENTS.get(f"{flow}.{step}", OWN_INTENTS.get(flow, frozenset())):
        return False
    return intent in WISHES and meaning.confidence >= VERY_SURE


def likely(meaning: Understanding, *, seller: bool) -> list[str]:
    """Intents worth suggesting, best first; never empty. A buyer is not asked about a seller's business."""
    ranked = [name for name, sure in ((meaning.intent, meaning.confidence), *meaning.alternatives) if sure >= WORTH]
    usual = ["list_orders", "add_product"] if seller else ["quote_shipping", "list_orders"]
    found = [name for name in ranked if name in texts.INTENTS and name in ROUTES and (seller or name not in OF_SELLERS)]
    return list(dict.fromkeys([*found, *usual, "talk_to_human"]))


def news_of_orders(talk: Talk, heard: Heard) -> bool:
    """*E aí?*, *cadê?*, with nothing asked: how a buyer's open order stands; False without one."""
    if talk.seller is not None or not orders.bought(talk, orders.OPEN):
        return False
    return remind(talk) or people.orders(all_of_them=False)(talk, heard)


def suggested(talk: Talk, heard: Heard) -> bool:
    """A row of *você quis dizer* was picked."""
    value = heard.choice[1:]
    if value == "again":
        engine.resume(talk, back=False)
        return True
    if value == "menu":
        engine.start(talk, "menu")
        return True
    name = value.partition(":")[2]
    route_of = ROUTES.get(name)
    return bool(route_of and route_of(talk, heard_as(heard, name)))


def route(talk: Talk, heard: Heard) -> bool:
    """Follow the intent of a message, or the several ones of a shop; False if none is recognised."""
    return several(talk, heard, _one) or _one(talk, heard)


def _one(talk: Talk, heard: Heard) -> bool:
    if any(way(talk, heard) for way in BY_WORDS):
        return True
    intent = heard.meaning.intent
    if heard.meaning.confidence < HARDLY and buyer.part_and_car(talk, heard):
        return True
    if (intent not in ROUTES or _sure(heard.meaning) < VERY_SURE) and people.upset(talk, heard):
        return True
    buys = talk.seller is None and (talk.frame is not None or bool(orders.bought(talk)))
    if intent in SELLERS and buys and heard.meaning.confidence < CERTAIN:
        return False  # a buyer has no shop: what sounds like one is something else
    if ROUTES.get(intent) is inventory.buy_or_quote and heard.slot("part") and buyer.wants_to_buy(heard):
        return inventory.buy_or_quote(talk, heard)  # a part and a verb of buying are enough, however odd the rest
    in_one_breath = reading.cep_in(heard) or (buyer.wants_to_buy(heard) and not heard.slot("order"))
    if intent in _BESIDE_A_WISH and in_one_breath and (quote := heard_as(heard, "quote_shipping")).slot("part"):
        return inventory.buy_or_quote(talk, quote)  # everything in one message; checked before it is split
    if intent not in ROUTES or _sure(heard.meaning) < SURE:
        return False
    return ROUTES[intent](talk, heard)


_BESIDE_A_WISH = words("pay_pix pay_boleto pay_card change_address")
"""Intents that often accompany a request for a part: payment method, destination."""


def _sure(meaning: Understanding) -> float:
    """Confidence about where a message leads: intents that lead to the same place are added up."""
    same = (sure for name, sure in meaning.alternatives if ROUTES.get(name) is ROUTES[meaning.intent])
    return meaning.confidence + sum(same)


BY_WORDS: tuple[Callable[[Talk, Heard], bool], ...] = (
    people.without_ears_or_eyes,
    trouble.trouble,
    people.complains,
    people.has_no_cpf,
    people.lost_mailbox,
    buyer.left_over,
    counter.standing,
    buyer.rate,
    seller.join,
    seller.wallet,
    seller.part_on_a_picture,
    seller.wrong_box,
    packing.while_packing,
    shipping.in_words,
    shop_questions.question,
    sums.account,
    counter.unpaid,
    counter.figures,
    counter.another_period,
    counter.closes_for_good,
    sale_words.sale_in_words,
    aftersale.part_came_back,
    aftersale.takes_back,
    aftersale.contests,
    counter.objects,
    sums.money_to_come,
    sums.why_so_little,
    seller.invoice_key,
    seller.charges_a_number,
    seller.new_part,
    inventory.prices,
    sums.price_put_right,
    sums.so_much_more,
    inventory.inventory,
    buyer.link_of_part,
    people.my_email,
    people.wrong_number,
    people.pictures_wanted,
    people.on_a_picture,
    paying.pay_number,
    giving_back.carried_back,
    giving_back.give_back,
    relay.relay,
    giving_back.disputes,
    giving_back.in_words,
    giving_back.under_guarantee,
    giving_back.wants_money,
    charges.another_amount,
    purchases.order_alone,
    purchases.quoted_order,
    buyer.another_part,
    purchases.total_of_all,
    purchases.total_again,
    purchases.more_pieces,
    purchases.other_side,
    purchases.has_come,
    purchases.praises,
    purchases.how_it_stands,
    purchases.that_i_bought,
    charges.to_another,
    charges.boleto_over,
    paying.paid_twice,
    paying.card_refused,
    paying.cannot_pay,
    paying.still_good,
    paying.pays_later,
    charges.pay_that,
    paying.code_wanted,
    paying.has_it_come,
    wishing.no_more_word,
    wishing.what_others_wait_for,
    wishing.which_are_waited_for,
    wishing.word_of_a_price,
    buyer.begins,
    purchases.buy_again,
    purchases.wants_to_cancel,
    purchases.order_number,
    purchases.where_is_the_money,
    buyer.car_alone,
    purchases.bought_wrong,
    purchases.comes_back,
    purchases.at_the_door,
    purchases.will_be_told,
    purchases.not_come,
    wishing.tell_me,
    paying.new_date,
    paying.wrong_document,
    addressing.moved,
    addressing.swapped,
    addressing.said_anew,
    addressing.put_right,
    buyer.to_seller,
    buyer.of_the_part,
    purchases.not_cancelled,
)
"""Routes that recognise a message by its words, whatever its intent, in the order in which they are tried."""

ROUTES: dict[str, Callable[[Talk, Heard], bool]] = {
    "find_part": inventory.buy_or_quote,
    "quote_shipping": inventory.buy_or_quote,
    "pay_pix": paying.pay("pix"),
    "pay_boleto": paying.pay("boleto"),
    "pay_card": paying.pay("card"),
    "resend_boleto": paying.pay("boleto"),
    "payment_claim": paying.paid,
    "change_due_date": paying.due_date,
    "track_order": people.orders(all_of_them=False),
    "order_details": people.orders(all_of_them=False),
    "list_orders": people.orders(all_of_them=True),
    "cancel_order": buyer.cancel_order,
    "cancel_flow": people.leave_the_flow,
    "refund": giving_back.refund,
    "complaint": giving_back.complain,
    "nfe_invoice": seller.invoice,
    "change_box": seller.box,
    "change_address": addressing.delivery("address"),
    "change_carrier": addressing.delivery("carrier"),
    "talk_to_human": people.person,
    "charge_request": seller.charge_by_message,
    "help_menu": people.start("menu"),
    "privacy_request": people.my_data,
    "recover_account": people.recover,
    "opt_out": people.leave,
    "opt_in": people.start("leaving", wish="back"),
    "mark_posted": shipping.posted,
    "undo": shipping.undo,
    "print_label": people.start("label"),
    "seller_sales_report": sums.report,
    "join_shop": people.start("joining"),
    "add_product": seller.register,
    "upload_photo": seller.register,
    "edit_price": sums.price,
    "part_fitment": buyer.fits,
}
