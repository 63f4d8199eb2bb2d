"""Keys that are missing, unknown or empty: what is said of them, and of what is no mapping."""

from __future__ import annotations

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from lvsgen import phrasing
from lvsgen.description import examples, later, notyet, shape
from lvsgen.description.kinds import no_mapping
from lvsgen.description.model import Cluster, Destination, Host, Interface, Network, Timeouts, Vip, VirtualService
from lvsgen.findings.code import Code
from lvsgen.findings.finding import Path, Problem

_PLACES: dict[str, type[BaseModel]] = {
    "a network": Network,
    "an interface": Interface,
    "a host": Host,
    "a VIP": Vip,
    "a service": VirtualService,
    "a realserver within a service": Destination,
    "timeouts": Timeouts,
    "the description itself": Cluster,
}

EMPTY = Code(
    "LVS204",
    "A group is empty",
    'An empty group never means "any" or "all"; it is usually something left out.',
    "Add an entry.",
)


def problem(path: Path, on_key: bool, error: ErrorDetails, meant: str = "") -> Problem:
    """Say what an error of pydantic's is about; `meant` is the key that an unknown one was to be."""
    match error["type"]:
        case "finding":
            said = error["ctx"]
            return Problem(said["code"], said["message"], (path,), said["hint"], on_key)
        case "missing":
            return missing(path[:-1], [str(path[-1])])
        case "extra_forbidden":
            return _unknown(path, meant)
        case "too_short":
            return Problem(EMPTY, f"{_name(path)} is empty", (path,), f"add an entry, like {examples.example(path)}")
    return no_mapping(_name(path), path, error["input"], examples.mapped(path, error["input"]))


MISSING = Code(
    "LVS201",
    "A key is missing",
    "What is not said has no safe default here.",
    "Add the key; the language reference shows its values.",
)


def missing(owner: Path, keys: list[str]) -> Problem:
    """Say which keys a mapping lacks."""
    place = _name(owner) if owner else "the description"
    named = [phrasing.quote(key) for key in keys]
    message = f"{place} has no {phrasing.listing(named)}, and needs {'one' if len(keys) == 1 else 'each of them'}"
    shown = [f"{key}: {examples.example((*owner, key))}" for key in keys[:2]] + ["..."] * (len(keys) > 2)
    return Problem(MISSING, message, (owner,), f"add {', '.join(shown)}", on_key=True)


UNKNOWN = Code(
    "LVS202",
    "An unknown key",
    "A key that nobody reads is a wish that is not granted, most often a typing mistake.",
    "Correct or remove it; the language reference lists the keys.",
)


def _unknown(path: Path, meant: str) -> Problem:
    model = shape.model_at(path[:-1])
    known = list(model.model_fields) if model else ["..."]
    instead = later.instead(model, str(path[-1]))
    if instead:
        return notyet.problem(phrasing.quote(path[-1]), (path,), instead)
    guess = f"did you mean '{meant}'? it is missing here" if meant else phrasing.did_you_mean(path[-1], known)
    hint = guess or _elsewhere(str(path[-1])) or _keys(known)
    return Problem(UNKNOWN, f"unknown key {phrasing.quote(path[-1])}", (path,), hint, on_key=True)


def _elsewhere(key: str) -> str:
    """Say where else a key stands: most often it is one line too high or too low."""
    there = next((f"it is a key of {what}" for what, model in _PLACES.items() if key in model.model_fields), "")
    to_come = (what for what, model in _PLACES.items() if later.instead(model, key))
    return there or next((f"it is to be a key of {what}, and is not supported yet" for what in to_come), "")


def _keys(known: list[str]) -> str:
    return f"the keys here are {phrasing.listing(known)}" if len(known) > 1 else f"the only key here is {known[0]}"


def _name(path: Path) -> str:
    return phrasing.quote(".".join(str(part) for part in path))[1:-1] if path else "the description"
