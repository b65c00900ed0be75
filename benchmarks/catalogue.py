"""A catalogue as Brazilian shops write it, made up: parts × cars × years × sides × makers, in several styles of title.

Deterministic for a seed. Each product comes with what it truly is, so that a search can be judged.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.domain.catalogue import Condition, Product


class Truth(NamedTuple):
    """What a part is, or what somebody wants; empty or 0: not said."""

    part: str
    model: str
    first: int = 0
    last: int = 0
    side: str = ""
    end: str = ""

    def answers(self, wanted: Truth) -> bool:
        """Whether this part is what was wanted. ``wanted.first`` is the year asked for."""
        return (
            self.part == wanted.part
            and wanted.model in ("", self.model)
            and (not wanted.first or self.first <= wanted.first <= self.last)
            and wanted.side in ("", self.side)
            and wanted.end in ("", self.end)
        )


# name: which of side and end it has, and its makers
_BODY = ("original", "Arteb", "TYC", "Valeo", "Fitam", "DTS", "")
_BRAKE = ("Fras-le", "Bosch", "TRW", "Cobreq", "Jurid", "Fremax", "Hipper Freios", "")
_SUSPENSION = ("Cofap", "Monroe", "Nakata", "Perfect", "Viemar", "Axios", "Sampel", "")
_ENGINE = ("Bosch", "Magneti Marelli", "Delphi", "NGK", "Urba", "Indisa", "Gates", "Contitech", "Sabó", "MTE", "")
PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "farol": ("s", _BODY),
    "farol de milha": ("s", _BODY),
    "lanterna": ("es", _BODY),
    "pisca lateral": ("s", _BODY),
    "retrovisor": ("s", _BODY),
    "retrovisor elétrico": ("s", _BODY),
    "lente do retrovisor": ("s", _BODY),
    "para-choque": ("e", _BODY),
    "para-lama": ("s", _BODY),
    "para-brisa": ("", _BODY),
    "capô": ("", _BODY),
    "grade do radiador": ("", _BODY),
    "grade do para-choque": ("", _BODY),
    "maçaneta externa": ("es", _BODY),
    "maçaneta interna": ("es", _BODY),
    "fechadura da porta": ("es", _BODY),
    "máquina de vidro": ("es", _BODY),
    "vidro da porta": ("es", _BODY),
    "porta": ("es", _BODY),
    "tampa do porta-malas": ("", _BODY),
    "amortecedor do porta-malas": ("", _SUSPENSION),
    "palheta do limpador": ("", ("Dyna", "Bosch", "")),
    "motor do limpador": ("", ("Bosch", "Valeo", "")),
    "chave de seta": ("", _ENGINE),
    "calota": ("", ("Grid", "")),
    "alternador": ("", ("Bosch", "Valeo", "Magneti Marelli", "")),
    "motor de arranque": ("", ("Bosch", "Valeo", "")),
    "bobina de ignição": ("", _ENGINE),
    "vela de ignição": ("", ("NGK", "Bosch")),
    "cabo de vela": ("", ("NGK", "Bosch")),
    "bateria": ("", ("Moura", "Heliar")),
    "sonda lambda": ("", _ENGINE),
    "sensor de rotação": ("", _ENGINE),
    "sensor MAP": ("", _ENGINE),
    "sensor de temperatura": ("", _ENGINE),
    "sensor ABS": ("es", _ENGINE),
    "corpo de borboleta": ("", _ENGINE),
    "bico injetor": ("", _ENGINE),
    "bomba de combustível": ("", _ENGINE),
    "bomba d'água": ("", _ENGINE),
    "bomba de óleo": ("", _ENGINE),
    "bomba de direção hidráulica": ("", _ENGINE),
    "kit correia dentada": ("", _ENGINE),
    "correia do alternador": ("", _ENGINE),
    "tensor da correia": ("", _ENGINE),
    "válvula termostática": ("", _ENGINE),
    "radiador": ("", ("Visconde", "Valeo", "Denso", "")),
    "eletroventilador": ("", ("Gauss", "Valeo", "")),
    "condensador do ar condicionado": ("", ("Denso", "Valeo", "")),
    "compressor do ar condicionado": ("", ("Denso", "Delphi", "")),
    "reservatório de expansão": ("", _ENGINE),
    "mangueira do radiador": ("", _ENGINE),
    "junta do cabeçote": ("", ("Sabó", "Taranto")),
    "coxim do motor": ("s", _SUSPENSION),
    "coxim do câmbio": ("", _SUSPENSION),
    "filtro de óleo": ("", ("Tecfil", "Fram")),
    "filtro de ar": ("", ("Tecfil", "Fram")),
    "filtro de combustível": ("", ("Tecfil", "Fram")),
    "filtro de cabine": ("", ("Tecfil", "Fram")),
    "kit embreagem": ("", ("Luk", "Sachs", "Valeo")),
    "cabo de embreagem": ("", ("Cofle", "")),
    "atuador de embreagem": ("", ("Luk", "TRW")),
    "homocinética": ("s", ("Nakata", "Cofap", "")),
    "semieixo": ("s", ("", "recondicionado")),
    "rolamento de roda": ("e", ("SKF", "NSK", "")),
    "cubo de roda": ("e", ("SKF", "IRB", "")),
    "amortecedor": ("es", _SUSPENSION),
    "kit batente": ("e", _SUSPENSION),
    "mola": ("e", _SUSPENSION),
    "coxim do amortecedor": ("e", _SUSPENSION),
    "bandeja": ("s", _SUSPENSION),
    "pivô": ("s", _SUSPENSION),
    "bieleta": ("s", _SUSPENSION),
    "bucha da bandeja": ("", _SUSPENSION),
    "barra axial": ("s", _SUSPENSION),
    "terminal de direção": ("s", _SUSPENSION),
    "caixa de direção": ("", ("TRW", "recondicionada", "")),
    "pastilha de freio": ("e", _BRAKE),
    "disco de freio": ("e", _BRAKE),
    "tambor de freio": ("e", _BRAKE),
    "lona de freio": ("e", _BRAKE),
    "cilindro de roda": ("e", _BRAKE),
    "cilindro mestre": ("", _BRAKE),
    "pinça de freio": ("es", _BRAKE),
    "servo freio": ("", _BRAKE),
    "cabo de freio de mão": ("", ("Cofle", "")),
    "escapamento": ("", ("Mastra", "Tuper", "")),
    "catalisador": ("", ("Mastra", "Tuper", "")),
    "tanque de combustível": ("", ("original", "")),
    "módulo de injeção": ("", ("Bosch", "Magneti Marelli", "")),
    "volante": ("", ("original", "")),
    "painel de instrumentos": ("", ("original", "")),
    "airbag": ("", ("original", "")),
    "protetor de cárter": ("", ("", "chapa")),
    "roda de liga leve": ("", ("original", "KR")),
    "tapete": ("", ("Borcol", "")),
}

# model: maker, generations (name, first year, last year), engines
CARS: dict[str, tuple[str, tuple[tuple[str, int, int], ...], tuple[str, ...]]] = {
    "Gol": (
        "VW",
        (
            ("G2", 1995, 1999),
            ("G3", 2000, 2005),
            ("G4", 2006, 2008),
            ("G5", 2009, 2012),
            ("G6", 2013, 2016),
            ("G7", 2017, 2022),
        ),
        ("1.0", "1.6"),
    ),
    "Voyage": ("VW", (("G5", 2009, 2012), ("G6", 2013, 2016), ("G7", 2017, 2022)), ("1.0", "1.6")),
    "Saveiro": ("VW", (("G3", 2000, 2005), ("G4", 2006, 2009), ("G5", 2010, 2013), ("G6", 2014, 2022)), ("1.6",)),
    "Fox": ("VW", (("", 2004, 2009), ("", 2010, 2014), ("", 2015, 2021)), ("1.0", "1.6")),
    "Polo": ("VW", (("", 2003, 2006), ("", 2007, 2014), ("", 2018, 2023)), ("1.0", "1.6")),
    "Golf": ("VW", (("", 1999, 2006), ("", 2007, 2013), ("", 2014, 2019)), ("1.4", "1.6", "2.0")),
    "Kombi": ("VW", (("", 1997, 2005), ("", 2006, 2013)), ("1.4", "1.6")),
    "T-Cross": ("VW", (("", 2019, 2023),), ("1.0", "1.4")),
    "Jetta": ("VW", (("", 2011, 2018),), ("2.0",)),
    "Uno": ("Fiat", (("", 1990, 2003), ("", 2004, 2010), ("", 2011, 2016), ("", 2017, 2021)), ("1.0", "1.4")),
    "Palio": ("Fiat", (("", 1996, 2000), ("", 2001, 2006), ("", 2007, 2011), ("", 2012, 2017)), ("1.0", "1.4")),
    "Siena": ("Fiat", (("", 1998, 2003), ("", 2004, 2008), ("", 2009, 2012)), ("1.0", "1.4")),
    "Grand Siena": ("Fiat", (("", 2013, 2020),), ("1.4", "1.6")),
    "Strada": ("Fiat", (("", 1999, 2008), ("", 2009, 2013), ("", 2014, 2020), ("", 2021, 2023)), ("1.4", "1.8")),
    "Punto": ("Fiat", (("", 2008, 2012), ("", 2013, 2017)), ("1.4", "1.8")),
    "Idea": ("Fiat", (("", 2006, 2016),), ("1.4",)),
    "Fiorino": ("Fiat", (("", 1995, 2013), ("", 2014, 2022)), ("1.3", "1.4")),
    "Toro": ("Fiat", (("", 2016, 2022),), ("1.8", "2.0")),
    "Argo": ("Fiat", (("", 2017, 2023),), ("1.0", "1.3")),
    "Mobi": ("Fiat", (("", 2016, 2023),), ("1.0",)),
    "Doblò": ("Fiat", (("", 2002, 2009), ("", 2010, 2020)), ("1.4", "1.8")),
    "Celta": ("Chevrolet", (("", 2000, 2006), ("", 2007, 2015)), ("1.0",)),
    "Corsa": ("Chevrolet", (("", 1994, 2002), ("", 2003, 2012)), ("1.0", "1.4", "1.8")),
    "Classic": ("Chevrolet", (("", 2003, 2010), ("", 2011, 2016)), ("1.0",)),
    "Prisma": ("Chevrolet", (("", 2007, 2012), ("", 2013, 2019)), ("1.0", "1.4")),
    "Onix": ("Chevrolet", (("", 2012, 2016), ("", 2017, 2019), ("", 2020, 2023)), ("1.0", "1.4")),
    "Cobalt": ("Chevrolet", (("", 2012, 2019),), ("1.4", "1.8")),
    "Spin": ("Chevrolet", (("", 2013, 2022),), ("1.8",)),
    "Cruze": ("Chevrolet", (("", 2011, 2016), ("", 2017, 2022)), ("1.4", "1.8")),
    "Astra": ("Chevrolet", (("", 1999, 2002), ("", 2003, 2011)), ("1.8", "2.0")),
    "Vectra": ("Chevrolet", (("", 1997, 2005), ("", 2006, 2011)), ("2.0",)),
    "Meriva": ("Chevrolet", (("", 2003, 2012),), ("1.4", "1.8")),
    "Agile": ("Chevrolet", (("", 2010, 2014),), ("1.4",)),
    "Montana": ("Chevrolet", (("", 2004, 2010), ("", 2011, 2020)), ("1.4",)),
    "S10": ("Chevrolet", (("", 1995, 2011), ("", 2012, 2022)), ("2.4", "2.8")),
    "Tracker": ("Chevrolet", (("", 2014, 2020),), ("1.8",)),
    "Ka": ("Ford", (("", 1997, 2007), ("", 2008, 2013), ("", 2014, 2021)), ("1.0", "1.5")),
    "Fiesta": ("Ford", (("", 1996, 2002), ("", 2003, 2010), ("", 2011, 2014), ("", 2014, 2019)), ("1.0", "1.6")),
    "EcoSport": ("Ford", (("", 2003, 2007), ("", 2008, 2012), ("", 2013, 2021)), ("1.6", "2.0")),
    "Focus": ("Ford", (("", 2000, 2008), ("", 2009, 2013), ("", 2014, 2019)), ("1.6", "2.0")),
    "Ranger": ("Ford", (("", 1998, 2012), ("", 2013, 2022)), ("2.5", "3.2")),
    "Fusion": ("Ford", (("", 2006, 2012),), ("2.3",)),
    "HB20": ("Hyundai", (("", 2012, 2015), ("", 2016, 2019), ("", 2020, 2023)), ("1.0", "1.6")),
    "Creta": ("Hyundai", (("", 2017, 2021),), ("1.6", "2.0")),
    "Tucson": ("Hyundai", (("", 2005, 2016),), ("2.0",)),
    "ix35": ("Hyundai", (("", 2010, 2021),), ("2.0",)),
    "i30": ("Hyundai", (("", 2009, 2012),), ("2.0",)),
    "Corolla": (
        "Toyota",
        (("", 1998, 2002), ("", 2003, 2008), ("", 2009, 2014), ("", 2015, 2019), ("", 2020, 2023)),
        ("1.8", "2.0"),
    ),
    "Etios": ("Toyota", (("", 2012, 2021),), ("1.3", "1.5")),
    "Yaris": ("Toyota", (("", 2018, 2023),), ("1.5",)),
    "Hilux": ("Toyota", (("", 2005, 2015), ("", 2016, 2023)), ("2.7", "3.0")),
    "Civic": ("Honda", (("", 2001, 2006), ("", 2007, 2011), ("", 2012, 2016), ("", 2017, 2021)), ("1.8", "2.0")),
    "Fit": ("Honda", (("", 2003, 2008), ("", 2009, 2014), ("", 2015, 2021)), ("1.4", "1.5")),
    "City": ("Honda", (("", 2010, 2014), ("", 2015, 2020)), ("1.5",)),
    "HR-V": ("Honda", (("", 2015, 2021),), ("1.8",)),
    "CR-V": ("Honda", (("", 2007, 2012),), ("2.0",)),
    "Sandero": ("Renault", (("", 2008, 2013), ("", 2014, 2022)), ("1.0", "1.6")),
    "Logan": ("Renault", (("", 2007, 2013), ("", 2014, 2022)), ("1.0", "1.6")),
    "Duster": ("Renault", (("", 2012, 2020),), ("1.6", "2.0")),
    "Clio": ("Renault", (("", 2000, 2012), ("", 2013, 2016)), ("1.0",)),
    "Kwid": ("Renault", (("", 2017, 2023),), ("1.0",)),
    "Megane": ("Renault", (("", 2006, 2012),), ("1.6",)),
    "Renegade": ("Jeep", (("", 2015, 2021),), ("1.8", "2.0")),
    "Compass": ("Jeep", (("", 2017, 2021),), ("2.0",)),
    "March": ("Nissan", (("", 2011, 2020),), ("1.0", "1.6")),
    "Versa": ("Nissan", (("", 2012, 2020),), ("1.6",)),
    "Kicks": ("Nissan", (("", 2017, 2022),), ("1.6",)),
    "Frontier": ("Nissan", (("", 2008, 2016),), ("2.5",)),
    "Peugeot 206": ("Peugeot", (("", 1999, 2010),), ("1.0", "1.4")),
    "Peugeot 207": ("Peugeot", (("", 2009, 2014),), ("1.4",)),
    "Peugeot 208": ("Peugeot", (("", 2013, 2020),), ("1.5", "1.6")),
    "Peugeot 307": ("Peugeot", (("", 2002, 2012),), ("1.6", "2.0")),
    "C3": ("Citroën", (("", 2003, 2012), ("", 2013, 2021)), ("1.4", "1.5")),
    "C4": ("Citroën", (("", 2008, 2014),), ("1.6", "2.0")),
    "L200": ("Mitsubishi", (("", 2004, 2012), ("", 2013, 2020)), ("2.5", "3.2")),
    "Pajero TR4": ("Mitsubishi", (("", 2003, 2015),), ("2.0",)),
    "Tiggo": ("Chery", (("", 2010, 2016),), ("2.0",)),
    "Sportage": ("Kia", (("", 2011, 2016),), ("2.0",)),
    "Cerato": ("Kia", (("", 2010, 2018),), ("1.6",)),
}

_SIDES, _ENDS = ("direito", "esquerdo"), ("dianteiro", "traseiro")
_FEMININE = (
    "lanterna",
    "grade",
    "maçaneta",
    "fechadura",
    "máquina",
    "porta",
    "tampa",
    "bandeja",
    "bieleta",
    "barra",
    "pastilha",
    "lona",
    "pinça",
    "mola",
    "homocinética",
    "lente",
)


def _as_said(word: str, part: str) -> str:
    return word[:-1] + "a" if word and part.startswith(_FEMININE) else word


def _span(rng: random.Random, first: int, last: int) -> str:
    style = rng.randrange(7)
    if style == 0:
        return f"{first % 100:02d}/{last % 100:02d}"
    if style == 1:
        return f"{first} até {last}"
    if style == 2:
        return " ".join(str(y) for y in range(first, last + 1)) if last - first < 6 else f"{first} a {last}"
    return f"{first}{(' a ', '-', '/', ' a ')[style - 3]}{last}"


def _title(rng: random.Random, truth: Truth, generation: str, maker: str, engines: Sequence[str], brand: str) -> str:
    side, end = _as_said(truth.side, truth.part), _as_said(truth.end, truth.part)
    if rng.random() < 0.15:
        side = {"direito": "LD", "direita": "LD", "esquerdo": "LE", "esquerda": "LE"}.get(side, "")
    part = truth.part[0].upper() + truth.part[1:]
    if rng.random() < 0.12:
        part = part.replace(" de ", " ").replace(" do ", " ").replace(" da ", " ")
    model = f"{maker} {truth.model}" if rng.random() < 0.25 and not truth.model.startswith(maker) else truth.model
    engine = rng.choice(engines) if rng.random() < 0.3 else ""
    years = _span(rng, truth.first, truth.last) if rng.random() < 0.85 else ""
    marks = [end, side] if rng.random() < 0.8 else [side, end]
    car = [model, generation, engine, years]
    words = [part, *marks, *car, brand] if rng.random() < 0.75 else [part, brand, *marks, *car]
    title = " ".join(w for w in words if w)
    return title.upper() if rng.random() < 0.1 else title


def _fits(rng: random.Random, truth: Truth, generation: str) -> tuple[str, ...]:
    style = rng.randrange(4)
    model = " ".join(w for w in (truth.model, generation) if w)
    if style == 0:
        return (f"{model} {truth.first}-{truth.last}",)
    if style == 1:
        return ()
    return tuple(f"{truth.model} {year}" for year in range(truth.first, truth.last + 1))


def truths() -> list[tuple[Truth, str]]:
    """Every part there is for every car, with the name of the generation."""
    found = []
    for part, (axes, _) in PARTS.items():
        for model, (_, generations, _) in CARS.items():
            for generation, first, last in generations:
                for end in _ENDS if "e" in axes else ("",):
                    for side in _SIDES if "s" in axes else ("",):
                        found += [(Truth(part, model, first, last, side, end), generation)]
    return found


def products(count: int, seed: int = 7, always: Sequence[Truth] = ()) -> Iterator[tuple[Product, Truth]]:
    """``count`` products. What answers ``always`` is there at least once; the rest is drawn, several sellers each."""
    rng = random.Random(seed)  # noqa: S311 - dice of a made-up shop
    every = truths()
    asked = [one for one in every if any(one[0].answers(wanted) for wanted in always)]
    drawn = asked[:count] + [rng.choice(every) for _ in range(max(0, count - len(asked)))]
    rng.shuffle(drawn)
    for number, (truth, generation) in enumerate(drawn):
        maker, _, engines = CARS[truth.model]
        title = _title(rng, truth, generation, maker, engines, rng.choice(PARTS[truth.part][1]))
        fits = _fits(rng, truth, generation)
        if not fits and not any(c.isdigit() for c in title.replace(truth.model, "")):
            fits = (f"{truth.model} {truth.first}-{truth.last}",)
        product = Product(
            listing=501 + number,
            seller_id=f"s{number % 40}",
            sku=f"{truth.part[:3].upper()}-{truth.model[:3].upper()}-{number:06d}",
            title=title,
            price=rng.randrange(30, 900) * 100 + 90,
            condition=rng.choice(list(Condition)),
            weight_g=rng.randrange(200, 9000),
            width_cm=20,
            height_cm=20,
            length_cm=40,
            stock=rng.randrange(1, 9),
            fits=fits,
        )
        yield product, truth
