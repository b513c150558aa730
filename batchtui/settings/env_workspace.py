"""The workspace that needs no configuration: the environment's variables, as the official SDK reads them."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from batchtui.errors import UsageError
from batchtui.settings.names import ENV_WORKSPACE
from batchtui.settings.schema import DEFAULT_BASE_URL, DEFAULT_KEY_VARIABLE, KeySource, WorkspaceSettings

_VARIABLES = {"base_url": "ANTHROPIC_BASE_URL", "workspace_id": "ANTHROPIC_WORKSPACE_ID"}


def env_workspace(environ: Mapping[str, str]) -> WorkspaceSettings | None:
    """Return the workspace `env`, or None where `ANTHROPIC_API_KEY` is not set; an empty variable counts as none."""
    if not environ.get(DEFAULT_KEY_VARIABLE, "").strip():
        return None
    base_url = environ.get(_VARIABLES["base_url"], "").strip() or DEFAULT_BASE_URL
    workspace_id = environ.get(_VARIABLES["workspace_id"], "").strip() or None
    del environ  # a traceback that shows local variables would show the key
    wrong = "a variable"
    try:
        return WorkspaceSettings(
            name=ENV_WORKSPACE,
            base_url=base_url,
            workspace_id=workspace_id,
            key=KeySource(kind="env", env=DEFAULT_KEY_VARIABLE),
        )
    except ValidationError as error:
        wrong = _VARIABLES.get(str(error.errors(include_input=False)[0]["loc"][0]), wrong)
    del base_url, workspace_id  # they may hold a password
    raise UsageError(f"{wrong} is set to something that it cannot be", hint=f"Correct {wrong}, or unset it.")
