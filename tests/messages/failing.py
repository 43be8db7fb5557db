"""A switch with short times, for tests of failover."""

from messages.failover import Limits

LIMITS = Limits(sends=6, least=4, share=0.5, age=60, quiet=10, longest_quiet=40, probes=2)
