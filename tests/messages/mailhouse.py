"""A mail server for tests: as much of SMTP as smtplib speaks, on a free port of this machine."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Mailhouse:
    """What arrived, and how the server answers recipients."""

    port: int = 0
    arrived: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    answer_to_recipient: str = "250 fine"


@contextmanager
def open_mailhouse() -> Iterator[Mailhouse]:
    """A running server; it is gone afterwards."""
    house = Mailhouse()

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 mailhouse")
            while line := self.rfile.readline():
                word = line.decode().strip()
                match word.upper().split(":")[0].split(" ")[0]:
                    case "EHLO" | "HELO":
                        self._say("250 mailhouse")
                    case "MAIL":
                        house.senders.append(word.partition(" size=")[0])
                        self._say("250 fine")
                    case "RCPT":
                        house.recipients.append(word)
                        self._say(house.answer_to_recipient)
                    case "DATA":
                        self._take()
                    case "QUIT":
                        self._say("221 bye")
                        return
                    case _:
                        self._say("250 fine")

        def _take(self) -> None:
            self._say("354 go on")
            lines: list[bytes] = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line)
            house.arrived.append(b"".join(lines))
            self._say("250 taken")

        def _say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        house.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield house
        server.shutdown()
        thread.join()
