"""The embedded Valkey as a supervised child."""

import os

from config.settings import Settings
from storage.valkey import exec_valkey, wait_for_valkey
from workers.supervising import Child


def valkey_child(settings: Settings) -> Child:
    """Return the child that becomes the Valkey server of this data folder."""
    socket, folder = settings.valkey_socket, settings.data_dir.absolute() / "valkey"

    def run() -> None:
        os.setsid()  # Ctrl-C reaches the supervisor alone, which stops the server last
        exec_valkey(socket, folder)

    return Child("valkey", run)


def wait(settings: Settings) -> None:
    """Wait until the embedded Valkey answers; raises NoValkey."""
    wait_for_valkey(settings.valkey_socket)
