"""Lazy strings of Flask-Babel."""

class LazyString:
    def __str__(self) -> str: ...
