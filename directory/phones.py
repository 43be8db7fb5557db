"""Numbers of services as people write them: with a purpose behind each, short ones too; no I/O."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from directory.model import MOST_PHONES, Phone

LONGEST_NUMBER, LONGEST_PURPOSE = 30, 60
WRITTEN = re.compile(r"(?P<number>[^;]*?\d)\s*(?:\((?P<purpose>[^();]*)\))?")
PLAIN = re.compile(r"[+\d\s().\-/]+")
SHORTEST_SHORT, LONGEST_SHORT = 3, 6  # digits: 101, 116 123
# Kept for films, and for what is only made up: nobody is rung by mistake.
FICTION = re.compile(r"\+44(7700900|1632960)\d{3}")


def read_phones(typed: str, country: str) -> tuple[Phone, ...]:
    """Return the numbers of a list, such as `0808 802 0300 (helpline); 101`.

    Raises ValueError with words on what to do.
    """
    found = tuple(_read(each.strip(), country) for each in typed.split(";") if each.strip())
    if len(found) > MOST_PHONES:
        message = f"Write at most {MOST_PHONES} numbers."
        raise ValueError(message)
    return found


def write_phones(phones: tuple[Phone, ...]) -> str:
    """Write numbers as `read_phones` reads them."""
    return "; ".join(
        f"{each.number} ({each.purpose})" if each.purpose else each.number for each in phones
    )


def _read(typed: str, country: str) -> Phone:
    written = WRITTEN.fullmatch(typed)
    if written is None or not PLAIN.fullmatch(written["number"]):
        message = (
            "One of these is no phone number. Write each as 0808 802 0300 (helpline),"
            " with ; between them."
        )
        raise ValueError(message)
    number, purpose = written["number"], (written["purpose"] or "").strip()
    if len(number) > LONGEST_NUMBER or len(purpose) > LONGEST_PURPOSE:
        message = "A number or its purpose is longer than we can take. Please shorten it."
        raise ValueError(message)
    return Phone(number=number, e164=_dialled(number, country), purpose=purpose)


def _dialled(number: str, country: str) -> str:
    """Return E.164, or the digits of a short number, which has none: it is dialled as it is."""
    digits = re.sub(r"\D", "", number)
    try:
        parsed = phonenumbers.parse(number, country)
    except NumberParseException:
        parsed = None
    if parsed is not None:
        e164 = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
        if phonenumbers.is_valid_number(parsed) or FICTION.fullmatch(e164):
            return e164
        short = SHORTEST_SHORT <= len(digits) <= LONGEST_SHORT and "+" not in number
        if short and phonenumbers.is_valid_short_number_for_region(parsed, country):
            return digits
    message = (
        "One of these numbers cannot be rung: look at its digits. Write a number of another"
        " country with +."
    )
    raise ValueError(message)
