"""Days and periods in everyday language.

:func:`find` marks them in a text; :func:`resolve` and :func:`period_of` interpret them. An ambiguous day gives several
results, so that the person is asked.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from bot.domain import calendar, numerals
from bot.domain.text import fold

_WEEKDAYS = {
    "segunda": 0, "seg": 0, "terca": 1, "ter": 1, "quarta": 2, "qua": 2, "quinta": 3, "qui": 3, "sexta": 4, "sex": 4,
    "sabado": 5, "sab": 5, "domingo": 6, "dom": 6,
}  # fmt: skip
_MONTHS = {
    "janeiro": 1, "fevereiro": 2, "marco": 3, "abril": 4, "maio": 5, "junho": 6, "julho": 7, "agosto": 8, "setembro": 9,
    "outubro": 10, "novembro": 11, "dezembro": 12,
}  # fmt: skip
_COUNTS = {
    "um": 1,
    "uma": 1,
    "dois": 2,
    "duas": 2,
    "tres": 3,
    "quatro": 4,
    "cinco": 5,
    "seis": 6,
    "sete": 7,
    "oito": 8,
    "dez": 10,
    "quinze": 15,
}
_MONTH = "|".join(_MONTHS)
_SPOKEN = "|".join(word for word, n in numerals.WORDS.items() if 2 <= n <= 30)
_IN_MONTH = rf"dia (?:\d{{1,2}}|primeiro|(?:(?:vinte|trinta) e )?(?:um|{_SPOKEN}))"
_DAY = r"(?:segunda|terca|quarta|quinta|sexta)(?:[ -]?feira)?|sabado|domingo"
_N = r"(?:\d{1,2}|" + "|".join(_COUNTS) + ")"

_SAID = re.compile(
    rf"""(?<![\w/])(?:
    depois\ de\ amanha | amanha | hoje | hj | anteontem | ontem
    | (?:o\ |no\ )?(?:5|quinto|[1-9])[oº]?\ dia\ util(?:\ d[eo]\ (?:{_MONTH}|mes\ q(?:ue)?\ vem|proximo\ mes))?
    | (?:daqui|dentro\ de|em)\ (?:a\ |h?a\ |uns\ |mais\ )?{_N}\ (?:dias?(?:\ uteis)?|semanas?)
    | (?:dia\ )?\d{{1,2}}(?:º|o)?\ de\ (?:{_MONTH})(?:\ de\ 20\d\d)?
    | {_IN_MONTH.replace(" ", "[ ]")}
      (?:\ d[oe]\ (?:mes\ q(?:ue)?\ vem|proximo\ mes|outro\ mes|{_MONTH}))?(?![\w/])
    | (?:proxim[ao]\ )(?:{_DAY}|semana|mes)
    | (?:{_DAY})(?!\ (?:via|opcao|parcela|peca|vez|foto))
      (?:\ (?:q(?:ue)?\ vem|agora|da\ semana\ q(?:ue)?\ vem|proxim[ao]))?
    | (?:fim|final)\ do\ mes | (?:fim|final)\ de\ semana | mes\ q(?:ue)?\ vem | semana\ q(?:ue)?\ vem
    | (?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])(?:/(?:20)?\d\d)?
    )(?![\w/])""",
    re.VERBOSE,
)
_PERIOD = re.compile(
    rf"""(?<![\w/])(?:
    hoje | hj | ontem | anteontem
    | (?:semana|mes|ano)(?:\ passad[ao]|\ retrasad[ao]|\ anterior)
    | ultim[ao]s?\ (?:{_N}\ )?(?:dias?|semanas?|mes(?:es)?|ano) | ultim[ao]s?\ \d{{1,3}}\ dias
    | (?:semana|mes|ano|quinzena|trimestre|semestre)(?!\ (?:q(?:ue)?\ vem|\d))
    | (?:{_MONTH})(?:\ de\ 20\d\d)?
    | (?:{_DAY})(?!\ via)(?:\ passad[ao])?
    )(?![\w/])""",
    re.VERBOSE,
)


class Reading(NamedTuple):
    """The meaning of a day: one day, several to choose from, or none with the ``problem``.

    ``problem``: "" with days, otherwise ``past`` (the days are in ``days``), ``impossible`` (31/02), ``unknown``.
    """

    days: tuple[date, ...]
    problem: str = ""


def find(folded: str) -> Iterator[tuple[int, int]]:
    """Spans of days in a folded text."""
    return (m.span() for m in _SAID.finditer(folded))


def first(folded: str) -> str:
    """The first day that a folded text names; empty if it names none."""
    return next((folded[start:end] for start, end in find(folded)), "")


def find_periods(folded: str) -> Iterator[tuple[int, int]]:
    """Spans of periods (*semana passada*, *outubro*) in a folded text."""
    return (m.span() for m in _PERIOD.finditer(folded))


def _day_of_month(said: str) -> int:
    """*8*, *oito*, *vinte e um* and *primeiro* as numbers; 0 for none."""
    if said.isdigit():
        return int(said)
    spoken = numerals.read_at(said.split(), 0)
    return 1 if said == "primeiro" else (spoken and spoken.value) or 0


def _next_month(d: date) -> date:
    return date(d.year + d.month // 12, d.month % 12 + 1, 1)


def _month_end(d: date) -> date:
    return d.replace(day=monthrange(d.year, d.month)[1])


def _of_month(first: date, day: int) -> Reading:
    if not 1 <= day <= monthrange(first.year, first.month)[1]:
        return Reading((), "impossible")
    return Reading((first.replace(day=day),))


def _day_and_month(day: int, month: int, year: int | None, today: date) -> Reading:
    if not 1 <= month <= 12:
        return Reading((), "impossible")
    reading = _of_month(date(year or today.year, month, 1), day)
    if year is None and reading.problem and (day, month) == (29, 2):
        reading = _of_month(date(today.year + 1, month, 1), day)
    if reading.problem or reading.days[0] >= today:
        return reading
    # without a year, a day long past means next year; a recent one may be a mistake, so it is asked about
    if year is None and (today - reading.days[0]).days > 60:
        return _of_month(date(today.year + 1, month, 1), day)
    return Reading(reading.days, "past")


def _weekday(name: str, today: date, words: str) -> Reading:
    ahead = (_WEEKDAYS[name] - today.weekday()) % 7
    first = today + timedelta(days=ahead)
    week = timedelta(days=7)
    if "da semana que vem" in words:
        return Reading((today - timedelta(days=today.weekday()) + week + timedelta(days=_WEEKDAYS[name]),))
    if "que vem" in words or "proxim" in words:
        return Reading((first + week,)) if ahead == 0 else Reading((first, first + week))
    return Reading((first, first + week)) if ahead == 0 and "agora" not in words else Reading((first,))


def _bank_day(n: int, words: str, today: date) -> Reading:
    month = next((m for m in _MONTHS if re.search(rf"\b{m}\b", words)), "")
    firsts = [today.replace(day=1), _next_month(today)]
    if month:
        firsts = [date(today.year + (_MONTHS[month] < today.month), _MONTHS[month], 1)]
    elif "mes" in words:
        firsts = firsts[1:]
    days = [calendar.add_bank_days(first - timedelta(days=1), n) for first in firsts]
    return Reading(tuple(d for d in days if d >= today)[:1])


def resolve(said: str, today: date) -> Reading:
    """The day that somebody means on ``today`` (in São Paulo). Never raises."""
    words = fold(said)
    match = _SAID.search(words)
    if match is None:
        bare = re.fullmatch(r"(?:pra |para )?(?:o )?(\d{1,2})", words)
        if bare:
            return resolve(f"dia {bare[1]}", today)
        short = _WEEKDAYS.get(words)
        return _weekday(words, today, "") if short is not None else Reading((), "unknown")
    words = re.sub(r"\bq vem\b", "que vem", match.group())
    simple = {"hoje": 0, "hj": 0, "amanha": 1, "depois de amanha": 2, "ontem": -1, "anteontem": -2}
    if words in simple:
        return Reading((today + timedelta(days=simple[words]),), "past" if simple[words] < 0 else "")
    if re.fullmatch(r"(?:fim|final) do mes", words):
        return Reading((_month_end(today),))
    util = re.search(r"(quinto|\d)[oº]? dia util", words)
    if util:
        return _bank_day(5 if util[1] == "quinto" else int(util[1]), words, today)
    ahead = re.match(rf"(?:daqui|dentro de|em) (?:a |ha |uns |mais )?({_N}) (dia|semana)", words)
    if ahead:
        count = int(ahead[1]) if ahead[1].isdigit() else _COUNTS[ahead[1]]
        if "uteis" in words:
            return Reading((calendar.add_bank_days(today, count),))
        return Reading((today + timedelta(days=count * (7 if ahead[2] == "semana" else 1)),))
    figures = re.fullmatch(r"(\d{1,2})/(\d{1,2})(?:/(?:20)?(\d\d))?", words)
    if figures:
        year = 2000 + int(figures[3]) if figures[3] else None
        return _day_and_month(int(figures[1]), int(figures[2]), year, today)
    named = re.search(rf"(\d{{1,2}}|primeiro)[oº]? d[eo] ({_MONTH})(?: de (20\d\d))?", words)
    if named:
        day = 1 if named[1] == "primeiro" else int(named[1])
        return _day_and_month(day, _MONTHS[named[2]], int(named[3]) if named[3] else None, today)
    numbered = re.match(_IN_MONTH, words)
    if numbered:
        day = _day_of_month(numbered.group().removeprefix("dia "))
        if "mes" in words:
            return _of_month(_next_month(today), day)
        here = _of_month(today.replace(day=1), day)
        return here if here.days and here.days[0] >= today else _of_month(_next_month(today), day)
    weekday = next((w for w in _WEEKDAYS if re.search(rf"\b{w}\b", words)), None)
    return _weekday(weekday, today, words) if weekday else Reading((), "unknown")


def period_of(said: str, today: date) -> tuple[date, date] | None:
    """First and last day of a period, both included; None if it is not understood.

    *Semana* is the seven days up to yesterday on a Monday, otherwise this week so far.
    """
    words = fold(said)
    day = timedelta(days=1)
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    last_month = (first - day).replace(day=1)
    fixed: dict[str, tuple[date, date]] = {
        "hoje": (today, today), "hj": (today, today), "ontem": (today - day, today - day),
        "anteontem": (today - 2 * day, today - 2 * day),
        "semana": (monday - 7 * day, monday - day) if monday == today else (monday, today),
        "semana passada": (monday - 7 * day, monday - day), "semana anterior": (monday - 7 * day, monday - day),
        "ultima semana": (today - 7 * day, today - day), "quinzena": (today - 14 * day, today),
        "mes": (first, today), "mes passado": (last_month, first - day), "mes anterior": (last_month, first - day),
        "ultimo mes": (last_month, first - day), "ano": (date(today.year, 1, 1), today),
        "ano passado": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
        "trimestre": (today - 90 * day, today), "semestre": (today - 182 * day, today),
    }  # fmt: skip
    if words in fixed:
        return fixed[words]
    last = re.fullmatch(rf"ultim[ao]s ({_N}|\d{{1,3}}) (dia|semana|mes)\w*", words)
    if last:
        count = int(last[1]) if last[1].isdigit() else _COUNTS[last[1]]
        return today - timedelta(days=count * {"dia": 1, "semana": 7, "mes": 30}[last[2]]), today
    month = re.match(rf"({_MONTH})(?: de (20\d\d))?$", words)
    if month:
        number = _MONTHS[month[1]]
        start = date(int(month[2]) if month[2] else today.year - (number > today.month), number, 1)
        return start, _month_end(start)
    weekday = re.match(rf"({_DAY})", words)
    if weekday:
        back = (today.weekday() - _WEEKDAYS[re.split(r"[ -]", weekday[1])[0]]) % 7 or 7
        return today - back * day, today - back * day
    return None
