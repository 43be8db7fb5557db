"""The gateway: a loopback stand-in for Twilio's Messages API and for a mail server.

Real HTTP and real SMTP on 127.0.0.1. What it accepts is in its ledger, on disk, before it
replies; what it does after that (hang, drop, fail, stay slow) is chosen by its modes.
It imports no other room, so that what it counts is an independent reading.
"""

from demo.gateway.handle import Handle, running, running_alone

__all__ = ["Handle", "running", "running_alone"]
