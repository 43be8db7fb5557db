"""The directory: services and therapists that help, guidance, and what was published.

Everybody may read it, without an account; caseworkers and leads keep it. Nothing in it is about a
person who uses the service, so its columns are plain.
"""
