"""Members: people, organisations, roles, vetting, preferences, sign-in and sessions.

Pseudonymous: a working name (sealed), a passphrase hash, at most one phone and one email address
(contacts of `messages`). Vetting keeps only by whom, when and how. Leads vet; each member reads
and changes their own account; other rooms get frozen accounts or the audience as a query.
"""
