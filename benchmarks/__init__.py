"""Benchmarks: each prints a table with a ratio against a named baseline of the same run."""
