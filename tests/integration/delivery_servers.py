"""Receivers of what Tocsin sends, on loopback: a mail server (Debian's aiosmtpd) and an HTTP server, both as good or as bad
as a test wants them.
"""
import asyncio
import email
import email.policy
import http.server
import json
import logging
import socket
import ssl
import subprocess
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, SMTP


# What it says of a client that hangs up is what some tests are about.
logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)


class Authority:
    """Signs certificates for 127.0.0.1: `ca` is its own, `context` what a server under `name` shows."""

    def __init__(self, folder, name):
        self.folder, self.ca = folder, folder / f"{name}-ca.pem"
        key, self.request, self.signed, self.server_key = (folder / f"{name}-{part}.pem" for part in ("key", "request", "signed", "server"))
        curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        self._openssl("req", "-x509", *curve, "-keyout", key, "-out", self.ca, "-subj", f"/CN={name}", "-days", "2",
                      "-addext", "keyUsage=critical,keyCertSign")
        self._openssl("req", *curve, "-keyout", self.server_key, "-out", self.request, "-subj", "/CN=127.0.0.1")
        extension = folder / f"{name}-extension"
        extension.write_text("subjectAltName=IP:127.0.0.1\n")
        self._openssl("x509", "-req", "-in", self.request, "-CA", self.ca, "-CAkey", key, "-out", self.signed, "-days", "2",
                      "-extfile", extension)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.signed, self.server_key)

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class MailServer:
    """Takes mail; `refuse` answers a recipient, `answer` a whole mail: a reply instead of taking it, or None; `tls` is a
    context, and without STARTTLS nothing is taken then."""

    def __init__(self, user=None, refuse=lambda address: None, answer=lambda message: None, tls=None):
        self.messages, self.users, self.user = [], [], user
        self.refuse, self.answer = refuse, answer
        self.released = threading.Event()
        options = {"authenticator": self._check, "auth_required": True, "auth_require_tls": False} if user else {}
        if tls:
            options |= {"tls_context": tls, "require_starttls": True}
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port(), **options)
        self.controller.start()
        self.url = f"smtp://127.0.0.1:{self.controller.port}"

    def stop(self):
        self.released.set()
        self.controller.stop()

    def _check(self, server, session, envelope, mechanism, data):
        self.users.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=self.users[-1] == self.user, handled=False)

    async def handle_RCPT(self, server, session, envelope, address, options):
        refusal = self.refuse(address)
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        message.recipients, message.sender = list(envelope.rcpt_tos), envelope.mail_from
        message.encrypted = session.ssl is not None
        refusal = self.answer(message)
        if refusal == "hang":
            while not self.released.is_set():
                await asyncio.sleep(0.02)
            return "451 too late"
        if refusal is None:
            self.messages.append(message)
        return refusal or "250 OK"


class WebServer:
    """Takes POSTs; `answer` gives the status of each, or "hang"; `tls` is a context."""

    def __init__(self, answer=lambda request: 200, tls=None):
        self.requests, self.answer = [], answer
        self.released = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                request = {"path": self.path, "headers": dict(self.headers), "body": body, "json": json.loads(body)}
                outer.requests.append(request)
                status = outer.answer(request)
                if status == "hang":
                    outer.released.wait()
                    return
                self.send_response(status)
                if status in (301, 302):
                    self.send_header("Location", "/elsewhere")
                body = b"" if status == 204 else b"ok"
                if body:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                """A peer that was killed in the middle is what some tests are about."""

        self.server = Server(("127.0.0.1", 0), Handler)
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.server.server_address[1]}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def stop(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def keys(self):
        return [request["headers"]["Idempotency-Key"] for request in self.requests]

    def events(self, requests=None):
        return [event["number"] for request in (self.requests if requests is None else requests)
                for event in request["json"]["events"]]
