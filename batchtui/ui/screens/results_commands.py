"""What can be done on the results screen."""

from __future__ import annotations

from batchtui.ui.commands import Command
from batchtui.ui.screens.base import WITHIN_A_WORKSPACE

RESULTS = (
    Command("enter", "open", "Open", "Read the whole result", "Results", in_footer=True, in_palette=False),
    Command("1", "filter(1)", "All", "Show all results", "Results"),
    Command("2", "filter(2)", "Succeeded", "Only those that succeeded", "Results"),
    Command("3", "filter(3)", "Errored", "Only those that errored", "Results"),
    Command("4", "filter(4)", "Canceled", "Only those that were canceled", "Results"),
    Command("5", "filter(5)", "Expired", "Only those that expired", "Results"),
    Command("t", "triage", "Triage", "Group the failures by their cause", "Results", in_footer=True),
    Command("i", "numbers", "In numbers", "Tokens, cache, length of answers, models, cost", "Results", in_footer=True),
    Command("slash", "search", "Search", "Search texts and ids: words or /expression/", "Results", in_footer=True),
    Command("n", "match(1)", "Next match", "The next match of the search", "Results"),
    Command("N", "match(-1)", "Match before", "The match before", "Results"),
    Command("f", "only_matches", "Only matches", "Show only the matches, or all again", "Results"),
    Command("space", "mark", "Mark", "Mark a result, or take its mark away", "Results", in_palette=False),
    Command(
        "e",
        "export",
        "Export",
        "Export what is marked, or what a filter shows, or the failures",
        "Results",
        in_footer=True,
    ),
    Command("s", "save", "Save", "Save the results to a file, byte for byte, or what is shown or marked", "Results"),
    Command("o", "sort", "Sort", "Sort by the next column", "Results", in_footer=True),
    Command("O", "reverse", "Reverse", "Sort the other way round", "Results"),
    Command("y", "copy_id", "Copy id", "Copy the custom_id", "Results"),
    Command("Y", "copy_json", "Copy JSON", "Copy the result line as JSON", "Results"),
    Command("r", "reload", "Load again", "Load what is missing again", "Results"),
    Command("tab", "app.focus_next", "Other pane", "Between the table and the text", "Moving", in_palette=False),
)
OF_THE_TABLE = frozenset({"open", "mark"})
"""Actions whose keys the table has; they stand above for the help."""

GOING_BACK = (
    Command("escape", "stop_or_leave", "Undo, back", "End a search, to the causes, stop loading; back", "Everywhere"),
    *(command for command in WITHIN_A_WORKSPACE if command.keys != "escape"),
)
