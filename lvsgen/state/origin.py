"""DESCRIPTION: the name and digest of the description that out/<cluster>/ was made from.

One line, as `sha256sum` prints it, so `sha256sum -c` checks the description where it lies beside. It stands in no other
file: so a changed comment, or another name for the file, is no change of any host.
"""

from __future__ import annotations

import re
from pathlib import Path

from lvsgen.errors import OperatorError
from lvsgen.state.forms import Description
from lvsgen.state.statefile import HINT

NAME = "DESCRIPTION"
_LINE = re.compile(r"([0-9a-f]{64})  ([^/\n]+)\n")


def render(description: Description) -> str:
    """Write the text of DESCRIPTION; OperatorError when the name does not fit in a line that every tool reads alike."""
    if not description.name.isprintable():
        message = f"a description cannot be called {description.name!a}: a line of out/ is to name it"
        raise OperatorError(message, "rename the file, to letters, digits and the like")
    return f"{description.sha256}  {description.name}\n"


def read(folder: Path) -> Description:
    """Read what out/<cluster>/ was made from; OperatorError when DESCRIPTION is not there, or not what build writes."""
    path = folder / NAME
    try:
        return parse(path.read_bytes(), str(path))
    except OSError as error:
        raise OperatorError(f"cannot read {path}: {error.strerror}", HINT) from error


def parse(raw: bytes, path: str) -> Description:
    """Read the bytes of DESCRIPTION; `path` is what the OperatorError calls it."""
    found = _LINE.fullmatch(raw.decode("utf-8", "replace"))
    if not found or not found[2].isprintable():
        raise OperatorError(f"{path}: must be one line, of a digest and the description's name", HINT)
    return Description(found[2], found[1])
