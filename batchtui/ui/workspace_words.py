"""Workspaces and what their keys really belong to, in words; everything returned is safe to show."""

from __future__ import annotations

from urllib.parse import urlsplit

from textual.content import Content

from batchtui.formatting import format_count
from batchtui.safe_text import safe_line
from batchtui.workspace import KeyCheck, WorkspaceEntry


def format_host(base_url: str) -> str:
    """Return the part of a URL that tells servers apart."""
    try:
        host = urlsplit(base_url.strip()).netloc
    except ValueError:
        host = ""
    return safe_line(host or base_url)


def describe_owner(workspace_id: str | None, organization_id: str | None) -> str:
    """Return what a key belongs to: `workspace wrkspc_1 of organization org-1`; empty when the server did not say."""
    workspace = f"workspace {safe_line(workspace_id)}" if workspace_id else ""
    organization = f"organization {safe_line(organization_id)}" if organization_id else ""
    return " of ".join(part for part in (workspace, organization) if part)


def describe_batches(check: KeyCheck) -> str:
    """Return how many batches the first page held."""
    if not check.batches:
        return "no batches yet"
    noun = "batch" if check.batches == 1 and not check.has_more else "batches"
    return f"{format_count(check.batches)}{' or more' if check.has_more else ''} {noun}"


def describe_check(check: KeyCheck) -> Content:
    """Return the outcome of a check; a key that has come to belong elsewhere is a warning above it."""
    owner = describe_owner(check.workspace_id, check.organization_id) or "a workspace that the server does not name"
    words = Content.assemble(
        ("✓ The key works. ", "bold $text-success"), f"It belongs to {owner}; {describe_batches(check)}."
    )
    if check.changed_from is None:
        return words
    warning = f"! It belonged to workspace {safe_line(check.changed_from)} before. Is this still the key you meant?"
    return Content.assemble((warning, "bold $text-warning"), "\n", words)


def describe_entry(entry: WorkspaceEntry) -> Content:
    """Return all that is known of a workspace, in a few lines."""
    owner = describe_owner(entry.seen_workspace_id, entry.seen_organization_id)
    facts = [
        ("Server", safe_line(entry.base_url)),
        ("Key from", safe_line(entry.key_source)),
        ("Belongs to", owner or "not known yet: t asks with one call"),
    ]
    if entry.workspace_id:
        facts.append(("Sent as", f"workspace {safe_line(entry.workspace_id)}"))
    lines = [Content.assemble((f"{label:<12}", "$text-muted"), words) for label, words in facts]
    return Content("\n").join(lines)
