"""A bot framework: events are posted to it (api/transports §3), and it accepts a reverse WebSocket (api/transports §5)."""

import base64
import hashlib
import json
import queue
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TIMEOUT = 30
# From RFC 6455.
ACCEPT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


def spoken(event):
    """The text of a message event that has only text."""
    message = event.get("message") or [{}]
    return message[0].get("data", {}).get("text")


def awaited(frames, matches, what):
    """The next item that matches; items before it are dropped."""
    while True:
        try:
            found = frames.get(timeout=TIMEOUT)
        except queue.Empty:
            raise TimeoutError(f"waited for {what}") from None
        if matches(found):
            return found


class Webhook:
    """Keeps posts as pairs of headers and body. `answers` maps texts of messages to quick operations."""

    def __init__(self):
        self.posts, self.answers = queue.Queue(), {}
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                webhook.posts.put((self.headers, body))
                operation = webhook.answers.get(spoken(json.loads(body)))
                answer = b"" if operation is None else json.dumps(operation).encode()
                self.send_response(200 if answer else 204)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}/onebot?from=nekonap"

    def post(self, text):
        """The post of the message with this text."""
        return awaited(self.posts, lambda post: spoken(json.loads(post[1])) == text, f"the post of {text!r}")


class ReverseWebSocket:
    """Accepts one connection after another. `frames` has what came: the headers of a new connection, or JSON."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self._listener.getsockname()[1]}/onebot/v11/ws?a=%20b"
        self.frames = queue.Queue()
        self._socket = None
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            self._socket, _ = self._listener.accept()
            try:
                self._read(self._socket)
            except OSError:
                self._socket.close()

    def _read(self, connection):
        stream = connection.makefile("rb")
        target = stream.readline().decode().split()[1]
        headers = {":target": target}
        while line := stream.readline().decode().strip():
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        accept = base64.b64encode(hashlib.sha1((headers["sec-websocket-key"] + ACCEPT).encode()).digest()).decode()
        connection.sendall(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
        )
        self.frames.put(headers)
        while head := stream.read(2):
            final, opcode, masked, size = head[0] >> 7, head[0] & 15, head[1] >> 7, head[1] & 127
            if size >= 126:
                size = int.from_bytes(stream.read(2 if size == 126 else 8))
            mask = stream.read(4) if masked else bytes(4)
            payload = bytes(byte ^ mask[at % 4] for at, byte in enumerate(stream.read(size)))
            if not (final and masked):
                self.frames.put({"fault": f"a frame from a client is whole and masked, not {head.hex()}"})
            if opcode == PING:
                self._send(PONG, payload)
            elif opcode == TEXT:
                self.frames.put(json.loads(payload))
            elif opcode == CLOSE:
                return

    def _send(self, opcode, payload):
        size = bytes([len(payload)]) if len(payload) < 126 else struct.pack(">BH", 126, len(payload))
        self._socket.sendall(bytes([0x80 | opcode]) + size + payload)

    def call(self, **frame):
        """Calls an action and returns its answer."""
        self._send(TEXT, json.dumps(frame).encode())
        return awaited(self.frames, lambda frame: frame.get("retcode") is not None, "an answer")

    def frame(self, what, **wanted):
        """The next frame with these values."""
        return awaited(self.frames, lambda frame: wanted.items() <= frame.items(), what)

    def handshake(self):
        """The headers of the next connection."""
        return awaited(self.frames, lambda frame: ":target" in frame, "a connection")

    def kill(self):
        """Ends the connection without a close frame."""
        self._socket.shutdown(socket.SHUT_RDWR)
