"""Settings from the environment. Every one is documented in docs/settings.md; a test keeps that true."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

DEFAULT_PORT = 8000


class SettingsError(Exception):
    """A setting cannot be used; the message names the variable and what to do, on one line."""


def _default_data_folder() -> Path:
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "turbil"


@dataclass(frozen=True)
class Settings:
    """One server's settings. Lengths are seconds and bytes.

    Attributes:
        port: TCP port the server listens on (TURBIL_PORT).
        host: address it listens on; loopback unless told (TURBIL_HOST).
        data: folder of the embedded database, blobs and keys (TURBIL_DATA).
        blobs: ``s3://bucket/prefix`` for attachments, None for the data folder (TURBIL_BLOBS); the access keys and the
            endpoint are AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT_URL, as everywhere.
        database_url: a PostgreSQL >= 15 to use instead of the embedded one (DATABASE_URL).
        public_url: the address phones and labels use, without a trailing slash (TURBIL_PUBLIC_URL).
        demo: the demo: its schema is public and its users have printed passwords (set by ``turbil demo`` only).
        push_hosts: host names that web push endpoints may have, suffix match (TURBIL_PUSH_HOSTS), SR-26.
        push_loopback: allow http endpoints on loopback; for tests only (TURBIL_PUSH_LOOPBACK).
        push_contact: the contact address push services may write to (TURBIL_PUSH_CONTACT).
        free_space_bytes: below this much free disk, writes are answered 507 (TURBIL_FREE_SPACE), SR-20.
        pool_size: connections in the database pool (TURBIL_POOL_SIZE).
        proxies: addresses or networks of the reverse proxy whose headers name the sender (TURBIL_PROXY), SR-12.
        pin: whether phones of the field are opened with a PIN (TURBIL_PIN), SR-15.
        readable_hours: how long a phone without contact shows what it has (TURBIL_READABLE_HOURS), SR-14.
        osrm: address of an OSRM server of one's own for travel times (TURBIL_OSRM).
        gateway: mail server that sends texts to patients; None writes them to files (TURBIL_GATEWAY).
        valhalla: address of a Valhalla server of one's own, where there is no OSRM (TURBIL_VALHALLA).
        tiles: address of the map pictures of a server of one's own, with {z}, {x} and {y} (TURBIL_TILES).
        tiles_attribution: whom to name on the map for them (TURBIL_TILES_ATTRIBUTION).
    """

    port: int = DEFAULT_PORT
    host: str = "127.0.0.1"
    data: Path = field(default_factory=_default_data_folder)
    blobs: str | None = None
    database_url: str | None = None
    public_url: str = f"http://127.0.0.1:{DEFAULT_PORT}"
    demo: bool = False
    push_hosts: tuple[str, ...] = (
        "fcm.googleapis.com",
        "updates.push.services.mozilla.com",
        "web.push.apple.com",
        "notify.windows.com",
    )
    push_loopback: bool = False
    push_contact: str = "mailto:drift@example.invalid"
    free_space_bytes: int = 200 * 1024 * 1024
    pool_size: int = 10
    proxies: tuple[str, ...] = ()
    readable_hours: int = 24
    pin: bool = True
    osrm: str | None = None
    valhalla: str | None = None
    gateway: str | None = None
    tiles: str | None = None
    tiles_attribution: str = ""

    @property
    def tiles_origin(self) -> str:
        """Scheme, host and port of the map pictures, for the content security policy; empty without any."""
        if self.tiles is None:
            return ""
        parts = urlsplit(self.tiles)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def https(self) -> bool:
        """True when phones reach the server over https: cookies then carry the ``__Host-`` prefix."""
        return self.public_url.startswith("https://")


def _integer(name: str, default: int, low: int, high: int) -> int:
    text = os.environ.get(name)
    if text is None or text == "":
        return default
    try:
        value = int(text)
    except ValueError:
        raise SettingsError(f"{name}={text!r} is not a whole number; give one from {low} to {high}.") from None
    if not low <= value <= high:
        raise SettingsError(f"{name}={value} is out of range; give a number from {low} to {high}.")
    return value


def _flag(name: str, *, default: bool = False) -> bool:
    text = os.environ.get(name, "").strip().lower()
    if text == "":
        return default
    if text in {"0", "false", "no"}:
        return False
    if text in {"1", "true", "yes"}:
        return True
    raise SettingsError(f"{name}={text!r} is neither yes nor no; write 1 or 0.")


def _database_url() -> str | None:
    url = os.environ.get("DATABASE_URL") or None
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise SettingsError(
            "DATABASE_URL must look like postgresql://user:password@host:5432/database; "
            "it was not used and nothing was touched."
        )
    return url


def _blobs() -> str | None:
    address = os.environ.get("TURBIL_BLOBS", "").strip()
    if not address:
        return None
    bucket = address.removeprefix("s3://").partition("/")[0]
    if not address.startswith("s3://") or not bucket:
        raise SettingsError(f"TURBIL_BLOBS={address!r} is not a bucket; write s3://bucket or s3://bucket/folder.")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        if not os.environ.get(name):
            raise SettingsError(f"TURBIL_BLOBS needs {name}; without it the bucket cannot be written to.")
    return address


def _proxies() -> tuple[str, ...]:
    names = tuple(name.strip() for name in os.environ.get("TURBIL_PROXY", "").split(",") if name.strip())
    for name in names:
        try:
            network = ipaddress.ip_network(name)
        except ValueError:
            raise SettingsError(
                f"TURBIL_PROXY={name!r} is neither an address nor a network; write 127.0.0.1 or 10.0.0.0/24."
            ) from None
        if network.prefixlen == 0:
            raise SettingsError(f"TURBIL_PROXY={name!r} is everybody; name the proxy alone, for example 127.0.0.1.")
    return names


def _map_server(name: str) -> str | None:
    url = os.environ.get(name, "").rstrip("/")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise SettingsError(f"{name}={url!r} is not the address of a map server; write http://127.0.0.1:5000.")
    return url


def _tiles() -> str | None:
    address = os.environ.get("TURBIL_TILES", "").strip()
    if not address:
        return None
    parts = urlsplit(address)
    right = parts.scheme in {"http", "https"} and parts.hostname and not parts.username
    # The host stands in a header: nothing in it may end the directive or begin another.
    plain = not set(parts.netloc) & set(" ;,'\"{}")
    if not right or not plain or not all(mark in address for mark in ("{z}", "{x}", "{y}")):
        raise SettingsError(
            f"TURBIL_TILES={address!r} is not an address of map pictures; write https://name.example/{{z}}/{{x}}/{{y}}.png."
        )
    return address


def load_settings(*, demo: bool = False) -> Settings:
    """Read all settings from the environment.

    Raises:
        SettingsError: a value cannot be used; nothing has been touched yet.
    """
    port = _integer("TURBIL_PORT", DEFAULT_PORT, 1, 65535)
    public_url = os.environ.get("TURBIL_PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/")
    if urlsplit(public_url).scheme not in {"http", "https"} or not urlsplit(public_url).hostname:
        raise SettingsError(f"TURBIL_PUBLIC_URL={public_url!r} is not an address; write https://name.example.")
    hosts = os.environ.get("TURBIL_PUSH_HOSTS")
    data = os.environ.get("TURBIL_DATA")
    defaults = Settings()
    return Settings(
        port=port,
        host=os.environ.get("TURBIL_HOST", defaults.host),
        data=Path(data).expanduser() if data else defaults.data,
        blobs=_blobs(),
        database_url=_database_url(),
        public_url=public_url,
        demo=demo,
        push_hosts=tuple(h.strip().lower() for h in hosts.split(",") if h.strip()) if hosts else defaults.push_hosts,
        push_loopback=_flag("TURBIL_PUSH_LOOPBACK"),
        push_contact=os.environ.get("TURBIL_PUSH_CONTACT", defaults.push_contact),
        free_space_bytes=_integer("TURBIL_FREE_SPACE", defaults.free_space_bytes, 0, 2**50),
        pool_size=_integer("TURBIL_POOL_SIZE", defaults.pool_size, 2, 200),
        proxies=_proxies(),
        readable_hours=_integer("TURBIL_READABLE_HOURS", defaults.readable_hours, 8, 72),
        pin=_flag("TURBIL_PIN", default=defaults.pin),
        osrm=_map_server("TURBIL_OSRM"),
        valhalla=_map_server("TURBIL_VALHALLA"),
        tiles=_tiles(),
        tiles_attribution=os.environ.get("TURBIL_TILES_ATTRIBUTION", "").strip(),
        gateway=os.environ.get("TURBIL_GATEWAY", "").strip() or None,
    )
