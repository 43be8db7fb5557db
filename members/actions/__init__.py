"""The verbs of members; other rooms import these and the model, nothing else."""

from members.actions.accounts import (
    change_passphrase,
    count_accounts,
    create_account,
    find_organisation,
    get_account,
    list_accounts,
    names_of,
    reinstate,
    rename,
    staff_names,
    suspend,
)
from members.actions.addressing import audience_of, is_reachable, left_accounts
from members.actions.applying import (
    apply,
    count_applicants,
    decline,
    get_applicant,
    list_applicants,
    vet,
)
from members.actions.audience import (
    audience,
    audience_size,
    digest_audience,
    digest_size,
    in_peace,
    quiet_numbers,
)
from members.actions.choosing import change_preferences, preferences
from members.actions.contacts import (
    confirm_code,
    give_contact,
    list_contacts,
    request_code,
    sent_code,
    take_contact,
    write_again,
)
from members.actions.enrolling import enrol
from members.actions.flagging import flag_bad_numbers
from members.actions.hours import digests_due, quiet_at
from members.actions.leaving import leave
from members.actions.mail_instead import mail_of
from members.actions.retiring import retention
from members.actions.sign_ins import end_sign_in, list_sign_ins, sign_out_everywhere
from members.actions.signing_in import (
    begin_sign_in,
    count_try,
    finish_sign_in,
    resume,
    settle_try,
    sign_in,
    sign_out,
)
from members.actions.tokens import (
    account_named,
    as_token,
    create_token,
    keep_tokens,
    owner_of,
    revoke_tokens,
)
from members.passphrases import hashed

__all__ = [
    "account_named",
    "apply",
    "as_token",
    "audience",
    "audience_of",
    "audience_size",
    "begin_sign_in",
    "change_passphrase",
    "change_preferences",
    "confirm_code",
    "count_accounts",
    "count_applicants",
    "count_try",
    "create_account",
    "create_token",
    "decline",
    "digest_audience",
    "digest_size",
    "digests_due",
    "end_sign_in",
    "enrol",
    "find_organisation",
    "finish_sign_in",
    "flag_bad_numbers",
    "get_account",
    "get_applicant",
    "give_contact",
    "hashed",
    "in_peace",
    "is_reachable",
    "keep_tokens",
    "leave",
    "left_accounts",
    "list_accounts",
    "list_applicants",
    "list_contacts",
    "list_sign_ins",
    "mail_of",
    "names_of",
    "owner_of",
    "preferences",
    "quiet_at",
    "quiet_numbers",
    "reinstate",
    "rename",
    "request_code",
    "resume",
    "retention",
    "revoke_tokens",
    "sent_code",
    "settle_try",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "staff_names",
    "suspend",
    "take_contact",
    "vet",
    "write_again",
]
