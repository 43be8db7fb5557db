"""An office that publishes, and members who watch: made by the actions alone."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from checker import actions as checker
from checker.derivation import derive, input_of
from checker.identifiers import read
from members.model import Preferences
from messages import actions as messages
from messages.model import Channel, NoSuchCause
from reports.model import Consent, Warning, WarningDraft
from tests import given, given_reports
from tests.alerts.test_publishing import Office
from tests.given_reports import DRAFT, PHONE, SHARED
