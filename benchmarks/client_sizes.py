"""How much of the built client travels to a phone: brotli sizes of the files as they are served."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).resolve().parents[1] / "pwa" / "static"

# `import ... from "./x.js"`, `export ... from "./x.js"` and `import "./x.js"`, but not `import("./x.js")`.
_STATIC_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*["'`](\./[^"'`]+\.js)["'`]""")
_FILE_OF_PAGE = re.compile(r"""<(?:script|link)\b[^>]*\b(?:src|href)="(/[^"]+)\"""")
_PRECACHED = re.compile(r"""\burl:\s*["'`](/[^"'`]+)["'`],\s*integrity:""")


class BuildFault(Exception):
    """pwa/static does not hold a whole build."""


@dataclass(frozen=True)
class Sizes:
    """Addresses of the files, and what they weigh on the wire in kB (1,000 bytes)."""

    first_route: frozenset[str]
    all_scripts: frozenset[str]
    precache: frozenset[str]
    public_page: frozenset[str]

    @property
    def first_route_kb(self) -> float:
        """JavaScript of the first route: the page's own scripts and what they import before they can run."""
        return _kilobytes(self.first_route)

    @property
    def all_scripts_kb(self) -> float:
        """All JavaScript there is, both languages, the decoding worker and the service worker included."""
        return _kilobytes(self.all_scripts)

    @property
    def public_page_kb(self) -> float:
        """JavaScript of the form behind a label: what a stranger's phone fetches."""
        return _kilobytes(self.public_page)

    @property
    def precache_kb(self) -> float:
        """Everything that is fetched to make the app work offline, the decoder's WebAssembly included."""
        return _kilobytes(self.precache)


def measure() -> Sizes:
    """Read the sizes from the build.

    Raises:
        BuildFault: there is no whole build.
    """
    try:
        page = (STATIC / "index.html").read_text()
        public = (STATIC / "report.html").read_text()
        worker = (STATIC / "sw.js").read_text()
    except FileNotFoundError as error:
        raise BuildFault("the client is not built; run: make build") from error
    scripts, public_scripts = (
        {address for address in _FILE_OF_PAGE.findall(one) if address.endswith(".js")} for one in (page, public)
    )
    precache = frozenset(_PRECACHED.findall(worker))
    if not scripts or not scripts <= precache:
        raise BuildFault("the service worker does not keep the page's scripts; run: make build")
    every = frozenset(address for address in precache if address.endswith(".js")) | {"/sw.js"}
    return Sizes(_with_imports(scripts), every, precache, _with_imports(public_scripts))


def _with_imports(scripts: set[str]) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(scripts)
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        found.add(address)
        folder = address.rpartition("/")[0]
        text = (STATIC / address.lstrip("/")).read_text()
        waiting += [f"{folder}/{name.removeprefix('./')}" for name in _STATIC_IMPORT.findall(text)]
    return frozenset(found)


def _kilobytes(addresses: frozenset[str]) -> float:
    return sum(_bytes(STATIC / address.lstrip("/")) for address in addresses) / 1000


def _bytes(file: Path) -> int:
    compressed = file.with_name(file.name + ".br")
    return (compressed if compressed.exists() else file).stat().st_size
