"""The pace that all workers share."""

import subprocess
import sys
import time

from redis import Redis

from storage.pace import AWAY_SECONDS, Bucket, Pace
from storage.redis_server import redis_client

TAKE_FOR_A_WHILE = """
import sys, time
from storage.pace import Pace
from storage.redis_server import redis_client
pace, taken = Pace(redis_client(sys.argv[1]), sender="Brolly", rate=200), 0
until = time.monotonic() + 0.6
while time.monotonic() < until:
    taken += pace.take([1] * 10).count
    time.sleep(0.005)
print(taken)
"""


def a_pace(url: str, *, rate: float = 10, reserve: float = 0.0, sender: str = "Brolly") -> Pace:
    return Pace(redis_client(url), sender=sender, rate=rate, reserve=reserve)


def test_a_full_bucket_gives_half_a_seconds_worth_and_says_when_there_is_more(
    redis_url: str,
) -> None:
    grant = a_pace(redis_url).take([1] * 20)
    assert grant.count == 5
    assert 0 < grant.wait <= 0.11


def test_a_long_message_passes_and_is_paid_off_after(redis_url: str) -> None:
    pace = a_pace(redis_url)
    assert pace.take([30]).count == 1
    later = pace.take([1])
    assert later.count == 0
    assert 1 < later.wait <= 2.6


def test_two_senders_do_not_share_a_bucket(redis_url: str) -> None:
    assert a_pace(redis_url).take([1] * 20).count == 5
    assert a_pace(redis_url, sender="Other").take([1] * 20).count == 5


def test_a_reserve_is_left_to_those_in_a_hurry(redis_url: str) -> None:
    assert a_pace(redis_url, reserve=0.5).take([1] * 20).count == 3
    assert a_pace(redis_url).take([1] * 20).count >= 2


def test_the_key_does_not_show_the_sender(redis_url: str) -> None:
    a_pace(redis_url, sender="+447700900999").take([1])
    assert all(b"7700900999" not in key for key in redis_client(redis_url).scan_iter())


def test_two_processes_together_keep_the_pace(redis_url: str) -> None:
    started = time.monotonic()
    takers = [
        subprocess.Popen(  # noqa: S603 - this interpreter
            [sys.executable, "-c", TAKE_FOR_A_WHILE, redis_url], stdout=subprocess.PIPE
        )
        for _ in range(2)
    ]
    taken = [int(each.communicate(timeout=30)[0]) for each in takers]
    most = 200 * 0.5 + 1 + 200 * (time.monotonic() - started)
    assert sum(taken) <= most
    assert sum(taken) > 100


def test_without_redis_each_keeps_the_pace_by_itself() -> None:
    pace = Pace(redis_client("unix:///nowhere.sock"), sender="Brolly", rate=0.1)
    grants = [pace.take([1] * 20) for _ in range(5)]
    assert 1 <= sum(each.count for each in grants) <= 2  # the last may overdraw it
    assert 0 < grants[-1].wait <= 10.1
    assert AWAY_SECONDS > 1


def test_what_somebody_writes_into_redis_delays_little(redis_url: str) -> None:
    pace, client = a_pace(redis_url), redis_client(redis_url)
    pace.take([1])
    (key,) = client.keys("brolly:pace:*")
    for tokens, at in (("-1e300", "0"), ("-1e300", "9e300"), ("x", "y"), ("-inf", "nan")):
        client.hset(key, mapping={"tokens": tokens, "at": at})
        assert pace.take([1]).wait <= 10.1, (tokens, at)
    client.delete(key)
    client.set(key, "not a bucket")
    assert pace.take([1]).count == 1  # its own bucket


def test_a_bucket_in_this_process_counts_alike() -> None:
    bucket = Bucket(10)
    assert bucket.take([1] * 20, reserve=0, now=100).count == 5
    assert bucket.take([1], reserve=0, now=100).count == 0
    assert bucket.take([1] * 20, reserve=0, now=100.31).count == 4
    assert bucket.take([1] * 20, reserve=0, now=50).count == 0  # a clock that went back


def test_a_slow_rate_still_lets_one_through(redis_url: str) -> None:
    assert a_pace(redis_url, rate=0.5).take([1]).count == 1
    assert isinstance(redis_client(redis_url), Redis)
