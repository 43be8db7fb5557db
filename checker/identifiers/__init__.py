"""Identifiers: what people paste, turned into phone numbers and email addresses."""

from checker.identifiers.reading import read as read
