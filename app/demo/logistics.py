"""The demo's deliveries, pick-ups, van rounds of today and fault reports: plain values, like world.py."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from app.demo.catalogue import ARTICLES
from app.demo.world import STOCKHOLM, RegionMaker, Row

#: Postcode -> about the middle of the town, degrees north and east (WGS 84).
TOWN_CENTRES: Final[dict[str, tuple[float, float]]] = {
    "96133": (65.825, 21.689),
    "97231": (65.584, 22.155),
    "93331": (65.592, 19.180),
    "94131": (65.317, 21.480),
    "98231": (67.138, 20.660),
    "72211": (59.611, 16.545),
    "73131": (59.514, 15.993),
    "73330": (59.920, 16.606),
    "12125": (59.294, 18.083),
}
_ORDER_SERIES: Final = 15500607
_PICKUP_SERIES: Final = 15510055


@dataclass(frozen=True)
class Delivery:
    """One delivery: numbered devices as (device number, article), other goods as (article, quantity)."""

    devices: tuple[tuple[str, str], ...]
    goods: tuple[tuple[str, int], ...] = ()
    to_unit: bool = False
    note: str = ""
    co_delivery: bool = False


@dataclass(frozen=True)
class Pickup:
    """One pick-up of numbered devices, with the orderer's words to the carrier (R-250)."""

    devices: tuple[tuple[str, str], ...]
    info: str = ""
    protected: bool = False


#: The stops of a round in order; a stop with both is an exchange at one door.
_ROUND_1: Final = (
    (Delivery((("300101", "16952"),), note="Ring hemtjänsten innan, de öppnar."), None),
    (Delivery((("300102", "22876"),), (("11338", 2),), co_delivery=True), None),
    (None, Pickup((("300201", "31840"),), "Sängen är demonterad och står i förrådet. Nyckel hos grannen.")),
    (Delivery((("300103", "40112"),)), Pickup((("300202", "40112"),), "Bara eftermiddagar.")),
    (Delivery((("300104", "24310"),), (("19020", 1),), to_unit=True), None),
    (None, Pickup((("300203", "11109"),), protected=True)),
)
_ROUND_2: Final = (
    (Delivery((("300111", "11109"),)), None),
    (Delivery((("300112", "31866"),), note="Två personer behövs, ingen hiss."), None),
    (None, Pickup((("300211", "16952"),))),
    (Delivery((("300113", "27215"),)), Pickup((("300212", "27215"),))),
)
_READY: Final = (Delivery((("300121", "16952"),)), Delivery((("300122", "24310"),), (("19020", 2),)))
_UNASSIGNED: Final = ((("16952", 1),), (("22876", 1), ("11338", 2)))
_WAITING: Final = (Pickup((("300221", "11109"),)), Pickup((("300222", "24310"),), "Lyften väger 40 kg."))
_COLLECTED: Final = (("300231", "16952"),)

#: (topic, text, number of the round's device it is about, name, phone, hours ago)
_REPORTS: Final = (
    ("broken", "Bromsen på höger sida tar inte. Jag vågar inte gå ut med den.", "179711", "Tolvan", "070-555 12 12", 3),
    ("worn_part", "Gummit på ena stödbenet är helt slut och den glider på golvet.", "300203", "", "", 20),
    ("chafes_or_allergy", "Dynan skaver och jag har fått sår på ena sidan.", "170098", "", "070-555 13 13", 26),
    ("not_working", "Den laddar inte längre fast lampan lyser.", None, "", "", 5),
)


class Logistics:
    """Adds to a region's world what the vans, the warehouse and the triage need.

    Args:
        maker: the region, with its people and devices made.
        users: role word -> user id: "prescriber", "customer_service", "driver", "driver2".
    """

    def __init__(self, maker: RegionMaker, users: Mapping[str, UUID]) -> None:
        self.maker = maker
        self.users = users
        self.add = maker.world.add
        self.devices: dict[str, Row] = {}
        self._order_numbers = iter(range(_ORDER_SERIES, _ORDER_SERIES + 10_000))
        self._pickup_numbers = iter(range(_PICKUP_SERIES, _PICKUP_SERIES + 300))
        home = maker.region.towns[0][0]
        near = [p for p in maker.persons if p["postcode"] == home and not p["protected_identity"]]
        hidden = [p for p in maker.persons if p["protected_identity"]]
        self._near: Iterator[Row] = iter(near * 3)
        self._hidden = hidden[0] if hidden else near[-1]

    def make(self) -> list[Row]:
        """Add everything; returns the devices made here, whose labels are worth printing."""
        self.places()
        vans = [self.van(number, f"Bil {number[-1]}") for number in ("9001", "9002")]
        today = self.maker.today
        name = self.maker.region.towns[0][1]
        self.round(f"{name} förmiddag", vans[0], self.users["driver"], _ROUND_1, first=time(8, 15))
        self.round(f"{name} eftermiddag", vans[1], self.users["driver2"], _ROUND_2, first=time(12, 30))
        for delivery in _READY:
            self._customer_order(delivery, next(self._near), planned=False)
        for lines in _UNASSIGNED:
            self._customer_order(Delivery((), lines), next(self._near), planned=False, unassigned=True)
        for pickup in _WAITING:
            self._pickup_order(pickup, next(self._near), "requested")
        self._pickup_order(
            Pickup(_COLLECTED),
            next(self._near),
            "collected",
            collected_at=_at(today, time(14, 10)) - timedelta(days=1),
        )
        self.schedule(name, vans)
        self._reports()
        return list(self.devices.values())

    # ------------------------------------------------------------ the list of rounds

    def schedule(self, town: str, vans: list[UUID]) -> None:
        """A round through the town on two weekdays, and the internal post to the ward on all five."""
        ward = self.maker.care_unit
        self.add(
            "round_template",
            id=self.maker.ids(),
            region_id=self.maker.region_id,
            name=f"{town} med omnejd",
            carrier="van",
            weekdays=[1, 3],
            postcode_prefixes=[],
            towns=[town],
            cutoff_days=1,
            cutoff_at=time(12),
            van_id=vans[0],
            driver_id=self.users["driver"],
        )
        post = self.add(
            "round_template",
            id=self.maker.ids(),
            region_id=self.maker.region_id,
            name="Internposten",
            carrier="internal_post",
            weekdays=[0, 1, 2, 3, 4],
            postcode_prefixes=[],
            towns=[],
            cutoff_days=1,
            cutoff_at=time(12),
            van_id=None,
            driver_id=None,
        )
        self.add(
            "round_template_stop",
            id=self.maker.ids(),
            template_id=post["id"],
            position=1,
            name="Ingång 46",
            carrier_note="Vaktmästeriet tar emot.",
            window_from=time(8),
            window_to=time(10),
            party_ids=[ward["id"]],
        )

    # ------------------------------------------------------------ places

    def places(self) -> None:
        home = TOWN_CENTRES[self.maker.region.towns[0][0]]
        self.maker.warehouse.update(latitude=home[0], longitude=home[1])
        seen: set[tuple[str, str]] = set()
        for row in [*self.maker.persons, self.maker.care_unit]:
            key = (row["postcode"], row["street"].lower())
            if key in seen:
                continue
            seen.add(key)
            latitude, longitude = self._position(row)
            self.add(
                "address_position",
                region_id=self.maker.region_id,
                postcode=row["postcode"],
                street=row["street"].lower().translate(str.maketrans("åäö", "{|}")),
                latitude=latitude,
                longitude=longitude,
                source="demo",
            )

    def _position(self, row: Row) -> tuple[float, float]:
        """A made-up place within a few kilometres of the town's middle, the same for the same address."""
        north, east = TOWN_CENTRES[row["postcode"]]
        digest = hashlib.sha256(f"{row['postcode']} {row['street']}".encode()).digest()
        return round(north + (digest[0] - 128) / 4000, 6), round(east + (digest[1] - 128) / 2000, 6)

    def van(self, number: str, name: str) -> UUID:
        van_id: UUID = self.add(
            "location",
            id=self.maker.ids(),
            region_id=self.maker.region_id,
            kind="van",
            number=number,
            name=name,
            latitude=None,
            longitude=None,
        )["id"]
        self.add(
            "van_equipment",
            van_id=van_id,
            region_id=self.maker.region_id,
            wheelchair_slots=6,
            bed_slots=2,
            volume_litres=11_000,
            weight_kg=1_200,
            skills=["tail_lift", "two_persons"],
            shift_from=time(7),
            shift_to=time(16),
            break_minutes=30,
            break_from=time(11),
            break_to=time(13),
        )
        return van_id

    # ------------------------------------------------------------ rounds

    def round(
        self,
        name: str,
        van_id: UUID,
        driver_id: UUID,
        stops: tuple[tuple[Delivery | None, Pickup | None], ...],
        *,
        first: time,
    ) -> None:
        maker = self.maker
        round_id = self.add(
            "van_round",
            id=maker.ids(),
            region_id=maker.region_id,
            name=name,
            on_day=maker.today,
            van_id=van_id,
            driver_id=driver_id,
            depot_id=maker.warehouse["id"],
            state="published",
            version=1,
            published_at=maker.now,
        )["id"]
        starts = _at(maker.today, first)
        for position, (delivery, pickup) in enumerate(stops, start=1):
            who = self._recipient(delivery, pickup)
            stop_id = self._stop(round_id, position, who, delivery, starts + timedelta(minutes=45 * (position - 1)))
            self.add("stop_driver", stop_id=stop_id, driver_id=driver_id, round_id=round_id)
            tasks: list[dict[str, Any]] = []
            if delivery is not None:
                tasks += self._customer_order(delivery, who, planned=True)
            if pickup is not None:
                tasks += self._pickup_order(pickup, who, "planned")
            for index, task in enumerate(tasks):
                self.add(
                    "stop_task", id=maker.ids(), region_id=maker.region_id, stop_id=stop_id, position=index, **task
                )

    def _recipient(self, delivery: Delivery | None, pickup: Pickup | None) -> Row:
        if delivery is not None and delivery.to_unit:
            return self.maker.care_unit
        return self._hidden if pickup is not None and pickup.protected else next(self._near)

    def _stop(self, round_id: UUID, position: int, who: Row, delivery: Delivery | None, starts: datetime) -> UUID:
        latitude, longitude = self._position(who)
        stop_id: UUID = self.add(
            "stop",
            id=self.maker.ids(),
            region_id=self.maker.region_id,
            round_id=round_id,
            position=position,
            **self._holder(who),
            **_contact(who),
            carrier_note=delivery.note if delivery else "",
            latitude=latitude,
            longitude=longitude,
            window_from=starts,
            window_to=starts + timedelta(minutes=90),
        )["id"]
        return stop_id

    def _holder(self, who: Row) -> dict[str, UUID | None]:
        is_unit = who is self.maker.care_unit
        return {"person_id": None if is_unit else who["id"], "party_id": who["id"] if is_unit else None}

    # ------------------------------------------------------------ orders

    def _device(self, number: str, article: str, status: str) -> Row:
        device = self.maker.stored_device(number, article, status)
        self.devices[number] = device
        return device

    def _customer_order(
        self, delivery: Delivery, who: Row, *, planned: bool, unassigned: bool = False
    ) -> list[dict[str, Any]]:
        maker = self.maker
        number = f"{next(self._order_numbers):08d}"
        customer = maker.customers[0]
        order_id = self.add(
            "customer_order",
            id=maker.ids(),
            region_id=maker.region_id,
            number=number,
            kind="unit_order" if who is maker.care_unit else "prescription",
            state="registered" if unassigned else "dispatchable",
            **self._holder(who),
            customer_id=customer["id"],
            payer_id=customer["payer_id"],
            prescriber_id=self.users["prescriber"],
            registered_by=self.users["prescriber"],
            registered_at=maker.now - timedelta(days=2, hours=len(self.devices) % 7),
            earliest_dispatch=maker.today if planned else maker.today - timedelta(days=1),
            to_home=who is not maker.care_unit,
            **_contact(who),
            carrier_note=delivery.note,
            warehouse_note="",
            co_delivery=delivery.co_delivery,
            urgent=False,
        )["id"]
        self._number(number, "customer_order", order_id)
        goods: list[tuple[Row | None, str, int]] = [
            (self._device(device, article, "reserved"), article, 1) for device, article in delivery.devices
        ]
        goods += [(None, article, quantity) for article, quantity in delivery.goods]
        tasks = []
        for position, (device, article, quantity) in enumerate(goods, start=1):
            line = self.add(
                "order_line",
                id=maker.ids(),
                region_id=maker.region_id,
                order_id=order_id,
                position=position,
                article_id=maker.articles[article]["id"],
                quantity=quantity,
                device_id=device["id"] if device else None,
            )
            tasks.append(_task("deliver", line, order_line_id=line["id"]))
        return tasks

    def _pickup_order(
        self, pickup: Pickup, who: Row, state: str, collected_at: datetime | None = None
    ) -> list[dict[str, Any]]:
        maker = self.maker
        number = f"{next(self._pickup_numbers):08d}"
        order_id = self.add(
            "pickup_order",
            id=maker.ids(),
            region_id=maker.region_id,
            number=number,
            state="registered",
            reason="need_ended",
            **self._holder(who),
            customer_id=maker.customers[0]["id"],
            prescriber_id=self.users["prescriber"],
            registered_by=self.users["prescriber"],
            registered_at=maker.now - timedelta(days=3),
            wanted_on=maker.today,
            **_contact(who),
            info=pickup.info,
        )["id"]
        self._number(number, "pickup_order", order_id)
        tasks = []
        for position, (device_number, article) in enumerate(pickup.devices, start=1):
            device = self._device(device_number, article, "collected" if state == "collected" else "pickup_requested")
            holding = maker.held_by(device, who)
            line = self.add(
                "pickup_line",
                id=maker.ids(),
                region_id=maker.region_id,
                pickup_order_id=order_id,
                position=position,
                device_id=device["id"],
                article_id=device["article_id"],
                quantity=1,
                holding_id=holding["id"],
                owner=maker.region.name,
                charging=next(a.charging for a in ARTICLES if a.number == article),
                state=state,
                hygiene="clean" if state == "collected" else "unknown",
                collected_at=collected_at,
            )
            tasks.append(_task("collect", line, pickup_line_id=line["id"]))
        return tasks

    def _number(self, number: str, kind: str, subject_id: UUID) -> None:
        self.add("order_number", region_id=self.maker.region_id, number=number, kind=kind, subject_id=subject_id)

    # ------------------------------------------------------------ fault reports

    def _reports(self) -> None:
        maker = self.maker
        numbered = {device["number"]: device for device in maker.world.tables["device"]}
        for topic, text, number, name, phone, hours in _REPORTS:
            device = numbered.get(number) if number else None
            received = maker.now - timedelta(hours=hours)
            report_id, command_id = maker.ids(), maker.ids()
            payload = json.dumps({"id": str(command_id), "args": {"topic": topic, "text": text}}).encode()
            self.add(
                "command_log",
                id=command_id,
                region_id=maker.region_id,
                type="fault_report.submit",
                v=1,
                payload_raw=payload,
                payload_sha256=hashlib.sha256(payload).digest(),
                at=received,
                at_est=received,
                received_at=received,
                aggregate=report_id,
                verdict="applied",
            )
            self.add(
                "fault_report",
                id=report_id,
                region_id=maker.region_id,
                device_id=device["id"] if device else None,
                typed_number=None if device else "999999",
                source="label" if device else "number",
                state="received",
                topic=topic,
                text=text,
                contact_name=name,
                contact_phone=phone,
                same_hash=hashlib.sha256(f"{report_id}{text}".encode()).digest(),
                received_at=received,
                command_id=command_id,
            )


def _task(kind: str, line: Row, **more: UUID) -> dict[str, Any]:
    lines: dict[str, UUID | None] = {"order_line_id": None, "pickup_line_id": None, **more}
    return {
        "kind": kind,
        "device_id": line["device_id"],
        "article_id": line["article_id"],
        "quantity": line["quantity"],
        **lines,
    }


def _contact(who: Row) -> dict[str, str]:
    name = who["name"] if "name" in who else f"{who['first_name']} {who['last_name']}"
    return {
        "contact_name": name,
        "contact_phone": who["phone"],
        "street": who["street"],
        "postcode": who["postcode"],
        "town": who["town"],
        "entry_code": who.get("entry_code", ""),
    }


def _at(day: Any, clock: time) -> datetime:
    return datetime.combine(day, clock, STOCKHOLM).astimezone(UTC)
