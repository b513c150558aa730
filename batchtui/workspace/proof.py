"""What a person types before something in production is changed."""

from __future__ import annotations

from collections.abc import Sequence

_CHARACTERS = 4


def proof_of(verb: str, batch_ids: Sequence[str]) -> str:
    """Return the words that show that a question was read: the end of one batch's id, or how many batches it is."""
    return batch_ids[0][-_CHARACTERS:] if len(batch_ids) == 1 else f"{verb} {len(batch_ids)}"


def ask_for_proof(verb: str, batch_ids: Sequence[str]) -> str:
    """Return the sentence that asks for these words."""
    if len(batch_ids) == 1:
        return f"Production: type the last {_CHARACTERS} characters of the batch's id"
    return f"Production: type “{proof_of(verb, batch_ids)}”"
