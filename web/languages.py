"""Languages: which ones there are, which one a request gets, and sentences looked up fast."""

from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.localedata import exists
from babel.support import NullTranslations
from flask import Flask, g, request, session
from flask_babel import Babel, get_locale, get_translations
from markupsafe import Markup

from members.guard import current

SOURCE = "en"  # the language that templates are written in
TRANSLATIONS = Path(__file__).parent / "translations"


def available(folder: Path = TRANSLATIONS) -> tuple[str, ...]:
    """Return the source language and those with a compiled translation."""
    compiled = sorted(path.parts[-3] for path in folder.glob("*/LC_MESSAGES/messages.mo"))
    return (SOURCE, *(code for code in compiled if code != SOURCE))


def set_up_languages(
    app: Flask, folder: Path = TRANSLATIONS, *, region: str = "GB", time_zone: str = "UTC"
) -> None:
    """Give templates `_()`, `language()` and `direction()`; choose by account, session, browser.

    Dates of the source language are written as in the instance's `region` (ISO 3166-1), and all
    times in its `time_zone`.
    """
    languages = available(folder)
    source = f"{SOURCE}_{region}" if exists(f"{SOURCE}_{region}") else SOURCE

    def choose() -> str:
        chosen = SOURCE if len(languages) == 1 else wished()
        return source if chosen == SOURCE else chosen

    def wished() -> str:
        account = current()
        for wish in (account.language if account else None, session.get("language")):
            if wish in languages:
                return str(wish)
        return request.accept_languages.best_match(languages, SOURCE)

    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(folder)
    Babel(app, default_locale=SOURCE, default_timezone=time_zone, locale_selector=choose)
    app.jinja_env.globals.update(
        _=sentence,
        language=language,
        direction=lambda: _spoken().direction,
    )


def language() -> str:
    """Return the language of the request as HTML writes it (BCP 47)."""
    return _spoken().tag


def sentence(source: str, /, **values: object) -> Markup:
    """Return a sentence in the language of the request; values in it are escaped.

    As Flask-Babel's own, but what it finds is remembered: a page has some fifty sentences. As
    there, a percent sign is written twice.
    """
    spoken = _spoken()
    return spoken.text(source) % values if values else spoken.plain(source)


class _Spoken:
    """One language: its sentences, found once."""

    def __init__(self, locale: Locale, translations: NullTranslations) -> None:
        self.tag = str(locale).replace("_", "-")
        self.direction = locale.text_direction
        self.text = lru_cache(2048)(
            lambda source: Markup(translations.ugettext(source))  # noqa: S704 - ours, not typed
        )
        self.plain = lru_cache(2048)(lambda source: self.text(source) % {})


def _spoken() -> _Spoken:
    spoken: _Spoken | None = g.get("spoken")
    if spoken is None:
        spoken = g.spoken = _speak(str(get_locale() or SOURCE), get_translations())
    return spoken


@lru_cache(64)
def _speak(code: str, translations: NullTranslations) -> _Spoken:
    return _Spoken(Locale.parse(code), translations)
