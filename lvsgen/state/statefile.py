"""state.json: what a host's kernel is to hold; it changes only when that does.

JSON, sorted, with one item to a line, so that a change of one destination is a change of one line in a review; what
has its usual value is left out. `format` is 2. In 1 the name and digest of the description stood in it; the states in
journals are still written so, for an older version to read. Not YAML, which a reader with nothing but Python's library
lacks, and not the tools' own forms: those of addresses, sysctls and thresholds cannot be told apart or are no forms.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, dataclass, fields
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from types import UnionType
from typing import Any, Literal, NoReturn, Union, get_args, get_origin, get_type_hints

from lvsgen.errors import OperatorError
from lvsgen.state import ip
from lvsgen.state.forms import Description, File, RealServer, Setting, form_of, state_of
from lvsgen.state.hoststate import HostState
from lvsgen.state.ip import Address
from lvsgen.state.netfilter import Chain, NftTable
from lvsgen.state.parts import VipAddress

Form = re.Pattern[str]

FORMAT = 2
HINT = "restore it from version control, or run `lvsgen build` again where the description is"
_LARGEST = 2**32 - 1
_WORD = re.compile(r"[!-~]+")
_NAME = re.compile(r"[^\x00-\x20\x7f]+")
_LINE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]*")


@dataclass(frozen=True, slots=True)
class StateFile:
    """What state.json says; a director's names its realservers, so that they can be drained by name.

    One with a `description` is of format 1.
    """

    cluster: str
    host: str
    state: HostState
    realservers: tuple[RealServer, ...] = ()
    description: Description | None = None


_FORMS = {
    **dict.fromkeys(((Setting, "value"), (Chain, "rules"), (NftTable, "body"), (Description, "name")), _LINE),
    **dict.fromkeys(((Setting, "key"), (VipAddress, "label")), _NAME),
}
"""The fields whose text may hold blanks, or name an interface of others, as a journal may have to; all others are
single words of ASCII, as they end up in command lines."""


def write(file: StateFile) -> str:
    """Write the text of state.json."""
    head: dict[str, Any] = {"format": 1 if file.description else FORMAT, "cluster": file.cluster, "host": file.host}
    if file.description:
        head["description"] = {"name": file.description.name, "sha256": file.description.sha256}
    lines = [f'"{key}": {json.dumps(value)},' for key, value in head.items()]
    if file.realservers:
        lines.append(f'"realservers": {_group(file.realservers, "  ")},')
    form = form_of(file.state)
    groups = ((field.name, getattr(form, field.name)) for field in fields(form))
    state = ",\n".join(f'  "{name}": {_group(parts)}' for name, parts in groups if parts)
    return "{\n" + "\n".join(lines) + '\n"state": {' + (f"\n{state}\n" if state else "") + "}\n}\n"


def read(text: str | bytes, name: str = "state.json") -> StateFile:
    """Read state.json strictly; `name` is what the OperatorError calls it, beside the place that is wrong."""
    try:
        return _file(_load(text))
    except _WrongError as error:
        raise OperatorError(f"{name}: {error}", HINT) from error


class _WrongError(Exception):
    """Something in the file is not as it must be; says where and what."""


def _group(parts: tuple[Any, ...], indent: str = "    ") -> str:
    return "[\n" + ",\n".join(f"{indent}{_item(part)}" for part in parts) + f"\n{indent[2:]}]"


def _item(part: Any) -> str:
    """Write one part on a line, and below it each destination, rule or line of a table on its own."""
    values = _plain(part)
    below = {key: values.pop(key) for key in ("destinations", "rules", "body") if values.get(key)}
    line = json.dumps(values)
    for key, items in below.items():
        inner = ",\n".join(f"      {json.dumps(item)}" for item in items)
        line = f'{line[:-1]}, "{key}": [\n{inner}\n    ]}}'
    return line


def _plain(value: Any) -> Any:
    """Turn a part into what JSON knows, without what has its default."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, IPv4Address | IPv6Address):
        return str(value)
    if not hasattr(value, "__dataclass_fields__"):
        return value
    pairs = ((name, default, getattr(value, name)) for name, default in _defaults(value.__class__))
    return {name: _plain(item) for name, default, item in pairs if item != default}


@cache
def _defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, field.default) for field in fields(kind))


def _load(text: str | bytes) -> Any:
    try:
        decoded = text.decode() if isinstance(text, bytes) else text
        return json.loads(decoded, object_pairs_hook=_without_doubles, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise _WrongError(f"line {error.lineno}, column {error.colno}: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise _WrongError(f"not JSON that makes sense: {type(error).__name__}") from error


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _WrongError(f"a name stands twice in one object: {', '.join(name for name, _ in pairs)[:200]!r}")
    return found


def _no_constant(name: str) -> NoReturn:
    raise _WrongError(f"{name} is not a number")


def _file(data: Any) -> StateFile:
    _expect(isinstance(data, dict), data, "the whole", "an object")
    found = data.pop("format", None)
    if type(found) is not int or found not in (1, FORMAT):
        raise _WrongError(f"format: {_quote(found)}, but this version reads 1 and {FORMAT}")
    if ("description" in data) != (found == 1):
        raise _WrongError("description: not known here" if "description" in data else "description: missing")
    form: File = _part(File, data, "")
    try:
        state = state_of(form.state)
    except ValueError as error:
        raise _WrongError(f"state: {error}") from error
    return StateFile(form.cluster, form.host, state, form.realservers, form.description)


def _part(kind: Any, data: Any, place: str) -> Any:
    """Read an object of the dataclass `kind`; its types say what each name holds."""
    _expect(isinstance(data, dict), data, place, "an object")
    known = _readers(kind)
    for name in data:
        if name not in known:
            raise _WrongError(f"{_at(place, name)}: not known here")
    values = {name: _value(hint, data[name], _at(place, name), form) for name, hint, form in _given(kind, data)}
    for name, (_, needed, _) in known.items():
        if needed and name not in values:
            raise _WrongError(f"{_at(place, name)}: missing")
    try:
        return kind(**values)
    except ValueError as error:
        raise _WrongError(f"{place or 'the whole'}: {error}") from error


def _given(kind: Any, data: dict[str, Any]) -> Iterator[tuple[str, Any, Form]]:
    return ((name, hint, form) for name, (hint, _, form) in _readers(kind).items() if name in data)


@cache
def _readers(kind: Any) -> dict[str, tuple[Any, bool, Form]]:
    """Give for each field its type, whether it must be there, and the form of its text."""
    hints = get_type_hints(kind)
    forms = {field.name: _FORMS.get((kind, field.name), _WORD) for field in fields(kind)}
    return {field.name: (hints[field.name], _is_needed(field), forms[field.name]) for field in fields(kind)}


def _is_needed(field: Field[Any]) -> bool:
    return field.default is MISSING


def _value(hint: Any, data: Any, place: str, form: Form) -> Any:  # noqa: PLR0911
    origin = get_origin(hint)
    if origin is tuple:
        return _list(get_args(hint)[0], data, place, form)
    if origin in (Union, UnionType):
        return _one_of_several(get_args(hint), data, place, form)
    if origin is Literal:
        return _word_of(get_args(hint), data, place)
    if hint is IPv4Address:
        return _address(data, place, IPv4Address, "an IPv4 address")
    if hint is str:
        return _text(data, place, form)
    if hint is int:
        return _number(data, place)
    if hint is bool:
        return _expect(isinstance(data, bool), data, place, "true or false")
    return _part(hint, data, place)


def _list(hint: Any, data: Any, place: str, form: Form) -> tuple[Any, ...]:
    _expect(isinstance(data, list), data, place, "a list")
    return tuple(_value(hint, item, f"{place}[{index}]", form) for index, item in enumerate(data))


def _word_of(words: tuple[str, ...], data: Any, place: str) -> Any:
    return _expect(isinstance(data, str) and data in words, data, place, f"one of {', '.join(words)}")


def _one_of_several(hints: tuple[Any, ...], data: Any, place: str, form: Form) -> Any:
    if IPv6Address in hints:
        return _address(data, place, ip.address, "an IPv4 or IPv6 address")
    return _value(int if int in hints and type(data) is int else hints[0], data, place, form)


def _address(data: Any, place: str, read: Callable[[str], Address], wanted: str) -> Address:
    try:
        return read(_expect(isinstance(data, str), data, place, wanted))
    except ValueError as error:
        raise _WrongError(f"{place}: {_quote(data)}, must be {wanted}") from error


def _text(data: Any, place: str, form: Form) -> Any:
    wanted = "a line of printable characters" if form is _LINE else "a word of printable characters"
    return _expect(isinstance(data, str) and form.fullmatch(data), data, place, wanted)


def _number(data: Any, place: str) -> Any:
    good = isinstance(data, int) and not isinstance(data, bool) and 0 <= data <= _LARGEST
    return _expect(good, data, place, f"a whole number from 0 to {_LARGEST}")


def _expect(good: object, data: Any, place: str, wanted: str) -> Any:
    if not good:
        raise _WrongError(f"{place}: {_quote(data)}, must be {wanted}")
    return data


def _at(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name[:80]


def _quote(data: Any) -> str:
    text = repr(data) if isinstance(data, int | float | str | None) else type(data).__name__
    return text if len(text) <= 60 else f"{text[:57]}..."
