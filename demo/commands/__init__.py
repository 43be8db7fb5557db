"""`brolly demo`: fictional data and the loopback gateway, one file a command."""

from importlib import import_module

import click

COMMANDS = ("accounts", "gateway", "load", "publish")


class OneFileEach(click.Group):
    """A group that imports a command when it is called: the gateway stays small on its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name all commands."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"demo.commands.{cmd_name}"), cmd_name)
        return command


@click.group(cls=OneFileEach)
def demo() -> None:
    """Fictional members and warnings, and a loopback gateway."""
