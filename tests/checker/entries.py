"""Entries as people may paste them, made by chance: numbers of all countries, addresses, noise."""

from collections.abc import Callable, Iterator
from random import Random

import phonenumbers
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    SUPPORTED_REGIONS,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
)

REGIONS = sorted(SUPPORTED_REGIONS)
TYPES = [getattr(PhoneNumberType, name) for name in ("MOBILE", "FIXED_LINE", "PREMIUM_RATE")] + [
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.VOIP,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.UAN,
]
FORMATS = [
    PhoneNumberFormat.E164,
    PhoneNumberFormat.INTERNATIONAL,
    PhoneNumberFormat.NATIONAL,
    PhoneNumberFormat.RFC3966,
]
JOINS = [" ", "-", ".", "/", " / ", "\u00a0", "\u2011", "\u200b", "_", "*", ")", " (", "\u2013", ""]
BETWEEN = [
    *", ; | & \n : / + = # ! x".split(" "),
    " ",
    "  ",
    ", ",
    "\n",
    " or ",
    "\u3001",
    " \u2022 ",
    "\t",
]
NOISE = (
    "Dave|call me|25yo|10pm|\u00a350|$ 20.50|12/12/2024|2024-01-02|1. |2) |ext 5|x12|#9|"
    "\u2460|at|O|oo|l|I|no caller id|\u043f\u0440\u0438\u0432\u0435\u0442|\u4e0d\u660e|99|"
    "12345|999|0|+|00|\u00e9t\u00e9|e\u0301|\U0001f4de|\U0001d7d8\U0001d7df|\u0967\u0968|"
    "@joe|www.example.org|https://example.org/?id=123456789|\u202e|\ufe0f\u20e3|poste 4|"
    "3 7|:|\u0130|\u017f|\U00010330|\u0007"
).split("|")
SCRIPTS = [0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xFF10, 0x1D7CE, 0x7C0, 0x1D7F6]
LINKS = [
    "tel:{}",
    "sms:{}?body=hi",
    "https://wa.me/{}",
    "t.me/{}",
    "whatsapp://send?phone={}",
    "viber://chat?number=%2B{}",
    "https://signal.me/#p/{}",
    "mailto:{}",
    "V\u0130BER://add?number={}",
    "https://api.whatsapp.com/send?text=a&phone={}",
    "skype:{}?call",
    "tel:%20{}%0a",
    "sms:%ff{}",
]
LOCALS = (
    "joe|Joe.Bloggs|j.o.e+tag|jo\u00e9|\u0430\u0440\u0440le|a..b|.a|a.|o'brien|joe/ann|"
    "\u00df|\u03a3\u039f\u03a3|\u5c71|\u05d3\u05d5\u05d3|a_b|+x|x+|\u0131|\u0130x|\uff4aoe|"
    "e\u0301a|1|(joe)|'joe|j\u043ee|\U0001f600|\u20ac|a\u200db|\u00b2x"
).split("|")
DOMAINS = (
    "gmail.com|GoogleMail.com|outlook.com|example.org|ex\u00e4mple.org|b\u00fccher.example|"
    "xn--bcher-kva.example|stra\u00dfe.de|xn--strae-oqa.de|"
    "\u03b4\u03bf\u03ba\u03b9\u03bc\u03ae.gr|\u4f8b\u3048.\u30c6\u30b9\u30c8|"
    "\u05d0\u05d1.com|1.\u05d0\u05d1.com|\u0645\u062b\u0627\u0644.\u0634\u0628\u0643\u0629|"
    "\u0430\u0440\u0440l\u0435.com|\u0430\u0440\u0440\u0435.com|"
    "\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444|a.b.c|example|example.|-a.com|"
    "a-.com|ab--cd.com|xn--a.com|xn--zzzz9999.com|xn--.com|1.2.3.4|a.0xf|b\u00fc.0xf|"
    "\u2665.com|\U0001f600.com|a\u30fbb.jp|\u30a2\u30fb\u30d5.jp|l\u00b7l.cat|a\u00b7b.cat|"
    "anonymous.invalid|x.local|a\uff0eb.com|a\u3002b.com|ex_ample.org|test|a.test|"
    "XN--BCHER-KVA.example|\u0661\u06f1.com|fa\u00df.\u03c3\u03c2|\u0e01\u0e33.com|"
    "\u1100\u1161.com|\ua789.com|xn--fiqs8s.com|example.org/x|a?b.com"
).split("|")
DOMAINS += ["a" * 63 + ".com", "a" * 64 + ".com"]


def examples() -> list[PhoneNumber]:
    """Return the example numbers of every country and kind, and of codes that are no country's."""
    found = [
        phonenumbers.example_number_for_type(region, kind) for region in REGIONS for kind in TYPES
    ]
    found += [
        phonenumbers.example_number_for_non_geo_entity(code)
        for code, regions in COUNTRY_CODE_TO_REGION_CODE.items()
        if regions == ("001",)
    ]
    return [number for number in found if number]


def entries(seed: int, count: int) -> Iterator[tuple[str, str]]:
    """Return entries and the regions that they are read for."""
    chance, numbers = Random(seed), examples()  # noqa: S311 - the same entries each time
    for _ in range(count):
        number = chance.choice(numbers)
        near = chance.choice(([number], numbers))
        parts = [_part(chance, near) for _ in range(chance.choice((1, 1, 1, 2, 2, 3)))]
        text = parts[0] + "".join(chance.choice(BETWEEN) + part for part in parts[1:])
        region = phonenumbers.region_code_for_number(number)
        home = region if region in SUPPORTED_REGIONS else "GB"
        yield text[:1000], chance.choice((home, home, "GB", chance.choice(REGIONS)))


def _part(chance: Random, numbers: list[PhoneNumber]) -> str:
    make: Callable[[Random, list[PhoneNumber]], str] = chance.choices(
        (_number, _odd_number, _unsure, _digits, _address, _noise, _link, _short),
        (6, 6, 3, 3, 4, 2, 2, 1),
    )[0]
    return make(chance, numbers)


def _number(chance: Random, numbers: list[PhoneNumber]) -> str:
    number = chance.choice(numbers)
    if chance.random() < 0.2:
        return phonenumbers.format_out_of_country_calling_number(number, chance.choice(REGIONS))
    return phonenumbers.format_number(number, chance.choice(FORMATS))


def _odd_number(chance: Random, numbers: list[PhoneNumber]) -> str:
    text = _number(chance, numbers)
    for _ in range(chance.randint(1, 3)):
        text = chance.choice((_joined, _slipped, _in_letters, _in_script, _prefixed))(chance, text)
    return text


def _unsure(chance: Random, numbers: list[PhoneNumber]) -> str:
    number = chance.choice(numbers)
    national = phonenumbers.national_significant_number(number)
    before = chance.choice((str(number.country_code), str(number.country_code), "l", "3 0", ""))
    return before + national


def _joined(chance: Random, text: str) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + chance.choice(JOINS) + text[at:]


def _slipped(chance: Random, text: str) -> str:
    at = chance.randint(0, len(text))
    digit = chance.choice("0123456789")[: chance.randint(0, 1)]
    return text[:at] + digit + text[at + chance.randint(0, 1) :]


def _in_letters(chance: Random, text: str) -> str:
    return text.replace("0", chance.choice("Oo\u041e\u03bf")).replace(
        "1", chance.choice("lI1\u0406")
    )


def _in_script(chance: Random, text: str) -> str:
    zero = chance.choice(SCRIPTS)
    return "".join(chr(zero + int(sign)) if sign in "0123456789" else sign for sign in text)


def _prefixed(chance: Random, text: str) -> str:
    return chance.choice(("0", "00", "+", "+0", "011", "1", "l", "(0)", "3 ", "++", "+44 ")) + text


def _digits(chance: Random, _: list[PhoneNumber]) -> str:
    size = chance.randint(1, 30)
    digits = "".join(chance.choice("0000123456789") for _ in range(size))
    return chance.choice(("", "", "+", "0", "00")) + _joined(chance, digits)


def _address(chance: Random, _: list[PhoneNumber]) -> str:
    at = chance.choice(("@", "@", "@", " @ ", "@ ", "%40", "\uff20"))
    return (
        chance.choice(LOCALS) + at + chance.choice(DOMAINS) + chance.choice(("", "", ".", ",", ">"))
    )


def _noise(chance: Random, _: list[PhoneNumber]) -> str:
    return " ".join(chance.choice(NOISE) for _ in range(chance.randint(1, 3)))


def _link(chance: Random, numbers: list[PhoneNumber]) -> str:
    held = chance.choice((_number, _address, _digits, _noise))(chance, numbers)
    return chance.choice(LINKS).format(held if chance.random() < 0.5 else held.strip("+"))


def _short(chance: Random, _: list[PhoneNumber]) -> str:
    found = PhoneMetadata.short_metadata_for_region(chance.choice(REGIONS))
    described = found and found.short_code
    return (described.example_number if described else None) or "999"
