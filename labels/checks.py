"""Whether a template can be printed so that it reads, before anything is printed of it (SR-37)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from labels.payload import TOKEN_LENGTH, build_payload
from labels.profiles import PrintProfile, own_profile, require_fit
from labels.render import label_operators, render_png
from labels.template import DeviceLabel, LabelContent, LabelTemplate, PlainLabel
from labels.zpl import render_zpl

RESOLUTIONS: Final = (203, 300)
"""What label printers print; a template must read at both."""
_TOKEN: Final = "Z7M0Q4XK9TB2WV6HRJ5CYD8NEA"[:TOKEN_LENGTH]


def sample_label(
    template: LabelTemplate, host: str, owner: str, phone: str, number: str = "104901", text: str = "Rullbur 12"
) -> LabelContent:
    """Return the content of an example of the template. Its token opens nothing."""
    if template.kind == "device":
        return DeviceLabel(payload=build_payload(host, number, 1, _TOKEN), number=number, owner=owner, phone=phone)
    code = "B 12-03" if template.kind in {"shelf", "load_carrier"} else number
    words = {"shelf": "Rullstolar, hjul och däck", "load_carrier": text}.get(template.kind, "")
    return PlainLabel(
        payload=code,
        number=code,
        owner=owner,
        phone=phone,
        article="Rullstol transport",
        text=words,
        month="2027-05",
    )


def require_printable(template: LabelTemplate, samples: Sequence[LabelContent]) -> None:
    """Raise ``LabelFault`` if an example cannot be drawn, or would not read, at a resolution of label printers."""
    for sample in samples:
        label_operators(template, sample, 0.0, template.height_mm)
        for dpi in RESOLUTIONS:
            render_png(template, sample, dpi)


def require_printable_on(
    template: LabelTemplate, samples: Sequence[LabelContent], profile: PrintProfile | None
) -> None:
    """Raise ``LabelFault`` if the examples do not fit the paper or do not read as this printer prints them."""
    require_fit(template, profile or own_profile(template))
    for sample in samples:
        if profile is None:
            label_operators(template, sample, 0.0, template.height_mm)
        elif profile.medium == "sheet":
            label_operators(template, sample, 0.0, template.height_mm, profile.dpi)
        else:
            render_zpl(template, sample, profile.dpi)
