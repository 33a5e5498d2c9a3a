"""Every refusal about maintenance runs, in Swedish and English, saying what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "maintenance_run.id_missing": (
        "Rundan saknar sitt id. Uppdatera appen och försök igen.",
        "The run lacks its id. Update the app and try again.",
    ),
    "maintenance_run.id_taken": (
        "Rundan är redan publicerad. Hämta listan igen.",
        "The run has been published already. Load the list again.",
    ),
    "maintenance_run.technician_unknown": (
        "Teknikern finns inte eller har slutat. Välj en annan.",
        "The technician is not here or has left. Choose another.",
    ),
    "maintenance_run.twice": (
        "{number} är med två gånger. Ta bort den ena.",
        "{number} is in it twice. Take one of them out.",
    ),
    "maintenance_run.unknown": (
        "{number} finns inte här. Gör om förslaget.",
        "{number} is not here. Make the proposal again.",
    ),
    "maintenance_run.days_mixed": (
        "Dagarna kommer inte i ordning. Lägg besöken dag för dag.",
        "The days are not in order. Put the visits day by day.",
    ),
    "maintenance_run.withdrawn": (
        "Rundan är redan borttagen. Du behöver inte göra något.",
        "The run has been withdrawn already. You need not do anything.",
    ),
}
