"""An object store, or a shared path, over fsspec: what lies there, reading it, and writing what is not there yet."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from framing.errors import FramingError, InputError, OptionalDependencyError, StoreError
from framing.seal import END

Item = TypeVar("Item")
Answer = TypeVar("Answer")

_PACKAGES = {
    **dict.fromkeys(("s3", "s3a"), "s3fs"),
    **dict.fromkeys(("gs", "gcs"), "gcsfs"),
    **dict.fromkeys(("abfs", "abfss", "az"), "adlfs"),
}
"""What fsspec needs beside itself for each kind of object store. None of them has folders that must be made first."""
# A request waits some 50 ms for its answer, whatever it carries.
_AT_ONCE = 8


class Store:
    """A place in an object store (`s3://bucket/folder`) or on a shared disk (`file:///folder`). Its files are named by
    their path below it. Every method raises StoreError where the store cannot be reached or refuses."""

    def __init__(self, filesystem: Any, root: str, url: str) -> None:
        self._fs = filesystem
        self._root = root.rstrip("/")
        self.url = url

    @classmethod
    def open(cls, url: str) -> Store:
        """The store at an address. Raises InputError for one that is none, and tells which package is missing."""
        shown = _without_password(url)
        protocol, colon, rest = url.partition("://")
        if not colon or not rest.strip("/") or not protocol:
            raise InputError(
                f"{shown!r} is no address of a store. Write it as s3://BUCKET/FOLDER, gs://BUCKET/FOLDER, "
                "abfs://CONTAINER/FOLDER or file:///FOLDER."
            )
        try:
            import fsspec
        except ImportError as error:
            raise OptionalDependencyError("A corpus in an object store", "store") from error
        options = {"auto_mkdir": True} if protocol in ("file", "local") else {"use_listings_cache": False}
        try:
            filesystem, root = fsspec.core.url_to_fs(url, **options)
        except ImportError as error:
            package = _PACKAGES.get(protocol)
            way = f'Install it with:  pip install "framing[store]" {package}' if package else f"{error}."
            raise StoreError(f"{protocol}:// needs {package or 'another package'}, which is not here. {way}") from error
        except ValueError as error:
            raise InputError(f"{shown}: {error}. Known are s3, gs, abfs, file and what fsspec lists.") from error
        return cls(filesystem, root, shown)

    def sizes(self) -> dict[str, int]:
        """Every file below the place, with its size in bytes."""
        with self._asking("list"):
            self._fs.invalidate_cache()
            try:
                found = self._fs.find(self._root, detail=True)
            except FileNotFoundError:  # nothing was ever put there
                return {}
            return {path.removeprefix(self._root).lstrip("/"): int(facts["size"]) for path, facts in found.items()}

    def read(self, name: str) -> bytes:
        """A file's bytes."""
        with self._asking("read", name):
            return bytes(self._fs.cat_file(self._path(name)))

    def ends(self, sizes: Sequence[tuple[str, int]]) -> list[bytes]:
        """The last bytes of files, by name and size: as many as hold a part's checksum."""
        with self._asking("read"):
            paths = [self._path(name) for name, _ in sizes]
            found = self._fs.cat_ranges(paths, [max(0, size - END) for _, size in sizes], [size for _, size in sizes])
            for one in found:
                if isinstance(one, Exception):
                    raise one
            return [bytes(one) for one in found]

    def create(self, name: str, raw: bytes) -> bool:
        """Writes a file that is not there; False, and nothing written, where there is one of that name already."""
        with self._asking("write", name):
            try:
                if self._is_local():  # pipe_file looks first and writes then, and another may come between
                    with self._fs.open(self._path(name), "xb") as file:
                        file.write(raw)
                else:
                    self._made_room(name, lambda path: self._fs.pipe_file(path, raw, mode="create"))
            except FileExistsError:
                return False
            return True

    def replace(self, name: str, raw: bytes) -> None:
        """Writes a file, whatever is there."""
        with self._asking("write", name):
            self._made_room(name, lambda path: self._fs.pipe_file(path, raw))

    def near(self, folder: Path) -> bool:
        """Whether the store lies inside this folder, or the folder in the store."""
        if not self._is_local():
            return False
        mine, theirs = Path(self._root).resolve(), folder.resolve()
        return mine.is_relative_to(theirs) or theirs.is_relative_to(mine)

    def _made_room(self, name: str, write: Callable[[str], object]) -> None:
        """Writes; on servers with real folders (SFTP and the like), makes the folder where it is missing."""
        path = self._path(name)
        try:
            write(path)
        except FileNotFoundError:
            if set(self._protocols()) & set(_PACKAGES):
                raise
            self._fs.makedirs(path.rpartition("/")[0], exist_ok=True)
            write(path)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _is_local(self) -> bool:
        return "file" in self._protocols()

    def _protocols(self) -> tuple[str, ...]:
        named = self._fs.protocol
        return (named,) if isinstance(named, str) else tuple(named)

    @contextmanager
    def _asking(self, doing: str, name: str = "") -> Iterator[None]:
        """Turns what a store's own library raises, each its own kinds, into one message."""
        try:
            yield
        except (FramingError, FileExistsError):
            raise
        except Exception as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            if isinstance(error, FileNotFoundError) and doing == "write":
                reason = f"{reason} (is there such a bucket?)"
            what = f"{doing} {name} in" if name else doing
            raise StoreError(
                f"Cannot {what} the store {self.url}: {reason}. Run the same command again when it answers; it does "
                "only what is missing."
            ) from error


def ahead(work: Callable[[Item], Answer], items: Iterable[Item]) -> Iterator[tuple[Item, Answer]]:
    """Each item with its answer, in order, a few of them under way at once."""
    waiting: deque[tuple[Item, Future[Answer]]] = deque()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        try:
            for item in items:
                waiting.append((item, pool.submit(work, item)))
                if len(waiting) >= _AT_ONCE:
                    first, answer = waiting.popleft()
                    yield first, answer.result()
            while waiting:
                first, answer = waiting.popleft()
                yield first, answer.result()
        finally:
            for _, answer in waiting:
                answer.cancel()


def _without_password(url: str) -> str:
    """The address as it may be printed."""
    return re.sub(r"//[^/@]*@", "//…@", url)
