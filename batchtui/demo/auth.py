"""Whose request it is: keys, and the header that keys of several workspaces need."""

from __future__ import annotations

from collections.abc import Mapping

from batchtui.demo.failures import ApiFailure, invalid, missing
from batchtui.demo.scenario import Scenario, SimulatedWorkspace

WORKSPACE_HEADER = "anthropic-workspace-id"
VERSION_HEADER = "anthropic-version"
VERSIONS = ("2023-01-01", "2023-06-01", "2026-10-21")
EXPIRED_KEY = "sk-ant-api03-demo-expired_01aaaaaaaaaaaaaaaaaaaaaa"
"""A key of every simulator that is refused because its last day has passed."""


def authenticate(scenario: Scenario, headers: Mapping[str, str]) -> SimulatedWorkspace:
    """Return the workspace that a request is about; raise the API's refusal when the key or the headers are wrong."""
    workspace = _workspace_of_key(scenario, _find_key(headers))
    asked = headers.get(WORKSPACE_HEADER)
    if asked == "":
        raise invalid(f"{WORKSPACE_HEADER}: header must not be empty")
    if workspace is None and asked is None:
        raise invalid(f"{WORKSPACE_HEADER} is required for keys that can act on more than one workspace")
    for other in scenario.workspaces:
        if other.id == (asked or other.id) and workspace in (None, other):
            return _check_version(other, headers)
    raise missing(f"Workspace {asked} not found")


def _find_key(headers: Mapping[str, str]) -> str:
    if key := headers.get("x-api-key"):
        return key
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    raise ApiFailure(401, "x-api-key header is required")


def _workspace_of_key(scenario: Scenario, key: str) -> SimulatedWorkspace | None:
    """Return None for the key that spans all workspaces."""
    if key == scenario.spanning_key:
        return None
    for workspace in scenario.workspaces:
        if key == workspace.key:
            return workspace
    if key.startswith("sk-ant-admin"):
        raise ApiFailure(401, "Admin API keys cannot be used with this endpoint; use an API key of a workspace")
    if key == EXPIRED_KEY:
        raise ApiFailure(401, "API key has expired")
    raise ApiFailure(401, "invalid x-api-key")


def _check_version(workspace: SimulatedWorkspace, headers: Mapping[str, str]) -> SimulatedWorkspace:
    version = headers.get(VERSION_HEADER)
    if version is None:
        raise invalid(f"{VERSION_HEADER}: header is required")
    if version not in VERSIONS:
        raise invalid(f"{VERSION_HEADER}: {version!r} is not a valid version")
    return workspace
