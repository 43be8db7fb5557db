"""Answers of one length: who sees how long an encrypted answer is must not read it from that."""

import secrets

ROUND = 4096  # octets; the answer to one identifier is well below that
HIDDEN = "<!--{}-->"


def padded(answer: str) -> str:
    """Return an answer with a comment after it that makes its octets a multiple of ROUND.

    The comment is random, since a proxy that compresses would undo any other.
    """
    empty = HIDDEN.format("")
    room = -(len(answer.encode()) + len(empty)) % ROUND
    filler = secrets.token_urlsafe(room).replace("-", "_")[:room]  # two hyphens would end it
    return answer + HIDDEN.format(filler)
