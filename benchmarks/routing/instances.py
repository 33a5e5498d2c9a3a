"""Problems to measure planners with: published files where a folder is named, made-up days of a depot always.

Published instances are read from the folder in ``TURBIL_INSTANCES`` (``vrptw/*.txt``, ``pdptw/*.txt``, and
``best_known.json`` beside them); nothing of them is kept in the project. Convention of the literature: whole numbers
are 1,000 times the Euclidean distance, times likewise; the cost is the distance.
"""

from __future__ import annotations

import json
import math
import os
import random
from pathlib import Path
from typing import NamedTuple

from routing.planner import Price, Problem, Shipment, TravelMatrix, Van, Visit
from routing.travel import Point, haversine_matrix

SCALE = 1000


class Instance(NamedTuple):
    """A published problem, and its best known distance where there is one for that objective."""

    name: str
    problem: Problem
    best_known: float | None


def folder() -> Path | None:
    """Where the published instances are, if anywhere."""
    named = os.environ.get("TURBIL_INSTANCES")
    return Path(named) if named else None


def published(root: Path, kind: str) -> list[Instance]:
    """The instances of a kind (``vrptw``, ``pdptw``), by name."""
    known = json.loads((root / "best_known.json").read_text("utf-8"))
    read = read_vrptw if kind == "vrptw" else read_pdptw
    return [
        Instance(
            f"{kind}/{path.name}", read(path.read_text("utf-8")), known.get(f"{kind}/{path.name}", {}).get("distance")
        )
        for path in sorted((root / kind).glob("*.txt"))
    ]


def read_vrptw(text: str) -> Problem:
    """Solomon's and Gehring and Homberger's format."""
    lines = [line.split() for line in text.splitlines()]
    head = next(index for index, line in enumerate(lines) if line[:1] == ["NUMBER"]) + 1
    count, capacity = map(int, lines[head][:2])
    rows = [tuple(map(int, line[:7])) for line in lines[head + 1 :] if len(line) >= 7 and line[0].isdigit()]
    depot, customers = rows[0], rows[1:]
    visits = tuple(
        Visit(
            id=f"c{row[0]}",
            place=index,
            deliver=(row[3],),
            window_from_s=row[4] * SCALE,
            window_to_s=row[5] * SCALE,
            service_s=row[6] * SCALE,
        )
        for index, row in enumerate(customers, 1)
    )
    return Problem(
        visits=visits,
        vans=_fleet(count, capacity, depot[5] * SCALE),
        travel=_euclid([(row[1], row[2]) for row in rows]),
        price=Price(road=1, duty=0),
    )


def read_pdptw(text: str) -> Problem:
    """Li and Lim's format: each pick-up names its delivery."""
    lines = [list(map(int, line.split())) for line in text.splitlines() if line.strip()]
    count, capacity = lines[0][:2]
    rows = lines[1:]
    visits = tuple(
        Visit(
            id=f"c{row[0]}",
            place=index,
            window_from_s=row[4] * SCALE,
            window_to_s=row[5] * SCALE,
            service_s=row[6] * SCALE,
        )
        for index, row in enumerate(rows)
        if index
    )
    shipments = tuple(
        Shipment(pick_up=f"c{row[0]}", set_down=f"c{row[8]}", amount=(row[3],)) for row in rows[1:] if row[8]
    )
    return Problem(
        visits=visits,
        vans=_fleet(count, capacity, rows[0][5] * SCALE),
        travel=_euclid([(row[1], row[2]) for row in rows]),
        shipments=shipments,
        price=Price(road=1, duty=0),
    )


#: Wheelchair slots, bed slots, litres.
_VANS = (((6, 0, 6000), frozenset({"tail_lift"})), ((3, 2, 10000), frozenset({"tail_lift", "two_persons"})))


_HOURS = ((8, 10), (8, 12), (9, 12), (10, 12), (10, 13), (12, 14), (11, 15))


def depot_day(stops: int, seed: int) -> Problem:
    """A made-up day of a depot: deliveries, pick-ups and both, three loads, windows, two kinds of vans, 8.5 hours.

    55 % deliver, 30 % collect, 15 % both; 40 % have a window, 10 % need two persons; the worth of a stop is 40,000 s of
    driving for an ordinary one and up to four times that. The cost is driving and what is left out.
    """
    rng = random.Random(seed)
    towns = [(rng.uniform(-0.35, 0.35), rng.uniform(-0.8, 0.8)) for _ in range(6)]
    points = [Point(65.82, 21.69)]
    far = []
    for _ in range(stops):
        north, east = (0.0, 0.0) if rng.random() < 0.45 else rng.choice(towns)
        far.append(bool(north))
        points.append(Point(65.82 + north + rng.gauss(0, 0.03), 21.69 + east + rng.gauss(0, 0.07)))
    visits = []
    for number in range(1, stops + 1):
        kind = rng.random()
        goods = _goods(rng)
        # Nobody promises the outskirts a visit at eight.
        hours = _HOURS[2:] if far[number - 1] else _HOURS
        window = rng.choice(hours) if rng.random() < 0.4 else None
        visits.append(
            Visit(
                id=f"s{number}",
                place=number,
                service_s=rng.choice((300, 480, 600, 900, 1500)),
                window_from_s=None if window is None else window[0] * 3600,
                window_to_s=None if window is None else window[1] * 3600,
                deliver=goods if kind < 0.55 or kind >= 0.85 else (),
                collect=_goods(rng) if kind >= 0.55 else (),
                skills=frozenset({"two_persons"}) if rng.random() < 0.1 else frozenset(),
                worth_s=rng.choice((40_000, 40_000, 40_000, 80_000, 160_000)),
            )
        )
    vans = tuple(
        Van(
            id=f"v{number}",
            start=0,
            end=0,
            shift_from_s=7 * 3600,
            shift_to_s=7 * 3600 + 30_600,
            capacity=_VANS[number % 2][0],
            skills=_VANS[number % 2][1],
        )
        for number in range(max(2, round(stops / 13)))
    )
    return Problem(visits=tuple(visits), vans=vans, travel=haversine_matrix(points), price=Price(road=1, duty=0))


def _goods(rng: random.Random) -> tuple[int, int, int]:
    kind = rng.random()
    if kind < 0.35:
        return (1, 0, 400)
    return (0, 1, 1800) if kind < 0.45 else (0, 0, rng.choice((50, 150, 300, 700)))


def _fleet(count: int, capacity: int, ends_s: int) -> tuple[Van, ...]:
    return tuple(
        Van(id=f"v{number}", start=0, end=0, shift_from_s=0, shift_to_s=ends_s, capacity=(capacity,))
        for number in range(count)
    )


def _euclid(points: list[tuple[int, int]]) -> TravelMatrix:
    rows = tuple(tuple(round(SCALE * math.dist(here, there)) for there in points) for here in points)
    return TravelMatrix(rows, rows, estimated=False)
