"""Storage: engine and sessions, sealed columns, key rings, migrations, Redis, the job queue.

It knows no room's rows and no rule of the domain; every room builds on it.
"""
