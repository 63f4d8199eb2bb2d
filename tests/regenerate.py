"""Writes what the docs take from the code: python -m tests.regenerate."""

from pathlib import Path

from lvsgen import codes, exits
from lvsgen.description import schema

DOCS = Path(__file__).parent.parent / "docs"


def main() -> None:
    description = DOCS / "description.md"
    description.write_text(schema.filled(description.read_text(encoding="utf-8")), encoding="utf-8")
    (DOCS / "findings.md").write_text(codes.reference(), encoding="utf-8")
    (DOCS / "exit-status.md").write_text(exits.page(), encoding="utf-8")


if __name__ == "__main__":
    main()
