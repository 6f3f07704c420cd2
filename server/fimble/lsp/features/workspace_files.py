"""Folders and files that come, change and go while the server runs."""

from __future__ import annotations

from itertools import chain

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from fimble.completion.retrieval.ignored import IGNORE_FILES
from fimble.core.text import languages
from fimble.lsp import documents
from fimble.lsp.session import Session

_EVERY_FILE = types.FileOperationRegistrationOptions(
    [types.FileOperationFilter(types.FileOperationPattern("**/*"), scheme="file")]
)


def register(server: LanguageServer, session: Session) -> None:
    """Adds the handlers."""

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def did_change_folders(
        ls: LanguageServer, params: types.DidChangeWorkspaceFoldersParams
    ) -> None:
        for folder in params.event.added:  # pygls removes one that only changed its name
            ls.workspace.add_folder(folder)
        session.look_around(documents.roots(ls.workspace))

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_files(ls: LanguageServer, params: types.DidChangeWatchedFilesParams) -> None:
        session.files_changed(change.uri for change in params.changes)

    @server.feature(types.WORKSPACE_DID_CREATE_FILES, _EVERY_FILE)
    def did_create_files(ls: LanguageServer, params: types.CreateFilesParams) -> None:
        session.files_changed(file.uri for file in params.files)

    @server.feature(types.WORKSPACE_DID_DELETE_FILES, _EVERY_FILE)
    def did_delete_files(ls: LanguageServer, params: types.DeleteFilesParams) -> None:
        session.files_changed(file.uri for file in params.files)

    @server.feature(types.WORKSPACE_DID_RENAME_FILES, _EVERY_FILE)
    def did_rename_files(ls: LanguageServer, params: types.RenameFilesParams) -> None:
        session.files_changed(chain.from_iterable((f.old_uri, f.new_uri) for f in params.files))

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def did_close_notebook(
        ls: LanguageServer, params: types.DidCloseNotebookDocumentParams
    ) -> None:
        for cell in params.cell_text_documents:
            session.forget(cell.uri)


def name_root(ls: LanguageServer, params: types.InitializeParams) -> None:
    """Takes the root of a client that does not know of workspace folders for the one folder."""
    root = ls.workspace.root_uri
    if root and not params.workspace_folders:
        ls.workspace.add_folder(types.WorkspaceFolder(root, documents.path_of(root).name))


def watch(ls: LanguageServer) -> None:
    """Asks a client that can be asked to tell what becomes of files that prompts may quote."""
    workspace = ls.client_capabilities.workspace
    files = workspace.did_change_watched_files if workspace else None
    if not (files and files.dynamic_registration):
        return
    globs = [f"**/{{{','.join(IGNORE_FILES)}}}", f"**/*.{{{','.join(languages.suffixes())}}}"]
    options = types.DidChangeWatchedFilesRegistrationOptions(
        [types.FileSystemWatcher(glob) for glob in globs]
    )
    method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    registration = types.Registration("fimble-files", method, options)
    ls.client_register_capability(types.RegistrationParams([registration]))
