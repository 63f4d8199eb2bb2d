"""`python -m lvsgen` is `lvsgen`."""

from lvsgen.cli.verbs import main

main()
