"""Every command that a decision can want has somebody who carries it out."""

from __future__ import annotations

from typing import get_args
from unittest.mock import create_autospec

from bot.domain.commands import Command
from bot.domain.links import Links
from bot.effects.registry import Alerts, Providers, all_effects
from bot.integrations import protocols as p


def test_every_command_has_an_effect() -> None:
    providers = Providers(
        messenger=create_autospec(p.Messenger),
        payments=create_autospec(p.Payments),
        shipping=create_autospec(p.Shipping),
        mailer=create_autospec(p.Mailer),
        images=create_autospec(p.Images),
        videos=create_autospec(p.Videos),
        postal_codes=create_autospec(p.PostalCodes),
        media=create_autospec(p.MediaSource),
        alerts=create_autospec(Alerts),
        personal=create_autospec(p.PersonalData),
        exhibits=create_autospec(p.Exhibits),
    )
    kinds = {kind.model_fields["kind"].default for kind in get_args(get_args(Command)[0])}
    assert set(all_effects(providers, Links("https://x", ["k"]))) == kinds
