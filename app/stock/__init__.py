"""Stock-taking by scan: counts of a store or a van's shelf, and what puts the differences right (R-180)."""
