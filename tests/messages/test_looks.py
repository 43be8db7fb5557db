"""What follows from looks that did not find a delivery."""

from itertools import product

from messages.looks import LOOKS, Verdict, verdict
from messages.model import Queue

YES_NO = (True, False)


def test_one_look_decides_nothing() -> None:
    for queue, resent, may_go, listed in product(Queue, YES_NO, YES_NO, YES_NO):
        came_to = verdict(looks=LOOKS - 1, queue=queue, resent=resent, may_go=may_go, listed=listed)
        assert came_to is Verdict.LOOK_AGAIN


def test_only_danger_is_sent_once_more_and_only_once() -> None:
    for queue, resent, may_go, listed in product(Queue, YES_NO, YES_NO, YES_NO):
        came_to = verdict(looks=LOOKS, queue=queue, resent=resent, may_go=may_go, listed=listed)
        again = queue is Queue.DANGER and may_go and not resent
        assert (came_to is Verdict.RESEND) == again


def test_without_a_list_nobody_can_tell() -> None:
    def after(*, resent: bool, listed: bool) -> Verdict:
        return verdict(looks=LOOKS, queue=Queue.ROUTINE, may_go=True, resent=resent, listed=listed)

    assert after(resent=False, listed=True) is Verdict.LOST
    assert after(resent=False, listed=False) is Verdict.UNKNOWN
    assert after(resent=True, listed=True) is Verdict.UNKNOWN
