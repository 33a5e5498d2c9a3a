"""Users and phones as an administrator manages them: roles, teams, customers, passwords, lost phones (R-041, SR-30)."""
