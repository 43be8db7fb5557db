"""How people spell opening hours in English, brought to OpenStreetMap's spelling."""

import re

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_MONTH_ENDS = dict(
    zip(MONTHS, "uary ruary ch il . e y ust t?(?:ember)? ober ember ember".split(), strict=True)
)

# In this order; what is said in several words comes first.
SPELLINGS = [
    (re.compile(pattern), spelling)
    for pattern, spelling in [
        ("[\u2010-\u2015\u2212]", "-"),
        (r"\s*[\n\r]+\s*", ";"),
        (r"\s+", " "),
        (r"(?<=[\d ])([ap])\.? ?m\b\.?", r"\1m"),
        (r"\b(?:bank|public) holidays?\b|\bph\b", "PH"),
        (r"\b(?:every ?day|daily|(?:7|seven) days a week)\b", "Mo-Su"),
        (r"\bweekdays\b", "Mo-Fr"),
        (r"\bweekends?\b", "Sa-Su"),
        (r"\bmo(?:n(?:days?)?)?\b", "Mo"),
        (r"\btu(?:e(?:s(?:days?)?)?)?\b", "Tu"),
        (r"\bwe(?:d(?:s|nesdays?)?)?\b", "We"),
        (r"\bth(?:u(?:rs?(?:days?)?)?)?\b", "Th"),
        (r"\bfr(?:i(?:days?)?)?\b", "Fr"),
        (r"\bsa(?:t(?:urdays?)?)?\b", "Sa"),
        (r"\bsu(?:n(?:days?)?)?\b", "Su"),
        *((rf"\b{each.lower()}(?:{_MONTH_ENDS[each]})?\b", each) for each in MONTHS),
        (r"\bclosed\b", "off"),
        (r"\boff (?:on )?((?:PH|Mo|Tu|We|Th|Fr|Sa|Su)\b[^;]*)", r"\1 off"),
        (r"\b24 ?(?:h|hrs?|hours?)\b(?: a day)?", "00:00-24:00"),
        (r"\b(?:noon|midday)\b", "12:00pm"),
        (r"\bmidnight\b", "12:00am"),
        (r"\b(?:to|till|til|until|through)\b", "-"),
        (r"\band\b|&", ","),
        (r"\b(?:from|open)\b", ""),
        (r"(?<=[a-zA-Z\]]) ?:", " "),
        (r"(?<=\d) (?=[ap]m\b)", ""),
        (r" *([-,;]) *", r"\1"),
        (r" +", " "),
        (r";[; ]*", ";"),
        (r"^[ ;]+|[ ;.]+$", ""),
    ]
]


def respell(text: str) -> str:
    """Return the hours in OpenStreetMap's words; the times stay as they were written."""
    text = text.casefold()
    for pattern, spelling in SPELLINGS:
        text = pattern.sub(spelling, text)
    return text
