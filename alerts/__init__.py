"""Alerts: who gets which warning, what it costs, what it says, how far it has come.

It sees contacts without names and never a reporter. Caseworkers publish, pause and recall;
what goes out is in `messages`.
"""
