"""The command `fimble.showStatistics`: the page of statistics, opened by the client."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from fimble.completion.statistics import database, page
from fimble.completion.statistics.curve import curve
from fimble.completion.statistics.summary import by_day, summarize
from fimble.errors import FimbleError
from fimble.lsp import protocol
from fimble.lsp.session import Session
from fimble.system import private_files

_DAYS = 30


def register(server: LanguageServer, session: Session) -> None:
    """Adds the command."""

    @server.command(protocol.SHOW_STATISTICS)
    async def show_statistics(ls: LanguageServer, *arguments: Any) -> dict[str, str] | None:
        """Arguments: `{"open": false}` keeps the page from being opened.

        Returns:
            Its path and its first sentence; null where nothing is counted.
        """
        path = session.offers.path
        if path is None:
            return None
        try:
            written, summary = await asyncio.to_thread(_write, session, path)
        except (FimbleError, OSError) as error:
            message = f"Fimble: the statistics cannot be shown. {error}"
            ls.window_show_message(types.ShowMessageParams(types.MessageType.Error, message))
            return None
        if _wants_it_opened(arguments) and _can_open(ls):
            shown = types.ShowDocumentParams(written.as_uri(), external=True)
            await ls.window_show_document_async(shown)
        return {"path": str(written), "summary": summary}


def _wants_it_opened(arguments: tuple[Any, ...]) -> bool:
    options = arguments[0] if arguments else None
    return not (isinstance(options, dict) and options.get("open") is False)


def _can_open(ls: LanguageServer) -> bool:
    window = ls.client_capabilities.window
    return bool(window and window.show_document and window.show_document.support)


def _write(session: Session, path: Path) -> tuple[Path, str]:
    session.offers.flush()
    outcomes = database.read(path, time.time() - _DAYS * 86400)
    levels, taste = curve(outcomes), database.read_taste(path)
    total = summarize("total", outcomes)
    written = path.with_name("statistics.html")
    private_files.make_data_folder(written.parent)
    private_files.make_file(written)
    text = page.render(by_day(outcomes), total, levels, taste)
    written.write_text(text, encoding="utf-8")
    return written, page.headline(total)
