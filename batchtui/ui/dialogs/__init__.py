"""One dialog a module, each typed by its answer."""
