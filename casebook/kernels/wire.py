"""Jupyter's messages over one local socket, between a notebook's client and a forked kernel.

A message is its frames as Jupyter's own protocol has them, unsigned: nobody else holds an end.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

SHELL = 0
IOPUB = 1

_HEAD = struct.Struct("!BI")
_LENGTH = struct.Struct("!Q")


class Wire:
    """One end of the socket. Any thread may write; one reads."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._writing = threading.Lock()
        self._read = bytearray()

    def take(self, end: socket.socket) -> None:
        """Have another end from now on."""
        self._end.close()
        self._end = end

    def fileno(self) -> int:
        """What is readable when messages have come."""
        return self._end.fileno()

    def send(self, channel: int, frames: Sequence[Any]) -> None:
        """Write one message. Raises `OSError` when the other end has gone."""
        parts = [bytes(frame) for frame in frames]
        lengths = b"".join(_LENGTH.pack(len(part)) for part in parts)
        with self._writing:
            self._end.sendall(b"".join((_HEAD.pack(channel, len(parts)), lengths, *parts)))

    def receive(self) -> list[tuple[int, list[bytes]]]:
        """All messages that have come. Raises `EOFError` when the other end has gone."""
        gone = False
        while True:
            try:
                more = self._end.recv(1 << 18, socket.MSG_DONTWAIT)
            except BlockingIOError:
                break
            except OSError:
                more = b""
            if not more:
                gone = True
                break
            self._read += more
        found = list(self._complete())
        if gone and not found:
            raise EOFError
        return found

    def _complete(self) -> Iterator[tuple[int, list[bytes]]]:
        while (message := self._first()) is not None:
            yield message

    def _first(self) -> tuple[int, list[bytes]] | None:
        """Take the first message off what has been read, if all of it is there."""
        read = self._read
        if len(read) < _HEAD.size:
            return None
        channel, count = _HEAD.unpack_from(read)
        start = _HEAD.size + count * _LENGTH.size
        if len(read) < start:
            return None
        places = range(_HEAD.size, start, _LENGTH.size)
        lengths = [_LENGTH.unpack_from(read, place)[0] for place in places]
        if len(read) < start + sum(lengths):
            return None
        frames = []
        for length in lengths:
            frames.append(bytes(read[start : start + length]))
            start += length
        del read[:start]
        return channel, frames


@dataclass(frozen=True)
class Channel:
    """What Jupyter's `Session` takes for a socket: everything it sends goes on one channel."""

    wire: Wire
    number: int

    def send_multipart(self, frames: Sequence[Any], **_options: Any) -> None:
        """Write one message."""
        self.wire.send(self.number, frames)
