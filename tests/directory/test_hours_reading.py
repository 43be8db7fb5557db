"""Reading hours: what people write comes to one spelling, and what is ambiguous is refused."""

import re

import pytest
from hypothesis import example
from hypothesis import given as over
from hypothesis import strategies as some
from opening_hours import validate

from directory import calendar_dates, clock_times, hours_reading
from directory.hours import check_hours

DAYS = {
    "Mo": ["Mo", "mon", "Monday", "MONDAYS"],
    "Tu": ["tu", "Tue", "Tues", "Tuesday", "Tuesdays"],
    "We": ["we", "Wed", "Weds", "Wednesday"],
    "Th": ["th", "Thu", "Thur", "Thurs", "Thursday"],
    "Fr": ["fr", "Fri", "Friday", "Fridays"],
    "Sa": ["sa", "Sat", "Saturday"],
    "Su": ["su", "Sun", "Sunday", "Sundays"],
}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Mo-Fr 09:00-17:00; Sa 10:00-14:00; PH off", None),
        ("Mo-Fr 9:00-17:00", "Mo-Fr 09:00-17:00"),
        ("Mon-Fri 9am-5pm", "Mo-Fr 09:00-17:00"),
        ("Monday to Friday 9-5", "Mo-Fr 09:00-17:00"),
        ("Mon to Fri: 9.30 a.m. to 5.30 p.m.", "Mo-Fr 09:30-17:30"),
        (
            "weekdays 9 am \u2013 5 pm, weekends 10 am \u2013 2 pm",
            "Mo-Fr 09:00-17:00, Sa-Su 10:00-14:00",
        ),
        ("Mon, Wed and Fri 10-2", "Mo,We,Fr 10:00-14:00"),
        ("Mon & Wed 1pm till 4pm", "Mo,We 13:00-16:00"),
        ("Mon 9-5 and Wed 9-5", "Mo 09:00-17:00, We 09:00-17:00"),
        ("9-5", "09:00-17:00"),
        ("12-6", "12:00-18:00"),
        ("8-12", "08:00-12:00"),
        ("22-4", "22:00-04:00"),
        ("Sa 12am-12pm", "Sa 00:00-12:00"),
        (
            "Mon-Thurs 9:30am-3:30pm and Fri 9:30am until noon",
            "Mo-Th 09:30-15:30, Fr 09:30-12:00",
        ),
        ("Sa noon to midnight", "Sa 12:00-24:00"),
        ("Fri 6pm to midnight", "Fr 18:00-24:00"),
        ("Fri 18:00 until midnight", "Fr 18:00-24:00"),
        ("midnight to 6am", "00:00-06:00"),
        ("Mo 18:00-00:00", "Mo 18:00-24:00"),
        ("Mo 22:00-26:00", "Mo 22:00-02:00"),
        ("Mo 10:00-02:00", None),
        ("Mo 11am-10am", "Mo 11:00-34:00"),
        ("24/7", None),
        ("24 hours a day", "24/7"),
        ("24 hours a day, 7 days a week", "24/7"),
        ("00:00-24:00", "24/7"),
        ("24/7; PH off", None),
        ("Mon-Fri 24 hours", "Mo-Fr 00:00-24:00"),
        ("every day 9am-9pm", "Mo-Su 09:00-21:00"),
        ("7 days a week 9am-9pm", "Mo-Su 09:00-21:00"),
        ("9am-5pm, closed bank holidays", "09:00-17:00; PH off"),
        ("9am-5pm; closed on Saturdays and Sundays", "09:00-17:00; Sa,Su off"),
        ("Mon-Fri 9am-5pm\nSat 10am-2pm\n", "Mo-Fr 09:00-17:00; Sa 10:00-14:00"),
        ("Mon-Fri 9-5, Dec 25 off, Sat 10-2", "Mo-Fr 09:00-17:00; Dec 25 off, Sa 10:00-14:00"),
        ("December 24-26 closed", "Dec 24-26 off"),
        ("2026 Dec 24-2027 Jan 2 off", None),
        ("2026 Dec 24-Jan 2 off", None),
        ("Feb 29 off", None),
        ("Dec 25,Dec 26 off", None),
        ("September to June Mon 9-5", "Sep-Jun Mo 09:00-17:00"),
        ("Dec 9am-5pm", "Dec 09:00-17:00"),
        ("Mo[1],We[-1] 18:00-20:00", None),
        ("Mo-Fr 09:00-12:00,14:00-17:00, Sa 10:00-12:00", None),
        ("Mo-Fr,PH 09:00-17:00", None),
        ("PH,Su off", None),
        ("unknown", None),
        ("Mo 10:00-12:00 unknown", None),
        ("Mo-Fr open 09:00-17:00", "Mo-Fr 09:00-17:00"),
        ("off", None),
        ("", None),
        (" \n", ""),
    ],
)
def test_what_people_write_is_kept_in_one_spelling(written: str, kept: str | None) -> None:
    assert check_hours(written) == (written if kept is None else kept)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("9-5pm", clock_times.AM_OR_PM),
        ("9-11pm", clock_times.AM_OR_PM),
        ("9am-5", clock_times.AM_OR_PM),
        ("10:00-6pm", clock_times.AM_OR_PM),
        ("9:30-5:30", clock_times.AM_OR_PM),
        ("10:00-2:00", clock_times.AM_OR_PM),
        ("11:00-10:00", clock_times.AM_OR_PM),
        ("9-12,1-5", clock_times.NOT_IN_ORDER),
        ("Mo 14:00-17:00,09:00-12:00", clock_times.NOT_IN_ORDER),
        ("Mo 22:00-04:00,23:00-24:00", clock_times.NOT_IN_ORDER),
        ("9-9", clock_times.AM_OR_PM),
        ("Mo 09:00-09:00", clock_times.SAME_TIME),
        ("Mo 9:60-10:00", clock_times.NO_SUCH_TIME),
        ("Mo 13pm-3pm", clock_times.NO_SUCH_TIME),
        ("Mo 0am-3am", clock_times.NO_SUCH_TIME),
        ("Mo 25:00-26:00", clock_times.NO_SUCH_TIME),
        ("Mo 22:00-48:00", clock_times.NO_SUCH_TIME),
        ("Mo 22:00-99:00", clock_times.NO_SUCH_TIME),
        ("Mo-Fr", hours_reading.NO_TIMES),
        ("Mo-Fr 09:00-17:00; Sa", hours_reading.NO_TIMES),
        ("Dec 9-5", hours_reading.NO_TIMES),
        ("Mo-Fr 09:00", hours_reading.NO_TIMES),
        ("Mo-Fr 09:00+", hours_reading.NO_END),
        ("sunrise-sunset", hours_reading.NO_PLACE),
        ("week 1-10 Mo 10:00-12:00", hours_reading.NO_PLACE),
        ("easter off", hours_reading.NO_PLACE),
        ("Mo-Fr 09:00-15:00; SH off", hours_reading.NO_PLACE),
        ('Mo 10:00-12:00 "ring first"', hours_reading.NO_WORDS),
        ("Mo 10:00-12:00 || unknown", hours_reading.NO_WORDS),
        ("Feb 30 off", calendar_dates.NO_SUCH_DATE),
        ("Dec 26-24 off", calendar_dates.NO_SUCH_DATE),
        ("2026 Dec 24-2025 Jan 2 off", calendar_dates.NO_SUCH_DATE),
        ("Dec 24-2026 Dec 26 off", calendar_dates.NO_SUCH_DATE),
        ("2026 Dec-Jan off", calendar_dates.NO_SUCH_DATE),
        ("2027 Feb 29 off", calendar_dates.NO_SUCH_DATE),
        ("We 12:00-14:00 off", hours_reading.ONLY_OPEN),
        ("PH Mo-Fr 09:00-10:00", hours_reading.NO_TIMES),
        ("Mon-Fri 9am-5pm except Tuesday", hours_reading.NOT_READ),
        ("Mo-Fr 0900-1700", hours_reading.NO_TIMES),
        ("Mo off Tu 09:00-17:00", hours_reading.NO_TIMES),
        ("closed Mon, Tue 9am-5pm", hours_reading.ONLY_OPEN),
        ("whenever", hours_reading.NOT_READ),
        ("Mo-Fr 09:00-17:00,", hours_reading.NOT_READ),
        ("Mo-Fr 09:00-17:00/19:00", hours_reading.NOT_READ),
        (";", hours_reading.NOT_READ),
        ("; ".join(["Mo-Fr 09:00-17:00"] * 12), hours_reading.TOO_LONG),
    ],
)
def test_what_is_ambiguous_or_out_of_reach_is_refused_with_words(written: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        check_hours(written)


# Properties


@some.composite
def days(draw: some.DrawFn) -> tuple[str, str]:
    """Draw days as somebody writes them, and as they are kept."""
    first, last = draw(some.permutations([*DAYS]))[:2]
    between, kept_between = draw(some.sampled_from([("-", "-"), (" to ", "-"), (" and ", ",")]))
    spelt = [draw(some.sampled_from(DAYS[each])) for each in (first, last)]
    colon = draw(some.sampled_from(["", ":"]))
    return between.join(spelt) + colon, kept_between.join((first, last))


def by_halves(minutes: int, *, point: str, blank: str) -> str:
    """Return a time with am or pm."""
    hour, minute = divmod(minutes, 60)
    shown = f"{hour % 12 or 12}" + (f"{point}{minute:02}" if minute else "")
    return f"{shown}{blank}{'am' if hour < 12 else 'pm'}"


@over(
    days(),
    some.lists(some.integers(0, 1_439), min_size=2, max_size=2, unique=True),
    some.sampled_from(":."),
    some.sampled_from(["", " "]),
    some.sampled_from(["-", " - ", "\u2013", " to ", " until "]),
)
def test_am_and_pm_mean_the_same_as_the_clock_of_24_hours(
    spelt: tuple[str, str], times: list[int], point: str, blank: str, dash: str
) -> None:
    written, kept = spelt
    english = dash.join(by_halves(each, point=point, blank=blank) for each in times)
    begins, ends = times
    if ends == 0 or (begins > ends >= 600 and begins <= 720):
        ends += 1_440  # midnight, and what could be taken for the evening of the same day
    expected = f"{kept} {begins // 60:02}:{begins % 60:02}-{ends // 60:02}:{ends % 60:02}"
    assert check_hours(f"{written} {english}") == expected
    assert check_hours(expected) == expected


PIECES = [
    *"Mo Fri Sunday PH Dec 2026 25 9 5pm 09:00 17:00 24:00 24/7 off closed unknown".split(),
    *["-", ",", ";", " ", ":", " to ", " and ", "[1]", "noon", "midnight", "weekdays", "open"],
]


@over(some.one_of(some.text(max_size=60), some.lists(some.sampled_from(PIECES)).map("".join)))
@example("Dec 31-1 off")
@example("2026 Dec off")
def test_whatever_is_written_is_refused_or_can_be_read_again(written: str) -> None:
    try:
        kept = check_hours(written)
    except ValueError:
        return
    assert check_hours(kept) == kept
    assert not kept or validate(kept)
    assert len(kept) <= 200
