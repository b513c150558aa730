"""Which keyring is used: the operating system's own, or the one that the person named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from batchtui.credentials.keyring_store import KeyringStore
from batchtui.errors import KeyringFailedError, KeyringMissingError
from tests.credentials.conftest import KeyringIn

pytestmark = pytest.mark.secret_service

KEY = SecretStr("sk-ant-api03-made-up")
PLAIN_FILE = """
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 100
    kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password
"""
MakeStore = Callable[..., KeyringStore]


@pytest.fixture
def plain_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install a keyring package that puts itself before all others, as keyrings.alt does; return its folder."""
    (tmp_path / "plain_file.py").write_text(PLAIN_FILE)
    metadata = tmp_path / "plain_file-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: plain-file\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[keyring.backends]\nplain_file = plain_file\n")
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("plain_file")
def test_a_store_that_merely_happens_to_be_installed_is_not_used(keyring_in: KeyringIn, make_store: MakeStore) -> None:
    keyring_in("missing")
    with pytest.raises(KeyringMissingError):
        make_store().write("prod", KEY)


@pytest.mark.usefixtures("plain_file")
def test_a_store_that_the_configuration_names_is_used(keyring_in: KeyringIn, make_store: MakeStore) -> None:
    keyring_in("missing")
    store = make_store(backend="plain_file.Keyring")
    store.write("prod", KEY)
    assert store.read("prod") == KEY
    assert store.label == "plain_file.Keyring"


@pytest.mark.usefixtures("plain_file")
@pytest.mark.parametrize(
    "name", ["plain_file.Keyring", "keyring.backends.null.Keyring", "keyring.backends.fail.Keyring"]
)
def test_a_store_that_only_the_keyring_package_was_told_of_is_refused_by_name(
    name: str, keyring_in: KeyringIn, make_store: MakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring_in("unlocked")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    with pytest.raises(KeyringMissingError, match=name) as caught:
        make_store().write("prod", KEY)
    assert f'keyring_backend = "{name}"' in caught.value.hint


def test_the_keyring_packages_own_file_counts_as_far_as_it_is_safe(
    plain_file: Path, keyring_in: KeyringIn, make_store: MakeStore
) -> None:
    service = keyring_in("unlocked")
    file = Path(service.environ["XDG_CONFIG_HOME"], "python_keyring", "keyringrc.cfg")
    file.parent.mkdir()
    file.write_text(f"[backend]\ndefault-keyring=plain_file.Keyring\nkeyring-path={plain_file}\n")
    with pytest.raises(KeyringMissingError, match=r"plain_file\.Keyring"):
        make_store().read("prod")
    file.write_text("[backend]\ndefault-keyring=keyring.backends.SecretService.Keyring\n")
    make_store().write("prod", KEY)


@pytest.mark.usefixtures("plain_file")
def test_a_chain_of_stores_leads_to_the_operating_systems_own(
    keyring_in: KeyringIn, make_store: MakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring_in("unlocked")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.chainer.ChainerBackend")
    store = make_store()
    store.write("prod", KEY)
    assert store.label == "Secret Service"


@pytest.mark.parametrize("name", ["nothing.Keyring", "keyring.backends.Nothing", "nonsense"])
def test_a_named_store_that_is_not_installed_is_missing(
    name: str, keyring_in: KeyringIn, make_store: MakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring_in("unlocked")
    with pytest.raises(KeyringMissingError, match=f"{name}, which is not installed"):
        make_store(backend=name).read("prod")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    with pytest.raises(KeyringMissingError, match="cannot be used"):
        make_store().read("prod")


def test_a_named_store_that_does_not_run_here_says_so(keyring_in: KeyringIn, make_store: MakeStore) -> None:
    keyring_in("missing")
    with pytest.raises(KeyringMissingError, match=r"SecretService\.Keyring, which cannot be used"):
        make_store(backend="keyring.backends.SecretService.Keyring").read("prod")


def test_a_store_that_forgets_is_noticed_by_reading_back(keyring_in: KeyringIn, make_store: MakeStore) -> None:
    keyring_in("missing")
    with pytest.raises(KeyringFailedError, match="did not keep the key"):
        make_store(backend="keyring.backends.null.Keyring").write("prod", KEY)


@pytest.mark.usefixtures("plain_file")
def test_a_store_that_cannot_delete_is_noticed_by_reading_back(keyring_in: KeyringIn, make_store: MakeStore) -> None:
    keyring_in("missing")
    store = make_store(backend="plain_file.Keyring")
    store.write("prod", KEY)
    with pytest.raises(KeyringFailedError, match="did not delete the key of prod"):
        store.delete("prod")
