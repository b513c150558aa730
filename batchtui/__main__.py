"""`python -m batchtui`."""

from batchtui.cli.main import main

main()
