"""Web: builds the Flask app, and what every page shares: frame, headers, errors, quick exit.

It knows no rule of the domain: it registers the rooms' pages, looks up their services and maps
their exceptions to words. Anybody may read what it holds.
"""
