"""What sellers say of parcels: posted, not yet, refused at the counter, the label again, the address."""

from __future__ import annotations

import re

from bot.conversations import engine
from bot.conversations.flows import meant, postponing, reading, sales
from bot.conversations.language import answers
from bot.conversations.routes import about
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import selling as texts
from bot.domain import calendar
from bot.domain.order import OrderState
from bot.domain.postponing import may_wait

_NOT_YET = re.compile(
    r"\b(?:nao|nem|ainda n|n) (?:\w+ )?(?:postei|enviei|mandei|despachei|foi postad[oa]|consegui (?:postar"
    r"|enviar|mandar|despachar))\b"
    r"|\b(?:fui|passei)\b.*\b(?:tava|estava) fechad[oa]\b|^(?:so )?vou (?:la )?(?:amanha|segunda|mais tarde)\b.{0,12}$"
    r"|\bainda nao (?:deu|fui)\b|\bnao (?:posto|mando|envio|despacho)\b"
    r"|(?:^|[,.;!] *)(?:(?:ok|blz|beleza|ta|bom|eu|so|certo)\W+)*"
    r"(?:vou (?:postar|levar|mandar|despachar)|posto|mando|despacho|levo)(?: (?:isso|ela|ele|so|la|na))*"
    r" (?:amanha|amh|hoje|hj|mais tarde|depois|dps|segunda|terca|quarta|quinta|sexta)\b"
    r"|\b(?:posso|da pra|pode ser) (?:\w+ ){0,2}?(?:postar|mandar|enviar|despachar)(?: \w+){0,2}?"
    r" (?:amanha|segunda|terca|quarta|quinta|sexta|dia \d{1,2}|semana que vem)\b"
    r"|\b(?:vou|irei|pretendo) (?:\w+ ){0,2}?(?:postar|enviar|despachar)\b"
    r"|\bso (?:consigo|posso|vou (?:conseguir|poder)) (?:\w+ ){0,2}?(?:postar|mandar|enviar|despachar)\b"
    r"|\bnao (?:vou|vai dar|consigo|posso|da|tenho como|quero)(?: \w+){0,3} (?:postar|enviar|mandar|despachar)\b"
)
_LATE = re.compile(
    r"^(?!.*\b(?:boleto|pag\w+|comprador\w*|cliente)\b)(?:"
    r".*\batras\w+\b.*\b(?:post\w+|envio|enviar|despach\w+|mandar)\b"
    r"|.*\b(?:post\w+|envi\w+|mand\w+|despach\w+)\b.*\b(?:atras\w+|(?:depois|fora) do prazo)\b"
    r"|.*\bmais (?:prazo|tempo|uns dias|(?:\d|um|dois|tres) dias?)\b|.*\b(?:prorrog|estend|aument)\w+\b.*\bprazo\b"
    r"|.*\b(?:perdi|passou|estour\w+|venceu) (?:d?o )?prazo\b)"
)
_NOT_THEN = re.compile(r"\bnao\b[^,.;]*?(?=[,.;]|\bso\b|\bmas\b|\bconsigo so\b|$)")
"""A day on which it is not posted: *não posto sábado*."""
_NOT_BEFORE = re.compile(r"\bnao\b.*\bantes d[eoa] ((?:dia )?\S+.*)$")
"""*Não consigo postar antes de segunda*: on Monday."""
_TURNED_AWAY = re.compile(
    r"\b(?:transportadora|correios?|jadlog|agencia|entregador|motorista|balcao)\b.*"
    r"\b(?:recusou|recusaram|nao (?:quis\w*|aceit\w+|receb\w+|pegou|pegaram|passou|veio|coletou|deixou))\b"
    r"|\brecusaram (?:o |a )?(?:pacote|caixa|encomenda)\b"
)
_LABEL_AGAIN = re.compile(
    r"\b(?:imprimi\w*|saiu|ficou)\b.*\b(?:errad[oa]|cortad[oa]|ruim|borrad[oa]|apagad[oa])\b"
    r"|^(?:me )?(?:manda|envia|reenvia)\w* (?:a etiqueta |o pdf )?(?:de novo|outra vez)\W*$"
)
_WRONGLY = re.compile(
    r"^(?:(?:ops|opa|eita)\W+)?(?:nao era (?:ess[ea]|ela|ele)"
    r"|(?:foi |marquei |me )?(?:errad[oa]|errei|engan\w+|sem querer|por engano))\W*$"
)
_WHERE_TO = re.compile(
    r"\b(?:pra|para) onde (?:e|eh|vai|mando|envio|posto)\b"
    r"|\bcep d[oa] (?:comprador\w*|cliente)\b|\bendereco del[ea]\b|\bendereco d[aeo] (?:venda |pedido )?#?\d{3,9}\b"
    r"|\b(?:endereco|telefone|whatsapp|zap|contato) (?:d[oae] )?(?:comprador|cliente)\b"
)
_LABELLED = frozenset([OrderState.ACCEPTED])


def in_words(talk: Talk, heard: Heard) -> bool:
    """Phrases that sound like *postei* but mean something else."""
    if talk.seller is None:
        return False
    return any(way(talk, heard) for way in (_wrongly, _turned_away, _not_yet, _label_again, _where_to))


def _wrongly(talk: Talk, heard: Heard) -> bool:
    """*Foi errado*, right after marking something."""
    frame = talk.frame
    if frame is None or (frame.flow, frame.step) != ("posted", "undo") or not _WRONGLY.match(heard.folded):
        return False
    engine.move(talk, "undone")
    return True


def _turned_away(talk: Talk, heard: Heard) -> bool:
    """The carrier did not take the parcel: a person handles it, and nothing is marked."""
    to_ship = sales.sold(talk, _LABELLED)
    if not to_ship or not _TURNED_AWAY.search(heard.folded):
        return False
    named = about.sales_in(heard, talk)
    if named is None:
        return False
    named = named or ([to_ship[0].number] if len(to_ship) == 1 else [])
    sale = f"venda #{named[0]}, " if named else ""
    engine.start(talk, "person", {"about": f"{sale}{heard.text[:120]}"})
    return True


def _not_yet(talk: Talk, heard: Heard) -> bool:
    """Not posted yet; the buyer can be told of a later posting date."""
    late = _LATE.search(heard.folded)
    if not (late or _NOT_YET.search(heard.folded)):
        return False
    named = about.sales_in(heard, talk)
    if named is None:
        return False
    named += [n for n in reading.numbers_in(heard.text) if sales.is_mine(talk, n)]
    waiting = [o for o in sales.sold(talk, sales.TO_SHIP) if not named or o.number in named]
    if not waiting:
        return False
    before = _NOT_BEFORE.search(heard.folded)
    day = postponing.day_in(before[1] if before else _NOT_THEN.sub(" ", heard.folded), calendar.today(talk.now))
    after = [o for o in waiting if may_wait(o) and o.ship_by and (late if day is None else day > o.ship_by)]
    if after:
        data = {"order": after[0].number} if len(after) == 1 else {}
        engine.start(talk, "postponing", data | ({"day": day.isoformat()} if day else {}))
        return True
    talk.say(texts.still_to_post(waiting[0]))
    engine.resume(talk)
    return True


def _label_again(talk: Talk, heard: Heard) -> bool:
    if not _LABEL_AGAIN.search(heard.folded) or not sales.sold(talk, _LABELLED):
        return False
    named = about.orders_in(heard, talk)
    engine.start(talk, "label", {"order": named[0]} if named else {})
    return True


def _where_to(talk: Talk, heard: Heard) -> bool:
    """The address is on the label; phones are not shown."""
    if not _WHERE_TO.search(heard.folded) or not sales.sold(talk, sales.TO_SHIP):
        return False
    talk.say(texts.where_to())
    engine.resume(talk)
    return True


_EVERY = re.compile(r"\b(?:os|as) (dois|duas|tres)\b|\b(?:ambos|ambas|todos|todas|tudo)\b")


def _all_of_them(talk: Talk, heard: Heard) -> list[int]:
    """*Postei os dois*, where there are two to post."""
    every, waiting = _EVERY.search(heard.folded), sales.sold(talk, _LABELLED)
    said = answers.count(every[1]) if every and every[1] else ""
    if every is None or (said or ("2" if "amb" in every[0] else "")) not in ("", str(len(waiting))):
        return []
    return [o.number for o in waiting]


def posted(talk: Talk, heard: Heard) -> bool:
    numbers = about.orders_in(heard, talk) or reading.numbers_in(heard.text) or _all_of_them(talk, heard)
    if not numbers:
        of_part = meant.by_part(sales.sold(talk, _LABELLED), heard.text)
        numbers = [o.number for o in of_part] if len(of_part) == 1 else []
    engine.start(talk, "posted", {"orders": numbers})
    return True


def undo(talk: Talk, _: Heard) -> bool:
    prices = next((f for f in talk.frames if f.flow == "repriced"), None)
    if prices is not None:  # something else was started since
        talk.frames = [*(f for f in talk.frames if f is not prices), prices]
        talk.frame = prices
        engine.move(talk, "undone")
        return True
    talk.say(texts.too_late_to_undo())
    engine.resume(talk)
    return True
