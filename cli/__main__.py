"""`python -m cli`: the command line without its installed name."""

from cli.main import main

main()
