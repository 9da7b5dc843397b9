"""A bundle: the pages of one edition in one archive, with a manifest that tells what they are.

The same pages give the same bytes, on every machine: members are stored in one order, with one
time and one mode, and are not compressed, for compressors differ. So an archive is sound exactly
if packing what it holds gives it again, and whoever changes a byte anywhere is found out.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from casebook.approval import sha256
from casebook.messages import Said, said

MANIFEST = "manifest.json"
README = "README.txt"
LARGEST = 200_000_000
"""The most bytes of an archive that is looked into."""

NO_SUCH_FILE = said("A bundle has no such file.")
_MOST = 50
_NAME = re.compile(r"[a-z0-9_][\w.-]{0,119}", re.IGNORECASE)
_TIME = (1980, 1, 1, 0, 0, 0)
_SEAL = "seal"


@dataclass(frozen=True)
class Bundle:
    """What an archive holds: the manifest's values, and the other files by name."""

    manifest: Mapping[str, Any]
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Flaw:
    """What is wrong with an archive, in which file if it is one."""

    message: Said
    file: str = ""


@dataclass(frozen=True)
class Opened:
    """An archive as it was found. Without a flaw it is what Casebook packed."""

    bundle: Bundle | None
    flaws: tuple[Flaw, ...] = ()


def pack(bundle: Bundle) -> bytes:
    """The archive of an edition. The manifest gets the files' digests, and its own."""
    listed = [
        {"name": name, "size": len(content), "sha256": sha256(content)}
        for name, content in sorted(bundle.files.items())
    ]
    values = {**bundle.manifest, "files": listed}
    return _zipped({MANIFEST: _sealed(values), **dict(sorted(bundle.files.items()))})


def _sealed(values: Mapping[str, Any]) -> bytes:
    """The manifest as text, with its own digest: it is listed nowhere else."""
    own = {name: value for name, value in values.items() if name != _SEAL}
    return _text({**own, _SEAL: sha256(_text(own))})


def _text(values: Mapping[str, Any]) -> bytes:
    return (json.dumps(values, ensure_ascii=False, indent=2) + "\n").encode()


def _zipped(members: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _TIME)
            info.create_system, info.external_attr = 3, 0o100644 << 16
            archive.writestr(info, content)
    return packed.getvalue()


# --- Opening what somebody handed in -----------------------------------------------------------


def unpack(archive: bytes) -> Opened:
    """What an archive holds, and all that is wrong with it. Nothing is written anywhere."""
    try:
        members, flaws = _members(archive)
    except Exception:  # noqa: BLE001  # zipfile raises a dozen kinds on a damaged archive
        return Opened(None, (Flaw(said("It is not an archive that can be read.")),))
    manifest = _manifest(members.get(MANIFEST, b""))
    if manifest is None:
        lost = Flaw(said("The manifest is missing, or cannot be read."), MANIFEST)
        return Opened(None, (*flaws, lost))
    files = {name: content for name, content in members.items() if name != MANIFEST}
    bundle = Bundle(manifest, files)
    flaws = (*flaws, *_differences(bundle, members[MANIFEST]))
    if (
        not flaws
        and _zipped({MANIFEST: members[MANIFEST], **dict(sorted(files.items()))}) != archive
    ):
        flaws = (Flaw(said("The archive was packed again, or changed, by something else.")),)
    return Opened(bundle, flaws)


def _members(archive: bytes) -> tuple[dict[str, bytes], tuple[Flaw, ...]]:
    """The members that may be looked at, by name; and what is wrong with others."""
    found: dict[str, bytes] = {}
    flaws = []
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        infos = packed.infolist()
        if len(infos) > _MOST:
            return {}, (Flaw(said("It holds {n} files; a bundle has a few.", n=len(infos))),)
        for info in infos:
            if not _NAME.fullmatch(info.filename) or info.filename in found:
                flaws.append(Flaw(NO_SUCH_FILE, info.filename))
            elif info.compress_type != zipfile.ZIP_STORED or info.file_size > len(archive):
                flaws.append(
                    Flaw(said("It is compressed; a bundle's files are not."), info.filename)
                )
            else:
                content = _content(packed, info)
                flaws += [Flaw(_CHANGED, info.filename)] if content is None else []
                found[info.filename] = content or b""
    return found, tuple(flaws)


_CHANGED = said("It is not the file that was released.")


def _content(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes | None:
    try:
        return packed.read(info)
    except Exception:  # noqa: BLE001  # a checksum, a header, a name that do not match
        return None


def _manifest(content: bytes) -> dict[str, Any] | None:
    try:
        values = json.loads(content)
        listed = values["files"]
        edition = values["edition"]
        words = [*edition.values(), values["content"]]
        sound = all(
            isinstance(one["name"], str) and isinstance(one["sha256"], str) for one in listed
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    known = set(edition) == {"engagement", "document", "audience", "language"}
    return values if sound and known and all(isinstance(one, str) for one in words) else None


def _differences(bundle: Bundle, manifest: bytes) -> Iterator[Flaw]:
    """Where the files and the manifest do not say the same."""
    if _sealed(bundle.manifest) != manifest:
        yield Flaw(said("It is not the manifest that was released."), MANIFEST)
    listed = {one["name"]: one for one in bundle.manifest["files"]}
    for name, one in listed.items():
        if name not in bundle.files:
            yield Flaw(said("It is missing."), name)
        elif (sha256(bundle.files[name]), len(bundle.files[name])) != (
            one["sha256"],
            one.get("size"),
        ):
            yield Flaw(_CHANGED, name)
    for name in bundle.files:
        if name not in listed:
            yield Flaw(said("It was added: the manifest does not list it."), name)


def once(flaws: tuple[Flaw, ...]) -> list[Flaw]:
    """Flaws, each file's first only."""
    first: dict[str, Flaw] = {}
    for flaw in flaws:
        first.setdefault(flaw.file or flaw.message, flaw)
    return list(first.values())
