"""`python -m core.cli`: the same as `nutmeg`."""

from core.cli import main

main()
