"""`brolly`: every command, loaded only when it is called, so that small ones start fast."""

import os
import sys
from importlib import import_module

import click

from config.logging import set_up_logging
from config.settings import SettingsError

COMMANDS = {
    "audit": "storage.commands:audit",
    "backup": "cli.backup:backup",
    "backup-keys": "cli.key_archives:backup_keys",
    "bounce": "messages.commands:bounce",
    "bounces": "messages.commands:bounces",
    "check": "checker.commands.check:check",
    "db": "cli.database:db",
    "demo": "demo.commands:demo",
    "directory": "directory.commands:directory",
    "doctor": "cli.doctor:doctor",
    "evaluator": "cli.evaluator:evaluator",
    "held": "cli.held:held",
    "keys": "cli.keys:keys",
    "member": "members.commands:member",
    "normalise": "checker.commands.normalise:normalise",
    "records": "cli.sealed_records:records",
    "register": "checker.commands.register:register",
    "restore": "cli.restore:restore",
    "restore-keys": "cli.key_archives:restore_keys",
    "retention": "cli.retention:retention",
    "scheduler": "workers.commands:scheduler",
    "staff": "members.commands:staff",
    "token": "members.commands:token",
    "up": "cli.up:up",
    "web": "cli.web:web",
    "worker": "workers.commands:worker",
}


class Lazy(click.Group):
    """A group that imports a command when somebody asks for it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name all commands."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="brolly")
def brolly() -> None:
    """Brolly: check a number before a booking, report harm, warn those at risk."""
    os.umask(0o077)  # whatever is made is its owner's alone, even in a folder made by others
    set_up_logging()  # what is logged must not stand between what is printed


def main() -> None:
    """Run the command line; what an operator can mend is said in one line, without a traceback."""
    try:
        brolly()
    except SettingsError as error:
        _give_up(f"settings: {error}")
    except Exception as error:  # noqa: BLE001 - words_for raises what it has no words for
        _give_up(_words_for(error))


def _words_for(error: Exception) -> str:
    """Say what is wrong; raises the error again where Brolly has no words for it."""
    from cli.problems import words_for  # noqa: PLC0415 - loaded only when something went wrong

    return words_for(error)


def _give_up(message: str) -> None:
    click.echo(f"brolly: {message}", err=True)
    sys.exit(1)
