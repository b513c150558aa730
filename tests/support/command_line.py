"""Command lines, run in this process against a simulator, as a person with a key in the environment runs them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from batchtui.cli.main import run
from batchtui.demo.simulator import Simulator


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class CommandLine:
    """Runs `batchtui …`; the person's own configuration and keys are out of its sight."""

    def __init__(self, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch, home: Path) -> None:
        self._capsys = capsys
        self._patch = patch
        for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "ANTHROPIC_WORKSPACE_ID", "BATCHTUI_READ_ONLY"):
            patch.delenv(name, raising=False)
        self.config = home / "config.toml"
        patch.setenv("BATCHTUI_CONFIG", str(self.config))
        patch.setenv("XDG_CACHE_HOME", str(home / "cache"))
        patch.setenv("XDG_STATE_HOME", str(home / "state"))

    def use(self, simulator: Simulator, workspace: str = "production") -> None:
        self._patch.setenv("ANTHROPIC_API_KEY", simulator.keys[workspace])
        self._patch.setenv("ANTHROPIC_BASE_URL", simulator.url)

    def __call__(self, *arguments: str) -> Outcome:
        code = run(list(arguments))
        captured = self._capsys.readouterr()
        return Outcome(code, captured.out, captured.err)
