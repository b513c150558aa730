"""The configuration file: what it may say, how it is read, and how it is edited without losing a comment."""

from __future__ import annotations

from batchtui.settings.documenting import SettingFact, example_file, iter_settings, settings_table
from batchtui.settings.editing import (
    add_workspace,
    edit_settings,
    remember_identity,
    remove_workspace,
    rename_workspace,
    set_default_workspace,
    set_theme,
)
from batchtui.settings.env_workspace import env_workspace
from batchtui.settings.names import ENV_WORKSPACE, check_name
from batchtui.settings.reading import load_settings, parse_settings
from batchtui.settings.schema import (
    DEFAULT_BASE_URL,
    BoundAction,
    KeySource,
    NoticeEvent,
    NoticeSettings,
    Settings,
    WorkspaceSettings,
)

__all__ = [
    "DEFAULT_BASE_URL",
    "ENV_WORKSPACE",
    "BoundAction",
    "KeySource",
    "NoticeEvent",
    "NoticeSettings",
    "SettingFact",
    "Settings",
    "WorkspaceSettings",
    "add_workspace",
    "check_name",
    "edit_settings",
    "env_workspace",
    "example_file",
    "iter_settings",
    "load_settings",
    "parse_settings",
    "remember_identity",
    "remove_workspace",
    "rename_workspace",
    "set_default_workspace",
    "set_theme",
    "settings_table",
]
