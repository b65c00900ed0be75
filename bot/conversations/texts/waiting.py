"""Texts about parts that people wait for."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversations.texts.notices import News


def noted(words: str, *, reminders: bool) -> str:
    off = "" if reminders else " Seus avisos estão desligados: para receber este, escreva *VOLTAR AVISOS*."
    return (
        f"Combinado: quando entrar *{words[:60]}*, te aviso, uma vez só.{off} Guardo por 60 dias; para desistir: "
        "*não precisa mais avisar*."
    )


def another() -> str:
    return "Quer ver outra? Escreva a *peça e o carro*."


def no_more_word(words: Sequence[str]) -> str:
    return f"Pronto, não aviso mais sobre *{'*, *'.join(w[:60] for w in words)}*."


def which(words: Sequence[str]) -> str:
    return f"Você espera *{'*, *'.join(w[:60] for w in words)}*. Para desistir: *não precisa mais avisar*."


def sought(parts: Sequence[tuple[str, int]]) -> str:
    """What others wait for, and how many of them."""
    if not parts:
        return "Agora ninguém espera por peça que a sua loja não tenha. Toda semana eu conto no resumo."
    lines = "\n".join(f"• *{words[:60]}*: {count} {'pessoas' if count > 1 else 'pessoa'}" for words, count in parts)
    head = "Tem gente esperando, e a sua loja não tem à venda:"
    return f"{head}\n{lines}\nConseguiu alguma? É só *cadastrar*: aviso quem espera."


def no_word_of_prices() -> str:
    return "Não aviso quando um preço muda. Posso perguntar ao vendedor: escreva quanto quer pagar, ex.: *faz por 300?*"


def already_there() -> str:
    return "Já tem:"


def part_there(news: News) -> str:
    listing = news.get("listing")
    return (
        f"Entrou a peça que você esperava: *{news.get('title')}* · *{news.money()}*.\n"
        f"Para ver o frete, responda *anúncio {listing}*. Fotos: {news.rules.public_url}/p/{listing}"
    )
