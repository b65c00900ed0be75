"""Location and distance of CEPs: by state, as the crow flies between capitals."""

from __future__ import annotations

import math
import re

_CAPITALS = {
    "AC": (-9.97, -67.81), "AL": (-9.67, -35.74), "AM": (-3.12, -60.02), "AP": (0.03, -51.07), "BA": (-12.97, -38.51),
    "CE": (-3.72, -38.54), "DF": (-15.79, -47.88), "ES": (-20.32, -40.34), "GO": (-16.68, -49.25),
    "MA": (-2.53, -44.30), "MG": (-19.92, -43.94), "MS": (-20.44, -54.65), "MT": (-15.60, -56.10),
    "PA": (-1.46, -48.49), "PB": (-7.12, -34.86), "PE": (-8.05, -34.90), "PI": (-5.09, -42.80), "PR": (-25.43, -49.27),
    "RJ": (-22.91, -43.17), "RN": (-5.79, -35.21), "RO": (-8.76, -63.90), "RR": (2.82, -60.67), "RS": (-30.03, -51.23),
    "SC": (-27.60, -48.55), "SE": (-10.91, -37.07), "SP": (-23.55, -46.63), "TO": (-10.18, -48.33),
}  # fmt: skip

# the first five digits at which a state's range begins; None for unused ranges
_STARTS: tuple[tuple[int, str | None], ...] = (
    (0, None), (1000, "SP"), (20000, "RJ"), (29000, "ES"), (30000, "MG"), (40000, "BA"), (49000, "SE"), (50000, "PE"),
    (57000, "AL"), (58000, "PB"), (59000, "RN"), (60000, "CE"), (64000, "PI"), (65000, "MA"), (66000, "PA"),
    (68900, "AP"), (69000, "AM"), (69300, "RR"), (69400, "AM"), (69900, "AC"), (70000, "DF"), (72800, "GO"),
    (73000, "DF"), (73700, "GO"), (76800, "RO"), (77000, "TO"), (78000, "MT"), (78900, None), (79000, "MS"),
    (80000, "PR"), (88000, "SC"), (90000, "RS"),
)  # fmt: skip


def digits(postal_code: object) -> str:
    """Eight digits (a hyphen is accepted, sheet 4), or "" for a CEP outside every state's range."""
    text = str(postal_code or "").replace("-", "")
    return text if re.fullmatch(r"[0-9]{8}", text) and state_of(text) else ""


def state_of(cep: str) -> str | None:
    zone, state = int(cep[:5]), None
    for start, name in _STARTS:
        if start <= zone:
            state = name
    return state


def hundreds_of_km(origin: str, destination: str) -> int:
    """Hundreds of kilometres, rounded up, at least one."""
    here, there = state_of(origin), state_of(destination)
    if here == there or here is None or there is None:
        return 1 if origin[:2] == destination[:2] else 2
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, _CAPITALS[s])) for s in (here, there))
    chord = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return max(1, math.ceil(2 * 6371 * math.asin(math.sqrt(chord)) / 100))
