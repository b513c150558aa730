"""What is known of a workspace and its key, drawn; everything returned is safe to show."""

from __future__ import annotations

from textual.content import Content

from batchtui.errors import BatchtuiError
from batchtui.safe_text import safe_block, safe_line
from batchtui.ui.workspace_words import describe_batches, describe_owner, list_badges
from batchtui.workspace import KeyCheck, WorkspaceEntry


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


def describe_failure(error: BatchtuiError, hint: str | None = None) -> Content:
    """Return what went wrong, this case, and the way out, a line each."""
    lines = [Content.styled(f"✗ {safe_block(error.title)}", "bold $text-error")]
    lines.extend(Content(safe_block(words)) for words in (error.detail, hint or error.hint) if words)
    return Content("\n").join(lines)


def describe_entry(entry: WorkspaceEntry, *, is_current: bool = False) -> Content:
    """Return all that is known of a workspace, in a few lines."""
    workspace, organization = entry.seen_workspace_id, entry.seen_organization_id
    facts = [
        ("Workspace", ", ".join([safe_line(entry.name), *list_badges(entry, is_current=is_current)])),
        ("Server", safe_line(entry.base_url)),
        ("Key from", safe_line(entry.key_source)),
        ("Belongs to", describe_owner(workspace, None) or "not known yet: t asks with one call"),
    ]
    if organization:
        facts.append(("", f"of {describe_owner(None, organization)}"))
    if entry.workspace_id:
        facts.append(("Sent as", f"workspace {safe_line(entry.workspace_id)}"))
    lines = [Content.assemble((f"{label:<12}", "$foreground-muted"), words) for label, words in facts]
    return Content("\n").join(lines)
