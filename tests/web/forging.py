"""What a test of forged forms starts from: things to change, forms that would, rows to compare."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import time_machine
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import ColumnElement, literal_column, select
from werkzeug.routing import Rule

from members import actions as members
from members.approvals import ApprovalKind
from members.guard import Access
from members.model import Role
from storage.base import Base
from tests import given
from tests.alerts.published import publish_danger
from tests.web.test_authorisation import ENROLLING, NOBODY, WAITING
from tests.whole import Whole, open_report
from web.csrf import LIFE, TOKEN

NOT_COMPARED = {("sign_in", "seen_at")}  # whoever asks is seen, whatever becomes of the request
AS_WHOM = {
    "public": NOBODY,
    "signed in": Role.MEMBER,
    "may check": Role.MEMBER,
    WAITING: WAITING,
    ENROLLING: ENROLLING,
}
FIELDS = {
    "name": "Poppy of the lane",
    "role": "member",
    "statement": "An advert under this name.",
    "passphrase": given.PASSPHRASE,
    "new_passphrase": "seven green lanterns in the rain",
    "entry": "+447700900123",
    "why": "review",
    "text": "Rang back, no answer.",
    "note": "Rang back, no answer.",
    "line": "He came again.",
    "email": "poppy@example.org",
    "phone": "07700 900456",
    "decision": "vet",
    "how": "advert",
}


NO_ROW = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class Things:
    """What addresses can name, all of it really there."""

    ids: Mapping[str, str]

    def address(self, rule: Rule) -> str:
        """Return an address of a route; what has no row has the form of one."""
        parts: dict[str, str | int] = {
            name: self.ids.get(name, "W-2222") for name in rule.arguments
        }
        no_row = {name: NO_ROW for name in rule.arguments if f"<uuid:{name}>" in rule.rule}
        parts |= {name: found for name, found in no_row.items() if name not in self.ids}
        parts |= {name: 1 for name in rule.arguments if f"<int:{name}>" in rule.rule}
        parts |= dict.fromkeys(rule.arguments & {"slug"}, "narrative")
        _, address = rule.build(parts) or ("", "")
        return address


def things(house: Whole, lead: given.Person) -> Things:
    """Put a report, a warning, an alert, an applicant and their like into a house."""
    report = house.report()
    open_report(house.sign_in(lead), report.id)
    warning = house.proposed(house.person(Role.CASEWORKER))
    with house.writing() as session:
        services, now = house.services, house.now
        alert = publish_danger(session, services.sealers, services.evaluator, now=now)
        applicant = given.an_applicant(session, services.sealers, now=now)
        given.a_sign_in(session, services.sealers, lead, now=now)
        approval_id = members.ask(
            session,
            services.sealers,
            kind=ApprovalKind.ROLE,
            role=Role.RESEARCHER,
            subject_id=applicant.id,
            by=lead.id,
            reason="She counts what we do.",
            now=now,
        )
        sign_in, *_ = members.list_sign_ins(session, account_id=lead.id, token="", now=now)
    ids = {
        "report_id": report.id,
        "warning_id": warning.id,
        "alert_id": alert.id,
        "account_id": applicant.id,
        "approval_id": approval_id,
        "sign_in_id": sign_in.id,
        "factor_id": sign_in.id,
        "delivery_id": report.id,
    }
    return Things({name: str(found) for name, found in ids.items()})


def who_may(access: Access | None) -> str:
    """Return somebody whom a route lets in, so that its form token alone stands in the way."""
    return AS_WHOM.get(access.name, Role.LEAD) if access else NOBODY


def token_made(house: Whole, raw: str, *, at: datetime) -> str:
    """Return the form token of a browser, as a page would have held it at a moment."""
    serialiser = URLSafeTimedSerializer(str(house.app.secret_key), salt="wtf-csrf-token")
    with time_machine.travel(at, tick=False):
        return str(serialiser.dumps(raw))


def raw_token(client: FlaskClient) -> str:
    """Return what a browser's form tokens are made of."""
    with client.session_transaction() as cookie:
        return str(cookie[TOKEN])


def forgeries(house: Whole, mine: str, others: str) -> dict[str, tuple[str | None, dict[str, str]]]:
    """Return the bad forms by name: a token, and headers."""
    now = house.now
    good = token_made(house, mine, at=now)
    return {
        "no token": (None, {}),
        "of another browser": (token_made(house, others, at=now), {}),
        "expired": (token_made(house, mine, at=now - LIFE - timedelta(minutes=1)), {}),
        "from another site": (good, {"Sec-Fetch-Site": "cross-site"}),
        "from a sister site": (good, {"Sec-Fetch-Site": "same-site"}),
        "of a foreign origin": (good, {"Origin": "https://other.example.org"}),
    }


def rows(house: Whole) -> dict[str, bytes]:
    """Return a digest of every table."""
    found = {}
    with house.services.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            columns: list[ColumnElement[Any]] = [
                literal_column(f'"{column.name}"')
                for column in table.columns
                if (table.name, column.name) not in NOT_COMPARED
            ]
            lines = sorted(map(repr, connection.execute(select(*columns).select_from(table))))
            found[table.name] = sha256("\n".join(lines).encode()).digest()
    return found
