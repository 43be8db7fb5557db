"""Chaos: kills an instance that is warning people, then counts who was warned how often."""
