"""Texts: how one goes out through Twilio or a gateway that speaks JSON, and what comes back.

The senders, the words of their providers in ours, what their callbacks say, how many segments a
text is paid as, and what somebody who texts back wants. What both channels share stands above.
"""
