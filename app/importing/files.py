"""The files of an import: their columns, and the rules that a row alone can break (docs/import.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.importing.columns import CellFault, Column, choice, day, degrees, matching, plain, text, whole, yes_no
from app.importing.personal_numbers import NumberFault, birth_date, checked

Values = dict[str, Any]

_ARTICLE = matching(r"[0-9A-Za-z-]{1,20}", "1 to 20 digits, letters or hyphens")
_DEVICE = matching(r"[0-9]{4,8}", "4 to 8 digits")
_PARTY = matching(r"[0-9A-Za-z-]{1,20}", "1 to 20 digits, letters or hyphens")
_PERSON = matching(r"[0-9A-Za-z]{8}[-+ ]?[0-9A-Za-z]{4}", "12 characters, YYYYMMDDNNNN")


@dataclass(frozen=True)
class FileKind:
    """A file that an import may have.

    Attributes:
        name: without ``.csv``; also of the staging table ``import_<name>``.
        key: the fields of the natural number; two rows with one key are a fault.
        check: rules over a row's values, which it may complete; raises CellFault.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    check: Callable[[Values, date], None] = lambda _values, _today: None

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.name}.csv"

    @property
    def table(self) -> str:
        """The staging table."""
        return f"import_{self.name}"

    def by_header(self) -> Mapping[str, Column]:
        """Plain header -> column."""
        return {plain(name): column for column in self.columns for name in column.names}


# ---------------------------------------------------------------- rules over a row


def _location(values: Values, _today: date) -> None:
    if (values["latitude"] is None) != (values["longitude"] is None):
        raise CellFault("latitude and longitude belong together; give both or neither", "latitude")


def _person(values: Values, today: date) -> None:
    try:
        values["personal_number"] = checked(values["personal_number"], values["identity_kind"], today)
    except NumberFault as fault:
        raise CellFault(str(fault), "personal_number") from None


def _device(values: Values, today: date) -> None:
    for field in ("purchased_on", "scrapped_on", "last_pm"):
        if values[field] is not None and values[field] > today:
            raise CellFault("a date that is to come; check it", field)
    if values["scrapped_on"] is not None and values["status"] not in {"", "scrapped"}:
        raise CellFault("it has a scrapping date but is not scrapped; correct one of them", "status")


def _holding(values: Values, today: date) -> None:
    if bool(values["device_number"]) == bool(values["article_number"]):
        raise CellFault("give either individnummer or artikelnummer, not both and not neither", "device_number")
    if values["personal_number"] and values["party_number"]:
        raise CellFault("two holders; give a person or a unit, not both", "personal_number")
    if not values["personal_number"] and not values["party_number"]:
        raise CellFault("no holder; give personnummer or enhetsnummer", "personal_number")
    if values["device_number"] and values["quantity"] != 1:
        raise CellFault("a numbered device is always one; write 1 or leave it empty", "quantity")
    if values["from_on"] is None and values["ordered_on"] is None:
        raise CellFault("neither a date from which it is held nor one on which it was ordered; give one", "from_on")
    if values["to_on"] is not None and (values["from_on"] is None or values["to_on"] <= values["from_on"]):
        raise CellFault("not after the date in från; correct one of them", "to_on")
    for field in ("from_on", "to_on", "ordered_on"):
        if values[field] is not None and values[field] > today:
            raise CellFault("a date that is to come; check it", field)
    number = values["personal_number"]
    if len(number) == 13:
        values["personal_number"] = number[:8] + number[9:]
    values["personal_number"] = values["personal_number"].upper()


# ---------------------------------------------------------------- the files

PHONE = text(50)
ADDRESS = (
    Column("street", ("gata", "adress", "street"), text()),
    Column("postcode", ("postnummer", "postcode"), text(10)),
    Column("town", ("ort", "town"), text(100)),
    Column("entry_code", ("portkod", "entry_code"), text(50)),
)

LOCATIONS: Final = FileKind(
    "locations",
    (
        Column("number", ("nummer", "number"), _PARTY, required=True),
        Column(
            "kind",
            ("sort", "kind"),
            choice(
                {
                    "warehouse": ("lager", "huvudlager"),
                    "local_store": ("närförråd", "förråd"),
                    "entrance": ("entré",),
                    "porters": ("vaktmästeri",),
                    "van": ("bil", "turbil"),
                }
            ),
            required=True,
        ),
        Column("name", ("namn", "benämning", "name"), text(), required=True),
        Column("latitude", ("latitud", "latitude"), degrees(90), "double precision", empty=None),
        Column("longitude", ("longitud", "longitude"), degrees(180), "double precision", empty=None),
    ),
    ("number",),
    _location,
)

ARTICLES: Final = FileKind(
    "articles",
    (
        Column("number", ("artikelnummer", "nummer", "number", "article_number"), _ARTICLE, required=True),
        Column("name", ("benämning", "namn", "name"), text(), required=True),
        Column("iso_class", ("iso", "iso-klass", "iso_class"), text(30), required=True),
        Column(
            "kind",
            ("sort", "kind"),
            choice(
                {
                    "device": ("hjälpmedel",),
                    "accessory": ("tillbehör",),
                    "consumable": ("förbrukning", "förbrukningsartikel"),
                    "service": ("tjänst",),
                }
            ),
            required=True,
        ),
        Column(
            "charging",
            ("debitering", "charging"),
            choice(
                {
                    "rent": ("hyra",),
                    "sale": ("försäljning",),
                    "sale_with_return": ("försäljning med återtag", "återtag"),
                }
            ),
            required=True,
        ),
        Column(
            "stock_status",
            ("lagerstatus", "stock_status"),
            choice(
                {
                    "stocked": ("lagervara",),
                    "order_only": ("beställningsvara",),
                    "expired": ("utgången", "utgången artikel"),
                }
            ),
            empty="stocked",
        ),
        Column("unit", ("enhet", "unit"), text(20), empty="st"),
        Column(
            "individually_numbered",
            ("individmärkt", "individually_numbered"),
            yes_no,
            "boolean",
            empty=False,
        ),
        Column("vision_aid", ("synhjälpmedel", "vision_aid"), yes_no, "boolean", empty=False),
        Column("exchangeable", ("utbytbar", "exchangeable"), yes_no, "boolean", empty=False),
        Column(
            "site_restriction",
            ("platskrav", "site_restriction"),
            choice({"none": ("inget", "ingen"), "centre_or_prescriber": ("central eller förskrivare",)}),
            empty="none",
        ),
        Column(
            "pm_interval_months",
            ("fu-intervall", "fu månader", "pm_interval_months"),
            whole(1, 120),
            "integer",
            empty=None,
        ),
        Column("supplier", ("leverantör", "supplier"), text()),
        Column(
            "supplier_article_number",
            ("leverantörens artikelnummer", "supplier_article_number"),
            text(50),
        ),
    ),
    ("number",),
)

CUSTOMERS: Final = FileKind(
    "customers",
    (
        Column(
            "kind",
            ("sort", "kind"),
            choice({"customer": ("kund",), "payer": ("betalare",), "care_unit": ("enhet", "vårdenhet")}),
            required=True,
        ),
        Column("number", ("nummer", "kundnummer", "number"), _PARTY, required=True),
        Column("name", ("namn", "name"), text(), required=True),
        Column("phone", ("telefon", "phone"), PHONE),
        *ADDRESS,
        Column("payer_number", ("betalare", "betalarnummer", "payer", "payer_number"), _PARTY),
        Column("team", ("avdelning", "team"), text()),
    ),
    ("kind", "number"),
)

PERSONS: Final = FileKind(
    "persons",
    (
        Column("personal_number", ("personnummer", "personal_number"), _PERSON, required=True),
        Column(
            "identity_kind",
            ("nummersort", "identity_kind"),
            choice(
                {
                    "personal": ("personnummer",),
                    "coordination": ("samordningsnummer",),
                    "reserve": ("reservnummer",),
                }
            ),
            empty="personal",
        ),
        Column("first_name", ("förnamn", "first_name"), text(100), required=True),
        Column("last_name", ("efternamn", "last_name"), text(100), required=True),
        Column("phone", ("telefon", "phone"), PHONE),
        Column("mobile", ("mobil", "mobiltelefon", "mobile"), PHONE),
        Column("care_of", ("c/o", "care_of"), text()),
        *ADDRESS,
        Column(
            "protected_identity",
            ("skyddad identitet", "skyddad", "protected_identity"),
            yes_no,
            "boolean",
            empty=False,
        ),
    ),
    ("personal_number",),
    _person,
)

DEVICES: Final = FileKind(
    "devices",
    (
        Column("number", ("individnummer", "number", "device_number"), _DEVICE, required=True),
        Column("article_number", ("artikelnummer", "article_number"), _ARTICLE, required=True),
        Column("serial", ("serienummer", "serial"), text(100)),
        Column("batch", ("batch", "batchnummer", "lot"), text(60)),
        Column("owner", ("ägare", "owner"), text()),
        Column("purchased_on", ("inköpt", "inköpsdatum", "purchased_on"), day, "date", empty=None),
        Column("warranty_to", ("garanti till", "warranty_to"), day, "date", empty=None),
        Column(
            "status",
            ("status",),
            choice(
                {
                    "in_stock": ("i lager",),
                    "with_holder": ("hos brukare", "utlämnad"),
                    "cleaning": ("rengöring",),
                    "inspection": ("kontroll",),
                    "in_repair": ("på verkstad", "reparation"),
                    "quarantined": ("karantän",),
                    "scrapped": ("kasserad", "skrotad"),
                    "lost": ("saknas", "förlorad"),
                }
            ),
        ),
        Column("scrapped_on", ("kasserad den", "scrapped_on"), day, "date", empty=None),
        Column("last_pm", ("senaste fu", "last_pm"), day, "date", empty=None),
        Column("next_pm", ("nästa fu", "next_pm"), day, "date", empty=None),
        Column("home_location", ("hemlager", "home_location"), _PARTY),
    ),
    ("number",),
    _device,
)

HOLDINGS: Final = FileKind(
    "holdings",
    (
        Column("device_number", ("individnummer", "device_number"), _DEVICE),
        Column("article_number", ("artikelnummer", "article_number"), _ARTICLE),
        Column("quantity", ("antal", "quantity"), whole(1, 9999), "integer", empty=1),
        Column("personal_number", ("personnummer", "personal_number"), _PERSON),
        Column("party_number", ("enhetsnummer", "party_number"), _PARTY),
        Column(
            "party_kind",
            ("enhetssort", "party_kind"),
            choice({"customer": ("kund",), "care_unit": ("enhet", "vårdenhet")}),
        ),
        Column("ordered_on", ("beställd", "ordered_on"), day, "date", empty=None),
        Column("from_on", ("från", "from"), day, "date", empty=None),
        Column("to_on", ("till", "to"), day, "date", empty=None),
        Column("prescriber", ("förskrivare", "prescriber"), text(60)),
        Column("customer_number", ("kundnummer", "kund", "customer_number"), _PARTY),
        Column("payer_number", ("betalare", "betalarnummer", "payer_number"), _PARTY),
        Column("source", ("källa", "source"), text(100), empty="import"),
    ),
    ("device_number", "article_number", "personal_number", "party_kind", "party_number", "ordered_on", "from_on"),
    _holding,
)

#: In the order in which they are stored: what a file refers to lies before it.
FILES: Final = (LOCATIONS, ARTICLES, CUSTOMERS, PERSONS, DEVICES, HOLDINGS)


def birth_of(values: Values) -> date | None:
    """A person's date of birth, None for a reserve number."""
    return birth_date(values["personal_number"], values["identity_kind"])
