"""`brolly audit`: walks through the audit, and says whether it is what was written."""

import click
from rich.console import Console
from rich.progress import Progress

from config.settings import load_settings
from storage import audit as chain
from storage.anchors import AnchorFile
from storage.audit_chain import Broken
from storage.engine import connect, reading
from storage.sealing import KeyRing, Sealer


@click.group()
def audit() -> None:
    """Look after the record of what staff do."""


@audit.command()
def verify() -> None:
    """Walk through the whole chain and past every anchor; exit code 1 if anything was changed."""
    settings = load_settings()
    sealer = Sealer(KeyRing.load(settings.key_file("audit")))
    engine, console = connect(settings.database), Console(stderr=True)
    try:
        anchors = AnchorFile(settings.audit_anchors, sealer).marks()
        with (
            reading(engine)() as session,
            Progress(console=console, disable=not console.is_terminal) as bar,
        ):
            task = bar.add_task("Walking", total=None)
            count = chain.verify(
                session,
                sealer,
                anchors=anchors,
                progress=lambda done, of: bar.update(task, completed=done, total=of),
            )
    except Broken as error:
        click.echo(f"The audit is not what was written: {error}.", err=True)
        click.echo("Keep copies of the database and the anchors as they are now.", err=True)
        raise SystemExit(1) from None
    finally:
        engine.dispose()
    click.echo(f"Entries as they were written: {count}. Anchors passed: {len(anchors)}.")
