"""A consent is taken back while somebody lets an export out: one of the two is first, for good."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import actions
from casework.disclosing import NotAgreed
from casework.records import DisclosureRow
from members import actions as members
from reports import actions as reports
from tests import given
from tests.casework.exports import MANNER, POLICE, WHOLE, to_police
from tests.given_reports import GivenReport, a_verified_report
from tests.whole import Whole

LONG_ENOUGH = 0.5  # to get to where one must wait


class Leaving:
    """An export that waits, its reporter, and who releases it."""

    def __init__(self, house: Whole) -> None:
        self.house, services = house, house.services
        with house.writing() as session:
            maker = given.a_caseworker(session, services.sealers, now=house.now)
            self.releaser = given.a_caseworker(session, services.sealers, now=house.now)
            self.report: GivenReport = a_verified_report(
                session,
                services.sealers,
                services.evaluator,
                to_police(),
                by=maker.id,
                now=house.now,
            )
            self.export_id = actions.propose_export(
                session,
                services.sealers,
                given.a_reader(session, services.sealers, maker, now=house.now),
                members.get_account(session, services.sealers, account_id=maker.id),
                consent=POLICE,
                recipient="A police force",
                chosen={self.report.id: WHOLE},
                manner=MANNER,
                now=house.now,
            )
            self.reader = given.a_reader(session, services.sealers, self.releaser, now=house.now)
            self.digest = actions.open_export(session, self.reader, self.export_id).digest

    def withdraw(self, session: Session) -> None:
        """Take the consent back."""
        services = self.house.services
        reports.withdraw_consent(
            session,
            services.sealers.reports,
            services.evaluator,
            report_id=self.report.id,
            consent=POLICE,
            now=self.house.now,
        )

    def release(self, session: Session) -> None:
        """Let it out."""
        sealers = self.house.services.sealers
        actions.release(
            session,
            sealers,
            self.reader,
            members.get_account(session, sealers, account_id=self.releaser.id),
            self.export_id,
            digest=self.digest,
            now=self.house.now,
        )

    def release_meanwhile(self) -> None:
        """Let it out in a transaction of its own."""
        with self.house.writing() as session:
            self.release(session)

    def withdraw_meanwhile(self) -> None:
        """Take the consent back in a transaction of its own."""
        with self.house.writing() as session:
            self.withdraw(session)

    def told(self) -> int:
        """Return how often something left."""
        with self.house.services.reading() as session:
            return session.scalar(select(func.count()).select_from(DisclosureRow)) or 0


@pytest.fixture
def leaving(house: Whole) -> Leaving:
    """Give an export that waits."""
    return Leaving(house)


def test_a_release_waits_for_a_withdrawal_that_was_first_and_lets_nothing_out(
    leaving: Leaving,
) -> None:
    with ThreadPoolExecutor() as pool:
        with leaving.house.writing() as session:
            leaving.withdraw(session)
            meanwhile = pool.submit(leaving.release_meanwhile)
            sleep(LONG_ENOUGH)
            assert not meanwhile.done()
        with pytest.raises(NotAgreed):
            meanwhile.result()
    assert leaving.told() == 0


def test_a_withdrawal_waits_for_a_release_that_was_first_and_finds_it_in_the_ledger(
    leaving: Leaving,
) -> None:
    with ThreadPoolExecutor() as pool:
        with leaving.house.writing() as session:
            leaving.release(session)
            meanwhile = pool.submit(leaving.withdraw_meanwhile)
            sleep(LONG_ENOUGH)
            assert not meanwhile.done()
        meanwhile.result()
    assert leaving.told() == 1
    with leaving.house.services.reading() as session:
        assert actions.open_export(session, leaving.reader, leaving.export_id).standing == ()
