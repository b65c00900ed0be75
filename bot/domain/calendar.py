"""Days and hours in Brazil. Due dates are São Paulo's; quiet hours are the recipient's."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

SAO_PAULO = ZoneInfo("America/Sao_Paulo")

_ZONES = {
    "AC": "America/Rio_Branco",
    "AM": "America/Manaus",
    "MS": "America/Campo_Grande",
    "MT": "America/Cuiaba",
    "RO": "America/Porto_Velho",
    "RR": "America/Boa_Vista",
}
_WEST_OF_AMAZONAS = frozenset(["69640", "69630", "69650", "69880", "69870", "69890", "69895"])
"""CEPs of the towns at or west of the line from Tabatinga to Porto Acre (Lei 12.876/13): Tabatinga, Benjamin Constant,
Atalaia do Norte, Eirunepé, Envira, Ipixuna, Guajará."""
_WEEKDAYS = ("seg", "ter", "qua", "qui", "sex", "sáb", "dom")


def local(dt: datetime) -> datetime:
    """The same instant on São Paulo's clock. Raises ValueError for a time without zone."""
    if dt.tzinfo is None:
        raise ValueError("a time without a zone")
    return dt.astimezone(SAO_PAULO)


def today(now: datetime) -> date:
    """São Paulo's date at ``now``, which in the evening lags behind that of UTC."""
    return local(now).date()


def instant(day: date, moment: time, zone: ZoneInfo = SAO_PAULO) -> datetime:
    """The UTC instant of a local day and time."""
    return datetime.combine(day, moment, tzinfo=zone).astimezone(UTC)


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    closed = {d for d in holidays.financial_holidays("BVMF", years=year) if d.year == year}
    # The exchange is closed on Christmas Eve, banks are not; on the last day of the year banks serve nobody.
    return frozenset((closed - {date(year, 12, 24)}) | {date(year, 12, 31)})


def is_holiday(d: date) -> bool:
    """Whether banks are closed on that day, whatever day of the week it is."""
    return d in _bank_holidays(d.year)


def is_bank_day(d: date) -> bool:
    """Whether banks settle payments on that day."""
    return d.weekday() < 5 and not is_holiday(d)


def next_bank_day(d: date) -> date:
    """``d`` itself if it is a bank day, else the first one after it."""
    while not is_bank_day(d):
        d += timedelta(days=1)
    return d


def add_bank_days(d: date, n: int) -> date:
    """The ``n``-th bank day after ``d`` (before it for a negative n). For 0: :func:`next_bank_day`."""
    if n == 0:
        return next_bank_day(d)
    step = timedelta(days=1 if n > 0 else -1)
    for _ in range(abs(n)):
        d += step
        while not is_bank_day(d):
            d += step
    return d


def show_day(d: date) -> str:
    """``qua, 25/11``."""
    return f"{_WEEKDAYS[d.weekday()]}, {d:%d/%m}"


def show_time(dt: datetime) -> str:
    """``19:05`` on São Paulo's clock."""
    return f"{local(dt):%H:%M}"


def zone_of(uf: str) -> ZoneInfo:
    """The time zone of most people in a state; São Paulo's for an unknown one."""
    return ZoneInfo(_ZONES.get(uf.upper(), "America/Sao_Paulo"))


def zone_at(cep: str, uf: str = "") -> ZoneInfo:
    """The time zone of a CEP; like :func:`zone_of`, but knows Fernando de Noronha and the west of Amazonas."""
    from bot.domain.postal_code import state_of

    if cep[:5] == "53990":
        return ZoneInfo("America/Noronha")
    if cep[:5] in _WEST_OF_AMAZONAS:
        return ZoneInfo("America/Eirunepe")
    return zone_of(state_of(cep) or uf)
