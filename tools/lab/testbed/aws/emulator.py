"""An emulator of AWS: moto's server, in which Lambda functions run their real code under Node.

Usage: python emulator.py PORT NODE

moto runs functions in Docker; here each invocation is a process of its own that loads the deployed zip. It forgets the
tags and outputs of a stack that is updated, refuses a change set that changes tags only, and fails when a change set is
deleted twice; here it does not. It makes no HTTP API of a stack; here the API has a name nevertheless, for its address. Everything else is moto's.
"""

import hashlib
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import zipfile

from moto.awslambda.models import LambdaFunction
from moto.cloudformation.models import ChangeSet, CloudFormationBackend
from moto.cloudformation.parsing import Output
from moto.server import main

port, node = sys.argv[1:]
unpacked = pathlib.Path(tempfile.mkdtemp(prefix="emulated-lambda-"))

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


def invoke(self, event=None):
    code = self.code_bytes
    folder = unpacked / hashlib.sha256(code).hexdigest()
    if not folder.exists():
        zipfile.ZipFile(io.BytesIO(code)).extractall(folder)
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
                "AWS_LAMBDA_LOG_FORMAT": "JSON",
                "AWS_REGION": self.region,
                "AWS_ACCESS_KEY_ID": "emulated",
                "AWS_SECRET_ACCESS_KEY": "emulated",
                "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            },
        )
        written = pathlib.Path(answer_file.name).read_text()
    answer = json.loads(written or '{"failed": true, "payload": {"errorType": "Runtime.ExitError"}}')
    return json.dumps(answer["payload"]), "failed" in answer, run.stdout + run.stderr


apply_resources = ChangeSet.apply


def apply(self):
    self.stack.template = self.template
    self.stack.tags = self.tags
    self.stack._parse_template()
    apply_resources(self)
    self.stack.output_map = self.stack._create_output_map()


create_any_change_set = CloudFormationBackend.create_change_set


def create_change_set(self, *args, **kwargs):
    change_set_id, stack_id = create_any_change_set(self, *args, **kwargs)
    change_set = self.change_sets[change_set_id]
    if change_set.status == "FAILED" and change_set.tags != change_set.stack.tags:
        change_set.status = "CREATE_COMPLETE"
        change_set.execution_status = "AVAILABLE"
        change_set.status_reason = None
    return change_set_id, stack_id


def delete_change_set(self, change_set_name):
    for change_set_id, change_set in list(self.change_sets.items()):
        if change_set_name in (change_set_id, change_set.change_set_name):
            del self.change_sets[change_set_id]


def create_output(self, key, value, description):
    self.key = key
    self.value = value.replace("${HttpApi}", "emulated") if isinstance(value, str) else value
    self.description = description


ChangeSet.apply = apply
Output.__init__ = create_output
CloudFormationBackend.create_change_set = create_change_set
CloudFormationBackend.delete_change_set = delete_change_set
LambdaFunction._invoke_lambda = invoke
main(["-H", "127.0.0.1", "-p", port])
