"""Apps that share what was compiled answer as those that do not."""

from urllib.parse import unquote
from uuid import UUID

from jinja2 import DictLoader
from werkzeug.routing import Map, Rule

from tests.compiled import Address
from tests.web.conftest import BuildApp
from web.rooms import ROOMS

PARTS: dict[str, object] = {"uuid": UUID(int=5), "int": 7, "path": "a/b c"}


def test_a_shared_address_is_made_and_found_as_if_compiled_for_its_app(build: BuildApp) -> None:
    apps = [build(*ROOMS), build(*ROOMS)]
    for rule, again in zip(*(app.url_map.iter_rules() for app in apps), strict=True):
        alone = Map([Rule(rule.rule, endpoint=rule.endpoint, methods=rule.methods)]).bind("")
        values = {
            name: next((PARTS[kind] for kind in PARTS if f"<{kind}:{name}>" in rule.rule), "é?")
            for name in rule.arguments
        }
        method = min({*(rule.methods or ())} - {"OPTIONS"})
        address = alone.build(rule.endpoint, values | {"more": "1"}, method=method)

        assert again.build({**values, "more": "1"}) == ("", address), rule.rule
        path = unquote(address.partition("?")[0])
        assert apps[1].url_map.bind("").match(path, method) == (rule.endpoint, values)
    assert len(Address.kept) > 100


def test_a_shared_template_is_compiled_again_when_it_says_something_else(
    build: BuildApp,
) -> None:
    said = []
    for words in ("one", "two", "one"):
        app = build()
        app.jinja_env.loader = DictLoader({"page.html": words})
        said.append(app.jinja_env.get_template("page.html").render())

    assert said == ["one", "two", "one"]
