"""How somebody wants to be reached, read from a form: a number as E.164, or an email address."""

import phonenumbers
from flask_babel import gettext as _
from phonenumbers import NumberParseException, PhoneNumberFormat

from casework.model import Reach
from members import addresses
from members.refusals import ContactRefused
from members.typed import TypedForm
from messages.model import Channel

BY_MESSAGE = {Reach.TEXT: Channel.SMS, Reach.EMAIL: Channel.EMAIL}


def read_address(typed: TypedForm, name: str, reach: Reach, *, region: str) -> str:
    """Return the address for a way of being reached, "" for none; `region` reads local numbers."""
    entry = typed.line(name, longest=addresses.LONGEST_ENTRY)
    if reach is Reach.HERE or name in typed.errors:
        return ""
    if not entry:
        typed.errors[name] = _("Give a number or an address, or choose to come back here.")
        return ""
    try:
        if reach is Reach.CALL:
            return _to_call(entry, region)
        return addresses.normalised(BY_MESSAGE[reach], entry, region=region)
    except ContactRefused as error:
        typed.errors[name] = _(str(error))
        return ""


def _to_call(entry: str, region: str) -> str:
    """Return a number that can be rung, of whatever kind; raises ContactRefused."""
    try:
        number = phonenumbers.parse(entry, region)
    except NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        message = "That is too short or too long for a phone number. Check it and try again."
        raise ContactRefused(message)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
