"""Harm by a professional never touches the register, whatever its words hold."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import create_engine, select

import checker.records
from casework.records import CaseRow
from config.settings import Settings
from members.model import Role
from storage.base import Base
from tests.backups.instance import contents
from tests.casework.forms import filled
from tests.members.visits import Visitor
from tests.whole import Whole, whole

ROOT = Path(__file__).parents[2]
PARTS = (
    "bodies complaints harm_reading professional professional_wording actions/complaining "
    "actions/counting actions/drafting pages/complaining pages/complaint pages/complaint_forms "
    "pages/form_answers pages/form_sending pages/form_steps pages/form_summary pages/held "
    "pages/professional pages/professional_counts pages/reaching"
).split()
# What a form, a case and a complaint are made of; an account may sign in; all else stays as it is.
OWN = frozenset(
    {"case_draft", "case_file", "case_line", "complaint", "professional_harm", "record_key"}
)
ON_RECORD = frozenset({"audit_entry", "audit_mark"})


@pytest.fixture
def settings(keys: Path, database_url: str, redis_url: str) -> Settings:
    """Give what an instance runs with."""
    return Settings(data_dir=keys, database_url=database_url, redis_url=redis_url)


@pytest.fixture
def house(settings: Settings, scratch: Path) -> Iterator[Whole]:
    """Give a whole instance with a warning on the register, so that there is something to touch."""
    with whole(settings, scratch / "compiled") as house:
        house.published()
        yield house


def _in_redis(redis_url: str) -> dict[bytes, bytes | None]:
    """Return all that is in Redis, as it is kept there."""
    with Redis.from_url(redis_url) as redis:
        return {key: redis.dump(key) for key in redis.keys()}  # noqa: SIM118 - not a mapping


def _is_of_the_register(key: bytes) -> bool:
    return any(part in key for part in (b"register", b"epoch", b"bucket", b"check", b"watch"))


def test_a_form_full_of_numbers_and_addresses_leaves_the_register_as_it_was(
    house: Whole, settings: Settings, redis_url: str
) -> None:
    caseworker = house.sign_in(house.person(Role.CASEWORKER))
    engine = create_engine(settings.database_url)
    before, kept = contents(engine), _in_redis(redis_url)
    register = {row.__tablename__ for row in vars(checker.records).values() if _is_row(row)}
    assert {"register_ledger", "check_budget"} <= register
    assert before["register_ledger"]
    assert any(map(_is_of_the_register, kept))

    filled(house.visitor()).send(form="/professionals/send")
    with house.services.reading() as session:
        case_id = session.scalars(select(CaseRow.id)).one()
    page = f"/desk/cases/{case_id}"
    _complain(caseworker, page)

    after, keeps = contents(engine), _in_redis(redis_url)
    engine.dispose()
    changed = {name for name in before if before[name] != after[name]}
    assert (
        changed == (OWN - {"case_draft"}) | ON_RECORD
    )  # the form is gone that was there meanwhile
    assert not changed & register
    for each in (kept, keeps):
        for key in [key for key in each if not _is_of_the_register(key)]:
            del each[key]
    assert keeps == kept


def _complain(caseworker: Visitor, page: str) -> None:
    form = f"{page}/complaints"
    caseworker.open(page).fill(form, **{"complaint-body": "force", "complaint-tell": "yes"})
    assert caseworker.status == 200
    words = {"complaint-stage-1": "review", "complaint-reply-1": "Call 07700 900123."}
    caseworker.page.forms = [each for each in caseworker.page.forms if f"{form}/" in each.action]
    caseworker.fill("", **words)
    assert "Call 07700 900123." in caseworker.text


def _is_row(found: object) -> bool:
    return isinstance(found, type) and issubclass(found, Base) and found is not Base


@pytest.mark.parametrize("part", PARTS)
def test_no_part_of_it_knows_the_register(part: str) -> None:
    tree = ast.parse((ROOT / "casework" / f"{part}.py").read_text(encoding="utf-8"))
    imported = {each.module or "" for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}
    imported |= {
        name.name for each in ast.walk(tree) if isinstance(each, ast.Import) for name in each.names
    }
    assert not any(name.split(".")[0] in {"checker", "alerts"} for name in imported)
    assert not any(name.startswith("reports.actions") for name in imported)
