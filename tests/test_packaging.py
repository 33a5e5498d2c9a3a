"""What a stranger's machine relies on: locked dependencies, no private addresses, two commands that work.

Fast checks of the files only; installing for real is what ``make test`` does by being run.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
IGNORED_FOLDERS = {".git", "node_modules", "build", "dist", "test-results"}
# Put together here, so that this file does not name what it forbids.
REGISTRY_HOST = re.compile(rf"py{'pi'}\.org|python{'hosted'}|npm{'js'}\.(org|com)|yarn{'pkg'}\.")
PACKAGES = ["app", "field", "routing", "offline_sync", "labels", "pwa"]


def _project_files() -> list[Path]:
    """Every text file that belongs to the project, by version control's rules for what does not."""
    files: list[Path] = []
    for folder, folders, names in os.walk(ROOT):
        here = Path(folder)
        folders[:] = [
            name
            for name in folders
            if name not in IGNORED_FOLDERS
            and ((here == ROOT and name == ".ci") or not name.startswith("."))
            and here / name != ROOT / "pwa" / "static"
            and not (here / name / "pyvenv.cfg").exists()
        ]
        files += [here / name for name in names if not name.endswith((".png", ".jpg", ".pyc", ".woff2", ".mjpeg"))]
    return files


def _normal(name: str) -> str:
    """A distribution's normalised name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s\[<>=!~;]", name, maxsplit=1)[0]).lower()


def _requirements(name: str) -> dict[str, list[str]]:
    """The pins of a requirement file: normalised name -> its hashes."""
    pins: dict[str, list[str]] = {}
    current = ""
    for line in (ROOT / "requirements" / name).read_text().splitlines():
        if line.startswith("#") or line.strip().startswith("#"):
            continue
        pinned = re.match(r"([A-Za-z0-9_.-]+)(\[[^\]]*\])?==\S+", line)
        if pinned:
            current = _normal(pinned[1])
            pins[current] = []
        pins[current] += re.findall(r"--hash=sha256:([0-9a-f]{64})", line)
    return pins


def test_the_npm_lock_names_no_addresses() -> None:
    """A lock made behind a mirror would otherwise only install behind that mirror."""
    lock = json.loads((ROOT / "pwa" / "client" / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert len(packages) > 50
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if "integrity" not in entry and not entry.get("inBundle")] == []
    settings = (ROOT / "pwa" / "client" / ".npmrc").read_text().split()
    assert "omit-lockfile-registry-resolved=true" in settings
    assert "ignore-scripts=true" in settings


def test_npm_versions_are_exact() -> None:
    package = json.loads((ROOT / "pwa" / "client" / "package.json").read_text())
    versions = package["dependencies"] | package["devDependencies"]
    assert [name for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    lock = json.loads((ROOT / "pwa" / "client" / "package-lock.json").read_text())
    assert lock["packages"][""]["dependencies"] | lock["packages"][""]["devDependencies"] == versions


def test_no_file_names_a_package_registry() -> None:
    """People install from the registry their own pip and npm are set up for."""
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in _project_files()
        if (match := REGISTRY_HOST.search(path.read_text(errors="replace")))
    ]
    assert found == []


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt"])
def test_every_requirement_is_pinned_with_hashes(name: str) -> None:
    pins = _requirements(name)
    assert len(pins) > 30
    assert [requirement for requirement, hashes in pins.items() if not hashes] == []
    text = (ROOT / "requirements" / name).read_text()
    assert re.findall(r"^\s*(?:-i|-f|--(?:extra-)?index-url|--find-links|--trusted-host)\b.*", text, re.MULTILINE) == []
    assert "make lock" in text.splitlines()[1]


def test_requirement_files_follow_pyproject() -> None:
    """After a change in pyproject.toml, run ``make lock``."""
    runtime = {_normal(name) for name in PROJECT["project"]["dependencies"]}
    development = {_normal(name) for name in PROJECT["dependency-groups"]["dev"]}
    assert runtime <= set(_requirements("runtime.txt"))
    assert runtime | development <= set(_requirements("dev.txt"))
    assert not development - runtime <= set(_requirements("runtime.txt")), "the server needs no test tools"


def test_what_runs_in_tests_is_what_users_get() -> None:
    def versions(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", (ROOT / "requirements" / name).read_text(), re.MULTILINE))

    tested = versions("dev.txt")
    assert {name: tested.get(name) for name in versions("runtime.txt")} == versions("runtime.txt")


def test_ci_runs_make_test_and_nothing_else() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text() == "#!/usr/bin/env bash\nset -euo pipefail\nexec make test\n"


@pytest.mark.parametrize("target", ["help", "setup", "demo", "test", "e2e", "check", "format", "build", "lock", "soak"])
def test_make_help_lists(target: str) -> None:
    words = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.search(rf"^  make {target}\s+\S", words, re.MULTILINE)


@pytest.mark.parametrize("target", ["demo", "test"])
def test_the_two_commands_set_everything_up_without_an_activated_venv(target: str, tmp_path: Path) -> None:
    """A dry run where nothing is installed: a venv, hashed requirements, the client, then the work itself."""
    plan = subprocess.run(
        ["make", "-n", target, f"VENV={tmp_path}/venv"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    last = {"demo": f"{tmp_path}/venv/bin/turbil demo", "test": "-m pytest"}[target]
    steps = [
        "-m venv",
        "--require-hashes -r requirements/dev.txt",
        "--no-build-isolation -e .",
        "pwa.build build",
        last,
    ]
    places = [plan.find(step) for step in steps]
    assert -1 not in places, dict(zip(steps, places, strict=True))
    assert places == sorted(places)


def test_the_wheel_holds_every_package_and_no_client_sources() -> None:
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == PACKAGES
    assert "pwa/client" in wheel["exclude"]
    assert all((ROOT / package / "__init__.py").is_file() for package in PACKAGES)
    assert set(PACKAGES) | {"hatch_build.py"} <= set(
        PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["only-include"]
    )
    assert PROJECT["project"]["scripts"] == {"turbil": "app.cli:main"}
