"""A running `nekonap sandbox`: its people (docs/api/sandbox.md), its bot's OneBot actions over HTTP, and frameworks that it
connects to."""

import json
import subprocess
import urllib.error
import urllib.parse
import urllib.request

from framework import ReverseWebSocket, Webhook

TOKEN = "independent"
SECRET = "independent-secret"
TIMEOUT = 30


class Refused(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status}: {body}")
        self.status, self.body = status, body


class NotYet(Exception):
    """Nekonap says that it cannot do this yet."""


class Sandbox:
    def __init__(self, program):
        self.webhook, self.reverse_ws = Webhook(), ReverseWebSocket()
        self._process = subprocess.Popen(
            [
                program,
                "sandbox",
                "--http",
                "127.0.0.1:0",
                "--ws",
                "127.0.0.1:0",
                "--wire",
                "127.0.0.1:0",
                "--token",
                TOKEN,
                "--secret",
                SECRET,
                "--webhook",
                self.webhook.url,
                "--reverse-ws",
                self.reverse_ws.url,
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"the sandbox ended with {self._process.wait()}")
        ready = json.loads(line)
        host, port = ready["wire"].rsplit(":", 1)
        self.wire, self.keys, self.http = (host, int(port)), ready["wire_keys"], ready["http"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        try:
            self._process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _call(self, method, path, body=None):
        request = urllib.request.Request(
            self.http + path,
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            text = error.read().decode()
            if "unknown verb" in text:
                raise NotYet(text) from None
            raise Refused(error.code, text) from None

    def act(self, person, verb, **fields):
        """A person of the world acts; `None` for acts of no person."""
        by = {"as": person} if person else {}
        return self._call("POST", "/sandbox/api/act", by | {"do": verb} | fields)

    def world(self):
        return self._call("GET", "/sandbox/api/world")

    def messages(self, **where):
        return self._call("GET", "/sandbox/api/messages?" + urllib.parse.urlencode(where))

    def fault(self, name, **fields):
        return self._call("POST", "/sandbox/api/faults", [{"fault": name} | fields])

    def clear_faults(self):
        self._call("DELETE", "/sandbox/api/faults")

    def bot(self, action, **parameters):
        """An action of the bot 10001; its `data`."""
        answer = self._call("POST", "/" + action, parameters)
        if answer["status"] != "ok":
            raise (NotYet if answer["msg"] == "NOT_SUPPORTED" else Refused)(answer["retcode"], answer["message"])
        return answer["data"]
