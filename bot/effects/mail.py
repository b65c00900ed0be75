"""E-mails: one set of data, two renderings (HTML by MJML, and plain text).

==================  ================================================================================
``data``            all text, all optional, anything else is ignored
==================  ================================================================================
``greeting``        *Oi, Marina.*
``text``            the news; paragraphs with an empty line between; ``*bold*`` as on WhatsApp
``steps``           the order's progress, one ``mark Name`` a line; mark: ``x`` done, ``>`` now, ``-`` to come
``button_label``    with ``button_url`` (http or https): the one thing to do
``code``            to be copied: a Pix code, the line of a boleto, a confirmation code
``code_label``      what it is
``picture``         the content id of a picture that comes along; ``picture_label`` over it
``items``           what was bought, one ``Name | amount`` a line; ``items_title`` over it
``totals``          below the items, one ``Name | amount`` a line, the last one in bold
``facts``           the order at a glance, one ``Name: value`` a line; ``facts_title`` over it
``note``            small print under it
``why``             why this e-mail comes
``links``           one ``Label | https://…`` a line, at the foot
``preheader``       what the inbox shows behind the subject; else the first words of the text
``heading``         over the text; else the subject
``brand``           who writes
``topic``           what an alert is about
==================  ================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import mjml
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

BRAND = "AutoPars"
PREHEADER = 90
_FILLER = "\u200c\u00a0\u034f " * 40
"""Behind the preheader, so that the inbox does not go on with the text itself."""

_OF_AN_ORDER = "Você recebe este e-mail porque tem um pedido ou uma venda com a gente."
_OF_A_TALK = "Você recebe este e-mail porque este endereço foi informado numa conversa com a gente."
_SECRET = "Não passe este código para ninguém. Se não foi você que pediu, ignore este e-mail."  # noqa: S105


@dataclass(frozen=True)
class Template:
    """``file`` is the MJML that it is made of; the others stand where the data say nothing."""

    file: str
    why: str = _OF_AN_ORDER
    code_label: str = "Copie o código:"
    text: str = ""
    note: str = ""


TEMPLATES = {
    "news": Template("news"),
    "status": Template("news"),
    "pix": Template("news", code_label="Pix copia e cola:"),
    "boleto": Template("news", code_label="Linha digitável:"),
    "receipt": Template("news", note="Este recibo não substitui a nota fiscal, que é do vendedor da peça."),
    "label": Template("news", why="Você recebe este e-mail porque vendeu uma peça com a gente."),
    "reminder": Template("news", why="Você recebe este lembrete porque tem um pedido em aberto com a gente."),
    "report": Template("news", why="Você recebe este resumo toda segunda-feira porque vende com a gente."),
    "code": Template(
        "code", _OF_A_TALK, "Seu código:", "Use este código na conversa para confirmar seu e-mail:", _SECRET
    ),
    "recovery": Template(
        "code",
        "Você recebe este e-mail porque alguém pediu, numa conversa com a gente, para achar os pedidos deste endereço.",
        "Seu código:",
        "Use este código na conversa para ver os seus pedidos no número novo:",
        _SECRET,
    ),
    "password": Template("news", "Você recebe este e-mail porque tem uma conta no painel da plataforma."),
    "operator_alert": Template("operator_alert", "Você recebe este e-mail porque cuida da plataforma."),
}

_environment = Environment(loader=PackageLoader("bot.effects", "templates"), autoescape=True, undefined=StrictUndefined)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_MARKS = {"x": "done", ">": "now", "-": "todo"}


def render(template: str, data: Mapping[str, str], *, subject: str) -> tuple[str, str]:
    """HTML and plain text of an e-mail. The same input makes the same output.

    Markup in the data is shown, never obeyed. Raises ValueError for a template that does not exist.
    """
    if template not in TEMPLATES:
        raise ValueError(f"no template {template!r}")
    kind = TEMPLATES[template]
    view = _view(kind, {k: _UNPRINTABLE.sub("", v) for k, v in data.items()}, _UNPRINTABLE.sub("", subject))
    source = _environment.get_template(f"{kind.file}.mjml").render(
        view, paragraphs=[_rich(p) for p in view["paragraphs"]], filler=_FILLER
    )
    source = source.replace("R$ ", "R$\u00a0")  # an amount stays on one line
    # no fonts: an e-mail that fetches one tells its maker who reads it
    return str(mjml.mjml2html(source, disable_comments=True, fonts={})), _plain(kind, view)


def _view(kind: Template, data: Mapping[str, str], subject: str) -> dict[str, Any]:
    """What the templates see; all of it plain text still."""

    def said(name: str, otherwise: str = "") -> str:
        return data.get(name, "").strip() or otherwise

    text = said("text", kind.text)
    paragraphs = [p.strip() for p in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if p.strip()]
    url = safe_url(said("button_url"))
    subject = " ".join(subject.split())
    return {
        "subject": subject,
        "heading": said("heading", said("topic", subject)),
        "brand": said("brand", BRAND),
        "preheader": _shortened(said("preheader", _without_stars(" ".join(paragraphs)))),
        "greeting": said("greeting"),
        "paragraphs": paragraphs,
        "steps": [(_MARKS[mark], name) for mark, name in _pairs(said("steps"), " ") if mark in _MARKS],
        "button_url": url,
        "button_label": said("button_label", "Abrir") if url else "",
        "code": said("code"),
        "code_label": said("code_label", kind.code_label),
        "picture": said("picture") if re.fullmatch(r"\w{1,40}", said("picture")) else "",
        "picture_label": said("picture_label"),
        "items": _pairs(said("items"), "|"),
        "items_title": said("items_title", "Itens"),
        "totals": _pairs(said("totals"), "|"),
        "facts": _pairs(said("facts"), ":"),
        "facts_title": said("facts_title", "Resumo"),
        "note": said("note", kind.note),
        "why": said("why", kind.why),
        "links": [(label, url) for label, link in _pairs(said("links"), "|") if (url := safe_url(link))],
    }


def safe_url(url: str) -> str:
    """The address if it is one of the web, else ""."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    plain = parts.scheme in ("http", "https") and parts.netloc and not re.search(r"[\s<>\"']", url)
    return url if plain else ""


def _pairs(lines: str, mark: str) -> list[tuple[str, str]]:
    found = []
    for line in lines.splitlines():
        name, _, value = line.partition(mark)
        if name.strip():
            found.append((name.strip(), value.strip()))
    return found


def _rich(paragraph: str) -> Markup:
    """Escaped first; only then do stars and ends of lines become markup of ours."""
    safe = _BOLD.sub(r"<strong>\1</strong>", str(escape(paragraph)))
    return Markup(safe.replace("\n", "<br />"))  # noqa: S704 - escaped one line above


def _without_stars(text: str) -> str:
    return _BOLD.sub(r"\1", text)


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) < PREHEADER else text[: PREHEADER - 1].rsplit(" ", 1)[0] + "…"


_PLAIN_MARKS = {"done": "[x]", "now": "[>]", "todo": "[ ]"}


def _plain(kind: Template, view: Mapping[str, Any]) -> str:
    blocks: list[str] = [view["heading"]]
    if view["greeting"]:
        blocks.append(view["greeting"])
    blocks += [_without_stars(p) for p in view["paragraphs"]]
    if view["steps"]:
        blocks.append("\n".join(f"{_PLAIN_MARKS[mark]} {name}" for mark, name in view["steps"]))
    if view["button_url"]:
        blocks.append(f"{view['button_label']}:\n{view['button_url']}")
    if view["code"]:
        blocks.append(f"{view['code_label']}\n{view['code']}".strip())
    if view["items"]:
        rows = "\n".join(f"{name}: {value}" for name, value in [*view["items"], *view["totals"]])
        blocks.append(f"{view['items_title']}\n{rows}")
    if view["facts"]:
        rows = "\n".join(f"{name}: {value}" for name, value in view["facts"])
        blocks.append(rows if kind.file == "operator_alert" else f"{view['facts_title']}\n{rows}")
    if view["note"]:
        blocks.append(view["note"])
    foot = [view["brand"], view["why"], *(f"{label}: {url}" for label, url in view["links"])]
    blocks.append("-- \n" + "\n".join(foot))
    return "\n\n".join(blocks) + "\n"
