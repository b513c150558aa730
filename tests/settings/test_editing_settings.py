"""The configuration file as it is edited: comments and order stay, and it changes whole or not at all."""

from __future__ import annotations

import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batchtui.errors import (
    BatchtuiError,
    ConfigurationError,
    InvalidWorkspaceNameError,
    OutputNotWritableError,
    UnknownWorkspaceError,
    WorkspaceExistsError,
)
from batchtui.settings import (
    KeySource,
    WorkspaceSettings,
    add_workspace,
    edit_settings,
    load_settings,
    remember_identity,
    remove_workspace,
    rename_workspace,
    set_default_workspace,
)

EXAMPLE = """\
# Kept by hand.
default_workspace = "prod"  # the usual one
refresh_seconds = 30

# Production: be careful.
[workspaces.prod]  # since May
# the gateway
base_url   =   'https://gateway.example'   # odd spacing
key_env = "PROD_KEY"

# Trials.
[workspaces.test]
key_source = "session"

# The end.
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(EXAMPLE)
    return path


EDITS: dict[str, Callable[[Path], None]] = {
    "add": lambda path: add_workspace(path, WorkspaceSettings(name="new")),
    "rename": lambda path: rename_workspace(path, "prod", "live"),
    "remove": lambda path: remove_workspace(path, "test"),
    "default": lambda path: set_default_workspace(path, "test"),
    "remember": lambda path: remember_identity(path, "prod", workspace_id="wrkspc_01", organization_id="org"),
}


@pytest.mark.parametrize("edit", ["add", "rename", "default", "remember"])
def test_every_comment_and_every_other_line_stays_where_it_was(edit: str, file: Path) -> None:
    EDITS[edit](file)
    after = file.read_text().splitlines()
    touched = {"rename": ("[workspaces.prod]", "default_workspace"), "default": ("default_workspace",)}.get(edit, ())
    kept = [line for line in EXAMPLE.splitlines() if not line.startswith(touched or "\0")]
    assert [line for line in after if line in kept and line] == [line for line in kept if line]


def test_a_workspace_is_renamed_in_its_place_with_its_comments_and_the_default_follows(file: Path) -> None:
    rename_workspace(file, "prod", "live")
    expected = EXAMPLE.replace("[workspaces.prod]", "[workspaces.live]").replace('= "prod"', '= "live"')
    assert file.read_text() == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('[ workspaces . "prod" ]\n', "[ workspaces . live ]\n"),
        (
            "[workspaces.prod]\nx.y = 1\n[workspaces.prod.more]\n",
            "[workspaces.live]\nx.y = 1\n[workspaces.live.more]\n",
        ),
        ("[workspaces.prod]\n[other]\n[workspaces.z]\n", "[workspaces.live]\n[other]\n[workspaces.z]\n"),
        ("[workspaces.production]\n[workspaces.prod]\n", "[workspaces.production]\n[workspaces.live]\n"),
        ("workspaces = {prod = {read_only = true}}\n", None),
        ("[workspaces]\nprod.read_only = true\na.read_only = true\n", None),
        ('[workspaces.prod]\ntheme = """\n[workspaces.prod]\n"""\n', None),
    ],
)
def test_a_workspace_is_renamed_however_it_is_written(before: str, after: str | None, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(before)
    expected = tomllib.loads(before)
    expected["workspaces"]["live"] = expected["workspaces"].pop("prod")
    rename_workspace(file, "prod", "live")
    assert tomllib.loads(file.read_text()) == expected
    assert after is None or file.read_text() == after


def test_a_removed_workspace_takes_only_its_own_lines_and_the_default_with_it(file: Path) -> None:
    remove_workspace(file, "prod")
    after = load_settings(file)
    assert (list(after.workspaces), after.default_workspace, after.refresh_seconds) == (["test"], None, 30)
    assert "# Kept by hand." in file.read_text()
    assert "PROD_KEY" not in file.read_text()


@pytest.mark.parametrize(
    "workspace",
    [
        WorkspaceSettings(name="new"),
        WorkspaceSettings(name="new", base_url="http://localhost:1", read_only=True, workspace_id="wrkspc_01"),
        WorkspaceSettings(name="new", key=KeySource(kind="env", env="NEW_KEY")),
        WorkspaceSettings(name="new", key=KeySource(kind="command", command=("pass", "show", 'a "b" \\c'))),
        WorkspaceSettings(name="new", key=KeySource(kind="session"), seen_workspace_id="w", seen_organization_id="o"),
    ],
)
def test_an_added_workspace_is_read_back_as_it_was(workspace: WorkspaceSettings, file: Path) -> None:
    add_workspace(file, workspace)
    assert load_settings(file).workspaces["new"] == workspace


def test_the_first_workspace_makes_file_and_folders_for_the_person_alone_and_is_the_default(tmp_path: Path) -> None:
    file = tmp_path / "not" / "yet" / "config.toml"
    add_workspace(file, WorkspaceSettings(name="first"))
    add_workspace(file, WorkspaceSettings(name="second"))
    assert load_settings(file).default_workspace == "first"
    assert [path.stat().st_mode & 0o777 for path in (file, file.parent, file.parent.parent)] == [0o600, 0o700, 0o700]


def test_a_workspace_can_be_added_as_the_default(file: Path) -> None:
    add_workspace(file, WorkspaceSettings(name="new"), is_default=True)
    assert load_settings(file).default_workspace == "new"


def test_what_was_remembered_is_kept_when_nothing_new_is_known(file: Path) -> None:
    remember_identity(file, "prod", workspace_id="wrkspc_01", organization_id=None)
    remember_identity(file, "prod", workspace_id=None, organization_id="org")
    prod = load_settings(file).workspaces["prod"]
    assert (prod.seen_workspace_id, prod.seen_organization_id) == ("wrkspc_01", "org")


@pytest.mark.parametrize("edit", EDITS)
def test_a_file_that_others_could_read_is_closed_to_them(edit: str, file: Path) -> None:
    file.chmod(0o644)
    EDITS[edit](file)
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("broken", ["[workspaces.prod\n", "read_only = 'ten'\n", "# sk-ant-api03-made-up-key\n"])
def test_a_broken_file_is_never_overwritten(broken: str, edit: str, file: Path) -> None:
    file.write_text(EXAMPLE + broken)
    with pytest.raises(ConfigurationError):
        EDITS[edit](file)
    assert file.read_text() == EXAMPLE + broken


def test_an_edit_that_would_break_the_file_is_not_written(file: Path) -> None:
    with pytest.raises(ConfigurationError, match="refresh_seconds"), edit_settings(file) as document:
        document["refresh_seconds"] = 0
    assert file.read_text() == EXAMPLE


def test_an_edit_that_fails_half_way_changes_nothing_and_leaves_nothing_behind(file: Path) -> None:
    def fail() -> None:
        with edit_settings(file) as document:
            document["refresh_seconds"] = 60
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert file.read_text() == EXAMPLE
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda file: add_workspace(file, WorkspaceSettings(name="prod")), WorkspaceExistsError),
        (lambda file: add_workspace(file, WorkspaceSettings(name="Prod")), InvalidWorkspaceNameError),
        (lambda file: rename_workspace(file, "prod", "test"), WorkspaceExistsError),
        (lambda file: rename_workspace(file, "prod", "a b"), InvalidWorkspaceNameError),
        (lambda file: rename_workspace(file, "none", "new"), UnknownWorkspaceError),
        (lambda file: remove_workspace(file, "none"), UnknownWorkspaceError),
        (lambda file: set_default_workspace(file, "none"), UnknownWorkspaceError),
        (
            lambda file: remember_identity(file, "none", workspace_id="w", organization_id=None),
            UnknownWorkspaceError,
        ),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(
    call: Callable[[Path], None], error: type[BatchtuiError], file: Path
) -> None:
    with pytest.raises(error):
        call(file)
    assert file.read_text() == EXAMPLE


def test_an_edit_without_a_change_does_not_touch_the_file(file: Path) -> None:
    before = file.stat()
    set_default_workspace(file, "prod")
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("exists", [True, False])
def test_a_symbolic_link_stays_a_link_and_its_target_is_edited(exists: bool, tmp_path: Path) -> None:  # noqa: FBT001  # a parameter of the test
    target, link = tmp_path / "dotfiles" / "batchtui.toml", tmp_path / "config.toml"
    target.parent.mkdir()
    if exists:
        target.write_text(EXAMPLE)
    link.symlink_to(target)
    add_workspace(link, WorkspaceSettings(name="new"))
    assert link.is_symlink()
    assert "new" in load_settings(target).workspaces
    assert [path.name for path in target.parent.iterdir()] == ["batchtui.toml"]


def test_windows_line_ends_stay(file: Path) -> None:
    file.write_bytes(EXAMPLE.replace("\n", "\r\n").encode())
    rename_workspace(file, "prod", "live")
    assert file.read_bytes().count(b"\r\n") == file.read_bytes().count(b"\n") == EXAMPLE.count("\n")


def test_a_change_by_an_editor_meanwhile_is_not_overwritten(file: Path) -> None:
    def edit_twice() -> None:
        with edit_settings(file) as document:
            file.write_text(EXAMPLE + "# added by hand\n")
            document["refresh_seconds"] = 60

    with pytest.raises(ConfigurationError, match="another program is changing it"):
        edit_twice()
    assert file.read_text() == EXAMPLE + "# added by hand\n"


def test_edits_at_the_same_time_are_all_kept(file: Path) -> None:
    names = [f"w{number}" for number in range(6)]
    threads = [threading.Thread(target=add_workspace, args=(file, WorkspaceSettings(name=name))) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(load_settings(file).workspaces) == {"prod", "test", *names}


def test_another_program_run_waits_for_its_turn(file: Path) -> None:
    program = """
import sys
from pathlib import Path
from batchtui.settings import WorkspaceSettings, add_workspace
add_workspace(Path(sys.argv[1]), WorkspaceSettings(name="other"))
"""
    with edit_settings(file) as document:
        other = subprocess.Popen([sys.executable, "-c", program, str(file)])
        document["refresh_seconds"] = 60
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(1)
    assert other.wait(60) == 0
    assert (load_settings(file).refresh_seconds, "other" in load_settings(file).workspaces) == (60, True)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputNotWritableError, match="not a directory"):
        add_workspace(tmp_path / "file" / "folder" / "config.toml", WorkspaceSettings(name="new"))


@pytest.mark.skipif(sys.platform == "win32", reason="the limit on a file's size is POSIX")
def test_a_disk_without_room_is_told_and_leaves_the_file_as_it_was(file: Path) -> None:
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        with pytest.raises(OutputNotWritableError, match="file too large"):
            rename_workspace(file, "prod", "live")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert file.read_text() == EXAMPLE
    assert list(file.parent.iterdir()) == [file]


NAMES = st.sampled_from(["a", "b", "prod", "x-1", "under_score"])
STEPS = st.one_of(
    st.tuples(st.just("add"), NAMES, NAMES),
    st.tuples(st.just("rename"), NAMES, NAMES),
    st.tuples(st.just("remove"), NAMES, NAMES),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(STEPS, max_size=8))
def test_any_row_of_edits_leaves_the_workspaces_that_a_dictionary_would(steps: list[tuple[str, str, str]]) -> None:
    expected = {"prod": "https://gateway.example", "test": "https://api.anthropic.com"}
    with TemporaryDirectory() as folder:
        file = Path(folder, "config.toml")
        file.write_text(EXAMPLE)
        for step, name, new in steps:
            if step == "add" and name not in expected:
                add_workspace(file, WorkspaceSettings(name=name, base_url=f"http://{new[0]}"))
                expected[name] = f"http://{new[0]}"
            elif step == "rename" and name in expected and new not in expected:
                rename_workspace(file, name, new)
                expected[new] = expected.pop(name)
            elif step == "remove" and name in expected:
                remove_workspace(file, name)
                del expected[name]
        found = {name: each.base_url for name, each in load_settings(file).workspaces.items()}
        assert found == expected
        assert file.read_text().startswith("# Kept by hand.\n")
