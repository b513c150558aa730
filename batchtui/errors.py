"""Every way in which batchtui can fail, as one tree.

    BatchtuiError
    ├── UsageError                          exit 2: the words of a command, or its settings
    │   ├── ConfigurationError              the file, with line and column
    │   ├── UnknownWorkspaceError
    │   ├── WorkspaceExistsError
    │   ├── InvalidWorkspaceNameError
    │   ├── ReadOnlyError
    │   ├── DemoUnavailableError            the `demo` extra is not installed
    │   ├── ServeUnavailableError           the `serve` extra is not installed
    │   └── NotATerminalError
    ├── CredentialError                     exit 4: no usable key
    │   ├── NoKeyError
    │   ├── MalformedKeyError
    │   ├── AdminKeyError
    │   ├── KeyCommandError
    │   └── KeyringError
    │       ├── KeyringMissingError         no service that is safe
    │       ├── KeyringLockedError
    │       ├── KeyringTimeoutError         the service hangs
    │       ├── KeyringDismissedError       the person closed the question
    │       └── KeyringFailedError          anything else it said
    ├── ApiError                            exit 1: the API or the network refused
    │   ├── ConnectionFailedError           no answer
    │   │   └── RequestTimeoutError
    │   ├── InterruptedStreamError          an answer that stopped in its middle
    │   ├── UnexpectedAnswerError           an answer that is not the API's
    │   ├── ForeignOriginError              a link that leads away from the key's origin
    │   ├── CallStoppedError                we ended it ourselves
    │   └── StatusError                     an error status, with request-id
    │       ├── BadRequestError             400
    │       ├── AuthenticationError         401
    │       ├── BillingError                402
    │       ├── PermissionDeniedError       403
    │       ├── NotFoundError               404
    │       ├── ConflictError               409
    │       ├── RequestTooLargeError        413
    │       ├── RateLimitError              429
    │       ├── OverloadedError             529
    │       └── InternalServerError         any other 5xx
    ├── ResultsError                        exit 1
    │   ├── ResultsNotReadyError
    │   ├── ResultsUnavailableError         past their 29 days, or archived
    │   └── SpoolError                      no room for them on this disk
    └── OutputError                         exit 1: a file that we were to write
        ├── OutputExistsError
        ├── OutputIsFolderError
        ├── OutputNotWritableError
        └── OutputStoppedError              somebody asked for that

Each error carries a `title` (what happened, a few words), a `detail` (this case, in a sentence) and a
`hint` (the way out). None of them ever holds a key.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


class BatchtuiError(Exception):
    """A failure that can be told to a person."""

    title: str = "Something went wrong"
    hint: str = ""
    exit_code: ClassVar[int] = 1

    def __init__(self, detail: str = "", *, title: str | None = None, hint: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        if title is not None:
            self.title = title
        if hint is not None:
            self.hint = hint

    def __str__(self) -> str:
        return f"{self.title}: {self.detail}" if self.detail else self.title


class UsageError(BatchtuiError):
    """The words of a command, or the settings, do not add up."""

    title = "That cannot be done as asked"
    exit_code = 2


class ConfigurationError(UsageError):
    """The configuration file cannot be read; `line` and `column` count from 1 where they are known."""

    title = "The configuration cannot be read"
    hint = "Correct the file and start again; it is never overwritten while it cannot be read."

    def __init__(self, path: Path, problem: str, *, line: int | None = None, column: int | None = None) -> None:
        place = str(path)
        if line is not None:
            place += f", line {line}"
        if column is not None:
            place += f", column {column}"
        super().__init__(f"{place}: {problem}")
        self.path = path
        self.line = line
        self.column = column


class UnknownWorkspaceError(UsageError):
    """No workspace has this name."""

    title = "Unknown workspace"
    hint = "`batchtui workspaces list` names them; `batchtui workspaces add NAME` makes one."


class WorkspaceExistsError(UsageError):
    """A workspace of this name is there already."""

    title = "That name is taken"
    hint = "Choose another name, or remove the workspace first: `batchtui workspaces remove NAME`."


class InvalidWorkspaceNameError(UsageError):
    """Not every keyring can hold this name."""

    title = "That name cannot be used"
    hint = "Use 1 to 64 lower-case letters, digits, `-` and `_`, beginning with a letter or digit."


class ReadOnlyError(UsageError):
    """The workspace, or this session, was opened for reading only."""

    title = "Read-only"
    hint = "Start without --read-only, or remove read_only from the workspace's settings."


class DemoUnavailableError(UsageError):
    """The simulator's libraries are not installed."""

    title = "The demo is not installed"
    hint = "Install it with: pip install 'batchtui[demo]'"


class ServeUnavailableError(UsageError):
    """What shows the dashboard in a browser is not installed."""

    title = "The browser's part is not installed"
    hint = "Install it with: pip install 'batchtui[serve]'"


class NotATerminalError(UsageError):
    """The dashboard has no terminal to draw on."""

    title = "Not a terminal"
    hint = "Run it in a terminal, or use a verb without a screen, such as `batchtui list`."


class CredentialError(BatchtuiError):
    """There is no usable key."""

    title = "No usable key"
    exit_code = 4


class NoKeyError(CredentialError):
    """The chosen source holds no key."""

    title = "No key"
    hint = "Store one with `batchtui workspaces add NAME`, or set ANTHROPIC_API_KEY."


class MalformedKeyError(CredentialError):
    """The text cannot be a key: wrong characters, or none."""

    title = "That is not a key"
    hint = "A key begins with sk-ant- and has no spaces or line breaks; copy it again from the console."


class AdminKeyError(CredentialError):
    """An admin key, which belongs to another API."""

    title = "That is an admin key"
    hint = "Message Batches need a workspace's API key (sk-ant-api…); create one in the console."


class KeyCommandError(CredentialError):
    """The command that should print the key failed."""

    title = "The key command failed"
    hint = "Run the command yourself in this terminal and see what it says."


class KeyringError(CredentialError):
    """The OS keyring could not be used."""

    title = "The keyring cannot be used"


class KeyringMissingError(KeyringError):
    """No keyring service that keeps keys safe is running."""

    title = "No keyring"
    hint = "Without a desktop, use --key-env or --key-command, or type the key for this session only."


class KeyringLockedError(KeyringError):
    """The keyring is locked."""

    title = "The keyring is locked"
    hint = "Unlock it in your desktop session, then try again; over SSH use --key-env or --key-command."


class KeyringTimeoutError(KeyringError):
    """The keyring service does not answer."""

    title = "The keyring does not answer"
    hint = "It may be waiting for a password on another screen; restart it, or use --key-env or --key-command."


class KeyringDismissedError(KeyringError):
    """The keyring's question was closed without an answer."""

    title = "The keyring was not unlocked"
    hint = "Try again and answer its question, or use --key-env or --key-command."


class KeyringFailedError(KeyringError):
    """The keyring failed in a way of its own."""

    title = "The keyring failed"
    hint = "`batchtui info` shows which keyring is in use; --key-env and --key-command need none."


class ApiError(BatchtuiError):
    """The API or the network refused; `is_outcome_unknown` where the server may have done it all the same."""

    title = "The API could not be used"
    is_outcome_unknown: bool = False


class ConnectionFailedError(ApiError):
    """The server was not reached, or it hung up without an answer."""

    title = "No connection"
    hint = "Check the network, any proxy, and the base URL."


class RequestTimeoutError(ConnectionFailedError):
    """The server did not answer in time."""

    title = "No answer in time"
    hint = "The network or the server is slow; try again."


class InterruptedStreamError(ApiError):
    """An answer stopped before its end; what came before it is good."""

    title = "The download was cut off"
    hint = "What arrived is kept; open the results again to fetch the rest."


class UnexpectedAnswerError(ApiError):
    """An answer that does not follow the documented API."""

    title = "The server's answer was not understood"
    hint = "Check that the base URL leads to the Message Batches API and not to a proxy's page."


class ForeignOriginError(ApiError):
    """A link leads to another origin than the one that the key belongs to."""

    title = "A link leads elsewhere"
    hint = "The key is sent only to the workspace's own base URL; check that URL."


class CallStoppedError(ApiError):
    """The client was closed, or the call given up, on our side."""

    title = "Stopped"
    hint = "Start it again when you need it."


class StatusError(ApiError):
    """The server answered with an error status.

    `error_type` is the API's word (`error.type`), `message` its own text (hostile until made safe), `request_id`
    the `request-id` header, `retry_after` the seconds that the server asked us to wait.
    """

    def __init__(
        self,
        *,
        status: int,
        error_type: str | None = None,
        message: str = "",
        request_id: str | None = None,
        retry_after: float | None = None,
        hint: str | None = None,
    ) -> None:
        detail = message or f"HTTP {status}"
        if request_id:
            detail += f" (request {request_id})"
        super().__init__(detail, hint=hint)
        self.status = status
        self.error_type = error_type
        self.message = message
        self.request_id = request_id
        self.retry_after = retry_after


class BadRequestError(StatusError):
    """400."""

    title = "The API refused the request"
    hint = "The message above names what it did not accept."


class AuthenticationError(StatusError):
    """401: the key is malformed, revoked or expired."""

    title = "The key was refused"
    hint = (
        "Create a new key in the console and put it where this one came from, "
        "which w in the dashboard and `batchtui workspaces list` tell."
    )


class BillingError(StatusError):
    """402."""

    title = "Billing"
    hint = "Check the organization's credit balance and payment method in the console."


class PermissionDeniedError(StatusError):
    """403."""

    title = "Not allowed"
    hint = "The key may not do this; use a key with the permission, or ask who administers the organization."


class NotFoundError(StatusError):
    """404: no such batch, or a batch of another workspace, or one made a moment ago."""

    title = "Not found"
    hint = "It may belong to another workspace (--workspace NAME); a batch just created can take a moment to appear."


class ConflictError(StatusError):
    """409."""

    title = "The batch is in another state now"
    hint = "Refresh and look at its status, then try again."


class RequestTooLargeError(StatusError):
    """413."""

    title = "Too large"
    hint = "A batch holds at most 100,000 requests and 256 MB."


class RateLimitError(StatusError):
    """429; `retry_after` says how long to wait."""

    title = "Rate limited"
    hint = "Try again a little later; other programs may be using the same organization's limit."


class OverloadedError(StatusError):
    """529."""

    title = "The API is overloaded"
    hint = "Try again in a minute."


class InternalServerError(StatusError):
    """Any other 5xx."""

    title = "The server failed"
    hint = "Try again in a minute; quote the request id if it persists."


class ResultsError(BatchtuiError):
    """The results of a batch cannot be shown."""

    title = "No results"


class ResultsNotReadyError(ResultsError):
    """The batch has not ended."""

    title = "Results are not ready"
    hint = "They can be read once the whole batch has ended; `batchtui watch ID` waits for that."


class ResultsUnavailableError(ResultsError):
    """The results were archived, 29 days after the batch's creation."""

    title = "Results are no longer available"
    hint = "The API keeps results for 29 days from a batch's creation; only the batch's counts remain."


class SpoolError(ResultsError):
    """Results could not be kept on the local disk."""

    title = "No room for the results"
    hint = "Free some space, or set XDG_CACHE_HOME to a folder on a larger disk."


class OutputError(BatchtuiError):
    """A file could not be written; nothing of it was left behind."""

    title = "The file was not written"


class OutputExistsError(OutputError):
    """The file is there already."""

    title = "The file exists"
    hint = "Choose another path, or overwrite it with --force."


class OutputIsFolderError(OutputError):
    """The path names a folder."""

    title = "That is a folder"
    hint = "Name a file inside it."


class OutputNotWritableError(OutputError):
    """The folder is missing, or may not be written, or is full."""

    title = "That path cannot be written"
    hint = "Choose a folder that exists and is yours, with room left."


class OutputStoppedError(OutputError):
    """Somebody stopped the writing of a file before its end."""

    title = "Stopped"
    hint = "Nothing was written; export again whenever you like."
