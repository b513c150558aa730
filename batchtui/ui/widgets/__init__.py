"""One widget a module, none of which does I/O."""
