"""What an administrator is told when something cannot be done; one kind sentence that says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "user.id_missing": (
        "Användaren gick inte att lägga till. Ladda om sidan och försök igen.",
        "The user could not be added. Load the page again and retry.",
    ),
    "user.exists": (
        "Användaren är redan tillagd. Hämta listan igen.",
        "The user has been added already. Load the list again.",
    ),
    "user.name_taken": (
        "Användarnamnet {username} är upptaget. Välj ett annat, till exempel med en siffra sist.",
        "The user name {username} is taken. Choose another, for example with a digit at the end.",
    ),
    "user.name_refused": (
        "Ett användarnamn har 1–60 bokstäver, siffror eller tecknen . _ - @ och inga mellanslag.",
        "A user name has 1–60 letters, digits or the characters . _ - @ and no spaces.",
    ),
    "user.full_name_missing": (
        "Skriv användarens namn.",
        "Write the user's name.",
    ),
    "user.team_unknown": (
        "Avdelningen finns inte i regionen. Hämta sidan igen och välj en avdelning i listan.",
        "The department does not exist in the region. Load the page again and choose one from the list.",
    ),
    "user.customer_unknown": (
        "Kundnummer {number} finns inte i regionen. Kontrollera numret.",
        "Customer number {number} does not exist in the region. Check the number.",
    ),
    "user.customers_not_for_role": (
        "Kundnummer hör bara till rollen förskrivare. Ta bort dem från den andra rollen.",
        "Customer numbers belong to the role prescriber only. Remove them from the other role.",
    ),
    "user.role_twice": (
        "Samma roll står två gånger med samma avdelning. Ta bort den ena.",
        "The same role is there twice with the same department. Remove one of them.",
    ),
    "user.last_admin": (
        "Det här är regionens enda aktiva administratör. Ge någon annan rollen först.",
        "This is the region's only active administrator. Give somebody else the role first.",
    ),
    "user.self": (
        "Du kan inte stänga av dig själv eller ta ifrån dig rollen administratör. Be en annan administratör.",
        "You cannot deactivate yourself or take the role administrator from yourself. Ask another administrator.",
    ),
    "user.self_password": (
        "Ditt eget lösenord byter du under Mer, Byt lösenord.",
        "You change your own password under More, Change password.",
    ),
    "user.inactive": (
        "Kontot är avstängt. Öppna kontot igen först.",
        "The account is closed. Open it again first.",
    ),
    "user.password_in_use": (
        "Användaren har ett eget lösenord. Välj Nytt lösenord, så slutar det att gälla och ett startlösenord visas.",
        "The user has a password of their own. Choose New password: it ends, and a start password is shown.",
    ),
    "user.changed_meanwhile": (
        "En annan administratör har ändrat användaren sedan du läste. Läs igenom det nya och gör om din ändring.",
        "Another administrator has changed the user since you read it. Read what is new and redo your change.",
    ),
}
