/** What somebody who only audits is told on the first screen. A file of its own: nobody else loads it. */
import { dictionary } from "./words";

export const auditor = dictionary(
  {
    title: "Du är inloggad för granskning",
    text: "Varje ändring och varje visning av en brukares uppgifter sparas i revisionsloggen, som ingen kan ändra i efterhand. Den läses inte här än: be den som driver servern att köra ”turbil audit verify” och ge dig rapporten.",
  },
  {
    title: "You are signed in for auditing",
    text: "Every change and every look at a user's data is kept in the audit log, which nobody can change afterwards. It cannot be read here yet: ask whoever runs the server to run “turbil audit verify” and give you the report.",
  },
);
