"""The numbering plans as browsers get them: `make plans` writes web/static/phone_plans.json."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumberDesc

from checker.identifiers.plans import KINDS

TARGET = Path(__file__).parents[2] / "web" / "static" / "phone_plans.json"
NOWHERE = "001"  # the region of codes that belong to no country, as +800
GROUP = re.compile(r"\\(\d)")


def plans_for_browsers() -> str:
    """Return the JSON that checker/client_js/src/plans.js reads, the same for the same library.

    `codes`: the regions of each country calling code, the main one first. `plans`: by region, or
    by code where that is nobody's, only what the rules ask.
    """
    codes = {str(code): list(found) for code, found in sorted(COUNTRY_CODE_TO_REGION_CODE.items())}
    plans = {
        code if region == NOWHERE else region: _plan(region, int(code))
        for code, regions in codes.items()
        for region in regions
    }
    made = {"version": phonenumbers.__version__, "codes": codes, "plans": plans}
    return json.dumps(made, separators=(",", ":")) + "\n"


def _plan(region: str, code: int) -> dict[str, object]:
    """Return what is asked of one region; what it does not have is left out."""
    found = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    if found is None:
        message = f"libphonenumber has no metadata for region {region}"
        raise LookupError(message)
    every = found.general_desc or PhoneNumberDesc()
    lengths = every.possible_length
    mobiles = set(lengths) & set(found.mobile.possible_length if found.mobile else ())
    rule = found.national_prefix_transform_rule
    plan = {
        "code": code,
        "lengths": lengths,
        "local": every.possible_length_local_only,
        "mobile": min(mobiles or lengths),
        "shape": every.national_number_pattern,
        "trunk": found.national_prefix_for_parsing,
        "rule": GROUP.sub(r"$\1", rule) if rule else None,
        "abroad": found.international_prefix,
        "leading": found.leading_digits,
        "premium": _pattern(found.premium_rate),
        "premiumLengths": found.premium_rate and found.premium_rate.possible_length,
        "known": _any_of(getattr(found, kind) for kind in KINDS),
        "short": _short(region),
        "formats": _formats(found),
    }
    return {name: value for name, value in plan.items() if value}


def _formats(found: PhoneMetadata) -> list[list[str]]:
    """Return how numbers are grouped abroad: pattern, what they begin with, and the groups."""
    return [
        [
            each.pattern or "",
            (each.leading_digits_pattern or [""])[-1],
            GROUP.sub(r"$\1", each.format),
        ]
        for each in found.intl_number_format or found.number_format
        if each.format
    ]


def _short(region: str) -> list[object] | None:
    """Return the lengths, the shape and the ranges of a region's short numbers."""
    found = None if region == NOWHERE else PhoneMetadata.short_metadata_for_region(region)
    if found is None or found.general_desc is None or found.short_code is None:
        return None
    lengths = set(found.general_desc.possible_length) & set(found.short_code.possible_length)
    return [sorted(lengths), _pattern(found.general_desc), _pattern(found.short_code)]


def _any_of(described: Iterable[PhoneNumberDesc | None]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in filter(None, map(_pattern, described)))


def _pattern(described: PhoneNumberDesc | None) -> str | None:
    return described.national_number_pattern if described else None


if __name__ == "__main__":
    TARGET.write_text(plans_for_browsers(), encoding="ascii")
