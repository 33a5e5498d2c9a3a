"""What the sync routes refuse, said to people. Content is never refused, see dispatcher.py."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from app.web.problems import Problem, not_found
from offline_sync.blob_files import BlobStorageAway
from offline_sync.blobs import BlobMismatch, BlobTooLarge, BlobUnknown, WrongOffset
from offline_sync.carrying import OtherRegion
from offline_sync.commands import CommandRefused, NotEntitled, NotFound
from offline_sync.envelope import FrameError
from offline_sync.pull import StalePull, WrongSchema
from offline_sync.push import TooMuch
from offline_sync.sealed import UnknownKey, Unopenable
from offline_sync.sentences import Sentences
from offline_sync.unsent_file import NotOurFile, NotWhole
from offline_sync.vault import SignInAgain


def push_key_unknown() -> Problem:
    """401: no phone has this push key."""
    return Problem(
        401,
        "push_key.unknown",
        sv=("Telefonen är inte känd här", "Logga in igen. Inget du har gjort går förlorat."),
        en=("This phone is not known here", "Sign in again. Nothing you have done is lost."),
    )


def unreadable() -> Problem:
    """400: not a push."""
    return Problem(
        400,
        "sync.unreadable",
        sv=("Det gick inte att läsa", "Uppdatera appen. Inget du har gjort går förlorat."),
        en=("It could not be read", "Update the app. Nothing you have done is lost."),
    )


def too_much() -> Problem:
    """413: the phone halves the push."""
    return Problem(
        413,
        "body.too_large",
        sv=("För mycket på en gång", "Skicka mindre åt gången."),
        en=("Too much at once", "Send less at a time."),
    )


def stale_pull(last_pull: int) -> Problem:
    """409: a late or doubled pull; a restored phone goes on after ``last_pull``."""
    return Problem(
        409,
        "sync.stale_pull",
        sv=("En nyare hämtning är redan gjord", "Du behöver inte göra något."),
        en=("A newer pull has been made", "You need not do anything."),
        extra={"last_pull": last_pull},
    )


def wrong_schema() -> Problem:
    """426: the client must be updated before it can read; what it wrote is still taken in."""
    return Problem(
        426,
        "sync.schema",
        sv=("Appen är för gammal", "Uppdatera appen. Det du redan har gjort skickas ändå."),
        en=("The app is too old", "Update the app. What you have done already is sent all the same."),
    )


def wrong_offset(offset: int) -> Problem:
    """409: the upload goes on at ``offset`` bytes."""
    return Problem(
        409,
        "blob.offset",
        sv=("Fortsätt på en annan plats", "Appen fortsätter själv."),
        en=("Go on from another place", "The app goes on by itself."),
        extra={"offset": offset},
        headers={"Upload-Offset": str(offset)},
    )


def blob_mismatch() -> Problem:
    """422: the bytes are not those that the command named."""
    return Problem(
        422,
        "blob.mismatch",
        sv=("Bilden kom inte fram hel", "Appen skickar den igen."),
        en=("The picture did not arrive whole", "The app sends it again."),
        headers={"Upload-Offset": "0"},
    )


def sign_in_again() -> Problem:
    """403: the phone's second key is told only right after a sign-in."""
    return Problem(
        403,
        "vault.sign_in_again",
        sv=("Logga in igen", "Skriv ditt lösenord en gång till, så kan du välja en ny PIN."),
        en=("Sign in again", "Type your password once more; then you can choose a new PIN."),
    )


def storage_away() -> Problem:
    """503: where attachments are kept does not answer; the phone keeps the bytes and sends them again."""
    return Problem(
        503,
        "blob.storage_away",
        sv=("Bilden kan inte sparas just nu", "Den ligger kvar på telefonen. Appen skickar den igen."),
        en=("The picture cannot be stored just now", "It stays on the phone. The app sends it again."),
        headers={"Retry-After": "60"},
    )


def not_our_file() -> Problem:
    """422: no file of unsent work from a phone of this server."""
    return Problem(
        422,
        "unsent.foreign",
        sv=("Filen kommer inte härifrån", "Välj en fil som sparats på en telefon med Turbil i er region."),
        en=("The file is not from here", "Choose a file that was saved on a phone with Turbil in your region."),
    )


def not_whole() -> Problem:
    """422: cut off or changed; nothing of it was taken in."""
    return Problem(
        422,
        "unsent.not_whole",
        sv=("Filen är inte hel", "Inget är intaget. Spara filen på telefonen igen och hämta in den på nytt."),
        en=(
            "The file is not whole",
            "Nothing was taken in. Save the file on the phone again and read it in anew.",
        ),
    )


def refused(error: CommandRefused, sentences: Sentences) -> Problem:
    """409: the rules refuse; ``state`` is the row as it is now."""
    swedish = sentences.text(error.code, "sv", error.detail)
    english = sentences.text(error.code, "en", error.detail)
    extra: Mapping[str, Any] = {"state": error.state}
    return Problem(
        409,
        error.code,
        sv=("Det går inte längre", swedish),
        en=("This is no longer possible", english),
        extra=extra,
    )


#: What the modules refuse, and how it is told; whether a row is missing or not the reader's is one answer (SR-05).
_TOLD: Final[Mapping[type[Exception], Callable[[], Problem]]] = {
    NotFound: not_found,
    NotEntitled: not_found,
    BlobUnknown: not_found,
    TooMuch: too_much,
    BlobTooLarge: too_much,
    FrameError: unreadable,
    WrongSchema: wrong_schema,
    NotOurFile: not_our_file,
    UnknownKey: not_our_file,
    OtherRegion: not_our_file,
    NotWhole: not_whole,
    Unopenable: not_whole,
    BlobStorageAway: storage_away,
    BlobMismatch: blob_mismatch,
    SignInAgain: sign_in_again,
}


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Tell what the modules refuse as problems."""
    try:
        yield
    except WrongOffset as wrong:
        raise wrong_offset(wrong.offset) from None
    except StalePull as stale:
        raise stale_pull(stale.last_pull) from None
    except tuple(_TOLD) as error:
        kind = next(kind for kind in type(error).__mro__ if kind in _TOLD)
        problem = _TOLD[kind]()
        raise problem from None
