"""Write README's tables of settings and keys from what the program says: `.venv/bin/python -m tests.make_readme`."""

from __future__ import annotations

import re
from pathlib import Path

from batchtui.settings import settings_table
from batchtui.ui.reference import keys_table

README = Path(__file__).parents[1] / "README.md"


def with_tables(readme: str) -> str:
    """Return README's text with both tables as they are now."""
    for name, table in (("settings", settings_table()), ("keys", keys_table())):
        head, begin, rest = re.split(rf"(<!-- {name}: [^\n]* -->\n)", readme)
        _, end, tail = rest.partition(f"<!-- end of {name} -->")
        readme = f"{head}{begin}{table}\n{end}{tail}"
    return readme


def main() -> None:
    """Write README anew."""
    README.write_text(with_tables(README.read_text()))


if __name__ == "__main__":
    main()
