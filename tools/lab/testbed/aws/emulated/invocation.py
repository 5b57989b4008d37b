"""Invocations: each is a process of its own that loads the deployed zip under Node."""

import hashlib
import io
import json
import os
import pathlib
import subprocess
import tempfile
import threading
import zipfile

from . import metrics

unpacked = pathlib.Path(tempfile.mkdtemp(prefix="emulated-lambda-"))
unpacking = threading.Lock()

# What Lambda's Node runtime does, as far as one invocation goes.
run_handler = """
import { readFileSync, writeFileSync } from 'node:fs';
const [file, name, answerFile] = process.argv.slice(1);
let answer;
try {
  const handler = (await import(file))[name];
  if (!handler) throw Object.assign(new Error(`${name} is undefined or not exported`), { name: 'Runtime.HandlerNotFound' });
  const context = { awsRequestId: 'emulated', functionName: process.env.AWS_LAMBDA_FUNCTION_NAME, getRemainingTimeInMillis: () => 10_000 };
  answer = { payload: (await handler(JSON.parse(readFileSync(0, 'utf8')), context)) ?? null };
} catch (error) {
  answer = { failed: true, payload: { errorType: error.name, errorMessage: error.message } };
}
writeFileSync(answerFile, JSON.stringify(answer));
process.exit();
"""


def invoker(port, node):
    """Replaces LambdaFunction._invoke_lambda. Returns a function of the event: payload, whether it failed, log."""

    def invoke(self, event=None):
        folder = unpack(self.code_bytes)
        module, name = self.handler.split(".")
        with tempfile.NamedTemporaryFile(dir=unpacked) as answer_file:
            run = subprocess.run(
                [node, "--input-type=module", "-e", run_handler, "--", f"{folder}/{module}.mjs", name, answer_file.name],
                input=json.dumps(event),
                capture_output=True,
                text=True,
                timeout=int(self.timeout),
                env={
                    **self.environment_vars,
                    "PATH": os.environ["PATH"],
                    "AWS_LAMBDA_FUNCTION_NAME": self.function_name,
                    "AWS_LAMBDA_FUNCTION_VERSION": str(self.version),
                    "AWS_LAMBDA_LOG_FORMAT": "JSON",
                    "AWS_REGION": self.region,
                    "AWS_ACCESS_KEY_ID": "emulated",
                    "AWS_SECRET_ACCESS_KEY": "emulated",
                    "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
                },
            )
            written = pathlib.Path(answer_file.name).read_text()
        metrics.count(self, run.stdout, not written or "failed" in json.loads(written))
        answer = json.loads(written or '{"failed": true, "payload": {"errorType": "Runtime.ExitError"}}')
        return json.dumps(answer["payload"]), "failed" in answer, run.stdout + run.stderr

    return invoke


def unpack(code):
    folder = unpacked / hashlib.sha256(code).hexdigest()
    # Two invocations at once must not see half a folder.
    with unpacking:
        if not folder.exists():
            zipfile.ZipFile(io.BytesIO(code)).extractall(folder)
    return folder
