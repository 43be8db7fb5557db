"""Messages: one message to one contact, once.

Holds contacts (sealed), causes with their rendered texts, deliveries and the suppression list.
It knows no member, no warning and no alert: only contacts, texts and why a delivery exists.
Read by the sending process; staff see states, reasons and counts, never an address.
"""
