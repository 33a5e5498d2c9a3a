/** Words of the first sign-in: the start password is given up for one's own. */
import { dictionary } from "./words";

export const n = dictionary(
  {
    "title": "Välj ett eget lösenord",
    "lead": "Du har loggat in med ett startlösenord. Välj ett eget, sedan är du igång.",
    "current": "Startlösenord",
    "new": "Nytt lösenord",
    "hint": "Välj ett långt, gärna flera ord efter varandra.",
    "show": "Visa lösenordet",
    "save": "Spara och börja",
    "saving": "Sparar …",
    "leave": "Logga ut",
    "offline": "Du är offline. Att byta lösenord behöver nät.",
  },
  {
    "title": "Choose a password of your own",
    "lead": "You have signed in with a start password. Choose one of your own, then you are ready.",
    "current": "Start password",
    "new": "New password",
    "hint": "Choose a long one, for example several words in a row.",
    "show": "Show the password",
    "save": "Save and begin",
    "saving": "Saving …",
    "leave": "Sign out",
    "offline": "You are offline. Changing the password needs network.",
  },
);
