"""The demo's rows as plain values, deterministic for a seed and a day. No database here: seed.py stores them."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from app.demo.catalogue import ARTICLES, FAULTS, FIRST_NAMES, LAST_NAMES, STREETS, DemoRegion
from app.policy.policy import ServicePolicy, due_times

STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")

Row = dict[str, Any]


@dataclass(frozen=True)
class Scale:
    """How much to make, per region."""

    devices: int
    persons: int
    technicians: int
    open_orders: int
    closed_orders: int


DEFAULT: Final = Scale(devices=2_000, persons=800, technicians=4, open_orders=90, closed_orders=240)
SMALL: Final = Scale(devices=120, persons=60, technicians=2, open_orders=12, closed_orders=12)
REGION: Final = Scale(devices=65_000, persons=25_000, technicians=20, open_orders=900, closed_orders=15_000)


@dataclass
class World:
    """Tables by name, each a list of rows with equal keys, in the order in which they can be stored."""

    tables: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, **values: Any) -> Row:
        """Append a row and return it."""
        self.tables.setdefault(table, []).append(values)
        return values


class Ids:
    """UUIDs that depend on the seed and a counter only: version 8, RFC 9562 leaves their content to us."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = 0

    def __call__(self) -> UUID:
        self._count += 1
        digest = hashlib.sha256(f"{self._seed}:{self._count}".encode()).digest()[:16]
        value = int.from_bytes(digest)
        value = (value & ~(0xF << 76)) | (8 << 76)
        return UUID(int=(value & ~(0b11 << 62)) | (0b10 << 62))


class RegionMaker:
    """Makes one region's rows.

    Args:
        region: places and numbers.
        scale: how much of everything.
        today: the day the open orders are for.
        seed: the same seed and day give the same rows.
        policy: the region's service policy, for the clocks of the orders.
    """

    def __init__(self, region: DemoRegion, scale: Scale, today: date, seed: int, policy: ServicePolicy) -> None:
        self.region = region
        self.scale = scale
        self.today = today
        self.policy = policy
        self.random = random.Random(f"{seed}:{region.code}")  # noqa: S311 - made-up data, not a secret
        self.ids = Ids(f"{seed}:{region.code}")
        self.world = World()
        self.region_id = self.ids()
        self.now = datetime.combine(today, time(7, 30), STOCKHOLM).astimezone(UTC)
        self.prescriber_id: UUID | None = None
        self.customer_service_id: UUID | None = None

    def base(self) -> None:
        """Region, teams, parties, warehouse and articles."""
        add = self.world.add
        add("region", id=self.region_id, code=self.region.code, name=self.region.name)
        self.teams = [
            add("team", id=self.ids(), region_id=self.region_id, name=name)["id"] for name in self.region.teams
        ]
        postcode, town = self.region.towns[0]
        self.customers = []
        for number, name in self.region.customers:
            payer = self._party("payer", number, name, postcode, town, None)
            self.customers.append(self._party("customer", number, name, postcode, town, payer["id"]))
        self.care_unit = self._party("care_unit", "03-05", "Gullvivan särskilt boende", postcode, town, None)
        self.warehouse = add(
            "location",
            id=self.ids(),
            region_id=self.region_id,
            kind="warehouse",
            number=self.region.warehouse_number,
            name=self.region.centre,
            latitude=None,
            longitude=None,
        )
        self.articles = {}
        for article in ARTICLES:
            self.articles[article.number] = add(
                "article",
                id=self.ids(),
                region_id=self.region_id,
                number=article.number,
                name=article.name,
                iso_class=article.iso_class,
                kind=article.kind,
                stock_status=article.stock_status,
                charging=article.charging,
                vision_aid=article.vision_aid,
                individually_numbered=article.weight > 0,
                exchangeable=article.exchangeable,
                site_restriction=article.site_restriction,
                pm_interval_months=article.pm,
                supplier=article.supplier,
                supplier_article_number=article.supplier_number,
            )

    def _party(self, kind: str, number: str, name: str, postcode: str, town: str, payer_id: UUID | None) -> Row:
        return self.world.add(
            "party",
            id=self.ids(),
            region_id=self.region_id,
            kind=kind,
            number=number,
            name=name,
            phone="010-555 00 00",
            street="Centralvägen 1",
            postcode=postcode,
            town=town,
            payer_id=payer_id,
        )

    def people(self) -> None:
        """The test person first, then invented people with reserve numbers that no living person can have."""
        self.persons = [
            self._person(
                "personal", "191212121212", "Testare", "Tolvansson", "Tolvgatan 12", ("12125", "Stockholm-Globen")
            )
        ]
        for index in range(self.scale.persons - 1):
            born = date(1925, 1, 1) + timedelta(days=(index * 37) % 30_000)
            number = f"22{born:%y%m%d}TE{index // 810 % 10}{index % 10}"
            self.persons.append(
                self._person(
                    "reserve",
                    f"{number[:8]}{'TEPR'[index % 4]}{'STVX'[index // 4 % 4]}{index // 16 % 100:02d}",
                    self.random.choice(FIRST_NAMES),
                    self.random.choice(LAST_NAMES),
                    f"{self.random.choice(STREETS)} {self.random.randint(1, 60)}",
                    self.random.choice(self.region.towns),
                    protected=index % 97 == 50,
                )
            )
        unique = {person["personal_number"]: person for person in self.persons}
        self.persons = list(unique.values())
        self.world.tables["person"] = self.persons

    def _person(
        self,
        kind: str,
        number: str,
        first: str,
        last: str,
        street: str,
        place: tuple[str, str],
        *,
        protected: bool = False,
    ) -> Row:
        return {
            "id": self.ids(),
            "region_id": self.region_id,
            "identity_kind": kind,
            "personal_number": number,
            "first_name": first,
            "last_name": last,
            "phone": f"070-555 {self.random.randint(10, 99)} {self.random.randint(10, 99)}",
            "mobile": "",
            "street": street,
            "postcode": place[0],
            "town": place[1],
            "entry_code": f"{self.random.randint(1000, 9999)}" if self.random.random() < 0.4 else "",
            "protected_identity": protected,
        }

    def devices(self) -> Iterator[tuple[Row, Row | None]]:
        """Devices, most with a holding; yields each device with its open holding or None."""
        kinds = [article for article in ARTICLES if article.weight]
        weights = [article.weight for article in kinds]
        special = self._seed_devices()
        yield from special
        taken = {device["number"] for device, _ in special}
        number = 200_000
        for _ in range(self.scale.devices - len(special)):
            number += 1
            while str(number) in taken:
                number += 1
            article = self.random.choices(kinds, weights)[0]
            bought = self.today - timedelta(days=self.random.randint(30, 2_900))
            fate = self.random.random()
            status = (
                "with_holder"
                if fate < 0.82
                else "in_stock"
                if fate < 0.95
                else "cleaning"
                if fate < 0.98
                else "scrapped"
            )
            last_pm = next_pm = None
            if article.pm and status != "scrapped":
                last_pm = self.today - timedelta(days=self.random.randint(5, article.pm * 33))
                next_pm = _add_months(last_pm, article.pm)
            device = self._device(
                str(number),
                article.number,
                serial=f"{self.random.randint(10, 99)}B{self.random.randint(10_000, 99_999)}",
                bought=bought,
                status=status,
                last_pm=last_pm,
                next_pm=next_pm,
            )
            yield device, self._holding(device) if status == "with_holder" else None

    def _device(
        self,
        number: str,
        article: str,
        *,
        serial: str,
        bought: date,
        status: str = "with_holder",
        last_pm: date | None = None,
        next_pm: date | None = None,
    ) -> Row:
        return self.world.add(
            "device",
            id=self.ids(),
            region_id=self.region_id,
            number=number,
            serial=serial,
            article_id=self.articles[article]["id"],
            owner=self.region.name,
            purchased_on=bought,
            warranty_to=_add_months(bought, 24),
            status=status,
            scrapped_on=self.today - timedelta(days=20) if status == "scrapped" else None,
            last_pm=last_pm,
            next_pm=next_pm,
            home_location_id=self.warehouse["id"],
        )

    def _holding(self, device: Row, person: Row | None = None, *, at_unit: bool = False) -> Row:
        customer = self.random.choice(self.customers)
        at_unit = at_unit or (person is None and self.random.random() < 0.08)
        starts = max(device["purchased_on"], self.today - timedelta(days=self.random.randint(10, 1_500)))
        return self.world.add(
            "holding",
            id=self.ids(),
            region_id=self.region_id,
            device_id=device["id"],
            person_id=None if at_unit else (person or self.random.choice(self.persons))["id"],
            party_id=self.care_unit["id"] if at_unit else None,
            prescriber_id=self.prescriber_id,
            customer_id=customer["id"],
            payer_id=customer["payer_id"],
            ordered_at=datetime.combine(starts, time(9), STOCKHOLM).astimezone(UTC),
            starts_at=datetime.combine(starts, time(12), STOCKHOLM).astimezone(UTC),
            source="demo",
        )

    def stored_device(self, number: str, article: str, status: str) -> Row:
        """Add a device with a number of its own that awaits a van; the random ones begin with 2."""
        bought = self.today - timedelta(days=400)
        return self._device(number, article, serial=f"31B{number}", bought=bought, status=status)

    def held_by(self, device: Row, who: Row) -> Row:
        """Add the open holding of a person or of the care unit."""
        return self._holding(device, who, at_unit=who is self.care_unit)

    def _seed_devices(self) -> list[tuple[Row, Row | None]]:
        """The seeds' own individuals, on the test person; only where the seeds put them."""
        if self.region.code != "norrbotten":
            return []
        tester = self.persons[0]
        made: list[tuple[Row, Row | None]] = []
        for number, article, serial, bought in (
            ("179711", "22876", "26B46546", date(2016, 4, 11)),
            ("104901", "23993", "", date(2011, 5, 31)),
            ("75082", "25800", "", date(2011, 5, 31)),
            ("170098", "10156", "", date(2019, 3, 4)),
            ("157792", "15014", "", date(2018, 9, 12)),
            ("123569", "16952", "G024-014317", date(2008, 3, 1)),
        ):
            device = self._device(number, article, serial=serial, bought=bought)
            made.append((device, self._holding(device, tester)))
        chair, _ = made[0]
        chair.update(last_pm=_add_months(self.today, -23), next_pm=_add_months(self.today, 1))
        for article, count in (("11338", 2), ("17944", 1)):
            self.world.add(
                "device_component",
                id=self.ids(),
                region_id=self.region_id,
                device_id=chair["id"],
                main_number=chair["number"],
                article_id=self.articles[article]["id"],
                quantity=count,
                delivered_on=date(2016, 4, 11),
            )
        for device, day, text, note in (
            (
                chair,
                date(2021, 3, 22),
                "Extra tippskydd monterat bak.",
                "Tippskyddet ska sitta kvar. Stolen tippar bakåt utan det.",
            ),
            (
                made[5][0],
                date(2011, 3, 21),
                "Slangklämmor monterade så att rollatorn inte går att fälla.",
                "Stoppskruvarna ska sitta kvar, annars kan rollatorn fällas ihop under gång.",
            ),
        ):
            self.world.add(
                "special_adaptation",
                id=self.ids(),
                region_id=self.region_id,
                device_id=device["id"],
                number="1112007" if device is not chair else "2103118",
                made_on=day,
                text=text,
                safety_note=note,
            )
        return made

    def orders(self, devices: list[tuple[Row, Row | None]], technicians: list[UUID]) -> None:
        """Open orders for today and the days around it, and a history of closed ones."""
        people = {person["id"]: person for person in self.persons}
        held = [(device, holding) for device, holding in devices if holding is not None]
        numbers = iter(range(self.region.order_series, self.region.order_series + 10**6))
        count = self.scale.closed_orders + self.scale.open_orders
        chosen = [held[self.random.randrange(len(held))] for _ in range(count)]
        if self.region.code == "norrbotten":
            chosen[self.scale.closed_orders] = held[0]
            chosen[self.scale.closed_orders + len(technicians)] = held[5]
        for index, (device, holding) in enumerate(chosen):
            is_open = index >= self.scale.closed_orders
            nth = index - self.scale.closed_orders
            number = next(numbers)
            if is_open and nth == 0 and self.region.code == "norrbotten":
                number = 15510441
            self._order(
                number=f"{number:08d}",
                device=device,
                holding=holding,
                person=people.get(holding["person_id"]),
                technician=technicians[nth % len(technicians)] if nth % 7 != 6 else None,
                nth=nth if is_open else None,
            )

    def _order(
        self, *, number: str, device: Row, holding: Row, person: Row | None, technician: UUID | None, nth: int | None
    ) -> None:
        article = next(a for a in ARTICLES if self.articles[a.number]["id"] == device["article_id"])
        is_open = nth is not None
        if is_open:
            registered = self.now - timedelta(hours=self.random.randint(1, 60))
        else:
            registered = self.now - timedelta(days=self.random.randint(5, 300), hours=self.random.randint(0, 8))
        type_ = "preventive" if article.pm and self.random.random() < 0.25 and nth != 0 else "corrective"
        priority = 5 if type_ == "preventive" else self.random.choices((1, 2, 3, 4), (60, 15, 20, 5))[0]
        if nth == 0:
            priority = 3
        due = due_times(self.policy, registered, priority)
        finished = min(registered + timedelta(days=self.random.randint(1, 6)), self.now - timedelta(days=4))
        place = "at_centre" if article.site_restriction != "none" else "at_holder"
        address = person or self.care_unit
        fault = self.random.choice(FAULTS[article.iso_class])
        if type_ == "preventive":
            fault = "Förebyggande underhåll enligt intervall."
        order_id = self.ids()
        self.world.add(
            "work_order",
            id=order_id,
            region_id=self.region_id,
            number=number,
            type=type_,
            state="closed" if not is_open else "registered",
            device_id=device["id"],
            article_id=device["article_id"],
            person_id=holding["person_id"],
            party_id=holding["party_id"],
            customer_id=holding["customer_id"],
            prescriber_id=holding["prescriber_id"],
            registered_by=self.prescriber_id if self.random.random() < 0.7 else self.customer_service_id,
            fault_text="Höger broms tar inte och fotplattan glappar." if nth == 0 else fault,
            proposed_priority=priority,
            proposed_place=place,
            proposed_team_id=self.teams[0],
            proposed_basic_need="sleep" if priority == 4 else None,
            team_id=self.teams[0],
            assigned_to=technician,
            planned_on=None if not is_open or technician is None else self.today + timedelta(days=(nth or 0) % 9 // 6),
            contact_name="" if person is None else f"{person['first_name']} {person['last_name']}",
            contact_phone=address["phone"],
            street=address["street"],
            postcode=address["postcode"],
            town=address["town"],
            entry_code="" if person is None else person["entry_code"],
            instructions="Ring före besök." if self.random.random() < 0.3 else "",
            registered_at=registered,
            started_at=None if is_open else finished - timedelta(minutes=40),
            done_at=None if is_open else finished,
            closed_at=None if is_open else finished,
            outcome=None if is_open else "repaired" if type_ == "corrective" else "inspected",
            performed_by=None if is_open else technician,
            contact_due=due.get("contact"),
            start_due=due.get("start"),
            done_due=due.get("done"),
        )
        self.world.add("order_number", region_id=self.region_id, number=number, kind="work_order", subject_id=order_id)


def _add_months(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, min(day.day, 28))
