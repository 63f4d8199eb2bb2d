"""Do what a survey found.

Before a path is written for the first time the MANIFEST names it, and the last step takes out what is no longer made:
so whatever a crash leaves is listed, and the next build, of whatever description, heals it. Until that last step the
MANIFEST does not fit the disk.
"""

from __future__ import annotations

from lvsgen import manifest
from lvsgen.errors import OperatorError
from lvsgen.outdir import folders
from lvsgen.outdir.disk import Found, Kind, explained
from lvsgen.outdir.folders import Folders
from lvsgen.outdir.survey import Entry, Status, Survey


def write(survey: Survey) -> None:
    """Bring the disk to what the description makes; OperatorError, and no change, when there is an obstacle."""
    refuse(survey)
    if survey.differs:
        with explained("write", survey.root):
            survey.root.parent.mkdir(parents=True, exist_ok=True)
            with folders.opened(survey.root.parent) as there:
                _write(survey, there)


def _write(survey: Survey, there: Folders) -> None:
    if there.identity(survey.cluster) != survey.identity:
        raise OperatorError(
            f"{survey.root} was exchanged for another folder", "see who else is at work there, and repeat"
        )
    _remove(survey, there)
    _announce(survey, there)
    _put_all(survey, there)
    _put(survey, there, survey.entries[-1])


def refuse(survey: Survey) -> None:
    """OperatorError when something that is not ours is in the way."""
    if survey.obstacles:
        reasons = "\n".join(f"{obstacle.path} {obstacle.reason}" for obstacle in survey.obstacles)
        raise OperatorError(reasons, survey.obstacles[0].hint)


def _remove(survey: Survey, there: Folders) -> None:
    gone = [survey.root / entry.path for entry in survey.entries if entry.status is Status.REMOVED]
    for path in (*survey.litter, *gone):
        with explained("remove", path):
            there.remove(path.relative_to(survey.root.parent).as_posix())
    for name in sorted(survey.owned.keys() - _digests(survey).keys()):
        with explained("remove", survey.root / name):
            there.prune(f"{survey.cluster}/{name}".rpartition("/")[0], survey.cluster)


def _announce(survey: Survey, there: Folders) -> None:
    made = _digests(survey)
    if not made.keys() <= survey.owned.keys():
        listing = manifest.render({**survey.owned, **made})
        _put(survey, there, Entry(manifest.NAME, Found(Kind.ABSENT), listing.encode()))


def _put_all(survey: Survey, there: Folders) -> None:
    written = [entry for entry in survey.entries[:-1] if entry.status is Status.WRITTEN]
    for entry in written:
        _put(survey, there, entry)
    changed = {f"{survey.cluster}/{entry.path}" for entry in written} | there.made
    for folder in sorted({path.rpartition("/")[0] for path in changed}):
        with explained("write", survey.root.parent / folder):
            there.sync(folder)


def _put(survey: Survey, there: Folders, entry: Entry) -> None:
    with explained("write", survey.root / entry.path):
        path = f"{survey.cluster}/{entry.path}"
        found = there.look(path)
        if entry.raw is not None and found != Found(Kind.FILE, entry.raw, entry.executable):
            if found.kind is Kind.FOLDER:
                there.prune(path, survey.cluster)
            there.replace(path, entry.raw, entry.executable)


def _digests(survey: Survey) -> dict[str, str]:
    return {entry.path: manifest.digest(entry.raw) for entry in survey.entries[:-1] if entry.raw is not None}
