"""The words of the audit's page."""

from collections.abc import Mapping

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from storage.audit_chain import Act

ALARMS = (Act.BULK_READING, Act.AUDIT_BROKEN)
PERIODS: Mapping[str, LazyString] = {
    "1": lazy_gettext("the last 24 hours"),
    "7": lazy_gettext("the last 7 days"),
    "30": lazy_gettext("the last 30 days"),
    "365": lazy_gettext("the last year"),
}
ACTS: Mapping[str, LazyString] = {
    Act.SIGNED_IN: lazy_gettext("signed in"),
    Act.SIGN_IN_FAILED: lazy_gettext("noticed that signing in failed"),
    Act.SIGN_INS_ENDED: lazy_gettext("ended all sign-ins of an account, or of everybody"),
    Act.REPORT_OPENED: lazy_gettext("opened a report"),
    Act.REPORT_READ: lazy_gettext("looked at a report"),
    Act.REPORT_TAKEN: lazy_gettext("took a report"),
    Act.REPORT_VERIFIED: lazy_gettext("verified a report"),
    Act.REPORT_DECLINED: lazy_gettext("declined a report"),
    Act.REPORT_UNLISTED: lazy_gettext("took off a report what a request about data names"),
    Act.REPORT_ERASED: lazy_gettext("erased a report"),
    Act.NOTE_ADDED: lazy_gettext("added a line to a report"),
    Act.WARNING_PROPOSED: lazy_gettext("wrote a warning"),
    Act.WARNING_PUBLISHED: lazy_gettext("published a warning"),
    Act.WARNING_WITHDRAWN: lazy_gettext("withdrew a warning"),
    Act.WARNING_SUSPENDED: lazy_gettext("hid a warning until a second look"),
    Act.WARNING_RESTORED: lazy_gettext("showed a hidden warning again"),
    Act.CORRECTION_PROPOSED: lazy_gettext("wrote a correction"),
    Act.CORRECTION_DISCARDED: lazy_gettext("dropped a correction"),
    Act.CORRECTION_CONFIRMED: lazy_gettext("confirmed a correction"),
    Act.ALERT_PAUSED: lazy_gettext("paused an alert"),
    Act.ALERT_RESUMED: lazy_gettext("resumed an alert"),
    Act.ALERT_RECALLED: lazy_gettext("recalled an alert"),
    Act.BULLETIN_MADE: lazy_gettext("made a bulletin for outreach"),
    Act.REQUEST_READ: lazy_gettext("looked at a request about data"),
    Act.REQUEST_EXTENDED: lazy_gettext("took longer over a request about data"),
    Act.REQUEST_PROPOSED: lazy_gettext("wrote an answer to a request about data"),
    Act.REQUEST_SENT_BACK: lazy_gettext("sent an answer to a request about data back"),
    Act.REQUEST_ANSWERED: lazy_gettext("confirmed an answer to a request about data"),
    Act.EXPORTED: lazy_gettext("downloaded counts"),
    Act.APPLICANT_ACCEPTED: lazy_gettext("accepted an applicant"),
    Act.APPLICANT_DECLINED: lazy_gettext("declined an applicant"),
    Act.ACCOUNT_CREATED: lazy_gettext("made an account"),
    Act.ACCOUNT_SUSPENDED: lazy_gettext("suspended an account"),
    Act.ACCOUNT_REINSTATED: lazy_gettext("reinstated an account"),
    Act.ACCOUNT_LINKED: lazy_gettext("linked an account with the organisation's"),
    Act.ACCOUNT_UNLINKED: lazy_gettext("took the link to the organisation's account away"),
    Act.ROLE_FOUNDED: lazy_gettext("gave a role alone, as there were fewer than two leads"),
    Act.ROLE_GIVEN: lazy_gettext("gave a role that a colleague had asked for"),
    Act.ROLE_TAKEN: lazy_gettext("took a role away"),
    Act.ACCESS_GIVEN: lazy_gettext("opened the records to a colleague"),
    Act.ACCESS_TAKEN: lazy_gettext("closed the records to somebody"),
    Act.ACCESS_RECOVERED: lazy_gettext("opened the records by the recovery key"),
    Act.APPROVAL_ASKED: lazy_gettext("asked for what takes two people"),
    Act.APPROVAL_GRANTED: lazy_gettext("granted what a colleague asked for"),
    Act.APPROVAL_REFUSED: lazy_gettext("refused or took back what was asked for"),
    Act.PUBLICATION_WRITTEN: lazy_gettext("wrote a publication"),
    Act.PUBLICATION_HIDDEN: lazy_gettext("hid a publication"),
    Act.PUBLICATION_SHOWN: lazy_gettext("showed a hidden publication again"),
    Act.EMERGENCY_OPENED: lazy_gettext("opened emergency access that a colleague had asked for"),
    Act.EMERGENCY_LOOKED: lazy_gettext("looked up how to reach somebody in an emergency"),
    Act.EMERGENCY_REVIEWED: lazy_gettext("reviewed an emergency access"),
    Act.AUDIT_READ: lazy_gettext("looked at the audit"),
    Act.AUDIT_RETIRED: lazy_gettext("removed entries older than six years"),
    Act.RESTORED: lazy_gettext("restored the database from a backup"),
    Act.AUDIT_BROKEN: lazy_gettext("found that the audit is not what was written"),
    Act.BULK_READING: lazy_gettext("noticed that more than 30 reports were opened within an hour"),
}
