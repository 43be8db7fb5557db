"""Mail: how one goes out over SMTP, and how it comes back.

The sender, the tokens in a mail (to stop more of them, and to know its bounces by), and what
listens for bounces and reads them. What both channels share stands above.
"""
