"""Broken variants of examples/llclb1.yaml: (name, bytes) pairs, always the same ones in the same order."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

TEXT = (Path(__file__).parent.parent / "examples/llclb1.yaml").read_text(encoding="utf-8")
DATA: dict[str, Any] = yaml.load(TEXT, yaml.BaseLoader)  # noqa: S506  (BaseLoader makes text only)
LONG = 10_000_000
OPTIONAL = {"gateway", "mac", "weight", "timeouts", "tcp"}
NUMBERS = {"weight"}
ALLOWED_TYPES = {("port", "5"), ("tcp", "5"), ("weight", "5"), ("scheduler", "wlc")}

Variant = tuple[str, bytes]
Where = tuple[str, ...]


def variants() -> list[Variant]:
    """Give all of them."""
    return [*_dropped(), *_mistyped(), *_misspelt(), *_addresses(), *_hostile_names(), *_texts(), *_large()]


def _paths(node: Any, above: Where = ()) -> Iterator[Where]:
    for key, value in node.items() if isinstance(node, dict) else ():
        yield (*above, key)
        yield from _paths(value, (*above, key))


def _written(data: Any) -> bytes:
    numbers = re.sub(r'("weight": )"(\d+)"', r"\1\2", json.dumps(data))
    return numbers.encode()


def _changed(where: Where, value: Any, key: str | None = None) -> bytes:
    """The example with another value at `where`, or without it, or with its key renamed."""
    data = copy.deepcopy(DATA)
    owner = data
    for part in where[:-1]:
        owner = owner[part]
    if key is not None:
        owner[key] = owner.pop(where[-1])
    elif value is None:
        del owner[where[-1]]
    else:
        owner[where[-1]] = value
    return _written(data)


def _dropped() -> Iterator[Variant]:
    for where in _paths(DATA):
        named_by_author = len(where) > 1 and where[-2] in {"realservers", "directors", "vips", "networks", "interfaces"}
        if where[-1] not in OPTIONAL and not (named_by_author and where[0] == "services"):
            yield f"without {'.'.join(where)}", _changed(where, None)


def _mistyped() -> Iterator[Variant]:
    for where in _paths(DATA):
        for name, value in (("a number", 5), ("a list", []), ("true", True), ("a mapping", {"x": 1}), ("text", "?!")):
            if (where[-1], str(value)) not in ALLOWED_TYPES:
                yield f"{'.'.join(where)} is {name}", _changed(where, value)


def _misspelt() -> Iterator[Variant]:
    for where in _paths(DATA):
        if len(where) in {1, 3} and "interfaces" not in where[2:3] and not _is_name(where):
            yield f"{'.'.join(where)} misspelt", _changed(where, None, key=where[-1][:-1] + "q")


def _is_name(where: Where) -> bool:
    return len(where) == 2


def _addresses() -> Iterator[Variant]:
    places = (
        ("networks", "lan", "gateway"),
        ("directors", "llclb1", "interfaces", "eth0", "address"),
        ("realservers", "llc5", "interfaces", "eth0", "address"),
        ("vips", "llc", "address"),
    )
    bad = (
        *("127.0.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1", "129.129.190.0", "129.129.190.255"),  # noqa: S104
        *("129.129.191.9", "129.129.190.256", "129.129.190", "129.129.190.053", "::1", "host.example", ""),
        "129.129.190.176",
    )
    for where in places:
        for address in bad:
            yield f"{'.'.join(where)} = {address!r}", _changed(where, address)
    yield "the lockout", _changed(("vips", "llc", "address"), "129.129.190.53")
    for subnet in (
        "129.129.190.1/24",
        "129.129.190.0",
        "129.129.190.0/33",
        "0.0.0.0/0",
        "129.129.190.0/31",
        "10.0.0.0/8",
    ):
        yield f"subnet = {subnet!r}", _changed(("networks", "lan", "subnet"), subnet)


def _hostile_names() -> Iterator[Variant]:
    names = (
        *(
            "'",
            '"',
            "a b",
            "a\nb",
            "*",
            "?",
            "[a]",
            "$(reboot)",
            "`reboot`",
            "a;b",
            "../../etc",
            "/etc",
            ".",
            "..",
            "-a",
        ),
        *("a-", "A", "ä", "a\x00b", "\x1b[31m", "a" * 64, "", "\u202ea", "eth0:1", "a|b", "a&b", "%s", "{}", "\\"),
    )
    for name in names:
        for place in (("realservers", "llc5"), ("vips", "llc"), ("services", "ssh"), ("networks", "lan")):
            yield f"{place[0]} named {name!r:.20}", _changed(place, None, key=name)
        yield f"cluster {name!r:.20}", _changed(("cluster",), name)
        if name not in {"A", "a-"}:
            where = ("directors", "llclb1", "interfaces", "eth0")
            yield f"interface {name!r:.20}", _changed(where, None, key=name)


def _replaced(name: str, old: str, new: str) -> Variant:
    assert old in TEXT, old
    return name, TEXT.replace(old, new, 1).encode()


def _texts() -> Iterator[Variant]:
    yield "empty", b""
    yield "blank", b" \n\n"
    yield "a comment", b"# nothing\n"
    yield "UTF-16", TEXT.encode("utf-16")
    yield "UTF-16 after a UTF-8 mark", b"\xef\xbb\xbf" + TEXT.encode("utf-16")
    yield "Latin-1", (TEXT + "# \xe4\n").encode("latin-1")
    yield "binary", bytes(range(256)) * 40
    yield "NUL", TEXT.encode() + b"\x00"
    yield "escape", TEXT.encode() + b"# \x1b[31m"
    yield "two documents", TEXT.encode() * 2 + b"---\n" + TEXT.encode()
    yield "a second document", TEXT.encode() + b"---\na: 1\n"
    yield _replaced("an anchor", "vips:", "vips: &v")
    yield _replaced("an alias", "{tcp: 72h}", "*v")
    yield _replaced("a tag", "port: ssh", "port: !!str ssh")
    yield _replaced("a python tag", "port: ssh", "port: !!python/object/apply:os.system [id]")
    yield _replaced("a leading zero", "port: ssh", "port: 022")
    yield _replaced("hexadecimal", "port: ssh", "port: 0x16")
    yield _replaced("a float", "weight: 1}", "weight: 1.0}")
    yield _replaced("a tab", "  llclb1:", "\tllclb1:")
    yield _replaced("an open brace", "{tcp: 72h}", "{tcp: 72h")
    yield _replaced("an open quote", '"00:14', "'00:14")
    yield _replaced("no space after a colon", "vip: llc", "vip:llc")
    yield _replaced("a merge key", "{tcp: 72h}", "{<<: {tcp: 72h}}")
    yield _replaced("a duplicate", "llc6: {platform", "llc5: {platform")
    yield _replaced("IPv6 in flow style", "129.129.190.54", "::1")
    yield _replaced("nat", "forward: direct", "forward: nat")
    yield _replaced("port 0", "port: ssh", "port: 0")
    yield _replaced("a port of udp", "protocol: tcp", "protocol: udp")
    yield _replaced("a timeout of 0", "tcp: 72h", "tcp: 0")
    yield _replaced("a long timeout", "tcp: 72h", "tcp: 32d")
    for cut in range(40, len(TEXT) - 120, 97):
        yield f"cut at {cut}", TEXT[:cut].encode()


def _large() -> Iterator[Variant]:
    aliases = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    yield "alias bomb", aliases.encode()
    yield "deep in flow", (TEXT + "x: " + "[" * 200_000).encode()
    yield "deep mappings in flow", (TEXT + "x: " + "{a: " * 200_000).encode()
    yield "deep in blocks", ("".join(f"{' ' * n}a:\n" for n in range(2000))).encode()
    yield "deep in block lists", (TEXT + "x: " + "\n  " + "- " * 200_000).encode()
    for name, old, new in (
        ("name", "vip: llc", "vip: {}"),
        ("key", "  llc: {address", "  {}: {address"),
        ("address", "129.129.190.54", "{}"),
        ("cluster", "cluster: llc", "cluster: {}"),
        ("MAC", "00:06:5B:8C:3C:8E", "{}"),
    ):
        yield f"10 MB of {name}", TEXT.replace(old, new.replace("{}", "a" * LONG), 1).encode()
    yield "10 MB of digits", TEXT.replace("port: ssh", f"port: {'1' * LONG}", 1).encode()
    yield "10 MB of brackets", (TEXT + "x: [" + "[]," * (LONG // 3) + "]").encode()
    yield "10 MB of entries", (TEXT + "x: {" + "a: 1," * (LONG // 5) + "}").encode()
    yield "17 MB", TEXT.encode() + b"#" * 17 * 1024 * 1024
