"""The pages of messages: what providers report and pass on, and the ways out for whoever gets them.

They stand below the members, and know them only by the guard at the door.
"""

from messages.pages import receipts, stopping, webhooks
from messages.pages.blueprint import pages

__all__ = ["pages", "receipts", "stopping", "webhooks"]
