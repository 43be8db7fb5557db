"""The check: identifiers, the hashed register, looking one up, and its limits.

No identifier is kept in plain: the register and its ledger hold keyed tags and ciphertext only.
Members get answers within their budget; caseworkers list entries; the operator sees counts.
"""
