"""Where the server's binary is."""

from pathlib import Path

def get_binary_path() -> Path: ...
