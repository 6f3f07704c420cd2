"""A client's document as a snapshot."""

import pytest
from fimble.core.completion import context
from fimble.lsp import documents
from pygls.workspace import TextDocument


@pytest.mark.parametrize(
    ("spelled", "parsed"),
    [("sh", "shellscript"), ("tsx", "typescriptreact"), ("cs", "csharp"), ("c++", "cpp")],
)
def test_an_editors_own_language_is_parsed(spelled: str, parsed: str) -> None:
    document = TextDocument("file:///a", "x\n", 1, spelled)
    snapshot = documents.take_snapshot(document)
    assert snapshot.language_id == parsed
    assert context.from_snapshot(snapshot, 0).tree() is not None
