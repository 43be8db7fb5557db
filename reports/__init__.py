"""Harm reports: intake, follow-up by receipt code, review, verification and warnings.

Narratives, raw identifiers, descriptions and safe contacts are sealed. Caseworkers and leads read
reports; members read published warnings; a reporter reads their own report with its receipt code.
"""
