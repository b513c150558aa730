"""A field for an API key that shows only bullets and gives its text to nobody but the caller."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import SecretStr
from textual.binding import Binding
from textual.content import Content
from textual.events import Key, Paste
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

BULLET = "•"


class KeyInput(Widget, can_focus=True):
    """A hidden field without a cursor to place, a selection, a copy or a cut.

    Textual's `Input` copies its text also when it hides it, and carries it in its messages and reactives. Here the text
    lives in one `SecretStr`; messages say only that it changed. It is appended to and deleted from its end; pasting
    replaces the whole.
    """

    ALLOW_SELECT = False
    BINDINGS = [
        Binding("backspace,ctrl+h", "delete_last", "Delete", show=False),
        Binding("ctrl+u,ctrl+w,delete", "clear", "Clear", show=False),
        Binding("enter", "submit", "Submit", show=False),
    ]

    length = reactive(0)

    @dataclass
    class Changed(Message):
        """The text changed."""

        key_input: KeyInput

    @dataclass
    class Submitted(Message):
        """Enter was pressed."""

        key_input: KeyInput

    def __init__(self, *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._placeholder = placeholder
        self._key = SecretStr("")

    @property
    def key(self) -> SecretStr | None:
        """What was typed or pasted; None while the field is empty."""
        return self._key if len(self._key) else None

    def clear(self) -> None:
        """Forget the text."""
        self._hold(SecretStr(""))

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002  # Textual's signature
        """Keep printable keys from being commands of the screen."""
        return character is not None and character.isprintable()

    def on_key(self, event: Key) -> None:
        """Append a typed character."""
        if event.is_printable and event.character:
            event.stop()
            event.prevent_default()
            self._hold(SecretStr(self._key.get_secret_value() + event.character))

    def on_paste(self, event: Paste) -> None:
        """Take the first line that is not blank, and leave nothing of it in the event."""
        event.stop()
        event.prevent_default()
        self._hold(SecretStr(next(iter(event.text.strip().splitlines()), "").strip()))
        event.text = ""

    def on_unmount(self) -> None:
        """Hold the key no longer than the field is shown."""
        self._key = SecretStr("")

    def action_delete_last(self) -> None:
        """Delete the last character."""
        self._hold(SecretStr(self._key.get_secret_value()[:-1]))

    def action_clear(self) -> None:
        """Delete everything."""
        self.clear()

    def action_submit(self) -> None:
        """Say that the key is complete."""
        self.post_message(self.Submitted(self))

    def render(self) -> Content:
        """Draw a bullet a character, as far as there is room, and how many there are."""
        cursor = Content.styled(" ", "reverse") if self.has_focus else Content("")
        if not self.length:
            return Content.assemble(cursor, Content.styled(self._placeholder, "$foreground-muted"))
        words = f" {self.length} characters" if self.length > 1 else " 1 character"
        room = max(self.content_size.width - len(words) - 1, 1)
        return Content.assemble(BULLET * min(self.length, room), cursor, Content.styled(words, "$foreground-muted"))

    def _hold(self, key: SecretStr) -> None:
        self._key = key
        self.length = len(key)
        self.post_message(self.Changed(self))
