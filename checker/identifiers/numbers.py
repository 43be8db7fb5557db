"""One phone number: from digits to E.164, and every way those digits may be meant."""

import re
from typing import NamedTuple

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberType,
    ValidationResult,
    country_code_for_region,
    is_possible_number_with_reason,
    national_significant_number,
    number_type,
    parse,
)
from phonenumbers.shortnumberinfo import is_valid_short_number_for_region

from checker.identifiers.plans import NEVER, code_of, home_plan, plan_of
from checker.identifiers.refusals import Refusal

# Plans that changed while the old spelling is still in people's phones, by country code.
RENUMBERED = {
    # Mexico ended its mobile 1 and its trunk prefixes 01, 044, 045 (IFT, August 2019 and 2020).
    52: (re.compile(r"\A(?:1|01|044|045)(\d{10})\Z"), r"\1"),
    # Brazil gave mobiles a ninth digit (Anatel, 2012 to 2016); 2 to 5 are landlines, 7 was radio.
    55: (re.compile(r"\A(\d\d)([689]\d{7})\Z"), r"\g<1>9\2"),
}
# What some networks send for "anonymous", "restricted", "blocked" and "unavailable" spelt on a
# keypad (Twilio's documentation of calls from blocked numbers); none is a possible number.
WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+86282452253"})
OTHER_COUNTRYS_PREFIXES = ("00", "011")


class Number(NamedTuple):
    """A possible number: its country calling code and national significant number."""

    code: int
    national: str

    @property
    def value(self) -> str:
        """Return the E.164 form."""
        return f"+{self.code}{self.national}"


def readings(digits: str, region: str) -> tuple[Number, ...]:
    """Return what digits (with "+" before them or not) may mean to somebody in a region.

    None: no such number is possible. Two: a person must choose.
    """
    if digits.startswith("+0"):  # a slip: +0044..., +044..., +07700...
        return readings(digits[1:], region) or readings("+" + digits.lstrip("+0"), region)
    if digits.startswith("+"):
        return _some(number_from(digits, None))
    if digits.startswith("00"):
        return _between(number_from(digits, region), number_from("+" + digits[2:], None), region)
    home = number_from(digits, region)
    if digits.startswith("0"):
        return _some(home or _from_another_country(digits))
    if home and (home.value[1:] == digits or not _may_be_international(digits)):
        return (home,)
    return _between(home, number_from("+" + digits, None), region)


def number_from(text: str, region: str | None) -> Number | None:
    """Return the number that digits are, if it is possible in its plan.

    Without a region the digits need their "+".
    """
    if plain := _plain(text, region):
        return plain
    parsed = _parsed(text, region)
    if parsed is None:
        return None
    return _settled(parsed.country_code or 0, national_significant_number(parsed))


def is_known(number: Number) -> bool:
    """Tell whether a number is in a range that the metadata knows."""
    return plan_of(number.code).known.fullmatch(number.national) is not None


def phone_number(number: Number) -> PhoneNumber:
    """Return a number as the library has it."""
    zeros = len(number.national) - len(str(int(number.national)))
    return PhoneNumber(
        country_code=number.code,
        national_number=int(number.national),
        italian_leading_zero=True if zeros else None,
        number_of_leading_zeros=zeros if zeros > 1 else None,
    )


def is_premium(number: Number) -> bool:
    """Tell whether ringing the number costs extra."""
    if not plan_of(number.code).premium.fullmatch(number.national):
        return False
    return bool(number_type(parse(number.value)) == PhoneNumberType.PREMIUM_RATE)


def why_not(digits: str, region: str) -> Refusal:
    """Say why digits that have no reading are no number."""
    if digits in WITHHELD:
        return Refusal.WITHHELD
    try:
        parsed = parse(digits, region)
        if is_valid_short_number_for_region(parsed, region):
            return Refusal.SHORT_CODE
        reason = is_possible_number_with_reason(parsed)
    except NumberParseException as error:
        return _refusal_of(error)
    return {
        ValidationResult.IS_POSSIBLE: Refusal.HALF_NUMBER,
        ValidationResult.TOO_SHORT: Refusal.HALF_NUMBER,
        ValidationResult.IS_POSSIBLE_LOCAL_ONLY: Refusal.HALF_NUMBER,
        ValidationResult.TOO_LONG: Refusal.TOO_MANY_DIGITS,
    }.get(reason, Refusal.IMPOSSIBLE)


def _refusal_of(error: NumberParseException) -> Refusal:
    if error.error_type == NumberParseException.TOO_LONG:
        return Refusal.TOO_MANY_DIGITS
    if error.error_type == NumberParseException.INVALID_COUNTRY_CODE:
        return Refusal.IMPOSSIBLE
    return Refusal.HALF_NUMBER


def _plain(text: str, region: str | None) -> Number | None:
    """Read what the parser would only take a plus or one trunk zero off, at a tenth of its cost."""
    code, national = _at_first_sight(text, region)
    if not code:
        return None
    plan = plan_of(code)
    trunk = plan.trunk.match(national)
    only_zero = trunk and trunk.group() == "0" and not trunk.lastindex
    if only_zero and not plan.shape.fullmatch(national):
        national = national[1:]
    number = Number(code, national)
    return number if _is_settled(number) else None


def _at_first_sight(text: str, region: str | None) -> tuple[int, str]:
    """Split digits into country code and the rest; the code is 0 where that takes the parser."""
    if text.startswith("+"):
        code = code_of(text[1:])
        return code, text[1 + len(str(code)) :]
    home = home_plan(region) if region else None
    if home is None or home[1].abroad.match(text):
        return 0, ""
    code, plan = home
    if not text.startswith(str(code)):
        return code, text
    return (code, text[len(str(code)) :]) if len(text) > max(plan.lengths) else (0, "")


def _is_settled(number: Number) -> bool:
    """Tell that nothing is left before a possible number that could be taken off."""
    if number.national.startswith("0") or number.code in RENUMBERED:
        return False
    plan = plan_of(number.code)
    trunk = plan.trunk.match(number.national)
    return plan.holds(number.national) and not (trunk and trunk.end())


def _parsed(text: str, region: str | None) -> PhoneNumber | None:
    try:
        return parse(text, region)
    except NumberParseException:
        return None


def _settled(code: int, national: str) -> Number | None:
    """Take off what the parser leaves before a number, until nothing changes."""
    if _is_settled(Number(code, national)):
        return Number(code, national)
    if code in RENUMBERED:
        pattern, replacement = RENUMBERED[code]
        national = pattern.sub(replacement, national)
    number = _without_zero(Number(code, national))
    again = _parsed(number.value, None)
    shorter = national_significant_number(again) if again else number.national
    if len(shorter) < len(number.national):
        return _settled(code, shorter)
    return number if plan_of(code).holds(number.national) else None


def _without_zero(number: Number) -> Number:
    """Drop a zero written by habit where the plan has none, as in +351 (0)9..."""
    shorter = Number(number.code, number.national.lstrip("0"))
    plan = plan_of(number.code)
    if shorter == number or plan.trunk is not NEVER or not plan.holds(shorter.national):
        return number
    return shorter if is_known(shorter) and not is_known(number) else number


def _from_another_country(digits: str) -> Number | None:
    """Read a prefix for calls abroad that is dialled in other countries than this one."""
    for prefix in OTHER_COUNTRYS_PREFIXES:
        if digits.startswith(prefix) and (found := number_from("+" + digits[len(prefix) :], None)):
            return found
    return None


def _may_be_international(digits: str) -> bool:
    """Rule out cheaply that digits are a number whose "+" was left out; True means perhaps."""
    code = code_of(digits)
    if not code:
        return False
    plan, rest = plan_of(code), digits[len(str(code)) :]
    trunk = plan.trunk.match(rest)
    if rest[:1] == "0" or code in RENUMBERED or (trunk and trunk.end()):
        return True
    return plan.holds(rest)


def _between(home: Number | None, abroad: Number | None, region: str) -> tuple[Number, ...]:
    """Choose only where nobody would choose otherwise: one of two is a known number at home."""
    if home is None or abroad is None or home == abroad:
        return _some(home or abroad)
    known = [number for number in (home, abroad) if is_known(number)]
    if len(known) == 1 and known[0].code == country_code_for_region(region):
        return (known[0],)
    return home, abroad


def _some(number: Number | None) -> tuple[Number, ...]:
    return (number,) if number else ()
