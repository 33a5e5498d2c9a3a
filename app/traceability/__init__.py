"""Where a device has been and what was done with it, and who has what must be called back (SR-28; MDR article 25)."""
