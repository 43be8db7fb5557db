"""Lazy strings of Flask-Babel."""

class LazyString:
    ...
