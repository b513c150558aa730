"""Open the demo of the installed program named on the command line, see its batches, and leave it again."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.support.terminal import Terminal


def main() -> None:
    """Fail with the screen when the demo does not show batches within its time."""
    with (
        tempfile.TemporaryDirectory() as home,
        Terminal("demo", program=(sys.argv[1],), environment={"HOME": home}, folder=Path(home)) as terminal,
    ):
        print(terminal.wait_for("msgbatch_"))  # noqa: T201  # CI's log shows the picture
        terminal.send("q")
        if (code := terminal.wait_exit()) != 0:
            raise SystemExit(f"the demo ended with {code}")


if __name__ == "__main__":
    main()
