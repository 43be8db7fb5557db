"""What the Procfile starts, and what the command line offers, is there."""

from importlib import import_module

import click
import pytest

from cli.main import COMMANDS
from tests.house.tree import ROOT


def test_the_procfile_starts_commands_that_exist() -> None:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    started = dict(line.split(": brolly ") for line in lines)
    assert set(started) == {"web", "worker", "scheduler", "bounces", "evaluator", "release"}
    assert {command.split()[0] for command in started.values()} <= set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_says_what_it_does(name: str) -> None:
    module, attribute = COMMANDS[name].split(":")
    command = getattr(import_module(module), attribute)
    assert isinstance(command, click.Command)
    assert command.get_short_help_str()
