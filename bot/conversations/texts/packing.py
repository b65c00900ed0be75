"""Texts for a shop between sale and posting."""

from __future__ import annotations


def only_with_the_label() -> str:
    return (
        "A venda é garantida com a *etiqueta* da transportadora: é a leitura dela que confirma a entrega e protege "
        "você. De outro jeito eu não acompanho."
    )


def the_buyer_must_agree() -> str:
    return "O comprador precisa concordar antes; a equipe pergunta a ele. Não poste ainda."


def take_a_look(number: int) -> str:
    return f"Sem pressa. Quando souber: *tenho {number}* ou *não tenho {number}*."
