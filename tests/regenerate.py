"""Writes what the docs take from the code: python -m tests.regenerate."""

from pathlib import Path

from lvsgen import exits
from lvsgen.checks import collected
from lvsgen.description import schema
from lvsgen.doctor import page as doctor
from lvsgen.findings import catalogue
from lvsgen.render.network import formats
from lvsgen.status import prometheus

DOCS = Path(__file__).parent.parent / "docs"
FILLED = {"description.md": schema.filled, "status.md": prometheus.filled, "artifacts.md": formats.filled}
"""Pages with tables from the code, and what makes these anew."""


def main() -> None:
    for name, filled in FILLED.items():
        page = DOCS / name
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")
    (DOCS / "findings.md").write_text(catalogue.reference(collected.codes()), encoding="utf-8")
    (DOCS / "doctor.md").write_text(doctor.page(), encoding="utf-8")
    (DOCS / "exit-status.md").write_text(exits.page(), encoding="utf-8")


if __name__ == "__main__":
    main()
