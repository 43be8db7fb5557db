"""The same figures as `/desk/sending` for Prometheus, behind a token: counts, and nobody's name."""

from collections.abc import Iterator
from hmac import compare_digest
from http import HTTPStatus

import svcs
from flask import Blueprint, Response, abort, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from config.settings import Settings
from members.guard import public
from messages.model import DeliveryState
from web.sending import Figures, figures

pages = Blueprint("metrics", __name__)

SCHEME = "Bearer "


@pages.get("/metrics")
@public
def scrape() -> Response:
    """Answer a Prometheus that shows the token; without such a setting there is nothing here."""
    token = svcs.flask.get(Settings).metrics_token
    if not token:
        abort(HTTPStatus.NOT_FOUND)
    shown = request.headers.get("Authorization", "")
    if not compare_digest(shown.encode(), f"{SCHEME}{token}".encode()):
        refusal = {"WWW-Authenticate": SCHEME.strip()}
        return Response("a token is needed\n", HTTPStatus.UNAUTHORIZED, refusal)
    registry = CollectorRegistry()
    registry.register(_Sending(figures()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Sending(Collector):
    """The figures of one moment as gauges."""

    def __init__(self, found: Figures) -> None:
        self._found = found

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield every figure with its labels."""
        yield from self._queues()
        yield from self._channels()
        kept = self._found.traffic.kept
        yield GaugeMetricFamily("brolly_provider_copies", "Texts to be wiped at providers.", kept)
        late = len(self._found.late)
        yield GaugeMetricFamily("brolly_late", "Alerts and digests that are late.", late)
        if self._found.workers is not None:
            gauge = GaugeMetricFamily(
                "brolly_workers", "Workers heard of within half a minute.", labels=["queue"]
            )
            for queue, number in self._found.workers.items():
                gauge.add_metric([queue], number)
            yield gauge

    def _queues(self) -> Iterator[GaugeMetricFamily]:
        labels = ["queue", "channel"]
        due = GaugeMetricFamily("brolly_due", "Messages that could leave now.", labels=labels)
        in_hand = GaugeMetricFamily("brolly_in_hand", "Messages that workers hold.", labels=labels)
        oldest = GaugeMetricFamily(
            "brolly_oldest_due_seconds", "How long the oldest of them is due.", labels=labels
        )
        for each in self._found.traffic.backlogs:
            where = [each.queue, each.channel]
            waited = (self._found.at - each.oldest_at).total_seconds() if each.oldest_at else 0
            due.add_metric(where, each.due)
            in_hand.add_metric(where, each.in_hand)
            oldest.add_metric(where, waited)
        yield from (due, in_hand, oldest)

    def _channels(self) -> Iterator[GaugeMetricFamily]:
        labels = ["channel"]
        traffic = self._found.traffic
        left = GaugeMetricFamily(
            "brolly_left_5m", "Messages that providers took in five minutes.", labels=labels
        )
        for channel, number in traffic.left.items():
            left.add_metric([channel], number)
        yield left
        for state in (DeliveryState.FAILED, DeliveryState.UNKNOWN):
            gauge = GaugeMetricFamily(
                f"brolly_{state}_24h", f"Messages that became {state} in a day.", labels=labels
            )
            for channel in traffic.left:
                gauge.add_metric([channel], traffic.failing[channel, state])
            yield gauge
