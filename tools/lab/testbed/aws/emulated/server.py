"""The server around moto's: throttling, the time of a request, and the requests of tests to the emulator itself."""

import io
import json
import re
from urllib.parse import parse_qs

from moto.cloudformation.models import cloudformation_backends
from moto.core import DEFAULT_ACCOUNT_ID

from . import resources, stacks
from .clock import clock
from .failures import failures

control = "/emulator/"
throttled_xml = "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>emulated</RequestId></ErrorResponse>"


class Server:
    def __init__(self, moto):
        self._moto = moto
        self.throttled = 0

    def __call__(self, environ, start_response):
        path = environ.get("PATH_INFO", "")
        if path.startswith(control):
            return self._control(path[len(control) :], read(environ), start_response)
        if clock.is_on:
            clock.wait("request")
            refusal = self._refusal(environ, path)
            if refusal:
                self.throttled += 1
                return respond(start_response, *refusal)
        return self._moto(environ, start_response)

    def _refusal(self, environ, path):
        scope = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
        service = scope.group(1) if scope else None
        if service == "lambda" and not path.endswith(("/invocations", "/invoke-async")):
            is_reading = environ["REQUEST_METHOD"] == "GET" and re.fullmatch(r"/[^/]+/functions/[^/]+/?", path)
            if not clock.allows("lambda GetFunction" if is_reading else "lambda"):
                body = json.dumps({"Type": "User", "message": "Rate exceeded", "Reason": "CallerRateLimitExceeded"})
                return "429 Too Many Requests", "application/json", body, ("x-amzn-errortype", "TooManyRequestsException")
        if service == "cloudformation":
            action = parse_qs(read(environ, keep=True)).get("Action", [""])[0]
            if not clock.allows("cloudformation", action):
                return "400 Bad Request", "text/xml", throttled_xml
        return None

    def _control(self, what, body, start_response):
        asked = json.loads(body or "{}")
        # The emulator has one account. A test names no region where there is one.
        backends = cloudformation_backends[asked.get("account", DEFAULT_ACCOUNT_ID)]
        backend = backends[asked["region"]] if "region" in asked else None
        answer = {}
        if what == "failures":
            failures.tell(**asked["failure"])
        elif what == "stack-status":
            stacks.set_status(backend, asked["stack"], asked["status"], asked.get("reason"))
        elif what == "resource":
            stack = stacks.find(backend, asked["stack"])
            answer = {"properties": stack and resources.resolved(stack.resource_map, asked["resource"])}
        elif what == "api":
            stack = stacks.find(backend, asked["stack"])
            api = stack and resources.api_of(stack.resource_map)
            answer = {"bodies": api.bodies() if api else []}
        elif what == "throttled":
            answer = {"requests": self.throttled}
        else:
            return respond(start_response, "404 Not Found", "application/json", json.dumps({"message": what}))
        return respond(start_response, "200 OK", "application/json", json.dumps(answer))


def read(environ, keep=False):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length)
    if keep:
        environ["wsgi.input"] = io.BytesIO(body)
    return body.decode()


def respond(start_response, status, content_type, body, *headers):
    start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(body.encode()))), *headers])
    return [body.encode()]
