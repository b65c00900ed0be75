"""Every command has an effect, which returns the command's ``Result``."""

from __future__ import annotations

from typing import get_args, get_type_hints
from unittest.mock import create_autospec

from bot.domain.commands import Command
from bot.domain.links import Links
from bot.effects.registry import Alerts, Providers, all_effects
from bot.integrations import protocols as p
from bot.integrations.payments import Payments


def test_every_command_has_an_effect() -> None:
    providers = Providers(
        messenger=create_autospec(p.Messenger),
        payments=create_autospec(Payments),
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
    results = {kind.model_fields["kind"].default: kind.Result for kind in get_args(get_args(Command)[0])}
    effects = all_effects(providers, Links("https://x", ["k"]))
    assert {kind: get_type_hints(effect.run)["return"] for kind, effect in effects.items()} == results
