"""The catalogue's page says what the code does, and its samples are whole."""

from __future__ import annotations

import pytest

from bot.conversations.catalogue import CATALOGUE
from bot.effects.mail import TEMPLATES, render
from tools import draw_notices, samples


def test_the_page_is_fresh() -> None:
    assert draw_notices.main(["--check"]) == 0, "run python -m tools.draw_notices"


def test_every_notice_and_every_template_is_in_the_samples() -> None:
    assert set(samples.SAMPLES) == set(CATALOGUE), "give each notice a sample in tools/samples.py"
    shown = {email.template for email in samples.mails().values()}
    assert shown | {"news"} == set(TEMPLATES)


@pytest.mark.parametrize("name", samples.mails())
def test_every_mail_is_whole_in_both_renderings(name: str) -> None:
    email = samples.mails()[name]
    html, text = render(email.template, email.data, subject=email.subject)
    for made in (html, text):
        assert "None" not in made
        assert "{{" not in made
    assert len(html) < 100_000, "longer ones are cut by Gmail at 102 kB"
    assert "\n\n\n" not in text
    assert "prefers-color-scheme: dark" in html
    assert html.count("<img") == 0 or "cid:" in html


def test_a_reminder_and_a_report_say_so_in_their_foot() -> None:
    for name in ("reminder", "report"):
        assert samples.mails()[name].unwanted, name
    for name in ("pix", "boleto", "receipt", "posted", "label"):
        assert not samples.mails()[name].unwanted, name
