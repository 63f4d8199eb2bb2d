"""`python -m lvsgen` is `lvsgen`."""

from lvsgen.cli.main import main

main()
