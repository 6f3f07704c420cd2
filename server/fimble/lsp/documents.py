"""The client's documents as snapshots; the code cells of a notebook as one document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams
from pygls.workspace import PositionCodec, TextDocument, Workspace

from fimble.core.completion.context import CursorContext
from fimble.core.text import languages, positions
from fimble.core.text.snapshot import Snapshot
from fimble.system.place import local_path


class LspDocument(TextDocument):
    """An open document, edited as LSP says: pygls takes form feeds and the like for line ends.

    One whose URI is none is a text without a file.
    """

    def __init__(
        self,
        uri: str,
        text: str,
        version: int | None,
        language_id: str | None,
        codec: PositionCodec,
    ) -> None:
        place = uri if is_uri(uri) else "untitled:"
        super().__init__(place, text, version, language_id, position_codec=codec)
        self.uri = uri

    def apply_change(self, change: types.TextDocumentContentChangeEvent) -> None:
        """Replaces a range, or the whole text where the change names none."""
        if not isinstance(change, types.TextDocumentContentChangePartial):
            self._source = change.text
            return
        text, span = self.source, change.range
        encoding = self.position_codec.encoding or types.PositionEncodingKind.Utf16
        start = _offset(text, span.start, encoding)
        end = start if span.end == span.start else _offset(text, span.end, encoding)
        self._source = positions.replaced(text, start, end, change.text)


class LspWorkspace(Workspace):
    """What the client has open; nothing is read from the disk in its place.

    Args:
        root_uri: As the client said.
        folders: As the client said.
        encoding: Of positions.
    """

    def __init__(
        self,
        root_uri: str | None,
        folders: Sequence[types.WorkspaceFolder] | None,
        encoding: types.PositionEncodingKind | str | None,
    ) -> None:
        super().__init__(root_uri, types.TextDocumentSyncKind.Incremental, folders, encoding)

    def get_text_document(self, doc_uri: str) -> TextDocument:
        """An open document.

        Raises:
            JsonRpcInvalidParams: It is not open.
        """
        document = opened(self, doc_uri)
        if document is None:
            raise JsonRpcInvalidParams("The document is not open.")
        return document

    def _create_text_document(
        self,
        doc_uri: str,
        source: str | None = None,
        version: int | None = None,
        language_id: str | None = None,
    ) -> TextDocument:
        return LspDocument(doc_uri, source or "", version, language_id, self.position_codec)


def opened(workspace: Workspace, uri: str) -> TextDocument | None:
    """The open document of a URI, however it is escaped; None if there is none."""
    document: TextDocument | None = workspace.text_documents.get(unquote(uri))
    return document


def _offset(text: str, position: types.Position, encoding: str) -> int:
    return positions.offset_at(text, position.line, position.character, encoding)


def take_snapshot(document: TextDocument) -> Snapshot:
    """The document as it is now; pygls changes it under a handler that awaits."""
    path = path_of(document.uri).name
    language = languages.canonical(document.language_id or "")
    return Snapshot(document.uri, path, language, document.version, document.source)


def path_of(uri: str) -> Path:
    """The file that a URI means; for one of another scheme, what looks like its path."""
    named = re.split(r"[?#]", uri.partition(":")[2])[0]
    return local_path(uri) or Path(unquote(named).replace("\0", ""))


def roots(workspace: Workspace) -> list[Path]:
    """The workspace's folders. What pygls has them under is decoded: decoding it again is wrong."""
    paths = (local_path(folder.uri) for folder in workspace.folders.values())
    return [path for path in paths if path is not None]


def is_uri(uri: str) -> bool:
    """Whether it can be taken apart: some brackets stand for no host."""
    try:
        urlsplit(uri)
    except ValueError:
        return False
    return True


def in_workspace(context: CursorContext, workspace: Workspace) -> CursorContext:
    """The context as the model sees it: with its path in the workspace, cells joined.

    The code cells of a notebook that are of the cursor's language are one document, a blank
    line between them. What the cursor's cell replaces is counted from the cursor on, so that
    it means the same in both.
    """
    snapshot = context.snapshot
    notebook = workspace.get_notebook_document(cell_uri=snapshot.uri)
    if notebook is not None:
        return _joined(context, notebook, workspace)
    path_here = path_of(snapshot.uri)
    for root in roots(workspace):
        if path_here.is_relative_to(root):
            path = path_here.relative_to(root).as_posix()
            return CursorContext(replace(snapshot, path=path), context.offset)
    return context


def _joined(
    context: CursorContext, notebook: types.NotebookDocument, workspace: Workspace
) -> CursorContext:
    own = context.snapshot
    before: list[str] = []
    texts: list[str] = []
    for cell in notebook.cells:
        if cell.document == own.uri:
            before = list(texts)
            texts.append(own.text)
        elif cell.kind == types.NotebookCellKind.Code:
            document = opened(workspace, cell.document)
            if document is None:
                continue
            if languages.canonical(document.language_id or "") == own.language_id:
                texts.append(document.source)
    offset = sum(len(text) + 2 for text in before) + context.offset
    path = path_of(notebook.uri).name
    return CursorContext(replace(own, path=path, text="\n\n".join(texts)), offset)
