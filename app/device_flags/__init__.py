"""What a scan must say of a device beside its state: safety notices, blocks, and maintenance that was announced."""
