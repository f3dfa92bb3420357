"""A mailbox for tests: as much of IMAP4rev1 and POP3 as polling speaks, on a free port of this machine."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

NAME, PASSWORD = "bounces", "secret word"


@dataclass
class Mailbox:
    """The mails that lie there, by number from 1; those seen, and those deleted."""

    mails: list[bytes] = field(default_factory=list)
    port: int = 0
    seen: set[int] = field(default_factory=set)
    deleted: set[int] = field(default_factory=set)


@contextmanager
def open_imap(mails: list[bytes]) -> Iterator[Mailbox]:
    """A running server of IMAP."""
    box = Mailbox(list(mails))

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("* OK mailbox")
            while line := self.rfile.readline():
                tag, _, rest = line.decode().strip().partition(" ")
                word, _, given = rest.partition(" ")
                if word.upper() == "LOGOUT":
                    self._say("* BYE")
                    self._say(f"{tag} OK done")
                    return
                self._say(f"{tag} {self._answer(word.upper(), given)}")

        def _answer(self, word: str, given: str) -> str:
            match word:
                case "CAPABILITY":
                    self._say("* CAPABILITY IMAP4rev1")
                case "LOGIN":
                    if given.replace('"', "") != f"{NAME} {PASSWORD}":
                        return "NO wrong"
                case "SELECT":
                    self._say(f"* {len(box.mails)} EXISTS")
                case "SEARCH":
                    unseen = [n for n in self._there() if n not in box.seen]
                    self._say("* SEARCH " + " ".join(map(str, unseen)))
                case "FETCH":
                    number = int(given.split(" ")[0])
                    raw = box.mails[number - 1]
                    box.seen.add(number)
                    self.wfile.write(b"* %d FETCH (RFC822 {%d}\r\n%s)\r\n" % (number, len(raw), raw))
                case "STORE" if "Deleted" in given:
                    box.deleted.add(int(given.split(" ")[0]))
            return "OK done"

        def _there(self) -> list[int]:
            return [n for n in range(1, len(box.mails) + 1) if n not in box.deleted]

        def _say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    with _serving(Talk, box):
        yield box


@contextmanager
def open_pop(mails: list[bytes]) -> Iterator[Mailbox]:
    """A running server of POP3."""
    box = Mailbox(list(mails))

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("+OK mailbox")
            user = ""
            while line := self.rfile.readline():
                word, _, given = line.decode().strip().partition(" ")
                match word.upper():
                    case "USER":
                        user = given
                        self._say("+OK")
                    case "PASS":
                        self._say("+OK" if (user, given) == (NAME, PASSWORD) else "-ERR wrong")
                    case "STAT":
                        self._say(f"+OK {len(box.mails)} {sum(map(len, box.mails))}")
                    case "RETR":
                        raw = re.sub(rb"(?m)^\.", b"..", box.mails[int(given) - 1])
                        self.wfile.write(b"+OK\r\n" + raw.rstrip(b"\r\n") + b"\r\n.\r\n")
                    case "DELE":
                        box.deleted.add(int(given))
                        self._say("+OK")
                    case "QUIT":
                        self._say("+OK")
                        return
                    case _:
                        self._say("-ERR")

        def _say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    with _serving(Talk, box):
        yield box


@contextmanager
def _serving(talk: type[socketserver.StreamRequestHandler], box: Mailbox) -> Iterator[None]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), talk) as server:
        server.daemon_threads = True
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield
        server.shutdown()
        thread.join()
