"""What a build did, or would do: a line for people, data for programs."""

from __future__ import annotations

from collections import Counter

from lvsgen import manifest, phrasing
from lvsgen.outdir.survey import Entry, Status, Survey


def line(survey: Survey) -> str:
    """One cluster in a line: `out/llc: 24 files, 3 written`."""
    counts = Counter(entry.status for entry in survey.entries)
    total = counts[Status.WRITTEN] + counts[Status.UNCHANGED]
    parts = [f"{total} files", *(f"{counts[s]} {s}" for s in (Status.WRITTEN, Status.REMOVED) if counts[s])]
    return ", ".join([f"{phrasing.visible(str(survey.root))}: {parts[0]}", *(parts[1:] or ["nothing to do"])])


def data(survey: Survey) -> dict[str, object]:
    """One cluster as plain data; `sha256` is of what the description makes, null for what it does not."""
    files = [_file(entry) for entry in survey.entries]
    return {"cluster": survey.cluster, "folder": str(survey.root), "differs": survey.differs, "files": files}


def _file(entry: Entry) -> dict[str, object]:
    digest = None if entry.raw is None else manifest.digest(entry.raw)
    return {"path": entry.path, "sha256": digest, "status": entry.status.value, "executable": entry.executable}
