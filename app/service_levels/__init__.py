"""How the region's promises are kept: by week and team, as numbers and as a spreadsheet (R-213, R-214)."""
