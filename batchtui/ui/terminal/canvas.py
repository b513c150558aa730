"""What the terminal shows and what it is to show, cell by cell; only the difference is sent.

Textual sends whole rows, each piece with all its colours: a page down is 6 KB there and 1 KB here, and a minute that
passes in one cell 300 bytes and 9. Whoever draws need not think about bytes: what looks the same costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from rich.cells import cell_len

from batchtui.ui.terminal.looks import PLAIN, Look, change, look_of

_TOKEN = re.compile(
    r"\x1b\[(?P<row>\d+);(?P<column>\d+)H"
    r"|\x1b\[(?P<codes>[\d;]*)m"
    r"|(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
    r"|(?P<link>\x1b\]8;[^\x1b\x07]*(?:\x1b\\|\x07))"
    r"|(?P<control>[\x00-\x1f\x7f-\x9f])"
)
_PICTURE = re.compile(r"\x1b\[\d+;\d+H")
_NARROW = re.compile(
    "[ -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u2010-\u2027\u2190-\u22ff\u23ce\u2500-\u25fc"
    "\u2713\u2717\u2937\u2800-\u28ff]*"
)
"""Characters that every terminal draws one cell wide."""

_JOINER = "\u200d"
_CONTROL = "\ufffd"
_SHORT_GAP = 3
"""Cells that are cheaper to send again than to jump over."""

Cell = tuple[str, Look]
"""A character with what is combined with it, and its look; the second half of a wide one is empty text."""


def is_picture(data: str) -> bool:
    """Whether data is made of places, looks and text, as the compositor sends it."""
    return _PICTURE.match(data) is not None


class Run:
    """Cells of a row that are sent in one piece, from `x` to before `end`; all of one look, but for spaces.

    `is_sure` says that every terminal has its cursor at the end afterwards.
    """

    __slots__ = ("_texts", "end", "is_blank", "is_sure", "look", "x", "y")

    def __init__(self, y: int, x: int, cell: Cell, *, is_sure: bool) -> None:
        text, self.look = cell
        self._texts = [text]
        self.y, self.x, self.end = y, x, x + 1
        self.is_blank = text == " "
        self.is_sure = is_sure

    @property
    def text(self) -> str:
        """What is written."""
        return "".join(self._texts)

    def accepts(self, cell: Cell | None) -> bool:
        """Whether a cell can be part of it."""
        if cell is None:
            return False
        text, look = cell
        return look == self.look or ((text == " " or self.is_blank) and _is_same_ground(look, self.look))

    def add(self, cell: Cell) -> None:
        """Go on with a cell that it accepts."""
        text, look = cell
        self._texts.append(text)
        self.end += 1
        if self.is_blank and text != " ":
            self.look, self.is_blank = look, False


@dataclass(frozen=True, slots=True)
class Pen:
    """Where the cursor of a terminal of `width` columns stands, and how it writes; None where that is not known."""

    width: int
    look: Look | None = None
    place: tuple[int, int] | None = None

    def write(self, runs: Iterable[Run]) -> tuple[str, Pen]:
        """Return the bytes for some runs, one after the other, and the pen afterwards."""
        pieces: list[str] = []
        pen = self
        for run in runs:
            codes, look = change(pen.look, run.look, is_blank=run.is_blank)
            pieces += [pen.move(run.x, run.y), codes, run.text]
            pen = Pen(self.width, look, (run.end, run.y) if run.is_sure else None)
        return "".join(pieces), pen

    def move(self, x: int, y: int) -> str:
        """Return the shortest way to a cell."""
        absolute = f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H"
        if self.place is None:
            return absolute
        right, down = x - self.place[0], y - self.place[1]
        if self.place[0] == self.width:  # behind the last column, where terminals agree on the row only
            return _step(down, "B", "A") if right == -1 and down else absolute
        return min(absolute, _step(down, "B", "A") + _step(right, "C", "D"), key=len)


def _step(cells: int, forward: str, backward: str) -> str:
    if not cells:
        return ""
    sequence = f"\x1b[{abs(cells) if abs(cells) > 1 else ''}{forward if cells > 0 else backward}"
    is_short = backward == "D" and -len(sequence) <= cells < 0
    return "\b" * -cells if is_short else sequence


def _is_same_ground(one: Look, other: Look) -> bool:
    """Whether a space looks the same in both."""
    return one.background == other.background and not (one.is_seen_on_blanks or other.is_seen_on_blanks)


class Canvas:
    """Takes pictures as Textual renders them and returns what the terminal needs to show them.

    A cell is None while nothing is known of it.
    """

    def __init__(self, width: int = 80, height: int = 24) -> None:
        self.size = (width, height)
        self.is_changed = False
        self._wanted: list[list[Cell | None]] = []
        self._shown: list[list[Cell | None]] = []
        self._changed_rows: set[int] = set()
        self._pen = Pen(width)
        self._rest = (0, 0)
        self.resize(width, height)

    def resize(self, width: int, height: int) -> None:
        """Begin anew on a terminal of another size."""
        self.size = (width, height)
        self._wanted = [[None] * width for _ in range(height)]
        self.forget()

    def forget(self) -> None:
        """Know nothing of what the terminal shows: all that is wanted is sent again."""
        width, height = self.size
        self._shown = [[None] * width for _ in range(height)]
        self._changed_rows = set(range(height))
        self._pen = Pen(width)
        self.is_changed = True

    def take(self, picture: str) -> None:
        """Paint a picture over what is wanted. A control character that was left in a text becomes visible."""
        row = column = 0
        look, kind = PLAIN, None
        for token in _TOKEN.finditer(picture):
            kind = token.lastgroup
            if kind == "text" or (kind == "control" and token["control"] != "\n"):
                column = self._put(row, column, token["text"] or _CONTROL, look)
            elif kind == "codes":
                look = look_of(token["codes"])
            elif kind == "column":
                row, column = int(token["row"]) - 1, int(token["column"]) - 1
        self._rest = (column, row) if kind == "column" else (0, 0)
        self.is_changed = True

    def render(self) -> str:
        """Return the bytes, as text, that make the terminal show what is wanted; they count as sent."""
        runs: list[Run] = []
        for y in sorted(self._changed_rows):
            wanted, shown = self._wanted[y], self._shown[y]
            if wanted != shown:
                runs += _find_runs(y, wanted, shown)
                self._shown[y] = [old if new is None else new for new, old in zip(wanted, shown, strict=True)]
        self._changed_rows.clear()
        self.is_changed = False
        if not runs:
            return ""
        orders = (runs, sorted(runs, key=_by_look))
        data, self._pen = min(map(self._pen.write, orders), key=_length)
        if self._rest != (0, 0):
            data += self._pen.move(*self._rest)
            self._pen = replace(self._pen, place=self._rest)
        return data

    def _put(self, row: int, column: int, text: str, look: Look) -> int:
        if not 0 <= row < self.size[1] or column >= self.size[0]:
            return column
        cells = _cells_of_text(text, look)
        line, end = self._wanted[row], min(column + len(cells), self.size[0])
        _mend_edges(line, column, end)
        line[column:end] = cells[: end - column]
        self._changed_rows.add(row)
        return end


@lru_cache(maxsize=4096)
def _cells_of_text(text: str, look: Look) -> tuple[Cell, ...]:
    """Return the cells of any text; scrolling paints the same texts again and again."""
    if _NARROW.fullmatch(text):
        blank = look.blank
        return tuple([(char, blank if char == " " else look) for char in text])
    return tuple(_iter_cells(text, look))


def _iter_cells(text: str, look: Look) -> Iterator[Cell]:
    """Yield the cells of any text; what is combined goes with the character before."""
    cluster = ""
    for char in text:
        if cluster and (cluster.endswith(_JOINER) or not cell_len(char)):
            cluster += char
            continue
        yield from _cells_of(cluster, look)
        cluster = char
    yield from _cells_of(cluster, look)


def _cells_of(cluster: str, look: Look) -> Iterator[Cell]:
    width = cell_len(cluster)
    if width:
        yield cluster, look.blank if cluster == " " else look
    for _ in range(width - 1):
        yield "", look


def _mend_edges(line: list[Cell | None], start: int, end: int) -> None:
    """Blank the other half of wide characters that are cut by an edge of what is painted."""
    for edge in (start, end):
        if 0 < edge < len(line) and (cell := line[edge]) is not None and not cell[0]:
            look = cell[1].blank
            line[edge - 1] = line[edge] = (" ", look)


def _is_plain(cells: list[Cell | None]) -> bool:
    return _NARROW.fullmatch("".join([cell[0] for cell in cells if cell is not None])) is not None


def _find_runs(y: int, wanted: list[Cell | None], shown: list[Cell | None]) -> Iterator[Run]:
    """Yield what of a row is to be sent: what differs, joined where it stands together; short gaps are filled.

    Terminals differ on the width of some characters: where there are such, all of the row is placed anew.
    """
    is_plain = _is_plain(wanted) and _is_plain(shown)
    run: Run | None = None
    for x, cell in enumerate(wanted):
        if cell is None or (is_plain and cell == shown[x]):
            continue
        if run is not None and x - run.end <= _SHORT_GAP and all(map(run.accepts, wanted[run.end : x + 1])):
            for each in wanted[run.end : x + 1]:
                run.add(each)  # type: ignore[arg-type]  # it does not accept None
            continue
        if run is not None:
            yield run
        run = Run(y, x, cell, is_sure=is_plain)
    if run is not None:
        yield run


def _by_look(run: Run) -> tuple[str, str, list[int], int, int]:
    return run.look.background, run.look.foreground, sorted(run.look.attributes), run.y, run.x


def _length(written: tuple[str, Pen]) -> int:
    return len(written[0])
