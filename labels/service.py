"""Issuing device labels, and finding the device that a scanned or typed text means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from app.database import unit_of_work
from app.registry.repository import device_by_number
from labels import repository
from labels.gs1 import read_gs1
from labels.payload import (
    HIGHEST_VERSION,
    ComponentOf,
    DeviceNumber,
    ForeignCode,
    OwnLabel,
    build_payload,
    new_token,
    parse_scan,
    token_hash,
)

GRACE: Final = timedelta(days=30)
"""How long an older label is still valid: the new one may lie in a van for a while before it sits on the device."""


class NoSuchDeviceError(Exception):
    """The region has no such device."""


class TooManyLabelsError(Exception):
    """The device has had all the versions that a label can name."""


@dataclass(frozen=True)
class IssuedLabel:
    """A new label. ``payload`` holds the token, which is nowhere else: it is printed and forgotten."""

    payload: str
    number: str
    version: int


@dataclass(frozen=True)
class Scanned:
    """The device that a text means.

    ``version`` is None for a text that is no label of ours: a number, a component's number, a serial number or a
    maker's code. ``revoked`` is True for a label whose grace time is over: it still names its device to somebody signed
    in (sync case 18), and no longer opens anything for the public.
    """

    device_id: UUID
    number: str
    version: int | None = None
    revoked: bool = False


async def issue_label(region_id: UUID, device_id: UUID, host: str, *, now: datetime | None = None) -> IssuedLabel:
    """Make the device's next label: a new token and version; older labels end after the grace time (I16).

    ``host`` is the host name or origin that the label leads to.

    Raises:
        NoSuchDeviceError: the region has no such device.
        TooManyLabelsError: version 9999 has been printed.
    """
    moment = now or datetime.now(UTC)
    async with unit_of_work():
        number = await repository.lock_number(region_id, device_id)
        if number is None:
            raise NoSuchDeviceError
        version = await repository.last_version(device_id) + 1
        if version > HIGHEST_VERSION:
            raise TooManyLabelsError
        token = new_token()
        payload = build_payload(host, number, version, token)
        await repository.revoke_older(device_id, moment + GRACE)
        await repository.insert_label(region_id, device_id, version, token_hash(token))
    return IssuedLabel(payload, number, version)


async def resolve_scan(region_id: UUID, raw: str, *, now: datetime | None = None) -> Scanned | None:
    """Return the region's device that the text means, or None when nobody knows it.

    A label is known by its token alone, through the whole history; the number printed in it proves nothing.
    """
    scan = parse_scan(raw)
    if isinstance(scan, OwnLabel):
        label = await repository.label_by_token(region_id, token_hash(scan.token), now or datetime.now(UTC))
        return None if label is None else Scanned(label.device_id, label.number, label.version, label.revoked)
    if isinstance(scan, DeviceNumber | ComponentOf):
        device = await device_by_number(region_id, scan.number)
        if device is not None:
            return Scanned(device.id, device.number)
        alias = await repository.device_by_printed_number(region_id, scan.number)
        if alias is not None:
            return Scanned(*alias)
    if isinstance(scan, DeviceNumber | ForeignCode):
        return await _by_makers_code(region_id, scan.raw)
    return None


async def _by_makers_code(region_id: UUID, raw: str) -> Scanned | None:
    """A plain serial number, a GS1 DataMatrix or a GS1 Digital Link: staff only, for all of them can be guessed."""
    found = await repository.devices_by_serial(region_id, raw.strip())
    if not found:
        code = read_gs1(raw)
        if code is None:
            return None
        found = await repository.devices_by_serial(region_id, code.serial or code.asset, code.gtins)
    return Scanned(found[0]["id"], found[0]["number"]) if len(found) == 1 else None
