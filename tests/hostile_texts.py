"""Texts that would be more than text if they were let: some hundred, by class, each with a tripwire.

What is run calls ``trip``, what is loaded asks for the host ``trip.invalid``, what leaves its place is an
element with the attribute ``data-trip``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

CALL = "window.trip('X')"
HOST = "http://trip.invalid/X"

_HANDLERS = (
    "onerror",
    "onload",
    "onfocus",
    "onmouseover",
    "ontoggle",
    "onanimationstart",
    "onpointerenter",
    "onbegin",
)
_TAGS = (
    "<img src=x {on}={call}>",
    "<svg {on}={call}>",
    "<details open {on}={call}>x</details>",
    "<input autofocus {on}={call}>",
    "<video src=x {on}={call}></video>",
    "<body {on}={call}>",
    "<svg><animate {on}={call} attributeName=x dur=1s>",
    "<iframe {on}={call}></iframe>",
)
_BREAKOUTS = (
    "",
    '">',
    "'>",
    "</script>",
    "</style>",
    "</textarea>",
    "-->",
    "]]>",
    "</title>",
    "`>",
    '\\">',
    "</details></div>",
)
_SCRIPTS = (
    "<script>{call}</script>",
    "<ScRiPt>{call}</sCrIpT>",
    "<script src={host}></script>",
    "<script type=module>{call}</script>",
    "<script\n>{call}</script\n>",
    "<<script>{call}//<</script>",
    "<scr<script>ipt>{call}</scr</script>ipt>",
    "<svg><script>{call}</script></svg>",
    "<math><mtext><script>{call}</script></mtext></math>",
    '<noscript><p title="</noscript><script>{call}</script>">',
    "<template><script>{call}</script></template>",
    "\x00<script>{call}</script>",
)
_LOADS = (
    "<img src={host}>",
    "<img srcset='{host} 1x'>",
    "<link rel=stylesheet href={host}>",
    "<link rel=preload as=image href={host}>",
    "<iframe src={host}></iframe>",
    "<object data={host}></object>",
    "<embed src={host}>",
    "<video poster={host}></video>",
    "<audio src={host} autoplay></audio>",
    "<style>@import '{host}';</style>",
    "<style>*{{background:url({host})}}</style>",
    '<p style="background:url({host})">x</p>',
    "<meta http-equiv=refresh content='0;url={host}'>",
    "<base href={host}>",
    "<svg><image href={host}></svg>",
    "<svg><use href={host}#x></svg>",
    "<form action={host}><button autofocus>go</button></form>",
)
_ADDRESSES = (
    "javascript:{call}",
    "JaVaScRiPt:{call}",
    "java\tscript:{call}",
    "\x01javascript:{call}",
    "&#106;avascript:{call}",
    "data:text/html,<script>{call}</script>",
    "vbscript:{call}",
    "blob:{host}",
    "file:///etc/passwd",
    "//trip.invalid/X",
)
_LINKS = (
    "[text]({address})",
    "![picture]({address})",
    "<{address}>",
    "[ref]: {address}\n\n[ref]",
    '<a href="{address}" data-trip>text</a>',
    "[![both]({address})]({address})",
)
_MARKDOWN = (
    "# heading <b data-trip>",
    "```html\n<script>{call}</script>\n```",
    "`<img src=x onerror={call}>`",
    "| <b data-trip>a | b |\n|---|---|\n| <img src={host}> | 2 |",
    "- [ ] <input data-trip>",
    "<details data-trip><summary>x</summary>\n\n<script>{call}</script>\n\n</details>",
    "![x]({host})",
    "![x][y]\n\n[y]: {host}",
    "[x]: {host} 'title\" onmouseover=\"{call}'\n\n[x]",
    "www.trip.invalid http://trip.invalid/X mailto:x@trip.invalid",
)
_MATH = (
    "$\\href{{javascript:{call}}}{{x}}$",
    "$$\\unicode{{<img src=x onerror={call}>}}$$",
    "\\[\\require{{html}}\\class{{x}}{{y}}\\]",
    "\\(\\style{{background:url({host})}}{{x}}\\)",
    "$\\color{{red}}{{x}}$ $x^2$",
)
_TERMINAL = (
    "\x1b[2J\x1b[H",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]8;;{host}\x1b\\link\x1b]8;;\x1b\\",
    "\x1b]52;c;dHJpcA==\x07",
    "\x1bP+q544e\x1b\\",
    "\x9b31m",
    "\x9d0;title\x9c",
    "a\rb",
    "a\x08\x08\x08b",
    "\x1b[?1049h",
    "\x1b[6n",
    "\x07",
)
_ORDER = (
    "user\u202e gnp.exe",
    "\u2066admin\u2069 \u2067x",
    "\u202dabc\u202c",
    "\u202a\u202b\u202c",
    "a\u200b\u200d\ufeffb",
    "\ud800",
    "Z\u0351\u036b\u0343\u036a" * 20,
    "\u0000\uffff",
)
_TEMPLATES = (
    "{{{{7*7}}}}",
    "${{{call}}}",
    "<%= {call} %>",
    "{{{{constructor.constructor('{call}')()}}}}",
    "__proto__",
    "constructor",
    "]]]}}}}}}\"'",
    "<!--",
    "<![CDATA[",
    "</div></div></div></details><b data-trip>out</b>",
    "</table></td></tr><b data-trip>out</b>",
    "<style>.lgj-root{{display:none}}</style>",
    "<b data-trip style=position:fixed;inset:0>over</b>",
    "[redacted KEY]",
    "%lgstream --help",
    "!touch /tmp/trip",
    "lgj-record",
    "a" * 300,
    "\n" * 50,
    "\u2028\u2029",
)


def _raw() -> Iterator[tuple[str, str]]:
    for tag, on, call in product(_TAGS, _HANDLERS, ("{call}",)):
        yield "handlers", tag.format(on=on, call=call)
    for before, script in product(_BREAKOUTS, _SCRIPTS[:8]):
        yield "breaking out", before + script
    for kind, texts in (
        ("scripts", _SCRIPTS),
        ("loads", _LOADS),
        ("Markdown", _MARKDOWN),
        ("formulas", _MATH),
        ("terminal", _TERMINAL),
        ("order of writing", _ORDER),
        ("templates", _TEMPLATES),
    ):
        for text in texts:
            yield kind, text
    for link, address in product(_LINKS, _ADDRESSES):
        yield "links", link.replace("{address}", address)


def vectors() -> list[tuple[str, str]]:
    """The class and the text of each; ``X`` in it is its number."""
    made = []
    for number, (kind, text) in enumerate(dict.fromkeys(_raw())):
        text = text.replace("{call}", CALL).replace("{host}", HOST).replace("{{", "{").replace("}}", "}")
        made.append((kind, text.replace("'X'", f"'{number}'").replace("/X", f"/{number}")))
    return made
