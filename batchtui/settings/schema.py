"""What the configuration may say, as frozen models.

A field's title says what it does, its description completes the sentence "it must be …": errors, README, `--help` of
`info` and the file that it writes use the same words.
"""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

DEFAULT_BASE_URL = "https://api.anthropic.com"
DEFAULT_KEY_VARIABLE = "ANTHROPIC_API_KEY"
_LAST_PORT = 65535

SourceKind = Literal["keyring", "env", "command", "session"]
NoticeEvent = Literal["ended", "failures", "expiring", "results_going", "key_refused"]
NOTICE_EVENTS: tuple[NoticeEvent, ...] = ("ended", "failures", "expiring", "results_going", "key_refused")
Colour = Literal["red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink"]


def _check_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.password:
        raise ValueError
    if parts.query or parts.fragment or not 0 <= (parts.port or 0) <= _LAST_PORT or any(c.isspace() for c in url):
        raise ValueError
    return url.rstrip("/")


def _check_printable(text: str) -> str:
    if not text.isprintable() or not text.isascii() or " " in text:
        raise ValueError
    return text


BaseUrl = Annotated[str, AfterValidator(_check_url)]
Word = Annotated[str, AfterValidator(_check_printable)]
OptionalWord = Annotated[Word | None, BeforeValidator(lambda value: None if value == "" else value)]
Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Argument = Annotated[str, Field(pattern=r"^[^\x00]*$")]
Command = Annotated[tuple[Argument, ...], Field(min_length=1, strict=False)]


class FrozenModel(BaseModel):
    """A model that converts nothing, changes never, and shows no input when it refuses it."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)


class KeySource(FrozenModel):
    """Where a workspace's key comes from; `env` and `command` only say more about their own kinds."""

    kind: SourceKind = "keyring"
    env: Variable | None = None
    command: Command | None = None
    interactive: bool = False


class WorkspaceSettings(FrozenModel):
    """One workspace: its server, its key's source, and to whom the key belonged when it was last checked."""

    name: str
    base_url: BaseUrl = DEFAULT_BASE_URL
    workspace_id: OptionalWord = None
    key: KeySource = KeySource()
    read_only: bool = False
    production: bool = False
    colour: Colour | None = None
    seen_workspace_id: OptionalWord = None
    seen_organization_id: OptionalWord = None


class NoticeSettings(FrozenModel):
    """Which events a person is told of, and how; the table `[notices]` of the file."""

    events: Annotated[tuple[NoticeEvent, ...], Field(strict=False)] = Field(
        default=NOTICE_EVENTS,
        title="the events worth telling, each once",
        description='a list of "ended", "failures", "expiring", "results_going" and "key_refused"',
    )
    failures_above_percent: float = Field(
        default=0.0,
        ge=0,
        le=100,
        title="the share of failed requests above which an ended batch is one with failures",
        description="a number from 0 to 100",
    )
    toast: bool = Field(default=True, title="show a box in the dashboard", description="true or false")
    bell: bool = Field(default=False, title="ring the terminal's bell", description="true or false")
    terminal: Literal["off", "osc9", "osc777"] = Field(
        default="off",
        title="send the sequence that your terminal shows as a notification of the desktop",
        description='"off", "osc9" or "osc777"',
    )
    command: Command | None = Field(
        default=None,
        title="a program of yours, given the facts as one JSON object on standard input; ten seconds",
        description='a list of a program and its arguments, such as ["notify-me", "--batch"]',
    )

    @property
    def ways(self) -> frozenset[str]:
        """The ways by which the person wants to be told."""
        wanted = {"toast": self.toast, "bell": self.bell, "terminal": self.terminal != "off", "command": self.command}
        return frozenset(way for way, is_wanted in wanted.items() if is_wanted)


class GlobalTable(FrozenModel):
    """The settings that belong to no workspace, as the file has them."""

    default_workspace: str | None = Field(
        default=None,
        title="the workspace that is opened when none is named",
        description='the name of a workspace, such as "production"',
    )
    refresh_seconds: float = Field(
        default=10.0,
        ge=1,
        le=3600,
        title="how often the dashboard asks; never more than one request in six seconds by itself",
        description="a number of seconds from 1 to 3600",
    )
    read_only: bool = Field(
        default=False, title="nothing can be canceled or deleted, in any workspace", description="true or false"
    )
    low_bandwidth: bool | Literal["auto"] = Field(
        default="auto", title='draw less, for a slow link; "auto" does so over SSH', description='"auto", true or false'
    )
    theme: str | None = Field(
        default=None,
        title="the colours; `colourblind-dark` and `colourblind-light` are told apart by everybody",
        description='the name of a theme, such as "colourblind-dark"',
    )
    ascii: bool | Literal["auto"] = Field(
        default="auto",
        title='draw with ASCII only; "auto" does so where terminal or locale know nothing else',
        description='"auto", true or false',
    )
    mouse: bool = Field(
        default=True, title="listen to the mouse; false leaves it to the terminal", description="true or false"
    )
    keyring_backend: Word | None = Field(
        default=None,
        title="the keyring to use, where the one that is found is not the one you want",
        description='a keyring backend\'s full name, such as "keyring.backends.SecretService.Keyring"',
    )


class BoundAction(FrozenModel):
    """A line of the table `[keys]`: which keys an action has instead of its own, and where the file says so."""

    action: str
    keys: tuple[str, ...]
    line: int | None = None


class Settings(GlobalTable):
    """The whole configuration; `warnings` are sentences about what was not understood."""

    workspaces: dict[str, WorkspaceSettings] = Field(default_factory=dict)
    notices: NoticeSettings = NoticeSettings()
    keys: tuple[BoundAction, ...] = ()
    warnings: tuple[str, ...] = ()


class WorkspaceTable(FrozenModel):
    """One workspace as the file has it, with the key's source spelled out in flat keys."""

    base_url: BaseUrl = Field(
        default=DEFAULT_BASE_URL,
        title="the server",
        description='an http or https URL without a password, such as "https://api.anthropic.com"',
    )
    workspace_id: OptionalWord = Field(
        default=None,
        title="sent with every call; only for keys that span workspaces",
        description='a workspace\'s id, such as "wrkspc_01AbC", in quotes',
    )
    key_source: SourceKind | None = Field(
        default=None,
        title="where the key is; what the next two say, else the keyring",
        description='"keyring", "env", "command" or "session"',
    )
    key_env: Variable | None = Field(
        default=None,
        title="the variable that holds the key",
        description='the name of an environment variable, such as "PROD_KEY"',
    )
    key_command: Command | None = Field(
        default=None,
        title="the program that prints the key, run whenever it is needed",
        description='a list of a program and its arguments, such as ["pass", "show", "anthropic"]',
    )
    key_command_interactive: bool = Field(
        default=False,
        title="lend key_command the terminal, for a passphrase; never where standard input is none",
        description="true or false",
    )
    read_only: bool = Field(default=False, title="nothing can be canceled or deleted here", description="true or false")
    production: bool = Field(
        default=False,
        title="a mark, for which dialogs ask for the last four characters of a batch's id",
        description="true or false",
    )
    colour: Colour | None = Field(
        default=None,
        title="the colour of its name",
        description='one of "red", "orange", "yellow", "green", "cyan", "blue", "purple" and "pink"',
    )
    seen_workspace_id: OptionalWord = Field(
        default=None,
        title="to which workspace the key belonged when it was last tested; written by batchtui",
        description="a workspace's id, in quotes",
    )
    seen_organization_id: OptionalWord = Field(
        default=None,
        title="to which organization it belonged; written by batchtui",
        description="an organization's id, in quotes",
    )

    def kinds(self) -> set[SourceKind]:
        """Return every kind of source that this table speaks of; more than one is a contradiction."""
        said: dict[SourceKind, object] = {"env": self.key_env, "command": self.key_command}
        spoken: list[SourceKind] = [kind for kind, value in said.items() if value is not None]
        return {*spoken, self.key_source} if self.key_source else set(spoken)

    def to_settings(self, name: str) -> WorkspaceSettings:
        """Return the workspace that this table describes."""
        kind: SourceKind = next(iter(self.kinds()), "keyring")
        variable = (self.key_env or DEFAULT_KEY_VARIABLE) if kind == "env" else None
        interactive = self.key_command_interactive and kind == "command"
        plain = self.model_dump(exclude={"key_source", "key_env", "key_command", "key_command_interactive"})
        source = KeySource(kind=kind, env=variable, command=self.key_command, interactive=interactive)
        return WorkspaceSettings(name=name, key=source, **plain)
