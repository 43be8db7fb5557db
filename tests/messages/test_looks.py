"""What follows from looks that did not find a delivery."""

from collections.abc import Iterable, Iterator
from itertools import product
from typing import TypedDict

from messages.looks import LOOKS, Verdict, verdict
from messages.model import Channel, Queue

YES_NO = (True, False)


class Case(TypedDict):
    queue: Queue
    channel: Channel
    resent: bool
    may_go: bool
    listed: bool


def every(queues: Iterable[Queue] = Queue, channels: Iterable[Channel] = Channel) -> Iterator[Case]:
    for queue, channel in product(queues, channels):
        for resent, may_go, listed in product(YES_NO, YES_NO, YES_NO):
            yield Case(queue=queue, channel=channel, resent=resent, may_go=may_go, listed=listed)


def test_one_look_decides_nothing() -> None:
    for case in every():
        assert verdict(looks=LOOKS - 1, **case) is Verdict.LOOK_AGAIN


def test_only_danger_and_mail_are_sent_once_more_and_only_once() -> None:
    for case in every():
        worth_it = case["queue"] is Queue.DANGER or case["channel"] is Channel.EMAIL
        again = worth_it and case["may_go"] and not case["resent"]
        assert (verdict(looks=LOOKS, **case) is Verdict.RESEND) == again


def test_without_a_list_nobody_can_tell_of_a_text() -> None:
    for case in every([Queue.ROUTINE], [Channel.SMS]):
        known = case["listed"] and not case["resent"]
        assert verdict(looks=LOOKS, **case) is (Verdict.LOST if known else Verdict.UNKNOWN)
