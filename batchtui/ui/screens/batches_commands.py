"""What can be done on the batches screen."""

from __future__ import annotations

from batchtui.ui.commands import Command

OPENING = (
    Command("enter", "open", "Open", "Open the results; while the batch runs, its details", "Batches"),
    Command("space", "mark", "Mark", "Mark a batch, or take its mark away", "Batches", in_palette=False),
)
BATCHES = (
    Command("slash", "find", "Filter", "Filter by id and status as you type; esc clears", "Batches", in_footer=True),
    Command("1", "filter(1)", "All", "Show all batches", "Batches"),
    Command("2", "filter(2)", "Running", "Only those that run", "Batches"),
    Command("3", "filter(3)", "Ended", "Only those that have ended", "Batches"),
    Command("4", "filter(4)", "With failures", "Only those with errored or expired requests", "Batches"),
    Command("5", "filter(5)", "Expiring soon", "Less than an hour to run, or less than two days of results", "Batches"),
    Command("e", "export", "Export", "Export the failed ids of this batch", "Batches", in_footer=True),
    Command("s", "save", "Save", "Save all results of this batch to a file", "Batches"),
    Command("c", "cancel", "Cancel", "Cancel this batch, or the marked ones; asks first", "Batches", in_footer=True),
    Command("d", "delete", "Delete", "Delete this ended batch, or the marked ones; asks first", "Batches"),
    Command("i", "details", "Details", "Show or hide the details", "Batches"),
    Command("o", "sort", "Sort", "Sort by the next column", "Batches", in_footer=True),
    Command("O", "reverse", "Reverse", "Sort the other way round", "Batches"),
    Command("y", "copy_id", "Copy id", "Copy the batch's id", "Batches"),
    Command("Y", "copy_json", "Copy JSON", "Copy the batch as JSON", "Batches"),
    Command("r", "refresh", "Refresh", "Ask the server now", "Batches", in_footer=True),
    Command("p", "pause", "Pause", "Stop or go on asking the server", "Batches"),
    Command("A", "all_workspaces", "All workspaces", "The batches of every workspace at once", "Batches"),
    Command("w", "workspaces", "Workspaces", "Switch, add, test or remove workspaces", "Batches", in_footer=True),
)
