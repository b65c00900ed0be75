"""Texts for operators about passwords: a link to choose one, and that it was changed."""

from __future__ import annotations

from datetime import datetime

from bot.domain import calendar
from bot.domain.shop import Rules


def mail(rules: Rules, account: str, until: datetime, *, invited: bool) -> tuple[str, dict[str, str]]:
    """Subject and data; the effect adds the link."""
    name, local = rules.platform_name, calendar.local(until)
    valid = f"O link vale uma vez, até {local:%d/%m} às {local:%H:%M} (Brasília)."
    common = {"brand": name, "greeting": f"Oi, {account}.", "button_label": "Escolher a senha"}
    if invited:
        return f"Sua conta no painel da {name}", {
            **common,
            "text": f"Você tem uma conta no painel da *{name}*: *{account}*.\n\nEscolha a sua senha para entrar. "
            f"{valid}",
            "note": "Não esperava este convite? Ignore este e-mail: sem a senha, a conta fica fechada.",
        }
    return f"Senha nova no painel da {name}", {
        **common,
        "text": f"Alguém pediu uma senha nova para a conta *{account}* no painel da *{name}*.\n\nFoi você? Escolha a "
        f"senha e todas as sessões abertas terminam. {valid}",
        "note": "Não foi você? Ignore este e-mail: a sua senha continua a mesma. Se chegar outro, avise quem cuida do "
        "painel.",
    }


_HOW = {
    "self": "por quem entrou nela e sabia a senha antiga",
    "link": "pelo link que chegou a este e-mail",
    "house": "por quem cuida das contas do painel",
}


def changed(rules: Rules, account: str, how: str, at: datetime) -> tuple[str, dict[str, str]]:
    """Subject and data of the message to the account's owner after a change."""
    local = calendar.local(at)
    return f"A senha do painel da {rules.platform_name} foi mudada", {
        "brand": rules.platform_name,
        "greeting": f"Oi, {account}.",
        "text": f"A senha da conta *{account}* no painel da *{rules.platform_name}* foi mudada em {local:%d/%m} às "
        f"{local:%H:%M} (Brasília), {_HOW[how]}. As sessões abertas terminaram.\n\nFoi você, ou já sabia? Então está "
        "tudo certo.",
        "note": "Não foi você? Peça já uma senha nova em *Esqueci a senha*, na entrada do painel, e avise quem cuida "
        "dele.",
    }
