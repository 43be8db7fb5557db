"""Numbering plans: what libphonenumber's metadata says about one country calling code."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    PhoneMetadata,
    PhoneNumberDesc,
    country_code_for_region,
    region_code_for_country_code,
    region_codes_for_country_code,
)

LONGEST_CODE = 3  # E.164: a country calling code has one to three digits
CODES = frozenset(map(str, COUNTRY_CODE_TO_REGION_CODE))
NEVER = re.compile(r"(?!)")
KINDS = (  # of ranges, as the metadata names them; a number in any of them is valid
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
    "voicemail",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is asked about a country calling code for every number read.

    `lengths` are the possible lengths of its national significant numbers, `mobile` the shortest
    of its mobiles, `shape` what all numbers look like, `trunk` what may be dialled before one
    inside the country, `abroad` before one elsewhere, `premium` its ranges that cost extra,
    `known` all its ranges.
    """

    lengths: frozenset[int]
    mobile: int
    shape: re.Pattern[str]
    trunk: re.Pattern[str]
    abroad: re.Pattern[str]
    premium: re.Pattern[str]
    known: re.Pattern[str]

    def holds(self, national: str) -> bool:
        """Tell whether a national significant number is possible.

        Length alone decides from a mobile's length up: plans change faster than metadata. What is
        shorter must look like the short numbers that the plan has, else a mobile with digits
        missing would pass for one (7 digits are possible in Britain: 0800 1111).
        """
        length = len(national)
        if length not in self.lengths:
            return False
        return length >= self.mobile or bool(self.shape.fullmatch(national))


@cache
def plan_of(code: int) -> Plan:
    """Return the plan of a known country calling code."""
    main = _metadata(region_code_for_country_code(code), code)
    regions = [_metadata(region, code) for region in region_codes_for_country_code(code)]
    lengths = frozenset(_lengths(main.general_desc))
    mobiles = lengths.intersection(_lengths(main.mobile))
    return Plan(
        lengths=lengths,
        mobile=min(mobiles or lengths),
        shape=_compiled(_pattern(main.general_desc)),
        trunk=_compiled(main.national_prefix_for_parsing),
        abroad=_compiled(main.international_prefix),
        premium=_any_of(region.premium_rate for region in regions),
        known=_any_of(getattr(region, kind) for region in regions for kind in KINDS),
    )


@cache
def home_plan(region: str) -> tuple[int, Plan] | None:
    """Return the code and plan of a region that leads its country code, None for the others.

    Guernsey shares 44 with Great Britain and has a plan of its own: that one is the parser's.
    """
    code = country_code_for_region(region)
    if not code or region_code_for_country_code(code) != region:
        return None
    return code, plan_of(code)


def code_of(digits: str) -> int:
    """Return the country calling code that digits begin with, 0 if there is none (E.164)."""
    heads = (digits[:length] for length in range(1, LONGEST_CODE + 1))
    return next((int(head) for head in heads if head in CODES), 0)


def _metadata(region: str, code: int) -> PhoneMetadata:
    found = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    if found is None:
        message = f"libphonenumber has no metadata for region {region}"
        raise LookupError(message)
    return found


def _any_of(described: Iterable[PhoneNumberDesc | None]) -> re.Pattern[str]:
    patterns = filter(None, map(_pattern, described))
    return _compiled("|".join(f"(?:{pattern})" for pattern in patterns))


def _compiled(pattern: str | None) -> re.Pattern[str]:
    return re.compile(pattern) if pattern else NEVER


def _pattern(described: PhoneNumberDesc | None) -> str | None:
    return described.national_number_pattern if described else None


def _lengths(described: PhoneNumberDesc | None) -> tuple[int, ...]:
    return tuple(described.possible_length) if described else ()
