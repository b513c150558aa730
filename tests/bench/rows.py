"""The rows of the table: what each number means, and the budget of the design for it."""

from __future__ import annotations

from dataclasses import replace

from tests.bench.table import Budget, Row, percentile

_BUDGET_ROWS = 100_000

START = (
    Row("version", "`batchtui --version`, from start to end", budget=Budget(0.15)),
    Row("python", "an empty Python program", of="version"),
    Row("import_sdk", "`import anthropic`", of="version"),
    Row("first_paint", "`batchtui` → the first screen is painted", budget=Budget(0.6)),
    Row("first_list", "`batchtui` → the list of batches is painted"),
)
_OPENED = (
    Row("first_row", "enter → the first row is painted", budget=Budget(0.3)),
    Row("sdk_first", "official SDK, results(), its first row", of="first_row"),
    Row("all_rows", "enter → all rows are indexed, and the screen says so", budget=Budget(0.7, 1.5, "curl")),
    Row("all_rows_cpu", "processor time of that, both processes, which other programs disturb less"),
    Row("curl", "curl -o FILE", of="all_rows"),
    Row("curl_jq", "curl | jq -r .custom_id", of="all_rows"),
    Row("sdk_all", "official SDK, results(), to its last row", of="all_rows"),
    Row("paced_rows", "the same from a server that sends 2.5 Gbit/s", budget=Budget(None, 1.5, "curl_paced")),
    Row("curl_paced", "curl -o FILE from that server", of="paced_rows"),
    Row("link_rows", "the same over TLS and a link of 1 Gbit/s", budget=Budget(None, 1.5, "curl_link")),
    Row("curl_link", "curl -o FILE over that link", of="link_rows"),
    Row("memory", "memory above a dashboard without batches, peak, both processes", "B", Budget(60e6)),
    Row("sdk_memory", "official SDK, peak above its import, no row kept", "B", of="memory"),
    Row("filter", "3 or 2 → the rows of that type are painted", budget=Budget(0.05)),
    Row("sort", "o → all rows in the order of the next column, slowest", judged=max),
    Row("filter_sorted", "3 or 2 under an order", budget=Budget(0.05)),
    Row("search", "enter after / and words → all matches are known", budget=Budget(None, 2, "grep")),
    Row("grep", "grep -c", of="search"),
    Row("grep_i", "grep -ci", of="search"),
    Row("key_median", "down while rows stream in → painted, half of them", judged=percentile(0.5)),
    Row("key", "down while rows stream in → painted, 99 of 100", budget=Budget(0.05), judged=percentile(0.99)),
    Row("key_still", "down once all rows are there → painted, half of them", judged=percentile(0.5)),
    Row("page_bytes", "a page down, 120 by 36", "B"),
    Row("page_bytes_small", "a page down, 80 by 24", "B"),
)
IDLE = (
    Row("idle_bytes_small", "20 running batches, to the terminal, 80 by 24", "B/s", Budget(60)),
    Row("idle_bytes", "20 running batches, to the terminal, 120 by 36", "B/s", Budget(60)),
    Row("idle_core_small", "20 running batches, of a core, 80 by 24", "%", Budget(1)),
    Row("idle_core", "20 running batches, of a core, 120 by 36", "%", Budget(1)),
)


def opened_rows(rows: int) -> tuple[Row, ...]:
    """Return the rows about `rows` results; two budgets are for 100,000 of them and say less about other numbers."""
    return _OPENED if rows == _BUDGET_ROWS else tuple(map(_without_absolute, _OPENED))


def _without_absolute(row: Row) -> Row:
    if row.key not in {"all_rows", "memory"} or row.budget is None:
        return row
    return replace(row, budget=replace(row.budget, most=None) if row.budget.times else None)
