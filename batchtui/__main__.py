"""`python -m batchtui`."""

from batchtui.cli.entry import main

main()
