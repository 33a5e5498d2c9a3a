"""What the public is told when something cannot be taken in: what to do instead, and nothing about anybody."""

from __future__ import annotations

from typing import Final

from app.web.problems import FieldError, Problem

_PHOTOS: Final[dict[str, tuple[tuple[str, str], tuple[str, str]]]] = {
    "fault_report.photo_unreadable": (
        ("Det gick inte att läsa bilden", "Ta en ny bild, eller skicka anmälan utan den."),
        ("The picture could not be read", "Take another picture, or send the report without it."),
    ),
    "fault_report.photo_too_large": (
        ("Bilden är för stor", "Ta en ny bild med lägre upplösning, eller skicka anmälan utan den."),
        ("The picture is too large", "Take another picture at a lower resolution, or send the report without it."),
    ),
    "fault_report.photo_late": (
        ("Anmälan är redan behandlad", "Ring oss, eller gör en ny anmälan med bilden."),
        ("The report has been dealt with already", "Phone us, or make a new report with the picture."),
    ),
}


def photo_refused(code: str) -> Problem:
    """A photograph that cannot be kept."""
    sv, en = _PHOTOS[code]
    return Problem(409 if code == "fault_report.photo_late" else 422, code, sv=sv, en=en)


def too_many_bytes(most: int) -> Problem:
    """A photograph file beyond the limit."""
    megabytes = most // (1024 * 1024)
    return Problem(
        413,
        "fault_report.photo_too_large",
        sv=("Bilden är för stor", f"En bild får vara högst {megabytes} MB. Ta en ny, eller skicka utan den."),
        en=("The picture is too large", f"A picture may be {megabytes} MB at most. Take another, or send without it."),
    )


def too_many(seconds: int) -> Problem:
    """A limit of SR-12 is reached."""
    minutes = max(1, round(seconds / 60))
    return Problem(
        429,
        "fault_report.too_many",
        sv=(
            "Vänta en stund",
            f"Många anmälningar har kommit härifrån. Försök igen om {minutes} min, eller ring oss.",
        ),
        en=("Please wait a while", f"Many reports have come from here. Try again in {minutes} min, or phone us."),
        headers={"Retry-After": str(seconds)},
    )


def region_needed() -> Problem:
    """A number without the region that it belongs to."""
    return Problem(
        400,
        "fault_report.region_needed",
        sv=("Välj region", "Numret finns i flera regioner. Välj den som står på etiketten."),
        en=("Choose a region", "Numbers exist in several regions. Choose the one on the label."),
        errors=[FieldError("region_code", "required")],
    )


def what_is_missing() -> Problem:
    """Neither a label nor a number."""
    return Problem(
        400,
        "fault_report.number_needed",
        sv=("Vilket hjälpmedel?", "Skriv numret som står på etiketten, eller ring oss."),
        en=("Which device?", "Write the number on the label, or phone us."),
        errors=[FieldError("number", "required")],
    )
