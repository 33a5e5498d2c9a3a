"""What the labels room says when it refuses, each in one sentence that says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "label.unknown": (
        "Etiketten känns inte igen. Det du gjorde är sparat och planeringen tar reda på vilket hjälpmedel det är.",
        "The label is not known. What you did is saved, and the planners find out which device it is.",
    ),
    "label.qr_too_small": (
        "{side} mm är för litet för den här adressen: välj minst {needed} mm eller ett kortare värdnamn.",
        "{side} mm is too small for this address: choose at least {needed} mm or a shorter host name.",
    ),
    "label.bars_too_narrow": (
        "Etiketten är för smal för streckkoden: välj en bredare etikett eller en mindre QR-kod.",
        "The label is too narrow for the bar code: choose a wider label or a smaller QR code.",
    ),
    "label.text_too_long": (
        "Texten ”{text}” får inte plats på etiketten: välj en större etikett eller en kortare text.",
        "The text “{text}” does not fit on the label: choose a larger label or a shorter text.",
    ),
    "label.character_unknown": (
        "Etikettens typsnitt har inget tecken för {characters}: skriv texten utan det.",
        "The label's font has no character for {characters}: write the text without it.",
    ),
    "label.size_out_of_range": (
        "En etikett är större än 0 och högst {most} mm åt varje håll: rätta måtten.",
        "A label measures more than 0 and at most {most} mm each way: correct the measures.",
    ),
    "label.qr_too_high": (
        "QR-koden är högre än vad etiketten rymmer innanför marginalerna: välj en mindre QR-kod.",
        "The QR code is higher than the label within its margins: choose a smaller QR code.",
    ),
    "label.qr_too_wide": (
        "QR-koden är bredare än vad etiketten rymmer innanför marginalerna: välj en mindre QR-kod.",
        "The QR code is wider than the label within its margins: choose a smaller QR code.",
    ),
    "label.qr_missing": (
        "En hjälpmedelsetikett behöver en QR-kod: ge den en storlek.",
        "A device label needs a QR code: give it a size.",
    ),
    "label.field_twice": (
        "Varje fält får finnas högst en gång på etiketten: ta bort det som är dubbelt.",
        "Each field comes at most once on a label: remove what is double.",
    ),
    "label.field_of_other_kind": (
        "Fältet ”{field}” finns inte på den här sortens etikett: ta bort det.",
        "The field “{field}” does not belong on this kind of label: remove it.",
    ),
    "label.larger_than_paper": (
        (
            "Etiketten är {width} × {height} mm, men rutan på pappret är {paper_width} × {paper_height} mm:"
            " välj en mindre mall eller ett annat papper."
        ),
        (
            "The label is {width} × {height} mm and its space {paper_width} × {paper_height} mm:"
            " choose a smaller template or another paper."
        ),
    ),
    "label.sheet_overflows": (
        "{columns} × {rows} etiketter får inte plats på ett papper av {width} × {height} mm: mät marginalerna igen.",
        "{columns} × {rows} labels do not fit on paper of {width} × {height} mm: measure the margins again.",
    ),
    "label.sheet_overlaps": (
        "Etiketterna skulle ligga ovanpå varandra: delningen måste vara minst lika stor som etiketten.",
        "The labels would lie on top of one another: the pitch must be at least the label's size.",
    ),
    "label.start_off_sheet": (
        "Arket har {places} etiketter: välj en startruta från 1 till {places}.",
        "The sheet has {places} labels: choose a start position from 1 to {places}.",
    ),
    "label.profile_too_far_off": (
        "Krysset ligger mer än {most} mm fel. Kontrollera att utskriften är i verklig storlek och mät igen.",
        "The cross is more than {most} mm off. Check that the print is in actual size and measure again.",
    ),
    "label.sheet_has_no_zpl": (
        "ZPL är för skrivare med rulle eller band, inte för ark: välj PDF eller en annan profil.",
        "ZPL is for printers with a roll or tape, not for sheets: choose PDF or another profile.",
    ),
    "label.name_taken": (
        "Det finns redan en som heter ”{name}”: välj ett annat namn.",
        "There already is one called “{name}”: choose another name.",
    ),
    "label.changed_meanwhile": (
        "Någon har ändrat den här sedan du öppnade den. Hämta den igen och gör om ändringen.",
        "Somebody has changed this since you opened it. Load it again and make your change once more.",
    ),
    "label.nothing_chosen": (
        "Välj vad som ska skrivas ut: en lista med nummer, en sökning, ett inköp eller ett antal nya nummer.",
        "Choose what to print: a list of numbers, a search, a purchase, or how many new numbers.",
    ),
    "label.search_empty": (
        "Sökningen ger inga hjälpmedel. Ändra den och försök igen.",
        "The search finds no devices. Change it and try again.",
    ),
    "label.search_too_many": (
        "Sökningen ger fler än {most} hjälpmedel. Gör den snävare och skriv ut i omgångar.",
        "The search finds more than {most} devices. Narrow it and print in turns.",
    ),
    "label.unknown_numbers": (
        "{count} av numren finns inte här, till exempel {number}. Rätta listan och försök igen.",
        "{count} of the numbers are not here, for example {number}. Correct the list and try again.",
    ),
    "label.already_live": (
        (
            "{count} hjälpmedel har redan en giltig etikett, till exempel {number}. Skriver du ut en ny slutar"
            " den gamla att gälla om {days} dagar."
        ),
        (
            "{count} devices already have a valid label, for example {number}. If you print a new one, the old one"
            " ends in {days} days."
        ),
    ),
    "label.no_versions_left": (
        "Hjälpmedel {number} har fått alla etiketter det kan få. Kontakta förvaltningen.",
        "Device {number} has had all the labels it can have. Contact the administrators.",
    ),
    "label.no_numbers_left": (
        "Nummerserien är slut. Kontakta förvaltningen.",
        "The number series is used up. Contact the administrators.",
    ),
    "label.not_of_this_kind": (
        "Den mallen är för en annan sorts etikett: välj en mall för hjälpmedelsetiketter.",
        "That template is for another kind of label: choose one for device labels.",
    ),
    "label.print_closed": (
        "Den utskriften är redan avslutad. Skriv ut på nytt om etiketter saknas.",
        "That print is closed already. Print again if labels are missing.",
    ),
    "label.not_of_print": (
        "Den etiketten hör inte till den här utskriften. Skanna en av de etiketter som just kom ur skrivaren.",
        "That label is not of this print. Scan one of the labels that just came out of the printer.",
    ),
    "label.number_only": (
        "Numret räcker inte: skanna koden på etiketten, så att det märks om den går att läsa.",
        "The number is not enough: scan the code on the label, to see whether it reads.",
    ),
    "label.none_verified": (
        "Skanna minst en av etiketterna först, eller kasta utskriften om inga kom ut.",
        "Scan at least one of the labels first, or throw the print away if none came out.",
    ),
    "label.purchase_printed": (
        "{count} av etiketterna är redan utskrivna, till exempel {number}. Kasta den utskriften först.",
        "{count} of the labels are printed already, for example {number}. Throw that print away first.",
    ),
    "label.purchase_cancelled": (
        "Inköpet är avbeställt, så det finns inga hjälpmedel att märka.",
        "The purchase was cancelled, so there are no devices to label.",
    ),
    "label.of_purchase": (
        "{number} väntar på ett hjälpmedel som är beställt. Registrera under Nya hjälpmedel att det har kommit.",
        "{number} waits for a device that is ordered. Register under New devices that it has come.",
    ),
    "label.claimed_already": (
        "Etiketten sitter redan på hjälpmedel {number}. Ta en annan etikett.",
        "The label is on device {number} already. Take another label.",
    ),
    "label.discarded": (
        "Etiketten hör till en utskrift som kasserats. Ta en annan etikett.",
        "The label is of a print that was thrown away. Take another label.",
    ),
    "label.one_device": (
        "Välj ett hjälpmedel som finns, eller en artikel för ett nytt: inte båda.",
        "Choose a device that exists, or an article for a new one: not both.",
    ),
    "label.article_unknown": (
        "Artikeln finns inte här eller märks inte individuellt. Kontrollera artikelnumret.",
        "The article is not here or is not numbered individually. Check the article number.",
    ),
    "label.number_taken": (
        "Hjälpmedel {number} finns redan. Välj det i stället för en ny artikel.",
        "Device {number} exists already. Choose it instead of a new article.",
    ),
}


class LabelFault(ValueError):
    """A label, template or profile that cannot be used. ``code`` is a key of SENTENCES, ``detail`` fills its words."""

    def __init__(self, code: str, **detail: str | float) -> None:
        self.code = code
        self._detail = detail
        super().__init__(self.swedish)

    @property
    def swedish(self) -> str:
        """The sentence in Swedish."""
        return SENTENCES[self.code][0].format(**self.detail("sv"))

    @property
    def english(self) -> str:
        """The sentence in English."""
        return SENTENCES[self.code][1].format(**self.detail("en"))

    def detail(self, language: str) -> dict[str, str]:
        """The sentence's values, numbers written as the language does: 12,5 and 12.5."""
        shown = {
            name: f"{value:g}" if isinstance(value, int | float) else value for name, value in self._detail.items()
        }
        numbers = {name for name, value in self._detail.items() if isinstance(value, float)}
        return {n: v.replace(".", ",") if language == "sv" and n in numbers else v for n, v in shown.items()}


def _shown(value: str | float, language: str) -> str:
    if isinstance(value, str):
        return value
    return f"{value:g}".replace(".", ",") if language == "sv" else f"{value:g}"


class LabelTooSmall(LabelFault):
    """The label has no room for what it should carry."""
