"""Intents of everybody: orders, a person of the shop, e-mail, opting out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bot.conversations import engine
from bot.conversations.language import answers
from bot.conversations.routes import about, words
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import people as texts
from bot.conversations.wishes import heard_as
from bot.domain.text import fold

VERY_SURE = 0.72
"""Confidence from which an intent precedes an open free-text question, and calls a person."""
_EMAIL_IS = re.compile(r"\b(?:meu|o) e-?mail\b|^\S+@\S+$")
_ERASE = re.compile(r"\b(?:apag\w+|exclu\w+|delet\w+|remov\w+|esquec\w+|elimin\w+)\b")
_COPY = re.compile(r"\b(?:copia\w*|quero (?:ver )?(?:os )?meus dados|mand\w+|baixar|exportar|quais|que dados)\b")
_UPSET = re.compile(
    r"\b(?:ladr(?:ao|oes|a)|golpistas?|estelionat\w+|picaret\w+|roub(?:o|aram|ando)|lixo|porcaria|merda|bosta|palhacos?"
    r"|incompetent\w+|vergonha|raiva|irritad[oa]|indignad[oa]|cansad[oa] de esperar)\b"
)
_COMPLAINS = re.compile(
    r"\bja reclamei\b|\b(?:to|estou|vou|ja) reclam\w+\b|\breclame ?aqui\b|\bprocon\b"
    r"|\bninguem (?:me )?(?:resolv|respond|atend|lig|retorn)\w+"
    r"|\bprocess(?:ar|o) (?:voces|vcs|a loja|por)\b|\b(?:advogad[oa]|delegacia|pequenas causas|na justica)\b"
)
_NO_CPF = re.compile(
    r"\b(?:nao tenho|no ten(?:go|ho)|sem|have no|dont have|don.?t have(?: a)?|nao possuo) (?:o )?(?:cpf|cnpj)\b"
    r"|\b(?:passaporte|passport|pasaporte|estrangeir[oa]|nif)\b"
)
_WRONG_NUMBER = re.compile(
    r"\b(?:numero|contato|pessoa) errad[oa]\b|\b(?:foi|desculpa\w*|por) engano\b|\bmandei (?:pra pessoa )?errad[oa]\b"
)
_PICTURES = re.compile(
    r"^(?:(?:me|pode|podem|consegue|voces?|vcs|tu) )*(?:manda\w*|envia\w*|mostra\w*|tem|quero ver)"
    r"(?: (?:uma?|um|as|mais|sua|algum))? (?:fotos?|imagens?|videos?)\b"
)
_THIS_ONE = re.compile(
    r"^(?:(?:oi|ola|opa|bom dia|boa tarde|boa noite|e|ai|moco|moca|amigo|voces?|vcs?|por acaso)\W+)*"
    r"(?:tem|tens|teria|vendem?|acham?|consegue\w*|(?:eu )?(?:procuro|preciso|quero|queria)|arruma\w*|trabalha\w* com)"
    r"(?: (?:um|uma|peca|igual|a|com|ai))* (?:d?ess[ea]s?|d?est[ea]s?|(?:da|dessa) (?:foto|imagem))"
    r"(?: (?:peca|aqui|ai|da foto|no estoque|em estoque|pra vender|a venda|disponivel|pro|pra|do|da|meu|o|no|na))*\W*$"
)
_WANTS_IT = re.compile(
    r"\b(?:tem|tens|teria|vende\w*|acha\w*|consegue\w*|procur\w+|precis\w+|quer(?:o|ia)|quanto|preco|valor|qual|serve|e|eh"
    r"|seria|igual|arruma\w*|trabalha\w*)\b"
)
_OF_WHAT_CAME = re.compile(
    r"\b(?:veio|chegou|recebi|comprei|compr(?:a|as)|errad[oa]|quebr\w+|defeito|pedido|boleto|pix|codigo|comprovante|pag\w+"
    r"|nota|etiqueta|loja|numero|cep|endereco|cor|prazo|frete|opca?o|cartao|conversa|email|link|site)\b"
)
_IN_WRITING = re.compile(
    r"\b(?:(?:sou|pessoa|eu) surd[oa]|surd[oa]\W*(?=$|[.,;])|deficien\w+ auditiv\w+|lig\w+ nao|audio nao)\b|^surd[oa]\b"
    r"|\bnao (?:posso|consigo) (?:ouvir|falar)\b|\bnao (?:me )?(?:lig\w+|telefon\w+|mand\w+ audio)\b.*\b(?:mensage\w+"
    r"|escrev\w+|escrito|texto)\b"
)
_READ_ALOUD = re.compile(
    r"\b(?:leitor de tela|sou cego|sou cega|deficien\w+ visual|baixa visao|nao enxergo)\b|\b(?:asteriscos?|emojis?)\b"
    r"|\b(?:manda\w*|envia\w*)\b.*\bsem (?:imagem|imagens|foto|figura)\b"
)
_MY_EMAIL = re.compile(
    r"^(?:quero )?(?:(?:trocar |mudar |cadastrar |confirmar )?(?:o )?meu|(?:trocar|mudar|alterar) (?:o|de)) e-?mail\W*$"
)


def complains(talk: Talk, heard: Heard) -> bool:
    """*Já reclamei 3x*, *vou no Procon*, *ninguém me ligou*: a person, at once."""
    if talk.seller is not None or not _COMPLAINS.search(heard.folded):
        return False
    talk.note(texts.sorry())
    noted = ", ".join(w for w in (about.subject(talk), heard.text[:200]) if w)
    engine.start(talk, "person", {"about": noted})
    return True


def lost_mailbox(talk: Talk, heard: Heard) -> bool:
    """*Não tenho mais acesso a esse e-mail*, after a code was mailed there."""
    waits = any(f.flow in ("recovery", "email") for f in talk.frames)
    if not waits or not re.search(r"\b(?:nao tenho (?:mais )?|sem |perdi (?:o )?)acesso\b", heard.folded):
        return False
    engine.start(talk, "person", {"about": f"sem acesso ao e-mail da conta: {heard.text[:120]}"})
    return True


def has_no_cpf(talk: Talk, heard: Heard) -> bool:
    """*Soy de Uruguay, no tengo CPF*, from a buyer."""
    buys = any(f.flow in ("buying", "paying") for f in talk.frames)
    if not buys or not _NO_CPF.search(heard.folded):
        return False
    talk.note(texts.cpf_of_brazil())
    engine.resume(talk, back=False)
    return True


def without_ears_or_eyes(talk: Talk, heard: Heard) -> bool:
    """*Sou surdo, não liguem*, *uso leitor de tela*: explain how everything works in writing."""
    said = texts.in_writing() if _IN_WRITING.search(heard.folded) else ""
    if not said and _READ_ALOUD.search(heard.folded) and talk.seller is None:
        said = texts.read_aloud()
    if said:
        talk.note(said)
        _go_on(talk)
    return bool(said)


def _go_on(talk: Talk) -> None:
    """Send the notes, before the open question or otherwise the menu."""
    if talk.frame is None or engine.step_of(talk.frame).once:
        engine.start(talk, "menu")
    else:
        engine.resume(talk, back=False)


def wrong_number(talk: Talk, heard: Heard) -> bool:
    """*Desculpa, número errado*, from somebody who has bought nothing here."""
    if not _WRONG_NUMBER.search(heard.folded) or talk.seller is not None or talk.purchases:
        return False
    if any(not engine.flow_of(f).transient for f in talk.frames):
        return False
    talk.frames, talk.frame, talk.options = [], None, ()
    talk.say(texts.wrong_number())
    return True


def pictures_wanted(talk: Talk, heard: Heard) -> bool:
    """*Manda foto*, without a shop or a part being shown: ask of which part."""
    shown = any(f.data.get("listing") for f in talk.frames)
    if talk.seller is not None or shown or not _PICTURES.match(heard.folded):
        return False
    talk.say(texts.pictures_of_what())
    engine.resume(talk)
    return True


def on_a_picture(talk: Talk, heard: Heard) -> bool:
    """*Tem essa?*, with or after a picture: the bot does not see pictures, so ask for the part's name or number; a
    person may look."""
    wish, picture = heard_as(heard, "find_part"), heard.message.content in ("image", "video")
    if talk.seller is not None or wish.slot("part") or wish.slot("listing") or len(heard.folded.split()) > 10:
        return False
    said = heard.folded
    for known in filter(None, (fold(wish.slot("vehicle")), wish.slot("year"))):
        said = said.replace(known, " ")
    said = " ".join(said.split())
    asking = talk.frame is not None and not engine.flow_of(talk.frame).transient and talk.frame.step != "part"
    if not (_THIS_ONE.match(said) and not asking) and not (picture and _WANTS_IT.search(said)):
        return False
    if _OF_WHAT_CAME.search(heard.folded):
        return False
    listing = next((int(f.data["listing"]) for f in reversed(talk.frames) if f.data.get("listing")), 0)
    if listing:
        talk.note(texts.cannot_compare(f"{talk.rules.public_url}/p/{listing}"))
        engine.resume(talk)
        return True
    talk.note(texts.cannot_see())
    engine.start(talk, "buying", {"car": " ".join(w for w in (wish.slot("vehicle"), wish.slot("year")) if w)})
    return True


def start(flow: str, **data: Any) -> Callable[[Talk, Heard], bool]:
    def go(talk: Talk, heard: Heard) -> bool:
        named = about.orders_in(heard, talk)
        engine.start(talk, flow, {**data, **({"order": named[0]} if named else {})})
        return True

    return go


def upset(talk: Talk, heard: Heard) -> bool:
    """*Vocês são uns ladrões* is no misunderstanding: offer a person at once."""
    if not _UPSET.search(heard.folded) or len(heard.folded.split()) > 15:
        return False
    talk.note(texts.sorry())
    noted = ", ".join(w for w in (about.subject(talk), heard.text[:200]) if w)
    engine.start(talk, "offer", {"about": noted})
    return True


def orders(*, all_of_them: bool) -> Callable[[Talk, Heard], bool]:
    def go(talk: Talk, heard: Heard) -> bool:
        named = about.orders_in(heard, talk)
        data: dict[str, Any] = {"order": named[0]} if named else {}
        if about.is_sale(talk, heard):
            every = all_of_them and heard.slot("status") not in ("to_ship", "open")
            period = {"period": heard.slot("period")} if every and heard.slot("period") else {}
            engine.start(talk, "sales", {**data, **period, "all": every})
        else:
            engine.start(talk, "tracking", {**data, "all": all_of_them and not named})
        return True

    return go


def call(reason: str) -> Callable[[Talk, Heard], bool]:
    def go(talk: Talk, heard: Heard) -> bool:
        if heard.meaning.confidence < VERY_SURE:
            return False  # a guess calls nobody
        orders_named = about.orders_in(heard, talk)
        number = about.named(talk, orders_named[0]) if orders_named else about.subject(talk)
        noted = ", ".join(w for w in (number, reason or heard.text[:120]) if w)
        engine.start(talk, "person", {"about": noted})
        return True

    return go


def person(talk: Talk, heard: Heard) -> bool:
    orders_named = about.orders_in(heard, talk)
    subject = about.named(talk, orders_named[0]) if orders_named else about.subject(talk)
    if "ligar" in heard.folded or "liga" in heard.folded.split():
        subject = ", ".join(w for w in (subject, heard.text[:80]) if w)  # a request for a call, with its hour
    engine.start(talk, "person", {"about": subject})
    return True


def my_email(talk: Talk, heard: Heard) -> bool:
    given = answers.email(heard.text) if _EMAIL_IS.search(heard.folded) else ""
    if not given and not _MY_EMAIL.match(heard.folded):
        return False
    engine.start(talk, "email", {"change": True, **({"given": given} if given else {})})
    return True


def recover(talk: Talk, heard: Heard) -> bool:
    engine.start(talk, "recovery", {"address": answers.email(heard.text)})
    return True


def my_data(talk: Talk, heard: Heard) -> bool:
    """What cannot be undone is always chosen from the list, beside the copy."""
    only_copy = _COPY.search(heard.folded) and not _ERASE.search(heard.folded)
    engine.start(talk, "my_data", {"wish": "copy" if only_copy else ""})
    return True


def leave(talk: Talk, heard: Heard) -> bool:
    """Only the whole message, or one with an object, opts out; a weaker sign leads to a question."""
    if heard.meaning.confidence < VERY_SURE:
        return False
    wish = "all" if answers.wants_everything_off(heard.text) else "reminders"
    engine.start(talk, "leaving", {"wish": wish})
    return True


def leave_the_flow(talk: Talk, heard: Heard) -> bool:
    idle = engine.is_idle(talk)
    return (idle or heard.meaning.confidence >= VERY_SURE) and words.cancel(talk, heard.folded)
