"""Every device of a region in a file small enough for each phone, so that a scan is answered without a network."""
