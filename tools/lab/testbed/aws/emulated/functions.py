"""
Lambda's control plane: revisions, states, versions and weights of aliases.

moto gives functions no RevisionId, keeps an alias' for ever, ignores both in requests, and is never busy. It publishes
versions twice, gives the number of a deleted version to another, and updates the code with every update of a stack.
"""

import base64
import copy
import json
import time
import uuid
from urllib.parse import unquote

import moto.awslambda.models as models
from moto.awslambda.exceptions import ConflictException, InvalidParameterValueException, LambdaClientError
from moto.awslambda.models import LambdaAlias, LambdaFunction, LambdaStorage, LambdaVersion
from moto.awslambda.responses import LambdaResponse

from .clock import clock

# What a version is made of; a version that has all of it is not published again.
content = ("code_sha_256", "handler", "memory_size", "timeout", "run_time", "role", "environment_vars", "description")


class PreconditionFailed(LambdaClientError):
    code = 412

    def __init__(self):
        super().__init__(
            "PreconditionFailedException",
            "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
        )


class Conflict(LambdaClientError):
    code = 409

    def __init__(self, message):
        super().__init__("ResourceConflictException", message)


def new_revision():
    return str(uuid.uuid4())


def in_progress_for(self, action, seconds):
    """Makes a function busy with its creation or an update."""
    settle(self)
    self.revision_id = new_revision()
    if seconds > 0:
        self.busy_with = action
        self.busy_until = max(getattr(self, "busy_until", 0), time.monotonic() + seconds)


def settle(function):
    if function.busy_with and time.monotonic() >= function.busy_until:
        function.busy_with = None
        # A revision also changes when Lambda is done: https://github.com/aws/aws-sdk/issues/377
        function.revision_id = new_revision()


def require_settled(function):
    settle(function)
    if function.busy_with == "create":
        raise Conflict(
            "The operation cannot be performed at this time. The function is currently in the following state: Pending"
        )
    if function.busy_with:
        raise Conflict(
            f"The operation cannot be performed at this time. An update is in progress for resource: {function.function_arn}"
        )


def require_revision(resource, revision):
    if revision and revision != resource.revision_id:
        raise PreconditionFailed()


initialize_any = LambdaFunction.__init__


def initialize(self, *args, **kwargs):
    self.busy_with = None
    self.revision_id = new_revision()
    self.published = None
    self.last_version = 0
    initialize_any(self, *args, **kwargs)


any_configuration = LambdaFunction.get_configuration


def get_configuration(self, on_create=False):
    settle(self)
    configuration = any_configuration(self, on_create)
    configuration["RevisionId"] = self.revision_id
    if self.busy_with == "create":
        configuration.update(
            State="Pending", StateReason="The function is being created.", StateReasonCode="Creating"
        )
        configuration.pop("LastUpdateStatus", None)
    elif self.busy_with:
        configuration.update(
            LastUpdateStatus="InProgress",
            LastUpdateStatusReason="The function is being created.",
            LastUpdateStatusReasonCode="Creating",
        )
    return configuration


def publish_version(self, name_or_arn, description=""):
    function = self.get_function_by_name_or_arn_forbid_qualifier(name_or_arn)
    versions = self._functions[function.function_name]["versions"]
    now = {key: copy.deepcopy(getattr(function, key)) for key in content}
    last = versions[-1] if versions else None
    if last and last.version == function.last_version and function.published == now:
        return last
    function.published = now
    function.last_version += 1
    version = copy.copy(function)
    version.set_version(function.last_version)
    version.revision_id = new_revision()
    version.busy_with = None
    if description:
        version.description = description
    versions.append(version)
    self._arns[version.function_arn] = version
    return version


def function_of(response, at):
    return response.backend.get_function(unquote(response.path.split("/")[at]))


def changes_function(method, seconds):
    """A request that changes $LATEST: one at a time, and only if its revision is the expected one."""

    def change(self):
        body = json.loads(self.body)
        function = function_of(self, -2)
        require_settled(function)
        require_revision(function, body.get("RevisionId"))
        result = method(self)
        if not body.get("DryRun"):
            function.in_progress_for("update", clock.seconds(seconds))
            result = (result[0], result[1], json.dumps(function.get_configuration()))
        return result

    return change


def create_function(self):
    result = any_creation(self)
    name = self.json_body["FunctionName"].rsplit(":", 1)[-1]
    function = self.backend.get_function(name)
    function.in_progress_for("create", clock.seconds("function pending"))
    return result[0], result[1], json.dumps(function.get_configuration(on_create=True))


def publish(self):
    body = json.loads(self.body or "{}")
    function = function_of(self, -2)
    require_settled(function)
    require_revision(function, body.get("RevisionId"))
    wanted = body.get("CodeSha256")
    if wanted and wanted != function.code_sha_256:
        raise InvalidParameterValueException(
            f"CodeSHA256 ({wanted}) is different from current CodeSHA256 in $LATEST ({function.code_sha_256}). Please try again with the CodeSHA256 in $LATEST."
        )
    clock.wait("version")
    return any_publication(self)


def create_alias(self):
    clock.wait("alias")
    try:
        return any_alias_creation(self)
    except ConflictException as error:
        raise Conflict(error.message) from None


def update_alias(self):
    parts = self.path.split("/")
    alias = self.backend.get_alias(name=unquote(parts[-1]), function_name=unquote(parts[-3]))
    require_revision(alias, json.loads(self.body).get("RevisionId"))
    clock.wait("alias")
    before = alias.function_version
    result = any_alias_update(self)
    alias.revision_id = new_revision()
    if clock.is_on and before != alias.function_version:
        alias.before, alias.everywhere_at = before, time.monotonic() + clock.seconds("alias everywhere")
    return result[0], result[1], json.dumps(alias.to_json())


def delete_function(self):
    function, qualifier = unquote(self.path.rsplit("/", 1)[-1]), self._get_param("Qualifier", None)
    if qualifier:
        aliases = [one.name for one in self.backend.list_aliases(function) if qualifier in versions_of(one)]
        if aliases:
            raise Conflict(
                f"Unable to delete version because the following aliases reference it: [{', '.join(aliases)}]"
            )
    return any_deletion(self)


def versions_of(alias):
    weights = (alias.routing_config or {}).get("AdditionalVersionWeights") or {}
    return [alias.function_version, *weights]


any_invocation = models.LambdaBackend.invoke


def invoke(self, function_name, qualifier, body, headers, response_headers):
    if ":function:" in function_name:
        function_name = function_name.split(":function:")[1]
    if ":" in function_name:
        function_name, qualifier = function_name.split(":")
    if qualifier and qualifier != "$LATEST" and not qualifier.isdigit():
        qualifier = choose(self.get_alias(qualifier, function_name))
    function = self.get_function(function_name, qualifier)
    settle(function)
    if function.busy_with == "create":
        raise Conflict(
            "The operation cannot be performed at this time. The function is currently in the following state: Pending"
        )
    response_headers["x-amz-executed-version"] = str(function.version)
    return any_invocation(self, function_name, qualifier, body, headers, response_headers)


def send_invocation(self):
    """moto reads the qualifier of a request under another name than AWS, and so invokes what is latest."""
    qualifier = self._get_param("Qualifier")
    if qualifier:
        self.querystring["qualifier"] = [qualifier]
    return send_any_invocation(self)


def choose(alias):
    """The version for the next request: weights by turns, and for a moment after a move also the one before."""
    alias.requests = getattr(alias, "requests", 0) + 1
    if alias.requests % 2 and time.monotonic() < getattr(alias, "everywhere_at", 0):
        return alias.before
    weights = (alias.routing_config or {}).get("AdditionalVersionWeights") or {}
    for version, weight in weights.items():
        # Each whole step of the sum is a request for the additional version.
        if int(alias.requests * weight) > int((alias.requests - 1) * weight):
            return version
    return alias.function_version


create_any_function = LambdaFunction.create_from_cloudformation_json.__func__


def create_in_stack(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
    code = copy.deepcopy(cloudformation_json["Properties"]["Code"])
    function = create_any_function(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs)
    function.code_in_stack = code
    return function


def update_in_stack(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
    """What a template no longer says gets its default. Code is updated only if the template names other code."""
    properties = cloudformation_json["Properties"]
    defaults = {"Description": "", "Environment": {"Variables": {}}, "MemorySize": 128, "Timeout": 3}
    original_resource.update_configuration({**defaults, **properties})
    code = properties["Code"]
    if code != original_resource.code_in_stack:
        original_resource.code_in_stack = copy.deepcopy(code)
        if "ZipFile" in code:  # A template holds the text of a file, and moto forgets that in updates.
            code = {"ZipFile": base64.b64encode(cls._create_zipfile_from_plaintext_code(code["ZipFile"]))}
        original_resource.update_function_code(code)
    return original_resource


def create_version(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
    name = cloudformation_json["Properties"]["FunctionName"]
    published = models.get_backend(account_id, region_name).publish_version(name)
    version = LambdaVersion({"Version": published.version})
    version.physical_resource_id = published.function_arn
    return version


any_creation = LambdaResponse.create_function
any_publication = LambdaResponse.publish_version
any_alias_creation = LambdaResponse.create_alias
any_alias_update = LambdaResponse.update_alias
any_deletion = LambdaResponse.delete_function
send_any_invocation = LambdaResponse.invoke


def install(invoke_code):
    LambdaFunction.__init__ = initialize
    LambdaFunction.get_configuration = get_configuration
    LambdaFunction.in_progress_for = in_progress_for
    LambdaFunction._invoke_lambda = invoke_code
    LambdaFunction.create_from_cloudformation_json = classmethod(create_in_stack)
    LambdaFunction.update_from_cloudformation_json = classmethod(update_in_stack)
    LambdaStorage.publish_version = publish_version
    LambdaVersion.create_from_cloudformation_json = classmethod(create_version)
    LambdaVersion.delete = lambda self, account_id, region_name: None
    models.LambdaBackend.invoke = invoke
    LambdaResponse.invoke = send_invocation
    LambdaResponse.create_function = create_function
    LambdaResponse.update_function_code = changes_function(LambdaResponse.update_function_code, "function update")
    LambdaResponse.update_function_configuration = changes_function(
        LambdaResponse.update_function_configuration, "function update"
    )
    LambdaResponse.publish_version = publish
    LambdaResponse.create_alias = create_alias
    LambdaResponse.update_alias = update_alias
    LambdaResponse.delete_function = delete_function
