"""Read the configuration file, and say exactly what is wrong with it and where."""

from __future__ import annotations

import difflib
import os
import re
import stat
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from batchtui.errors import ConfigurationError, InvalidWorkspaceNameError
from batchtui.paths import config_path
from batchtui.safe_text import safe_line
from batchtui.settings.locating import locate, place_of
from batchtui.settings.names import ENV_WORKSPACE, check_name
from batchtui.settings.schema import (
    BoundAction,
    FrozenModel,
    GlobalTable,
    NoticeSettings,
    Settings,
    WorkspaceSettings,
    WorkspaceTable,
)

Model = TypeVar("Model", bound=FrozenModel)

LARGEST = 256 * 1024
"""In bytes; what is larger is something else than our configuration."""

_KINDS = {
    stat.S_ISDIR: "a folder",
    stat.S_ISFIFO: "a pipe",
    stat.S_ISSOCK: "a socket",
    stat.S_ISCHR: "a device",
    stat.S_ISBLK: "a device",
}
_KEY = re.compile(r"sk-ant-[\w-]{12,}")
_KEY_NAMES = {"key", "api_key", "apikey", "secret", "token"}
_KEY_WORDS = (
    "an API key stands here, and keys are not kept in this file; take it out, create a new one in the console if "
    "others could read it, and store it with `batchtui workspaces add NAME`"
)
_PLACE = re.compile(r" \((at line \d+, column \d+|at end of document)\)$")


def load_settings(path: Path | None = None) -> Settings:
    """Return what the configuration file says; defaults where there is none.

    Raises `ConfigurationError`, with line and column where they are known.
    """
    outcome = _load(config_path() if path is None else path)
    if isinstance(outcome, ConfigurationError):
        raise outcome
    return outcome


def parse_settings(text: str, path: Path) -> Settings:
    """Return what a configuration's text says; `path` only names it in errors."""
    outcome = _parse(text, path)
    del text  # it may hold a key, and tracebacks can show local variables
    if isinstance(outcome, ConfigurationError):
        raise outcome
    return outcome


def read_content(path: Path) -> bytes | None:
    """Return the file's bytes, or None where there is no file; what is none is not waited for."""
    problem = ""
    try:
        _refuse_other_kinds(path)
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        problem = (error.strerror or "it cannot be opened").lower()
    else:
        problem = "it is too large for a configuration" if len(content) > LARGEST else ""
    if problem:
        raise ConfigurationError(path, problem)
    return content


def _refuse_other_kinds(path: Path) -> None:
    """Raise `ConfigurationError` for a pipe, which may never end and is read but once, and its like."""
    status = path.stat()
    if stat.S_ISREG(status.st_mode) or _is_null(status):
        return
    kind = next((name for is_such, name in _KINDS.items() if is_such(status.st_mode)), "no file")
    error = ConfigurationError(path, f"it is {kind}")
    error.hint = "Let BATCHTUI_CONFIG name a file"
    error.hint += "; what `<(…)` stands for is a pipe: write it to a file first." if kind == "a pipe" else "."
    raise error


def _is_null(status: os.stat_result) -> bool:
    """Whether a file is `/dev/null`, by which people say that there is no configuration."""
    with suppress(OSError):
        return os.path.samestat(status, os.stat(os.devnull))  # noqa: PTH116  # devnull is no Path
    return False


def decode(content: bytes, path: Path) -> str:
    """Return the file's text, without a byte order mark; raise `ConfigurationError` where it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        offset = error.start
    before = content[:offset]
    column = offset - before.rfind(b"\n")
    raise ConfigurationError(path, "it is not UTF-8 text", line=before.count(b"\n") + 1, column=column)


def _load(path: Path) -> Settings | ConfigurationError:
    try:
        content = read_content(path)
        text = decode(content, path) if content is not None else ""
    except ConfigurationError as error:
        return error.with_traceback(None)
    return _parse(text, path)


def _parse(text: str, path: Path) -> Settings | ConfigurationError:
    try:
        return _Reader(text, path).settings()
    except ConfigurationError as error:
        return error.with_traceback(None)  # its frames hold the file's values


def _split(keys: str) -> tuple[str, ...]:
    return tuple(key.strip() for key in keys.split(",") if key.strip())


class _Reader:
    """One text being read, with what was noticed on the way."""

    def __init__(self, text: str, path: Path) -> None:
        self.text = text
        self.path = path
        self.warnings: list[str] = []

    def settings(self) -> Settings:
        data = self.parse()
        tables = self.tables(data.pop("workspaces", {}))
        notices = self.notices(data.pop("notices", {}))
        keys = self.keys(data.pop("keys", {}))
        own = self.validate(GlobalTable, data, ())
        workspaces = {name: self.workspace(name, table) for name, table in tables.items()}
        default = own.default_workspace
        if default is not None and default not in {*workspaces, ENV_WORKSPACE}:
            words = f"default_workspace names {safe_line(default)!r}, which is not in this file"
            self.warn(("default_workspace",), words)
        return Settings(
            **own.model_dump(), workspaces=workspaces, notices=notices, keys=keys, warnings=tuple(self.warnings)
        )

    def parse(self) -> dict[str, Any]:
        self._refuse_keys()
        problem, line, column = "it cannot be understood", None, None
        try:
            return tomllib.loads(self.text)
        except RecursionError:
            problem = "it is nested too deeply"
        except tomllib.TOMLDecodeError as error:
            problem = _PLACE.sub("", safe_line(str(error)))
            line, column = place_of(str(error))
            if line is None and "end of document" in str(error):
                line, column = self.text.count("\n") + 1, len(self.text) - self.text.rfind("\n")
        except ValueError:
            problem = "it holds a number that is too large"
        raise ConfigurationError(self.path, problem, line=line, column=column)

    def tables(self, data: object) -> Mapping[str, dict[str, Any]]:
        if not isinstance(data, dict):
            raise self.error(("workspaces",), "`workspaces` must be tables, such as [workspaces.prod]")
        for name, table in data.items():
            self._check_name(name)
            if not isinstance(table, dict):
                raise self.error(
                    ("workspaces", name), f"`workspaces.{name}` must be a table, such as [workspaces.{name}]"
                )
        return data

    def notices(self, data: object) -> NoticeSettings:
        if not isinstance(data, dict):
            raise self.error(("notices",), "`notices` must be a table: [notices]")
        return self.validate(NoticeSettings, data, ("notices",))

    def keys(self, data: object) -> tuple[BoundAction, ...]:
        """Return which action has which keys; whether there are such is for the screens to say, which know them."""
        if not isinstance(data, dict):
            raise self.error(("keys",), "`keys` must be a table: [keys]")
        for action, keys in data.items():
            if not isinstance(keys, str):
                words = f'`{safe_line(action)}` must be keys between quotes, commas between them, such as "x,ctrl+x"'
                raise self.error(("keys", action), words)
        return tuple(
            BoundAction(action=action, keys=_split(keys), line=locate(self.text, ("keys", action))[0])
            for action, keys in data.items()
        )

    def workspace(self, name: str, data: dict[str, Any]) -> WorkspaceSettings:
        place = ("workspaces", name)
        table = self.validate(WorkspaceTable, data, place)
        if len(table.kinds()) > 1:
            words = "the key has two sources; keep one of key_source, key_env and key_command"
            raise self.error((*place, "key_source" if table.key_source else "key_command"), words)
        if table.key_source == "command" and table.key_command is None:
            raise self.error((*place, "key_source"), "`key_command` must say which command prints the key")
        return table.to_settings(name)

    def validate(self, model: type[Model], data: dict[str, Any], place: Sequence[str]) -> Model:
        known = {key: value for key, value in data.items() if key in model.model_fields}
        self._warn_unknown(data.keys() - known.keys(), model.model_fields, place)
        wrong = ""
        try:
            return model.model_validate(known)
        except ValidationError as error:
            wrong = str(error.errors(include_input=False, include_context=False)[0]["loc"][0])
        raise self.error((*place, wrong), f"`{wrong}` must be {model.model_fields[wrong].description}")

    def error(self, place: Sequence[str], problem: str) -> ConfigurationError:
        line, column = locate(self.text, place)
        return ConfigurationError(self.path, problem, line=line, column=column)

    def warn(self, place: Sequence[str], words: str) -> None:
        line, _ = locate(self.text, place)
        self.warnings.append(f"line {line}: {words}" if line else words)

    def _check_name(self, name: str) -> None:
        problem = ""
        try:
            check_name(name)
        except InvalidWorkspaceNameError as error:
            problem = error.detail
        if problem:
            raise self.error(("workspaces", name), problem)

    def _warn_unknown(self, names: Iterable[str], fields: Iterable[str], place: Sequence[str]) -> None:
        for name in sorted(names):
            if place and name.lower() in _KEY_NAMES:
                raise self.error((*place, name), _KEY_WORDS)
            close = difflib.get_close_matches(name, list(fields), 1)
            meant = f"; did you mean `{close[0]}`?" if close else ""
            self.warn((*place, name), f"`{safe_line(name)}` is not a setting and is ignored{meant}")

    def _refuse_keys(self) -> None:
        found = _KEY.search(self.text)
        place = (found.start(), self.text.rfind("\n", 0, found.start())) if found else None
        found = None
        if place is not None:
            line = self.text.count("\n", 0, place[0]) + 1
            raise ConfigurationError(self.path, _KEY_WORDS, line=line, column=place[0] - place[1])
