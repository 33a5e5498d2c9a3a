"""Simulated phones against the real server process through a fault proxy (docs/sync.md, "How it is proven", T2)."""
