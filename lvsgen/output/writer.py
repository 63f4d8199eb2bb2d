"""Do what a survey found.

Before a path is written for the first time the MANIFEST names it, and the last step takes out what is no longer made:
so whatever a crash leaves is listed, and the next build, of whatever description, heals it. Until that last step the
MANIFEST does not fit the disk.
"""

from __future__ import annotations

from pathlib import Path

from lvsgen import manifest
from lvsgen.errors import OperatorError
from lvsgen.output import disk
from lvsgen.output.disk import Found, Kind, explained
from lvsgen.output.survey import Entry, Status, Survey


def write(survey: Survey) -> None:
    """Bring the disk to what the description makes; OperatorError, and no change, when there is an obstacle."""
    refuse(survey)
    if survey.differs:
        with explained("write", survey.root):
            survey.root.mkdir(parents=True, exist_ok=True)
        _remove(survey)
        _announce(survey)
        _put_all(survey)
        _put(survey.root, survey.entries[-1])


def refuse(survey: Survey) -> None:
    """OperatorError when something that is not ours is in the way."""
    if survey.obstacles:
        reasons = "\n".join(f"{obstacle.path} {obstacle.reason}" for obstacle in survey.obstacles)
        raise OperatorError(reasons, survey.obstacles[0].hint)


def _remove(survey: Survey) -> None:
    gone = [survey.root / entry.path for entry in survey.entries if entry.status is Status.REMOVED]
    for path in (*survey.litter, *gone):
        with explained("remove", path):
            disk.remove(path)
    for name in sorted(survey.owned.keys() - _digests(survey).keys()):
        with explained("remove", survey.root / name):
            disk.prune((survey.root / name).parent, survey.root)


def _announce(survey: Survey) -> None:
    made = _digests(survey)
    if not made.keys() <= survey.owned.keys():
        listing = manifest.render({**survey.owned, **made})
        _put(survey.root, Entry(manifest.NAME, Found(Kind.ABSENT), listing.encode()))


def _put_all(survey: Survey) -> None:
    written = [entry for entry in survey.entries[:-1] if entry.status is Status.WRITTEN]
    for entry in written:
        _put(survey.root, entry)
    for folder in sorted({(survey.root / entry.path).parent for entry in written}):
        with explained("write", folder):
            disk.sync(folder)


def _put(root: Path, entry: Entry) -> None:
    path = root / entry.path
    with explained("write", path):
        if entry.raw is not None and disk.look(path) != Found(Kind.FILE, entry.raw, entry.executable):
            disk.prune(path, root)
            path.parent.mkdir(parents=True, exist_ok=True)
            disk.replace(path, entry.raw, entry.executable)


def _digests(survey: Survey) -> dict[str, str]:
    return {entry.path: manifest.digest(entry.raw) for entry in survey.entries[:-1] if entry.raw is not None}
