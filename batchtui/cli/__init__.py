"""Arguments, exit codes and wiring; one verb a module."""
