"""Stand-ins for two providers of text messages, on free ports: they check requests as the real ones say they do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

KEY, SECRET = "NCSAYU7YDBXYORXC", "solapi secret"
ACCOUNT, TOKEN = "AC" + "0" * 32, "twilio token"


@dataclass
class Provider:
    """What arrived, and how the next request is answered if not by the rules."""

    port: int = 0
    taken: list[dict[str, Any]] = field(default_factory=list)
    answer: tuple[int, dict[str, Any]] | None = None
    seen: set[str] = field(default_factory=set)
    ended: dict[str, str] = field(default_factory=dict)

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def open_solapi() -> Iterator[Provider]:
    """https://developers.solapi.dev/references/authentication/api-key and the page on sending one message."""

    def judge(provider: Provider, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, dict[str, Any]]:
        found = re.fullmatch(
            r"HMAC-SHA256 apiKey=(\w+), date=([^,]+), salt=([^,]+), signature=([0-9a-f]{64})",
            request.headers.get("Authorization", ""),
        )
        path, _, query = request.path.partition("?")
        if path not in ("/messages/v4/send", "/messages/v4/list") or found is None:
            return 400, {"errorCode": "ValidationError"}
        key, date, salt, given = found.groups()
        right = hmac.new(SECRET.encode(), (date + salt).encode(), hashlib.sha256).hexdigest()
        if key != KEY or given != right:
            return 403, {"errorCode": "SignatureDoesNotMatch"}
        if abs(datetime.now(UTC) - datetime.fromisoformat(date)) > timedelta(minutes=15):
            return 403, {"errorCode": "RequestTimeTooSkewed"}
        if not 12 <= len(salt) <= 64 or given in provider.seen:
            return 403, {"errorCode": "DuplicatedSignature"}
        provider.seen.add(given)
        if path == "/messages/v4/list":
            wanted = json.loads(parse_qs(query, strict_parsing=True)["messageIds"][0])
            known = {one: code for one, code in provider.ended.items() if one in wanted}
            return 200, {
                "limit": len(wanted),
                "nextKey": None,
                "messageList": {
                    one: {
                        "messageId": one,
                        "status": "COMPLETE" if code else "SENDING",
                        "statusCode": code or "3000",
                    }
                    for one, code in known.items()
                },
            }
        message = json.loads(body)["message"]
        if not re.fullmatch(r"\d{9,12}", message["to"]) or not re.fullmatch(r"\d{8,12}", message["from"]):
            return 400, {"errorCode": "ValidationError"}
        if message.get("type") == "SMS" and len(message["text"].encode("cp949", "replace")) > 90:
            return 400, {"errorCode": "ValidationError"}
        provider.taken.append(message)
        return 200, {"messageId": f"M4V{len(provider.taken):013d}", "statusCode": "2000", "to": message["to"]}

    with _open(judge) as provider:
        yield provider


@contextmanager
def open_twilio() -> Iterator[Provider]:
    """https://www.twilio.com/docs/messaging/api/message-resource."""

    def judge(provider: Provider, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, dict[str, Any]]:
        known = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {known}":
            return 401, {"code": 20003, "message": "Authenticate", "status": 401}
        if request.path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            return 404, {"code": 20404, "status": 404}
        form = {name: values[0] for name, values in parse_qs(body.decode(), strict_parsing=True).items()}
        if not re.fullmatch(r"\+[1-9]\d{6,14}", form.get("To", "")):
            return 400, {"code": 21211, "status": 400}
        if not ("From" in form or "MessagingServiceSid" in form) or not 0 < len(form.get("Body", "")) <= 1600:
            return 400, {"code": 21602, "status": 400}
        provider.taken.append(form)
        return 201, {"sid": f"SM{len(provider.taken):032x}", "status": "queued"}

    with _open(judge) as provider:
        yield provider


@contextmanager
def _open(judge: Any) -> Iterator[Provider]:
    provider = Provider()

    class Talk(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, told = provider.answer or judge(provider, self, body)
            answer = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        provider.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield provider
        server.shutdown()
        thread.join()
