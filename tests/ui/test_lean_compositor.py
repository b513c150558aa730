"""What is sent to the terminal for a change: little, and the same picture."""

from __future__ import annotations

import pyte
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate
from textual.strip import Strip

from batchtui.ui.lean_compositor import LeanUpdate

LINE = Strip(
    [
        Segment("▌ ", Style(color="#0178d4", bgcolor="#0c304c")),
        Segment("● running", Style(color="#57a5e2", bgcolor="#0c304c", bold=True)),
        Segment("   ", Style(color="#e0e0e0", bgcolor="#0c304c")),
        Segment("日本", Style(color="#e0e0e0", bgcolor="#0c304c")),
        Segment(" ", Style(reverse=True)),
        Segment("23 h 55 m", Style(color="#e0e0e0", bgcolor="#121212")),
    ]
)
WIDTH = LINE.cell_length


def paint(update: ChopsUpdate) -> tuple[str, list[object]]:
    """Return what an update sends, and every cell of the terminal that received it."""
    sent = update.render_segments(Console(color_system="truecolor", force_terminal=True))
    screen = pyte.Screen(WIDTH, 2)
    pyte.Stream(screen).feed(sent)
    return sent, [screen.buffer[0][x] for x in range(WIDTH)]


def update(kind: type[ChopsUpdate], start: int, stop: int) -> ChopsUpdate:
    return kind([{0: LINE, WIDTH: None}], [(0, start, stop)], [[WIDTH]])


def test_a_whole_line_looks_as_textual_would_draw_it() -> None:
    lean, lean_cells = paint(update(LeanUpdate, 0, WIDTH))
    full, full_cells = paint(update(ChopsUpdate, 0, WIDTH))
    visible = [place for place, cell in enumerate(full_cells) if not getattr(cell, "data", "").isspace()]
    assert visible
    assert [lean_cells[place] for place in visible] == [full_cells[place] for place in visible]
    assert [getattr(cell, "bg", "") for cell in lean_cells] == [getattr(cell, "bg", "") for cell in full_cells]
    assert len(lean) < len(full)


def test_a_changed_cell_sends_only_itself() -> None:
    sent, cells = paint(update(LeanUpdate, WIDTH - 9, WIDTH))
    assert "running" not in sent
    assert len(sent) < 70
    assert "".join(getattr(cell, "data", "") for cell in cells).strip() == "23 h 55 m"


def test_a_reversed_space_is_not_taken_for_any_space() -> None:
    _, cells = paint(update(LeanUpdate, 0, WIDTH))
    assert getattr(cells[WIDTH - 10], "reverse", False)
