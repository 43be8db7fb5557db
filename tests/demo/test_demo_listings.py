"""The demo's directory: what comes with the program, and therapists who are nobody."""

import re
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from config.areas import load_areas
from config.settings import Settings
from demo.listings import INVENTED, THERAPISTS, load_listings, therapists
from directory import actions
from directory.model import ListingKind, Wanted

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
FICTION = re.compile(r"\+441632960\d{3}")


def test_the_demo_has_what_comes_with_the_program_and_therapists(session: Session) -> None:
    areas = load_areas(Settings(data_dir=Path()))
    load_listings(session, areas=areas, home_region="GB", now=NOW)
    wanted = Wanted(kind=ListingKind.THERAPIST)
    found = actions.search(session, wanted, now=NOW)
    assert len(found.listings) == THERAPISTS
    assert all(INVENTED in each.name for each in found.listings)
    helpline = Wanted(words="stalking helpline", open_now=False)
    assert actions.search(session, helpline, now=NOW).listings
    assert actions.search(session, Wanted(words="night", country="US"), now=NOW).listings == ()


def test_no_invented_therapist_has_a_number_or_address_of_somebody() -> None:
    for each in therapists(NOW):
        assert INVENTED in each.name
        assert all(FICTION.fullmatch(phone.e164) for phone in each.phones)
        assert each.email.endswith("@example.org")
        assert each.web == ""
