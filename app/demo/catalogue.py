"""Articles, stores and words of the demo. Article numbers and names follow the seeds where they state them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class DemoArticle:
    """An article of the demo; ``weight`` is its share of the devices, ``pm`` months between preventive maintenance."""

    number: str
    name: str
    iso_class: str
    kind: str = "device"
    stock_status: str = "stocked"
    charging: str = "rent"
    weight: int = 0
    pm: int | None = None
    supplier: str = ""
    supplier_number: str = ""
    exchangeable: bool = False
    site_restriction: str = "none"
    vision_aid: bool = False


ARTICLES: Final = (
    DemoArticle("22876", "Rullstol transport Transit III sittbredd 40 sitthöjd 50", "122203", weight=14, pm=24),
    DemoArticle("11109", "Rullstol Cross I sittbredd 40 sitthöjd 38-50", "122203", weight=16, pm=24),
    DemoArticle(
        "30593",
        "Rullstol Panthera S2 Swing bredd 39 Grund",
        "122203",
        stock_status="order_only",
        weight=6,
        pm=24,
        supplier_number="34739D0G",
    ),
    DemoArticle("16952", "Rollator sitthöjd 60 höj- och sänkbara körhandtag 78-93", "120606", weight=24),
    DemoArticle("24310", "Personlyft mobil 205 kg", "123603", weight=8, pm=12),
    DemoArticle("24377", "Taklyft motor 200 kg", "123612", weight=3, pm=12),
    DemoArticle("31840", "Vårdsäng elektrisk 90 cm", "181210", weight=10, pm=24),
    DemoArticle("31866", "Vårdsäng elektrisk 105 cm förstärkt", "181210", weight=3, pm=24),
    DemoArticle("27215", "Elrullstol inomhus mittmotor", "122303", weight=3, pm=12),
    DemoArticle(
        "40112",
        "CPAP-apparat med befuktare",
        "040306",
        weight=5,
        pm=24,
        exchangeable=True,
        site_restriction="centre_or_prescriber",
    ),
    DemoArticle("10156", "Sittdyna Roho Quadtro Select hög 39,5x43", "043303", weight=3),
    DemoArticle("15014", "Sittdyna Roho Quadtro Select hög 44x43", "043303", weight=2),
    DemoArticle("23993", "Telefontillkoppling", "222406", weight=1),
    DemoArticle(
        "25800", "Röstförstärkare Falck 1005 inklusive diskret bygel", "220906", weight=1, stock_status="expired"
    ),
    DemoArticle("14540", "Förstoringsglas med belysning", "220303", weight=1, vision_aid=True),
    DemoArticle("11338", "Armstöd Cross-Transit-Twin kort höj- och sänkbart", "122203", kind="accessory"),
    DemoArticle("17944", "Amputationsbenstöd Cross-F3", "122203", kind="accessory", supplier_number="25516-60"),
    DemoArticle("38415", "Amputationsbenstöd Cross XL", "122203", kind="accessory", stock_status="order_only"),
    DemoArticle("6878", "Amputationsbenstöd Next", "122203", kind="accessory", stock_status="order_only"),
    DemoArticle("15749", "Skrivunderlägg 70x50x8", "222109", kind="accessory"),
    DemoArticle("19020", "Lyftsele helkropp storlek M", "123621", kind="accessory", pm=6),
    DemoArticle("52010", "Slang till CPAP 1,8 m", "040306", kind="consumable", charging="sale"),
    DemoArticle("52044", "Filter till CPAP", "040306", kind="consumable", charging="sale"),
)

#: ISO class -> faults as a reporter would word them.
FAULTS: Final[dict[str, tuple[str, ...]]] = {
    "122203": (
        "Vänster broms tar inte, stolen rullar i uppförsbacke.",
        "Höger länkhjul vobblar och stolen drar snett.",
        "Punktering höger drivhjul.",
        "Fotplattan har lossnat på vänster sida, skruven är borta.",
    ),
    "120606": ("Bromsvajern på höger sida har gått av.", "Sitsen har spruckit.", "Hjulen skär när man svänger."),
    "123603": ("Lyften stannar halvvägs upp.", "Nödsänkningen fungerar inte.", "Handkontrollen svarar bara ibland."),
    "123612": ("Motorn piper och går inte att köra.", "Lyftbandet har ett jack i kanten."),
    "181210": (
        "Sängen höjs inte i huvudänden. Brukaren kommer inte ur sängen.",
        "Grinden på vänster sida går inte att låsa.",
        "Det luktar bränt från motorn i fotänden.",
    ),
    "122303": ("Stolen laddar inte, lampan blinkar rött.", "Joysticken drar åt höger."),
    "040306": ("Apparaten låter högre än vanligt.", "Visar fel på befuktaren."),
    "043303": ("Dynan tappar luft över natten.",),
    "222406": ("Ingen ton i luren.",),
    "220906": ("Batteriet räcker bara en timme.",),
    "220303": ("Lampan lyser inte.",),
}

#: Invented names, marked as test data by the surname.
FIRST_NAMES: Final = (
    "Alva",
    "Bo",
    "Cilla",
    "Dag",
    "Edit",
    "Folke",
    "Greta",
    "Hugo",
    "Iris",
    "Jarl",
    "Kaj",
    "Liv",
    "Måns",
    "Nils",
    "Olga",
    "Petra",
    "Rune",
    "Siri",
    "Tore",
    "Ulla",
    "Vera",
    "Wilma",
    "Ylva",
    "Åsa",
    "Ärla",
    "Östen",
)
LAST_NAMES: Final = (
    "Testgren",
    "Testberg",
    "Testlund",
    "Provström",
    "Provfors",
    "Exempelsson",
    "Övningsby",
    "Påhittsdotter",
    "Fiktivius",
    "Testmark",
    "Provåker",
    "Exempelqvist",
)
STREETS: Final = (
    "Björkstigen",
    "Tallvägen",
    "Storgatan",
    "Kyrkogatan",
    "Hjortronvägen",
    "Älvgatan",
    "Skolgatan",
    "Ringvägen",
    "Strandvägen",
    "Myrstigen",
)


@dataclass(frozen=True)
class DemoRegion:
    """Places and numbers of a demo region."""

    code: str
    name: str
    centre: str
    warehouse_number: str
    towns: tuple[tuple[str, str], ...]
    teams: tuple[str, ...]
    customers: tuple[tuple[str, str], ...]
    order_series: int


NORRBOTTEN: Final = DemoRegion(
    code="norrbotten",
    name="Norrbotten",
    centre="Länsservice Boden",
    warehouse_number="2000",
    towns=(("96133", "Boden"), ("97231", "Luleå"), ("93331", "Arvidsjaur"), ("94131", "Piteå"), ("98231", "Gällivare")),
    teams=("Hjälpmedelstekniker Boden", "Hjälpmedelstekniker Piteå"),
    customers=(
        ("2990", "Länsservice Hjälpmedelskonsulenterna"),
        ("1464", "Arvidsjaur kommun Närförråd"),
        ("1480", "Bodens kommun Hemsjukvården"),
    ),
    order_series=15510442,
)
VASTMANLAND: Final = DemoRegion(
    code="vastmanland",
    name="Västmanland",
    centre="Hjälpmedelscentrum",
    warehouse_number="10",
    towns=(("72211", "Västerås"), ("73131", "Köping"), ("73330", "Sala")),
    teams=("Tekniker Hjälpmedelscentrum",),
    customers=(("5010", "Habiliteringen"), ("5030", "Lungkliniken")),
    order_series=26000001,
)
