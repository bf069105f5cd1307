"""Wheels for other machines than this one: fetched, checked to be complete, and their licences.

pip picks wheels for another platform, but reads the conditions of requirements ("on Windows also colorama") as if they
were for this machine. So what it brings is walked again with the other machine's conditions: what is missing is asked
for, what the other machine does not need is left out.
"""

from __future__ import annotations

import email.message
import email.parser
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

# glibc 2.28 is that of Debian 10 and RHEL 8; some packages have nothing for older ones.
_GLIBC = (*(f"manylinux_2_{minor}" for minor in range(28, 4, -1)), "manylinux2014", "manylinux2010", "manylinux1")
_HOMES = ("homepage", "home", "home page", "source", "source code", "repository", "github", "code")
_MOST_ROUNDS = 8
_ABSENT = re.compile(r"(?:satisfies the requirement|No matching distribution found for) ([A-Za-z0-9][\w.-]*)")


class MissingError(Exception):
    """A platform cannot be served; the message names the package."""


@dataclass(frozen=True)
class Platform:
    """A kind of machine: what pip calls it, and what conditions of requirements read there."""

    title: str
    tags: tuple[str, ...]
    markers: Mapping[str, str]
    also: tuple[str, ...] = ()
    """Packages beside framing's own dependencies."""


def _markers(os_name: str, sys_platform: str, system: str, machine: str) -> dict[str, str]:
    return {"os_name": os_name, "sys_platform": sys_platform, "platform_system": system, "platform_machine": machine}


PLATFORMS = {
    "windows": Platform(
        "Windows 10 and 11 (64 bit)", ("win_amd64",), _markers("nt", "win32", "Windows", "AMD64"), ("msvc-runtime",)
    ),
    "mac-arm": Platform(
        "macOS 14 and later, Apple chip (M1, M2 …)", ("macosx_14_0_arm64",),
        _markers("posix", "darwin", "Darwin", "arm64"),
    ),
    "mac-intel": Platform(
        "macOS 13 and later, Intel", ("macosx_13_0_x86_64",), _markers("posix", "darwin", "Darwin", "x86_64")
    ),
    "linux": Platform(
        "Linux (64 bit, of 2019 or later)", tuple(f"{tag}_x86_64" for tag in _GLIBC),
        _markers("posix", "linux", "Linux", "x86_64"),
    ),
    "linux-arm": Platform(
        "Linux on ARM (64 bit)", tuple(f"{tag}_aarch64" for tag in _GLIBC[:-2]),
        _markers("posix", "linux", "Linux", "aarch64"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Wheel:
    """A wheel file and what its metadata says."""

    path: Path
    name: str
    version: str
    metadata: email.message.Message

    @classmethod
    def of(cls, path: Path) -> Wheel:
        """Reads a wheel."""
        name, version, _, _ = parse_wheel_filename(path.name)
        with zipfile.ZipFile(path) as archive:
            member = next(entry for entry in archive.namelist() if entry.endswith(".dist-info/METADATA"))
            metadata = email.parser.HeaderParser().parsestr(archive.read(member).decode("utf-8"))
        return cls(path, str(name), str(version), metadata)

    @property
    def requires(self) -> list[Requirement]:
        return [Requirement(line) for line in self.metadata.get_all("Requires-Dist") or ()]

    @property
    def licence(self) -> str:
        """As its authors name it: the SPDX expression, else the trove classifiers, else the first line of the text."""
        classifiers = self.metadata.get_all("Classifier") or ()
        named = [line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License :: ")]
        text = (self.metadata.get("License") or "").strip().splitlines()
        return self.metadata.get("License-Expression") or "; ".join(named) or (text[0] if text else "see the wheel")

    @property
    def home(self) -> str:
        """Its home page, else where its source lies, else the first address that it names."""
        pairs = [line.partition(",") for line in self.metadata.get_all("Project-URL") or ()]
        urls = {label.strip().lower(): url.strip() for label, _, url in pairs}
        first = next((urls[label] for label in _HOMES if label in urls), next(iter(urls.values()), ""))
        return self.metadata.get("Home-page") or first

    @property
    def installed_bytes(self) -> int:
        with zipfile.ZipFile(self.path) as archive:
            return sum(entry.file_size for entry in archive.infolist())

    @property
    def sha256(self) -> str:
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def needed(
    wheels: Sequence[Wheel], roots: Sequence[str], platform: Platform, version: str
) -> tuple[list[Wheel], list[str]]:
    """The wheels that the roots need on a platform, and the requirements that none of the wheels meets."""
    by_name = {wheel.name: wheel for wheel in wheels}
    conditions = {**default_environment(), **platform.markers, "python_version": version}
    conditions["python_full_version"] = f"{version}.0"
    waiting, seen, kept, missing = [Requirement(root) for root in roots], set(), {}, []
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        wheel = by_name.get(name)
        if wheel is None or not wanted.specifier.contains(wheel.version, prereleases=True):
            missing.append(str(Requirement(f"{wanted.name}{wanted.specifier}")))
            continue
        kept[name] = wheel
        for extra in ("", *wanted.extras):
            if (name, extra) not in seen:
                seen.add((name, extra))
                asked = [r for r in wheel.requires if not r.marker or r.marker.evaluate({**conditions, "extra": extra})]
                waiting += [r for r in asked if extra or not r.marker or r.marker.evaluate({**conditions, "extra": ""})]
    return [kept[name] for name in sorted(kept)], sorted(set(missing))


def fetch(own: Path, platform: Platform, version: str, built: Path, folder: Path) -> list[Wheel]:
    """All wheels that framing's wheel `own` needs on a platform with a Python, in `folder`; what is published as source
    alone is built into `built` where it is Python alone. Raises MissingError where a package has none."""
    roots = [Wheel.of(own).name, "pip", *platform.also]
    asked = [str(own), *roots[1:]]
    for _ in range(_MOST_ROUNDS):
        with tempfile.TemporaryDirectory(dir=built) as place:
            absent = download(asked, platform, version, built, Path(place))
            if absent:
                build(absent, built)
                continue
            wheels = [Wheel.of(path) for path in Path(place).glob("*.whl")]
            kept, missing = needed(wheels, roots, platform, version)
            if missing:
                if set(missing) <= set(asked):
                    raise MissingError(f"{missing[0]} does not go together with the rest")
                asked += missing
                continue
            return [Wheel.of(Path(shutil.copy(wheel.path, folder))) for wheel in kept]
    raise MissingError(f"after {_MOST_ROUNDS} rounds still: {', '.join(missing)}")


def download(asked: Sequence[str], platform: Platform, version: str, links: Path, folder: Path) -> str | None:
    """Has pip fetch wheels with all that they require; the name of the package that has none, where one has none."""
    tags = [part for tag in platform.tags for part in ("--platform", tag)]
    for_it = ("--only-binary=:all:", "--python-version", version, *tags)
    done = pip("download", *for_it, "--find-links", links, "-d", folder, *asked)
    if done.returncode == 0:
        return None
    named = _ABSENT.findall(done.stderr)
    if not named:
        raise MissingError("pip failed: " + (done.stderr.strip().splitlines() or ["no message"])[-1])
    return named[-1]


def build(name: str, folder: Path) -> None:
    """Builds a package that is published as source alone. Raises MissingError where its wheel would fit here alone."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        done = pip("wheel", "--no-deps", "--no-binary", name, "-w", place, name)
        made = next(Path(place).glob("*-none-any.whl"), None) if done.returncode == 0 else None
        if made is None or (folder / made.name).exists():
            raise MissingError(f"no wheel of {name} is published for it")
        shutil.copy(made, folder)


def pip(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs pip, which keeps to this machine's settings; what it prints is returned."""
    line = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, check=False)
