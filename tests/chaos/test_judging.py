"""The judge of the chaos harness: what was lost, came twice, or came to somebody else."""

from datetime import timedelta

import pytest

from chaos.arrivals import FILTERED, Doubtful
from chaos.oracle import Key
from tests.chaos.judged import (
    BY_MAIL,
    EVERYBODY,
    FIRST,
    FIRSTS_MAIL,
    NOON,
    OUT_OF_REACH,
    SECOND,
    a_book,
    a_correction,
    arrived,
    correction_to,
    outcome_of,
    tally,
)


def test_it_is_good_if_everybody_got_one() -> None:
    outcome = outcome_of(*map(arrived, EVERYBODY))
    texts = tally(outcome, "danger", "sms")
    assert (texts.expected, texts.arrived) == (2, 2)
    assert tally(outcome, "danger", "email").arrived == 1
    assert outcome.passed


def test_one_who_got_nothing_is_lost() -> None:
    outcome = outcome_of(arrived(FIRST), arrived(BY_MAIL))
    assert tally(outcome, "danger", "sms").lost == 1
    assert not outcome.passed


def test_one_who_got_it_by_another_channel_is_lost_and_unexpected() -> None:
    wrong = Key("W-1", "email", "second")
    outcome = outcome_of(arrived(FIRST), arrived(wrong), arrived(BY_MAIL))
    assert tally(outcome, "danger", "sms").lost == 1
    assert tally(outcome, "danger", "email").unexpected == 1


def test_an_update_of_another_alert_does_not_count() -> None:
    outcome = outcome_of(arrived(FIRST), arrived(Key("W-2", "sms", "second")), arrived(BY_MAIL))
    assert tally(outcome, "danger", "sms").lost == 1
    assert tally(outcome, "other", "sms").unexpected == 1


def test_a_second_message_is_a_duplicate() -> None:
    outcome = outcome_of(*map(arrived, EVERYBODY), arrived(FIRST))
    assert tally(outcome, "danger", "sms").duplicate == 1
    assert tally(outcome, "danger", "sms").marked == 0
    assert not outcome.passed


@pytest.mark.parametrize(("key", "good"), [(BY_MAIL, True), (FIRST, False)])
def test_a_duplicate_that_says_so_is_good_only_where_no_callback_tells(
    *, key: Key, good: bool
) -> None:
    said = Doubtful(id=f"delivery-{key.to}", key=key, unknown=False, resent=True)
    outcome = outcome_of(*map(arrived, EVERYBODY), arrived(key), doubtful=(said,))
    assert sum(each.marked for each in outcome.tallies) == 1
    assert outcome.passed is good
    outcome.callbacks_suppressed = True
    assert outcome.passed


@pytest.mark.parametrize("error", [OUT_OF_REACH, FILTERED])
def test_a_mail_may_stand_for_a_text_that_did_not_arrive(error: int) -> None:
    rest = (arrived(SECOND), arrived(BY_MAIL))
    outcome = outcome_of(arrived(FIRST, error=error), arrived(FIRSTS_MAIL), *rest)
    assert tally(outcome, "danger", "sms").instead == 1
    assert outcome.passed
    assert not outcome_of(arrived(FIRST, error=error), *rest).passed
    assert not outcome_of(arrived(FIRST), arrived(FIRSTS_MAIL), *rest).passed


def test_who_has_no_mail_is_tried_twice_out_of_reach() -> None:
    rest, tried = (arrived(FIRST), arrived(BY_MAIL)), arrived(SECOND, error=OUT_OF_REACH)
    assert tally(outcome_of(tried, *rest), "danger", "sms").lost == 1
    twice = outcome_of(tried, tried, *rest)
    assert tally(twice, "danger", "sms").untold == 1
    assert twice.passed
    assert tally(outcome_of(tried, tried, tried, *rest), "danger", "sms").duplicate == 1


def test_a_mail_of_which_nobody_knows_is_not_lost_in_silence() -> None:
    said = Doubtful(id="d", key=BY_MAIL, unknown=True, resent=False)
    outcome = outcome_of(arrived(FIRST), arrived(SECOND), doubtful=(said,))
    assert tally(outcome, "danger", "email").unknown == 1
    assert outcome.passed
    text = Doubtful(id="d", key=SECOND, unknown=True, resent=False)
    assert not outcome_of(arrived(FIRST), arrived(BY_MAIL), doubtful=(text,)).passed


def test_a_correction_goes_to_those_who_had_the_original() -> None:
    everybody, book = [arrived(key) for key in EVERYBODY], a_book(corrected=a_correction())
    corrected = [arrived(correction_to(key)) for key in EVERYBODY]
    assert outcome_of(*everybody, *corrected, book=book).passed
    missed = outcome_of(*everybody, *corrected[1:], book=book)
    assert tally(missed, "correction", "sms").lost == 1


@pytest.mark.parametrize("may", [True, False])
def test_a_correction_may_go_to_those_alone_who_may_have_had_it(*, may: bool) -> None:
    later = NOON + timedelta(minutes=1)
    messages = [arrived(key, at=later if key == SECOND else NOON) for key in EVERYBODY]
    corrected = [arrived(correction_to(key)) for key in EVERYBODY]
    book = a_book(corrected=a_correction(*((SECOND,) if may else ())))
    outcome = outcome_of(*messages, *corrected, book=book)
    assert tally(outcome, "correction", "sms").unexpected == (not may)
    assert outcome.passed is may


def test_what_did_not_drain_or_vanished_is_not_good() -> None:
    outcome = outcome_of(*map(arrived, EVERYBODY))
    outcome.drained = False
    assert not outcome.passed
    outcome.drained, outcome.vanished = True, 1
    assert not outcome.passed
