"""One-to-one support: cases, harm by professionals, disclosures.

Only caseworkers read it, and of a case that somebody took only they, whom they let in, and leads.
Whoever a case is for reads what was said to them, with a code or their account. Nothing of a case
goes to the register.
"""
