"""`brolly demo accounts`: who can sign in to the demo, by role, with their passphrases."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from operator import itemgetter

import click

from config.settings import Settings, load_settings
from demo.accounts import PASSPHRASES, STAFF, demo_secret, demo_token, is_demo_name
from members import actions as members
from storage.engine import connect, reading
from storage.keys import Sealers

SHOWN = 5  # enough to try

ByRole = Mapping[str, list[dict[str, str]]]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON: accounts by role.")
def accounts(*, as_json: bool) -> None:
    """List the demo accounts of the configured database."""
    found = _accounts(load_settings())
    words = json.dumps(found, ensure_ascii=False, indent=1) if as_json else "\n".join(_lines(found))
    click.echo(words)


def _accounts(settings: Settings) -> ByRole:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    engine = connect(settings.database)
    sealers = Sealers.load(settings)
    with reading(engine)() as session:
        for account in members.list_accounts(session, sealers):
            if is_demo_name(account.role, account.name):
                known = {"name": account.name, "passphrase": PASSPHRASES[account.role]}
                if account.role in STAFF:
                    known["totp_secret"] = demo_secret(sealers.members, account.name)
                else:
                    known["token"] = demo_token(sealers.members, account.name)
                found[account.role].append(known)
    engine.dispose()
    # As they are kept, their order hangs on this instance's keys.
    return {role: sorted(each, key=itemgetter("name")) for role, each in sorted(found.items())}


def _lines(found: ByRole) -> Iterator[str]:
    for role, each in found.items():
        yield f'{role} ({len(each)}), passphrase "{each[0]["passphrase"]}"'
        yield from (f"  {account['name']}" for account in each[:SHOWN])
        if len(each) > SHOWN:
            yield "  ..."
