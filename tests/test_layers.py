"""The floors of docs/architecture.md: no import runs up, there are no circles, and pure rooms touch no database.

Every import statement of the product is read from the source, also those inside functions.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("app", "offline_sync", "labels", "field", "routing", "pwa")

#: Name of a module or package -> its floor. The longest name that fits counts.
FLOORS = {
    # ground: settings, database, and pure modules
    "app.settings": 0,
    "app.database": 0,
    "labels.payload": 0,
    "routing.planner": 0,
    "field.protocols": 0,
    "app.policy.working_time": 0,
    "app.policy.policy": 0,
    "pwa": 0,
    # the web's manners, which know nobody
    "app.web": 1,
    # kernel
    "app.identity": 2,
    "app.audit": 2,
    "app.policy": 2,
    "app.jobs": 2,
    "app.feature": 2,
    "offline_sync": 2,
    # what the wings share
    "app.registry": 3,
    "app.messages": 3,
    # wings
    "labels": 4,
    "field": 4,
    "field.protocols.feature": 4,
    "field.protocols.repository": 4,
    "field.protocols.routes": 4,
    "field.protocols.service": 4,
    "field.protocols.tables": 4,
    "field.protocols.view": 4,
    "routing": 4,
    "app.orders": 4,
    "app.stock": 4,
    "app.device_flags": 4,
    "app.purchases": 4,
    "app.traceability": 4,
    "app.service_levels": 4,
    "app.administration": 4,
    "app.sync_health": 4,
    "app.importing": 4,
    "app.backup": 4,
    "app.finance": 4,
    # roof
    "app.demo": 5,
    "app.main": 5,
    "app.neighbours": 5,
    "app.cli": 5,
}

PURE = (
    "labels.payload",
    "field.maintenance.lifecycle",
    "field.maintenance_runs.proposing",
    "field.protocols.memory",
    "field.protocols.values",
    "field.protocols.template",
    "field.protocols.plan",
    "field.protocols.judgement",
    "app.policy.working_time",
    "app.policy.policy",
    "app.traceability.lifeline",
    "app.audit.digest",
    "app.identity.actor",
    "app.identity.permissions",
    "app.identity.scopes",
    "app.web.validation",
)
ROOF = ("app.main", "app.cli", "app.demo")


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, Path]:
    """Every module of the product, by dotted name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "node_modules" not in path.parts:
                found[_name(path)] = path
    return found


def _imported(name: str, *, at_start_only: bool = False) -> Iterator[str]:
    """Our own modules that a module imports; without those under TYPE_CHECKING, or in functions, when told."""
    path = modules()[name]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    nodes: list[ast.AST] = [tree]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, base] if base else parents)
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                yield whole if whole in modules() else base
        for child in ast.iter_child_nodes(node):
            if at_start_only and (isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) or _only_for_types(child)):
                continue
            nodes.append(child)


def _only_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def _floor(name: str) -> int:
    fitting = [prefix for prefix in FLOORS if name == prefix or name.startswith(f"{prefix}.")]
    assert fitting, f"{name} has no floor: give it one in FLOORS"
    return FLOORS[max(fitting, key=len)]


def _inside(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in PACKAGES


EDGES = [(name, target) for name in modules() for target in _imported(name) if _is_ours(target)]


def test_the_reading_finds_imports() -> None:
    assert ("app.identity.access", "app.web.problems") in EDGES
    assert len(EDGES) > 50


def test_no_import_runs_up() -> None:
    upward = [
        f"{name} (floor {_floor(name)}) imports {target} (floor {_floor(target)})"
        for name, target in EDGES
        if name not in PACKAGES and target not in PACKAGES and _floor(target) > _floor(name)
    ]
    assert upward == []


def test_nothing_imports_the_roof() -> None:
    climbing = [
        (name, target)
        for name, target in EDGES
        if any(_inside(target, roof) for roof in ROOF) and not any(_inside(name, roof) for roof in ROOF)
    ]
    assert climbing == []


def test_field_and_routing_do_not_know_each_other_but_for_the_pure_planner() -> None:
    crossing = [
        (name, target)
        for name, target in EDGES
        if (_inside(name, "field") and _inside(target, "routing") and not _inside(target, "routing.planner"))
        or (_inside(name, "routing") and _inside(target, "field"))
    ]
    assert crossing == []


def test_the_protocol_knows_no_feature() -> None:
    features = ("field", "routing", "labels", "app.registry", "app.messages", "app.orders", "app.finance")
    knowing = [
        (name, target)
        for name, target in EDGES
        if _inside(name, "offline_sync") and any(_inside(target, feature) for feature in features)
    ]
    assert knowing == []


@pytest.mark.parametrize("room", PURE)
def test_pure_rooms_touch_no_database_no_web_and_no_clock_of_ours(room: str) -> None:
    inside = [name for name in modules() if _inside(name, room)]
    assert inside, f"{room} is named here but does not exist"
    forbidden = (
        "app.database.unit_of_work",
        "app.database.engine",
        "asyncpg",
        "piccolo",
        "litestar",
        "httpx",
        "asyncio",
    )
    allowed_from_database = {"app.audit.digest"}  # the type of a row
    for name in inside:
        for target in _imported(name):
            assert not any(_inside(target, word) for word in forbidden), (name, target)
            if name not in allowed_from_database:
                assert not _inside(target, "app.database"), (name, target)


def test_there_are_no_circles() -> None:
    graph = {
        name: {target for target in _imported(name, at_start_only=True) if target in modules() and target != name}
        for name in modules()
    }
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join([*trail[trail.index(name) :], name])
        if name in done:
            return
        for target in sorted(graph[name]):
            walk(target, (*trail, name))
        done.add(name)

    for name in graph:
        walk(name, ())
