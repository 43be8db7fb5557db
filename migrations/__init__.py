"""Numbered Alembic versions."""
