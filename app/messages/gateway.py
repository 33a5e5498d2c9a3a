"""Texts to patients by SMS and e-mail, behind one interface; without a gateway they are written to files.

``TURBIL_GATEWAY`` is ``smtp://user:password@host:587?from=address&sms=domain``: e-mail goes to its address, a text
message to ``<number>@<domain>`` as SMS gateways take it. The file adapter writes one file per text to ``outgoing`` in
the data folder, readable by the owner only, for whoever sends them on or wants to look at them first.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Final, Literal, Protocol, TypeAlias
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

Channel: TypeAlias = Literal["sms", "email"]

_TIMEOUT_SECONDS: Final = 20.0
_COUNTRY: Final = "+46"


class GatewayRefused(Exception):
    """The text will never arrive this way: trying again does not help. ``code`` names why, without the address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Gateway(Protocol):
    """Sends one text. ``notice_id`` is the same for every try of the same text."""

    async def send(self, notice_id: UUID, channel: Channel, address: str, text: str) -> None:
        """Send it.

        Raises:
            GatewayRefused: it will never arrive.
            OSError: it may arrive later.
        """


def phone_number(text: str) -> str:
    """Return a telephone number in international form; a Swedish one may begin with 0.

    Raises:
        GatewayRefused: it is none.
    """
    digits = re.sub(r"[^+0-9]", "", text)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif digits.startswith("0"):
        digits = _COUNTRY + digits[1:]
    if not re.fullmatch(r"\+[0-9]{7,15}", digits):
        raise GatewayRefused("number")
    return digits


@dataclass(frozen=True)
class FileGateway:
    """Writes each text to a file of its own."""

    folder: Path

    async def send(self, notice_id: UUID, channel: Channel, address: str, text: str) -> None:
        """Write the file; written again it is the same file."""
        to = phone_number(address) if channel == "sms" else address
        await asyncio.to_thread(self._write, notice_id, {"channel": channel, "to": to, "text": text})

    def _write(self, notice_id: UUID, content: dict[str, str]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = self.folder / f".{notice_id}.json"
        with os.fdopen(
            os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.folder / f"{notice_id}.json")


@dataclass(frozen=True)
class SmtpGateway:
    """Hands each text to a mail server.

    Attributes:
        sms_domain: where text messages are addressed to; "" when the mail server sends none.
    """

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    sms_domain: str = ""
    tls: bool = True

    async def send(self, notice_id: UUID, channel: Channel, address: str, text: str) -> None:
        """Send it; the message's id is the text's, so that a second try can be told from a second text."""
        if channel == "sms" and not self.sms_domain:
            raise GatewayRefused("no_sms")
        to = f"{phone_number(address).removeprefix('+')}@{self.sms_domain}" if channel == "sms" else address
        message = EmailMessage()
        message["From"], message["To"] = self.sender, to
        message["Subject"] = "Hjälpmedelscentralen"
        message["Message-ID"] = f"<{notice_id}@{self.sender.rpartition('@')[2]}>"
        message.set_content(text)
        await asyncio.to_thread(self._hand_over, message)

    def _hand_over(self, message: EmailMessage) -> None:
        try:
            with smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT_SECONDS) as server:
                if self.tls:
                    server.starttls(context=ssl.create_default_context())
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            raise GatewayRefused("recipient") from error
        except smtplib.SMTPException as error:
            raise ConnectionError("mail server") from error


class GatewaySettingError(ValueError):
    """The address of the gateway cannot be used; the message says what is wrong with it, without its password."""


def open_gateway(address: str | None, data: Path) -> Gateway:
    """Return the gateway of an address, or the file adapter for None.

    Raises:
        GatewaySettingError: the address cannot be used.
    """
    if address is None:
        return FileGateway(data / "outgoing")
    parts = urlsplit(address)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    try:
        port = parts.port or 587
    except ValueError as error:
        raise GatewaySettingError("its port is no number") from error
    if parts.scheme not in {"smtp", "smtp+plain"} or not parts.hostname:
        raise GatewaySettingError("it must look like smtp://user:password@host:587?from=address&sms=domain")
    if "@" not in options.get("from", ""):
        raise GatewaySettingError("it lacks the sender: ?from=address")
    if set(options) - {"from", "sms"}:
        raise GatewaySettingError("only from and sms may stand behind the question mark")
    return SmtpGateway(
        host=parts.hostname,
        port=port,
        sender=options["from"],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sms_domain=options.get("sms", ""),
        tls=parts.scheme == "smtp",
    )
