"""Questions of buyers about existing orders: which one, how much, how many, where it is, the same again."""

from __future__ import annotations

import re

from bot.conversations import engine
from bot.conversations.flows import meant, rating, sales
from bot.conversations.flows.buying import remarks
from bot.conversations.flows.orders import OPEN, bought
from bot.conversations.language import asides
from bot.conversations.routes import about, buyer, people, words
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import orders as order_texts
from bot.conversations.wishes import heard_as
from bot.domain.order import ChargeState, Offer, OrderState, ShipmentState
from bot.domain.text import fold

_ORDER_ALONE = re.compile(r"(?:(?:e|cade|kd|onde (?:ta|esta)|o|a|pedido|ver|sobre)\W+)*#?(\d{3,9})\W*")
_COMES = re.compile(
    r"^(?:e |mas |sera que |ele |ela |sabe se )*(?:ja |vai |quando |que dia )*"
    r"(?:chega\w*\b|chegou\W*$|saiu (?:pra|para)\b|foi entregue\b)"
    r"|\b(?:me )?avis\w+ quando (?:chegar|sair|entregar|vier)\b|\bprevisao\b"
)
_DID_NOT_WANT = re.compile(
    r"\b(?:posso|da pra|quero) (?:voltar atras|desfazer o cancelamento|descancelar)\b|"
    r"\bcancelei (?:o )?(?:errad[oa]|sem querer|por engano)\b"
    r"|\bnao (?:(?:era|e|eh) (?:pra|para)|queria)(?: ter)? cancel\w+|\b(?:desfaz\w*|volta\w*) (?:o |esse )?cancelamento"
)
_THIS = re.compile(
    r"^(?:e |mas )?(?:ess[ea]|est[ea]|desse|dessa|isso|e ai|como (?:ta|esta)|cade|kd)(?: aqui| ai)?"
    r"(?: ja)?(?: (?:chegou|chega|vem|saiu|foi (?:pago|postado|entregue|enviado)))?(?: quando)?\W*$"
)
_WANTS_TO_CANCEL = re.compile(
    r"^(?:oi |eu )*(?:quero|queria|preciso|gostaria de|posso|da pra|tem como) (?:cancelar|desistir)"
    r"(?: (?:isso|tudo|por favor|pf))*\W*$"
)
_WHEN_POSTED = re.compile(r"\bavis\w+ (?:\w+ ){0,2}?quando (?:for )?(?:post|envi|sa[iu]|despach)\w*")
_TELL_ME = re.compile(
    r"^(?!.*\b(?:nao|sem|par[ae]r?|cancel\w+)\b)(?:.*\bavis\w+ quando\b|(?:(?:me|pode|quero) )*avisa(?:r|-?me)?\W*$"
    r"|.*\b(?:cada|todas? as|qualquer) (?:atualizac\w+|novidades?)\b)"
)
"""*Avisar*, *me avisa quando chegar*, *quero cada atualização*."""
_ORDER_NUMBER = re.compile(r"\bqual (?:e |eh )?(?:o )?(?:numero|codigo|n) d[oe] (?:meu )?pedido\b")
_MY_OTHER = re.compile(
    r"^(?:(?:e|mas|cade|kd|antes|sobre)\W+)*(?:[oa]s? )?meus? (?:outros? )?pedidos?\W*$|^e (?:o meu|a minha)\W*$"
)
_OTHER_SIDE = re.compile(
    r"\b(?:outro lado|lado contrario)\b|^(?:(?:e|agora|entao|eu|tambem|vou querer|quero|queria|preciso d?)\W*)+"
    r"[oa] (?:direit|esquerd)[oa](?: (?:tambem|tb|tbm))?\W*$"
)
_OF_ORDER = re.compile(
    r"^(?:(?:e|mas|oi)\W+)*[oa]s? [\w ]{3,30}? ja (?:chegou|saiu|foi|veio|esta vindo)\b.*\?"
    r"|\b(?:cancelaram|foi cancelad[oa]|cancelou)\b.*(?:\?|\bou nao\b)|\bdizendo que (?:\w+ )?cancel\w+"
)
"""*A vela já chegou?*, *cancelaram ou não?*: how an order stands."""
_MY_MONEY = re.compile(
    r"^(?:(?:poxa|nossa|puts|e|mas|ue|ta)\W+)*(?:o )?meu (?:dinheiro|reembolso|estorno)\W*$"
    r"|\b(?:cade|kd|onde (?:ta|esta)|quando (?:cai|volta|vem|recebo|devolvem))\b.*"
    r"\b(?:(?:meu|o) (?:dinheiro|reembolso|estorno)|minha grana)\b"
    r"|^(?:e |mas )?(?:ja )?(?:estornaram|reembolsaram|devolveram (?:o |meu )dinheiro"
    r"|fizeram o (?:estorno|reembolso))\b"
    r"|\bnao (?:recebi|caiu|chegou|veio) (?:ainda )?(?:o |meu )?(?:reembolso|estorno)\b"
)
_SO_MANY = re.compile(r"\bmais (\d{1,2})\b")
_AGAIN = re.compile(
    r"^(?!.*\b(?:acrescent\w+|adicion\w+|inclu\w+|pecas?|codigo|pix|boleto|link|pag\w+|nota|etiqueta|fotos?|frete"
    r"|cobranca|rastreio|tent\w+)\b)"
    r".*\b(?:compr\w+|quero|queria|pedir|preciso|me ve|manda(?= mais))\b"
    r".*\b(?:de novo|outra vez|novamente|mais um[a]?|igual|iguais"
    r"|(?:o|a|do|da) mesm[oa])\b"
    r"|\b(?:quero|queria|manda|preciso de) mais (?:\d{1,2}|um|uma|dois|duas|tres)\W*$"
    r"|\brepet\w+\b.*\b(?:pedido|compra)\b"
    r"|\b(?:de sempre|(?:igual|mesm[oa]|que nem)(?: o| a)? d?(?:a|o) (?:outra|ultima) (?:vez|compra))\W*$"
)
_OTHERWISE = re.compile(r"\b(?:errad[oa]|trocad[oa]|outro lado|contrari[oa]|diferente)\b")
_LIKE_IT = re.compile(r"\b(?:igual|iguais|de sempre|o mesmo|a mesma|(?:outra|ultima) vez)\b")
_I_BOUGHT = re.compile(
    r"\b(?:comprei|pedi) (?:um|uma|o|a|esse|essa) [\w ]+\b(?:com voces?|com vcs|aqui|ai)\b"
    r"|\bque (?:eu )?(?:comprei|pedi|encomendei|paguei)\b"
)
_OF_WHAT_WAS_WRONG = re.compile(
    r"\b(?:veio|vieram|quebr\w+|defeito|errad[oa]|devolv\w+|troc\w+|cancel\w+|arranhad\w+|serv\w+|dinheiro"
    r"|reembols\w+)\b"
)
_MORE_PIECES = re.compile(
    r"^(?:(?:opa|ops|oi|ah|na verdade|entao|eu)\W+)*(?:eu )?(?:queria|quero|preciso de|era pra ser|sao|eram|pode ser"
    r"|bota|coloca|muda pra) (?:so |mais )?(?:[2-9]|duas|dois|tres|quatro|cinco)(?: (?:unidades?|pecas|deles?|delas?))?"
    r"(?: na verdade)?\W*$"
    r"|\b(?:aument|mud|troc|alter)\w+ (?:a |pra )?quantidade\b"
    r"|^(?:e )?(?:da|tem como|posso|pode|consigo)(?: pra)? aumentar\W*$"
)
_BOUGHT_WRONG = re.compile(
    r"\b(?:comprei|pedi|escolhi) (?:o |a |n[oa] )?(?:\w+ )?errad[oa]\b|\b(?:comprei|pedi) (?:por engano|sem querer)\b"
)
_TURN_BACK = re.compile(
    r"\bmanda\w* (?:el[ea] )?(?:voltar|de volta)\b|\b(?:para|parem|interrompe\w*|segura\w*) (?:a entrega|o envio)\b"
)
_MAY_HAVE_COME = (OrderState.SHIPPED, OrderState.DELIVERED, OrderState.ACCEPTED)
_FINE = (
    r"(?:obrigad\w*|obg|brigad\w*|valeu|vlw|cert\w+|direitinho|perfeit\w+|bem|bom|otim\w+|top|show|lind\w+|sim|ja"
    r"|hoje)"
)
_HAS_COME = re.compile(
    rf"^(?=.*\b{_FINE}\b)(?:\w+\W+){{0,4}}?(?:chegou|chegaram|recebi|veio|entregaram"
    rf"|foi entregue)\b(?:\W+\w+){{0,8}}\W*$"
)
_BUT = re.compile(
    r"\b(?:nao|nem|mas|so que|quero|queria|preciso|compr\w+|porem|faltou|falta\w*|errad\w+|quebr\w+|trinc\w+"
    r"|defeit\w+|risc\w+|amass\w+|diferente"
    r"|codigo|pix|boleto|link|email|e-mail|mensagem|nota|etiqueta|quando|se|dinheiro|reembolso|estorno|aviso"
    r"|vendedor)\b"
)
_PRAISE = re.compile(
    r"^(?!.*\b(?:nao|mas|quero|queria|tem|so que|poderia|robo|bot|preco)\b)(?:\w+\W+){0,6}?"
    r"(?:recomend\w+|(?:muito|super|bem) (?:bo[ma]|bons|boas|feliz|satisfeit\w+)|adorei|amei|gostei(?: muito)?"
    r"|excelente"
    r"|nota (?:10|dez|mil)|serviu (?:certinho|perfeito|direitinho|perfeitamente|bem))\b(?:\W+\w+){0,6}\W*$"
)
_AT_THE_DOOR = re.compile(
    r"\b(?:entreg\w+|tent\w+|toc(?:ou|aram)|em casa|vizinh\w+|porteiro|portaria|agencia|unidade|retir\w+|buscar"
    r"|campainha)\b"
)
_OF_ALL = re.compile(
    r"\b(?:quanto|qto|qnt|total|valor|soma\w*)\b.*\b(?:(?:[oa]s|d[oa]s|n[oa]s) (?:2|3|dois|duas|tres)(?: coisas| pecas"
    r"| pedidos| itens| compras)?(?: junt[oa]s)?|tod[oa]s (?:[oa]s |eles|elas)|tudo junto|tudo somado|ambos|ambas)\W*$"
    r"|^(?:e )?(?:[oa]s (?:2|3|dois|duas|tres)|tudo)(?: coisas| pecas| pedidos| itens)?(?: junt[oa]s?)? (?:sai"
    r"|fica|da|deu|e) "
    r"(?:por )?(?:quanto|qto|qnt)\b"
)
"""*Quanto fica as duas coisas?*"""
_SIDES = {"direito": "esquerdo", "esquerdo": "direito", "direita": "esquerda", "esquerda": "direita"}
_BACK = frozenset([ChargeState.REFUNDING, ChargeState.REFUNDED])
_NOT_COME = re.compile(r"\b(?:atrasad\w+|atraso|demorando|demora|nao (?:chegou|recebi)|nada ainda|cade|kd)\b")


def order_alone(talk: Talk, heard: Heard) -> bool:
    """*1042* and nothing else: that order, bought or sold."""
    match = _ORDER_ALONE.fullmatch(heard.folded)
    order = talk.shop.order(int(match[1])) if match else None
    if order is None:
        return False
    if sales.is_mine(talk, order.number):
        engine.start(talk, "sales", {"order": order.number})
        return True
    if order.buyer_id != talk.person.id:
        return False
    engine.start(talk, "tracking", {"order": order.number})
    return True


def quoted_order(talk: Talk, heard: Heard) -> bool:
    """*E esse?* in reply to a message of ours about an order: that order."""
    if not heard.message.reply_to or heard.slot("order") or not _THIS.match(heard.folded):
        return False
    named = about.orders_in(heard, talk)
    return bool(named) and people.orders(all_of_them=False)(talk, heard)


def total_again(talk: Talk, heard: Heard) -> bool:
    """*Quanto ficou mesmo?*, after the order: the newest open one, with its total."""
    live = bought(talk, OPEN)
    doubts = asides.doubts_the_sum(heard.text)
    if not live or not (doubts or asides.asks_total(heard.text)):
        return False
    if doubts:
        live.sort(key=lambda o: o.state is not OrderState.AWAITING_PAYMENT)  # the one about to be paid
        talk.note(order_texts.how_the_sum_is_made())
    spoken_of = talk.frame.data.get("order") if talk.frame is not None else None
    if talk.frame is not None and talk.frame.flow == "delivery" and spoken_of:
        engine.resume(talk, back=False)  # its question states the total
        return True
    engine.start(talk, "tracking", {"order": live[0].number})
    return True


def total_of_all(talk: Talk, heard: Heard) -> bool:
    """*Quanto fica as duas coisas?*: the sum of what is to be paid, with the part being bought; else of what was."""
    waiting = bought(talk, frozenset([OrderState.AWAITING_PAYMENT]))
    everything = len(waiting) > 1 and asides.asks_total(heard.text) and "tudo" in heard.folded
    if talk.seller is not None or not (everything or _OF_ALL.search(heard.folded)):
        return False
    rows = [(f"#{o.number}", o.total) for o in waiting]
    rows = rows or [(f"#{o.number}", o.total) for o in bought(talk, OPEN)]
    frame = next((f for f in reversed(talk.frames) if f.flow == "buying"), None)
    chosen = talk.shop.product(frame.data["listing"]) if frame is not None and frame.data.get("listing") else None
    if frame is not None and chosen is not None:
        offer = Offer.model_validate(frame.data["offer"]) if frame.data.get("offer") else None
        goods = chosen.price * max(1, int(frame.data.get("quantity", 1)))
        rows.append((chosen.title + ("" if offer else " (sem o frete)"), goods + (offer.price if offer else 0)))
    if not rows:
        return False
    talk.note(order_texts.sum_of(rows))
    if frame is not None:
        engine.resume(talk, back=False)
    return True


def more_pieces(talk: Talk, heard: Heard) -> bool:
    """*Queria 2 na verdade*, about an existing order: the quantity cannot change; say what can."""
    waiting = bought(talk, frozenset([OrderState.AWAITING_PAYMENT]))
    if not waiting or not _MORE_PIECES.search(heard.folded) or any(f.flow == "buying" for f in talk.frames):
        return False
    talk.say(order_texts.pieces_stay(waiting[0]))
    engine.resume(talk)
    return True


def that_i_bought(talk: Talk, heard: Heard) -> bool:
    """*E aquele farol que eu comprei?*: the order of that part."""
    part = heard_as(heard, "find_part").slot("part")
    if (
        not part
        or not _I_BOUGHT.search(heard.folded)
        or _OF_WHAT_WAS_WRONG.search(heard.folded)
        or _AGAIN.search(heard.folded)
    ):
        return False
    found = [o for o in bought(talk, OPEN) if fold(part) in fold(o.title)] or [
        o for o in bought(talk) if fold(part) in fold(o.title)
    ]
    if not found:
        return False
    engine.start(talk, "tracking", {"order": found[0].number} if len(found) == 1 else {"all": True})
    return True


def bought_wrong(talk: Talk, heard: Heard) -> bool:
    """*Comprei errado, queria o esquerdo*: what is not posted is cancelled after a yes, and bought anew."""
    early = bought(talk, frozenset([OrderState.AWAITING_PAYMENT, OrderState.PAID, OrderState.ACCEPTED]))
    if not early or not _BOUGHT_WRONG.search(heard.folded) or heard.slot("order"):
        return False
    talk.note(order_texts.cancel_and_again())
    engine.start(talk, "cancelling", {"order": early[0].number} if len(early) == 1 else {})
    return True


def comes_back(talk: Talk, heard: Heard) -> bool:
    """*Manda voltar*, about a parcel on its way: it cannot be stopped; say what can be done."""
    under_way = bought(talk, frozenset([OrderState.SHIPPED]))
    if len(under_way) != 1 or not _TURN_BACK.search(heard.folded):
        return False
    engine.start(talk, "cancelling", {"order": under_way[0].number})
    return True


def at_the_door(talk: Talk, heard: Heard) -> bool:
    """*Ninguém tocou*, *deixa com a vizinha*, after an attempt to deliver that failed."""
    missed = [
        o
        for o in bought(talk, frozenset([OrderState.SHIPPED]))
        if o.parcel is not None and o.parcel.state is ShipmentState.UNDELIVERED
    ]
    if not missed or not _AT_THE_DOOR.search(heard.folded) or heard_as(heard, "find_part").slot("part"):
        return False
    talk.say(order_texts.tried_to_deliver(missed[0]))
    engine.resume(talk)
    return True


def will_be_told(talk: Talk, heard: Heard) -> bool:
    """*Avisa quando postar*, of an order that was not posted yet."""
    mine = bought(talk, frozenset([OrderState.PAID, OrderState.ACCEPTED]))
    if talk.seller is not None or not mine or not _WHEN_POSTED.search(heard.folded):
        return False
    talk.note(order_texts.will_tell())
    engine.start(talk, "tracking", {"order": mine[0].number})
    return True


def not_come(talk: Talk, heard: Heard) -> bool:
    """*Não chegou ainda*: of several orders, the one on its way."""
    under_way = bought(talk, frozenset([OrderState.SHIPPED]))
    if (
        len(under_way) != 1
        or about.orders_in(heard, talk)
        or not any(said.search(heard.folded) for said in (_NOT_COME, _COMES, _TELL_ME))
    ):
        return False
    sure = _COMES.search(heard.folded) or _TELL_ME.search(heard.folded)
    if not sure and heard.meaning.intent not in ("track_order", "list_orders", "order_details", "complaint"):
        return False
    if _TELL_ME.search(heard.folded):
        talk.note(order_texts.will_tell())
    engine.start(talk, "tracking", {"order": under_way[0].number})
    return True


def wants_to_cancel(talk: Talk, heard: Heard) -> bool:
    """*Quero cancelar* and nothing else: what is open, otherwise an order."""
    if not _WANTS_TO_CANCEL.match(heard.folded) or (talk.frame is None and not bought(talk)):
        return False
    return words.cancel(talk, heard.folded)


def buy_again(talk: Talk, heard: Heard) -> bool:
    """*Quero comprar de novo o mesmo*: the part of the newest order."""
    if _OTHERWISE.search(heard.folded):
        return False
    named = bool(heard_as(heard, "find_part").slot("part"))
    last = next(iter(meant.by_part(bought(talk), heard.text) if named else bought(talk)), None)
    if last is None or not _AGAIN.search(heard.folded) or (named and not _LIKE_IT.search(heard.folded)):
        return False
    if not last.lines[0].listing:
        return False  # a charge by message
    pieces = _SO_MANY.search(heard.folded)
    seed = {"quantity": int(pieces[1])} if pieces else {}
    seed |= {"anothers": True} if remarks.is_anothers(heard) else {}
    engine.start(talk, "buying", {"listing": last.lines[0].listing, **seed})
    return True


def other_side(talk: Talk, heard: Heard) -> bool:
    """*Agora queria o outro lado*, with nothing under way: the counterpart of the last part that was bought."""
    last = next(iter(bought(talk)), None)
    wants = _OTHER_SIDE.search(heard.folded) and buyer.wants_to_buy(heard) and engine.is_idle(talk)
    if last is None or not wants or heard_as(heard, "find_part").slot("part"):
        return False
    title = fold(last.title)
    side = next((one for one in _SIDES if one in title.split()), "")
    if not side or side[:6] in heard.folded:
        return False
    engine.start(talk, "buying", {"query": title.replace(side, _SIDES[side])})
    return True


def has_come(talk: Talk, heard: Heard) -> bool:
    """*Chegou, obrigado*: glad of it. Only the carrier's word moves an order; say how it stands, and what is next."""
    mine = bought(talk, _MAY_HAVE_COME)
    named = about.orders_in(heard, talk)
    if talk.seller is not None or not mine or "?" in heard.text or not _HAS_COME.search(heard.folded):
        return False
    if _BUT.search(heard.folded):
        return False
    mine.sort(key=lambda o: _MAY_HAVE_COME.index(o.state))
    of_part = [o for o in mine if o.number in named] or meant.by_part(mine, heard.text)
    order = (of_part or mine)[0]
    if order.state is OrderState.SHIPPED:
        talk.say(order_texts.come_before_the_scan(order))
    elif order.state is OrderState.ACCEPTED:
        talk.say(order_texts.come_before_posted(order))
    else:
        talk.say(order_texts.come(order))
    engine.resume(talk)
    return True


def praises(talk: Talk, heard: Heard) -> bool:
    """*Muito bom, recomendo*: ask for the stars of what arrived, unless they were given."""
    praise = _PRAISE.match(heard.folded)
    if praise is None or talk.seller is not None or not engine.is_idle(talk) or "?" in heard.text:
        return False
    last = next(iter(bought(talk, rating.ARRIVED)), None)
    if last is None or last.rating or "atendimento" in heard.folded:
        talk.say(order_texts.thanks_for_praise())
        return True
    talk.note(order_texts.glad())
    engine.start(talk, "rating", {"order": last.number, "words": heard.text.strip()[:300]})
    return True


def how_it_stands(talk: Talk, heard: Heard) -> bool:
    """Show the order that is asked about by its part, else the newest open one."""
    mine = bought(talk)
    if talk.seller is not None or not mine or not _OF_ORDER.search(heard.folded):
        return False
    of_part = meant.by_part(mine, heard.text)
    named = of_part if len(of_part) == 1 else bought(talk, OPEN) or mine
    engine.start(talk, "tracking", {"order": named[0].number})
    return True


def order_number(talk: Talk, heard: Heard) -> bool:
    """*Qual o número do pedido?*: list them."""
    asked = _ORDER_NUMBER.search(heard.folded) or (talk.seller is None and _MY_OTHER.match(heard.folded))
    if not asked or not bought(talk):
        return False
    return people.orders(all_of_them=True)(talk, heard)


def where_is_the_money(talk: Talk, heard: Heard) -> bool:
    """*Cadê meu dinheiro?* from a buyer: the refunded order, or the one to be refunded, otherwise all of them."""
    if talk.seller is not None or not _MY_MONEY.search(heard.folded):
        return False
    orders = bought(talk)
    back = next((o for o in orders if any(c.state in _BACK for c in o.charges)), None)
    if not orders:
        return False
    engine.start(talk, "tracking", {"order": back.number} if back is not None else {"all": True})
    return True


def not_cancelled(talk: Talk, heard: Heard) -> bool:
    """*Não queria cancelar*: a cancellation is final, but the part may still be available."""
    if not _DID_NOT_WANT.search(heard.folded):
        return False
    order = next(iter(bought(talk, frozenset([OrderState.CANCELLED]))), None)
    live = bought(talk, OPEN)
    if order is None and live:
        engine.start(talk, "tracking", {"order": live[0].number})  # as it is now
        return True
    if order is None:
        return False
    talk.note(order_texts.stays_cancelled(order.number))
    engine.start(talk, "buying", {"listing": order.lines[0].listing})
    return True
