"""Benchmarks: each prints a table with a ratio against a named baseline measured in the same run."""
