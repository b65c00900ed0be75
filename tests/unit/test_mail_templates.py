"""E-mails: both renderings say the same, and nothing in the data is taken for markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from bot.effects.mail import PREHEADER, TEMPLATES, render, safe_url

DATA = {
    "greeting": "Oi, Marina.",
    "text": "Tentamos avisar no WhatsApp e a mensagem não chegou.\n\nSeu boleto vence *sex, 27/11*.\nJá pagou? Ignore.",
    "button_label": "Pagar agora",
    "button_url": "https://loja.example/o/abc?x=1&y=2",
    "code": "46191.23450 67890.123457 67890.123457 8 16560000034990",
    "code_label": "Linha digitável",
    "facts": "Pedido: #1038\nFrete: SEDEX: R$ 32,40\n\nTotal: R$ 211,10",
    "facts_title": "Seu pedido",
    "why": "Você comprou com a gente.",
    "links": "Não quero lembretes | https://loja.example/u/abc\nVer pedido | https://loja.example/o/abc",
}
SUBJECT = "Boleto do pedido #1038 vence amanhã (R$ 211,10)"


class Seen(HTMLParser):
    """Tags, addresses and what is shown of a document."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._hidden += tag in ("style", "head")
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "head")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).replace("\u00a0", " ").split())


def test_news_says_the_same_in_both_renderings() -> None:
    html, text = render("news", DATA, subject=SUBJECT)
    seen = Seen(html)
    for said in (
        SUBJECT,
        "Oi, Marina.",
        "Tentamos avisar no WhatsApp e a mensagem não chegou.",
        "sex, 27/11",
        "Já pagou? Ignore.",
        "Pagar agora",
        "https://loja.example/o/abc?x=1&y=2",
        DATA["code"],
        "Linha digitável",
        "Seu pedido",
        "#1038",
        "SEDEX: R$ 32,40",
        "R$ 211,10",
        "Você comprou com a gente.",
        "Não quero lembretes",
    ):
        assert said in seen.text, said
        assert said in text, said
    assert seen.links.count("https://loja.example/o/abc?x=1&y=2") == 2
    assert "https://loja.example/u/abc" in seen.links
    assert "<strong>sex, 27/11</strong>" in html
    assert "*" not in text
    assert "Frete: SEDEX: R$ 32,40\nTotal: R$ 211,10" in text


def test_what_is_not_there_leaves_no_hole() -> None:
    html, text = render("news", {"text": "Oi."}, subject="Assunto")
    seen = Seen(html)
    assert seen.links == []
    assert "Resumo" not in seen.text + text
    assert "Copie" not in seen.text + text
    assert "None" not in seen.text + text
    assert "\n\n\n" not in text
    assert text.startswith("Assunto\n\nOi.\n")


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_markup_in_the_data_is_shown_and_never_obeyed(template: str) -> None:
    hostile = (
        '<script>alert(1)</script></mj-text></mj-column><mj-raw><img src=x onerror="x()"></mj-raw>{{ 7*7 }}{% x %}'
        "<mj-include path='/etc/passwd'/>&lt;b&gt;]]><!-- *<i>bold</i>*"
    )
    names = ("greeting", "text", "code", "code_label", "facts_title", "why", "preheader", "heading", "brand", "topic")
    data = dict.fromkeys(names, hostile)
    data |= {
        "facts": f"{hostile}: {hostile}",
        "links": f"{hostile} | https://a.example/?q=<b>\n{hostile}|https://a.example/",
    }
    data |= {"button_label": hostile, "button_url": "https://a.example/'\"><script>"}
    html, text = render(template, data, subject=hostile)
    seen = Seen(html)
    assert {"script", "img", "mj-raw", "mj-include", "i", "b"} & set(seen.tags) == set()
    assert "49" not in re.sub(r"#[0-9a-f]{6}", "", seen.text)
    assert "<script>alert(1)</script>" in seen.text
    assert "<script>alert(1)</script>" in text
    assert "root:" not in html
    assert set(seen.links) <= {"https://a.example/"}


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://loja.example/o/1?a=1&b=2", True),
        ("http://127.0.0.1:8080/o/1", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("//loja.example", False),
        ("https://", False),
        ("https://[", False),
        ("https://a.example/ b", False),
        ('https://a.example/"onclick="x', False),
        ("", False),
    ],
)
def test_only_addresses_of_the_web_become_links(url: str, kept: bool) -> None:
    assert safe_url(url) == (url if kept else "")
    html, text = render("news", {"text": "Oi.", "button_label": "Abrir", "button_url": url}, subject="A")
    assert ("Abrir" in Seen(html).text) is kept
    assert ("Abrir" in text) is kept


def test_the_preheader_is_short_and_followed_by_nothing_readable() -> None:
    long = "palavra " * 40
    html, _ = render("news", {"text": long}, subject="A")
    hidden = re.search(r'<div style="display:none[^>]*>(.*?)</div>', html, re.DOTALL)
    assert hidden is not None
    shown = hidden[1].replace("\u200c", "").replace("\u00a0", "").replace("\u034f", "").strip()
    assert shown.endswith("palavra…")
    assert len(shown) < PREHEADER
    assert "display:none" in html[: html.index("palavra")]


def test_a_code_is_large_alone_and_comes_with_a_warning() -> None:
    html, text = render("code", {"greeting": "Oi!", "code": "482913"}, subject="482913 é o seu código")
    assert Seen(html).text.count("482913") >= 2
    assert "\n482913\n" in text
    assert "Não passe este código" in html
    assert "Não passe este código" in text


def test_an_alert_names_its_topic() -> None:
    html, text = render("operator_alert", {"topic": "Pix fora", "text": "Asaas não responde."}, subject="[operador] x")
    assert "Pix fora" in Seen(html).text
    assert text.startswith("Pix fora\n\nAsaas não responde.")


def test_it_is_made_for_dark_screens_and_for_readers_of_screens() -> None:
    html, _ = render("news", DATA, subject=SUBJECT)
    assert '<html lang="pt-BR" dir="ltr"' in html
    assert 'name="color-scheme" content="light dark"' in html
    assert "prefers-color-scheme: dark" in html
    assert f"<title>{SUBJECT.replace('R$ ', 'R$' + chr(160))}</title>" in html
    assert 'role="presentation"' in html
    assert len(html.encode()) < 102_000


def test_the_same_data_makes_the_same_email() -> None:
    assert render("news", DATA, subject=SUBJECT) == render("news", dict(reversed(DATA.items())), subject=SUBJECT)


@pytest.mark.parametrize("text", ["a\x00b\x1bc", "\ud800", "2*3*4 e *a* e **", "* item\n* item", "R$ 1.234,56"])
def test_odd_texts_never_break_an_email(text: str) -> None:
    html, plain = render("news", {"text": text}, subject=text)
    html.encode()
    plain.encode()
    assert "</html>" in html


def test_stars_that_are_no_emphasis_stay() -> None:
    _, plain = render("news", {"text": "2*3*4 e *bom* preço"}, subject="A")
    assert "2*3*4 e bom preço" in plain


def test_a_template_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="no template"):
        render("../news", {}, subject="A")
