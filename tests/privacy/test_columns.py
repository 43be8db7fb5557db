"""Every column that holds words in plain was looked at: none of them holds a person's."""

from importlib import import_module
from pathlib import Path

from sqlalchemy import String

from storage.base import Base

ROOT = Path(__file__).parents[2]
for records in sorted(ROOT.glob("*/*records.py")):
    import_module(f"{records.parent.name}.{records.stem}")

# A new column of text fails here until somebody has looked at it. What people say, what they are
# called and how they are reached goes into a sealed column; what belongs here is one of these.
PLAIN = {
    "a choice from a fixed list": """
        account.cover account.role account.state account_setting.setting
        account_of_harm.kind account_of_harm.strands
        alert.severity approval.kind approval.role audit_entry.act audit_mark.name
        case_consent.switch case_consent.wording case_file.kind case_file.outcome case_file.source
        case_file.state case_line.kind case_referral.outcome complaint.body complaint.stage
        complaint.state disclosure.consent disclosure_export.consent
        professional_harm.kinds professional_harm.sector
        check_budget.spending cause.kind cause.queue cause.state factor.kind
        cause.stopped_channel cause_text.channel
        consent.channel consent.switch consent.wording
        contact.channel contact_code.channel delivery.channel delivery.state
        delivery_count.channel delivery_count.state retention_count.rule
        register_alarm.name register_ledger.kind report.channel report.precision
        report.reporter report.setting report.severity report.state report.time_of_day
        report_identifier.certainty report_identifier.kind rights_request.kind
        suppression.channel suppression.reason vetting.how
        role_grant.role
        warning.alone_because warning.kinds warning.settings warning.severity warning.state
    """,
    "an area of the instance, the size of a police force": """
        account_area.area bulletin.area report.area warning.areas
    """,
    "a language (BCP 47), alone or with a cover": """
        account.language case_file.language report.language rights_request.language
        cause_text.text_key delivery.text_key
    """,
    "a month that a caseworker chose to publish": "warning.month",
    "a currency": "alert.currency",
    "a random reference that says nothing": """
        alert.reference bulletin.warnings case_file.reference disclosure_export.reference
        report.reference rights_request.reference
        warning.reference
    """,
    "why a delivery exists or failed, in our own words and codes": """
        delivery.why delivery.reason delivery_count.reason
    """,
    "the time zone that a member chose from the list": "account.time_zone",
    "the provider's random name for a message": """
        delivery.provider_id delivery.former_id provider_copy.provider_id
    """,
    "numbers of rows": "retention_count.ahead",
    "argon2id, salted": "account.passphrase_hash",
    "the public name of an organisation": """
        disclosure.recipient disclosure_export.recipient organisation.name
    """,
    "what a service says of itself to everybody": """
        listing.name listing.order_key listing.reference listing.summary listing.email listing.web
        listing.hours listing.time_zone listing.country listing.region listing.cost listing.source
        listing.works_with listing.involvement listing.priorities listing.challenges
        listing_mark.mark listing_mark.order_key
    """,
    "what was published, for everybody": """
        publication.title publication.kind publication.topic publication.summary publication.link
        publication.language
    """,
}


def test_every_column_of_plain_text_was_looked_at() -> None:
    looked_at = [column for columns in PLAIN.values() for column in columns.split()]
    found = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, String)
    }
    assert found == set(looked_at)
    assert len(looked_at) == len(set(looked_at))


def test_no_column_of_text_is_without_a_limit() -> None:
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, String):
                assert column.type.length, f"{table.name}.{column.name}"
