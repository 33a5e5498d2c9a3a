"""New devices: ordered from a supplier or already here, with numbers reserved for them and labels printed of them."""
