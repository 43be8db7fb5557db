"""The part of Flask-Babel that Brolly uses; the library ships no types."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from babel import Locale
from babel.support import NullTranslations
from flask import Flask
from flask_babel.speaklater import LazyString

class Babel:
    def __init__(
        self,
        app: Flask | None = ...,
        *,
        default_locale: str = ...,
        default_timezone: str = ...,
        default_translation_directories: str = ...,
        locale_selector: Callable[[], str | None] | None = ...,
        timezone_selector: Callable[[], str | None] | None = ...,
    ) -> None: ...

def gettext(string: str, **variables: object) -> str: ...
def ngettext(singular: str, plural: str, num: int, **variables: object) -> str: ...
def lazy_gettext(string: str, **variables: object) -> LazyString: ...
def get_translations() -> NullTranslations: ...
def get_locale() -> Locale | None: ...
def format_date(date: date | datetime | None = ..., format: str | None = ...) -> str: ...
def format_datetime(datetime: datetime | None = ..., format: str | None = ...) -> str: ...
def format_time(time: time | datetime | None = ..., format: str | None = ...) -> str: ...
def format_timedelta(
    datetime_or_timedelta: datetime | timedelta,
    granularity: str = ...,
    add_direction: bool = ...,
    threshold: float = ...,
) -> str: ...
def force_locale(locale: str) -> object: ...
