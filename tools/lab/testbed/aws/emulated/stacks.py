"""
CloudFormation's requests: what is refused in which state of a stack, and change sets.

The texts of errors are those of CloudFormation, as reports quote them.
"""

from moto.cloudformation.exceptions import AlreadyExistsException, CloudFormationError, ValidationError
from moto.cloudformation.models import ChangeSet, CloudFormationBackend, Stack
from moto.cloudformation.responses import CloudFormationResponse, StackResourceDTO
from moto.cloudformation.utils import generate_changeset_id, generate_stack_id
from moto.core.responses import ActionResult, EmptyResult

from . import operations
from .clock import clock
from .failures import failures

no_changes = "The submitted information didn't contain changes. Submit different information to create a change set."
updatable = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE")


class ChangeSetNotFound(CloudFormationError):
    code = "ChangeSetNotFound"


class InvalidChangeSetStatus(CloudFormationError):
    code = "InvalidChangeSetStatus"


class InsufficientCapabilities(CloudFormationError):
    code = "InsufficientCapabilitiesException"


class NoStack:
    """A stack that is not yet there."""

    template = None
    parameters = {}


def find(backend, name_or_id):
    for stack in backend.stacks.values():
        if name_or_id in (stack.name, stack.stack_id):
            return stack
    return None


def new_stack(backend, name):
    stack = Stack(
        stack_id=generate_stack_id(name, backend.region_name, backend.account_id),
        name=name,
        template={},
        parameters={},
        account_id=backend.account_id,
        region_name=backend.region_name,
        cross_stack_resources=backend.exports,
    )
    stack.backend = backend
    stack.resource_states = {}
    stack.rollback_to = None
    stack.operation = None
    stack.generation = 0
    backend.stacks[stack.stack_id] = stack
    return stack


def require_updatable(stack, disable_rollback=False):
    if stack.status in updatable:
        return
    if stack.status in ("CREATE_FAILED", "UPDATE_FAILED"):
        if disable_rollback:
            return
        raise ValidationError(
            message=f"This stack is currently in a non-terminal [{stack.status}] state. To update the stack from this state, please use the disable-rollback parameter with update-stack API. To rollback to the last known good state, use the rollback-stack API"
        )
    raise ValidationError(message=f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated.")


def requested(response, stack):
    """The stack as a request wants it."""
    body = response._get_param("TemplateBody")
    if body and len(body) > 51_200:
        raise ValidationError(
            message=f"1 validation error detected: Value '{body[:100]}...' at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200"
        )
    url = response._get_param("TemplateURL")
    if url:
        body = response._get_stack_from_s3_url(url)
    elif response._get_bool_param("UsePreviousTemplate", False):
        body = stack.template
    if not body:
        raise ValidationError(message="Either Template URL or Template Body must be specified.")
    template = Stack.parse_template(body)
    if not isinstance(template, dict) or not template.get("Resources"):
        raise ValidationError(message="Template format error: At least one Resources member must be defined.")
    require_capabilities(template, response._get_param("Capabilities", []))
    parameters = {}
    for parameter in response._get_param("Parameters", []):
        key = parameter["ParameterKey"]
        is_previous = parameter.get("UsePreviousValue") and key in stack.parameters
        parameters[key] = stack.parameters[key] if is_previous else parameter.get("ParameterValue")
    tags = {tag["Key"]: tag["Value"] for tag in response._get_param("Tags", [])}
    return operations.Version(body, template, parameters, tags, response._get_param("RoleARN"))


def require_capabilities(template, given):
    for resource in template["Resources"].values():
        if not resource["Type"].startswith("AWS::IAM::"):
            continue
        is_named = any(key in resource.get("Properties", {}) for key in ("RoleName", "UserName", "ManagedPolicyName"))
        if "CAPABILITY_NAMED_IAM" not in given and (is_named or "CAPABILITY_IAM" not in given):
            wanted = "CAPABILITY_NAMED_IAM" if is_named else "CAPABILITY_IAM"
            raise InsufficientCapabilities(f"Requires capabilities : [{wanted}]")


def change_set_of(response):
    """The change set that a request names, by its id or with the name of its stack."""
    backend, name = response.cloudformation_backend, response._get_param("ChangeSetName")
    stack_name = response._get_param("StackName")
    for change_set in reversed(backend.change_sets.values()):
        is_named = change_set.change_set_name == name and stack_name in (change_set.stack_name, change_set.stack_id)
        if change_set.change_set_id == name or is_named:
            return change_set
    if stack_name and not find(backend, stack_name):
        raise ValidationError(message=f"Stack [{stack_name}] does not exist")
    raise ChangeSetNotFound(f"ChangeSet [{name}] does not exist")


def outdate_change_sets(backend, stack, but=None):
    stack.generation += 1
    for change_set in backend.change_sets.values():
        if change_set.stack_id == stack.stack_id and change_set is not but:
            if change_set.execution_status == "AVAILABLE":
                change_set.execution_status = "OBSOLETE"


def create_change_set(self):
    backend, name = self.cloudformation_backend, self._get_param("StackName")
    change_set_name, kind = self._get_param("ChangeSetName"), self._get_param("ChangeSetType", "UPDATE")
    with operations.lock:
        stack = find(backend, name)
        if kind == "UPDATE":
            if not stack:
                raise ValidationError(message=f"Stack [{name}] does not exist")
            require_updatable(stack, disable_rollback=True)
        elif stack and stack.status != "REVIEW_IN_PROGRESS":
            raise ValidationError(
                message=f"Stack [{name}] already exists and cannot be created again with the changeSet [{change_set_name}]."
            )
        for other in backend.change_sets.values():
            if stack and other.stack_id == stack.stack_id and other.change_set_name == change_set_name:
                raise AlreadyExistsException(f"ChangeSet {other.change_set_id} already exists")
        wanted = requested(self, stack or NoStack)
        if not stack:
            stack = new_stack(backend, name)
            stack.tags = wanted.tags
            operations.set_status(stack, "REVIEW_IN_PROGRESS", "User Initiated")
        change_set = ChangeSet(
            change_set_type=kind,
            change_set_id=generate_changeset_id(change_set_name, backend.region_name, backend.account_id),
            change_set_name=change_set_name,
            stack=stack,
            template=wanted.template,
            parameters=wanted.parameters,
            description=self._get_param("Description"),
            tags=wanted.tags,
            role_arn=wanted.role_arn,
        )
        change_set.wanted = wanted
        change_set.on_stack_failure = self._get_param("OnStackFailure")
        change_set.status, change_set.execution_status = "CREATE_IN_PROGRESS", "UNAVAILABLE"
        backend.change_sets[change_set.change_set_id] = change_set
        generation = stack.generation

    def work():
        clock.wait("change set")
        reason = failures.reason(stack.name, None, "changeSet")
        with operations.lock:
            if reason is not None or (kind == "UPDATE" and operations.is_same(stack, wanted)):
                change_set.status, change_set.status_reason = "FAILED", reason or no_changes
            else:
                is_outdated = generation != stack.generation
                change_set.status = "CREATE_COMPLETE"
                change_set.execution_status = "OBSOLETE" if is_outdated else "AVAILABLE"

    operations.in_background(work)
    return ActionResult({"Id": change_set.change_set_id, "StackId": stack.stack_id})


def execute_change_set(self):
    backend, change_set = self.cloudformation_backend, change_set_of(self)
    with operations.lock:
        stack = change_set.stack
        if change_set.execution_status != "AVAILABLE":
            is_made = change_set.status == "CREATE_COMPLETE"
            status = f"execution status of [{change_set.execution_status}]" if is_made else f"status of [{change_set.status}]"
            raise InvalidChangeSetStatus(
                f"ChangeSet [{change_set.change_set_id}] cannot be executed in its current {status}"
            )
        disable_rollback = self._get_bool_param("DisableRollback", False)
        on_failure = change_set.on_stack_failure or ("DO_NOTHING" if disable_rollback else "ROLLBACK")
        if change_set.change_set_type == "UPDATE":
            require_updatable(stack, on_failure == "DO_NOTHING")
        elif stack.status != "REVIEW_IN_PROGRESS":
            raise ValidationError(message=f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated.")
        change_set.execution_status = "EXECUTE_IN_PROGRESS"
        outdate_change_sets(backend, stack, but=change_set)

        def finished(is_well):
            change_set.execution_status = "EXECUTE_COMPLETE" if is_well else "EXECUTE_FAILED"

        operation = operations.create if change_set.change_set_type == "CREATE" else operations.update
    operation(stack, change_set.wanted, on_failure, finished)
    return EmptyResult()


def delete_change_set(self):
    # Deleting what is not there succeeds.
    try:
        change_set = change_set_of(self)
    except (ChangeSetNotFound, ValidationError):
        return EmptyResult()
    if change_set.execution_status == "EXECUTE_IN_PROGRESS":
        raise InvalidChangeSetStatus(
            f"ChangeSet [{change_set.change_set_id}] cannot be deleted in its current execution status of [EXECUTE_IN_PROGRESS]"
        )
    self.cloudformation_backend.change_sets.pop(change_set.change_set_id, None)
    return EmptyResult()


def list_change_sets(self):
    stack = find(self.cloudformation_backend, self._get_param("StackName"))
    if not stack:
        raise ValidationError(message=f"Stack [{self._get_param('StackName')}] does not exist")
    return ActionResult(
        {"Summaries": [one for one in self.cloudformation_backend.change_sets.values() if one.stack is stack]}
    )


def on_failure_of(response):
    if response._get_bool_param("DisableRollback", False):
        return "DO_NOTHING"
    return response._get_param("OnFailure") or "ROLLBACK"


def create_stack(self):
    backend, name = self.cloudformation_backend, self._get_param("StackName")
    with operations.lock:
        if find(backend, name):
            raise AlreadyExistsException(f"Stack [{name}] already exists")
        wanted = requested(self, NoStack)
        stack = new_stack(backend, name)
    operations.create(stack, wanted, on_failure_of(self))
    return ActionResult({"StackId": stack.stack_id})


def update_stack(self):
    backend, name = self.cloudformation_backend, self._get_param("StackName")
    stack = find(backend, name)
    if not stack:
        raise ValidationError(message=f"Stack [{name}] does not exist")
    with operations.lock:
        on_failure = on_failure_of(self)
        require_updatable(stack, on_failure == "DO_NOTHING")
        wanted = requested(self, stack)
        if operations.is_same(stack, wanted):
            raise ValidationError(message="No updates are to be performed.")
        outdate_change_sets(backend, stack)
    operations.update(stack, wanted, on_failure)
    return ActionResult({"StackId": stack.stack_id})


def delete_stack(self):
    stack = find(self.cloudformation_backend, self._get_param("StackName"))
    # Deleting what is not there succeeds; so does deleting again.
    if not stack or stack.status == "DELETE_IN_PROGRESS":
        return EmptyResult()
    may_be_deleted = not stack.status.endswith("_IN_PROGRESS") or stack.status in (
        "REVIEW_IN_PROGRESS",
        "CREATE_IN_PROGRESS",
        "ROLLBACK_IN_PROGRESS",
    )
    if not may_be_deleted:
        raise ValidationError(message=f"Stack [{stack.stack_id}] cannot be deleted while in status {stack.status}")
    for change_set in list(self.cloudformation_backend.change_sets.values()):
        if change_set.stack is stack:
            self.cloudformation_backend.change_sets.pop(change_set.change_set_id, None)
    operations.delete(stack)
    return EmptyResult()


def continue_update_rollback(self):
    stack = find(self.cloudformation_backend, self._get_param("StackName"))
    if not stack:
        raise ValidationError(message=f"Stack [{self._get_param('StackName')}] does not exist")
    if stack.status != "UPDATE_ROLLBACK_FAILED":
        raise ValidationError(message=f"Stack:{stack.stack_id} is in {stack.status} state and can not be rolled back.")
    skipped = self._get_param("ResourcesToSkip", [])
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    operations.begin(stack, lambda: operations.roll_back_update(stack, skipped))
    return EmptyResult()


def rollback_stack(self):
    stack = find(self.cloudformation_backend, self._get_param("StackName"))
    if not stack:
        raise ValidationError(message=f"Stack [{self._get_param('StackName')}] does not exist")
    if stack.status not in ("CREATE_FAILED", "UPDATE_FAILED"):
        raise ValidationError(message=f"Stack:{stack.stack_id} is in {stack.status} state and can not be rolled back.")
    is_creation = stack.status == "CREATE_FAILED"
    roll_back = operations.roll_back_creation if is_creation else operations.roll_back_update
    stack.status = "ROLLBACK_IN_PROGRESS" if is_creation else "UPDATE_ROLLBACK_IN_PROGRESS"
    operations.begin(stack, lambda: roll_back(stack))
    return ActionResult({"StackId": stack.stack_id})


describe_any_resource = StackResourceDTO.__init__


def describe_resource(self, stack, resource):
    describe_any_resource(self, stack, resource)
    status, reason = stack.resource_states.get(self.logical_resource_id, (stack.status, None))
    self.resource_status, self.resource_status_reason = status, reason


def stack_resources(self):
    return [one for one in (self.resource_map._parsed_resources.get(name) for name in list(self.resource_map)) if one]


def validate_template(self, template):
    """CloudFormation checks syntax here. moto runs cfn-lint, takes its warnings for errors, and needs seconds."""
    if not isinstance(Stack.parse_template(template), dict):
        raise ValidationError(message="Template format error: unsupported structure.")
    return []


def set_status(backend, name, status, reason):
    """Brings a stack into a state, as somebody or something else did. Makes it if it is not there."""
    stack = find(backend, name) or new_stack(backend, name)
    stack.operation = None  # What is under way stops.
    operations.set_status(stack, status, reason)


def install():
    for method in (
        create_change_set,
        execute_change_set,
        delete_change_set,
        list_change_sets,
        create_stack,
        update_stack,
        delete_stack,
        continue_update_rollback,
        rollback_stack,
    ):
        setattr(CloudFormationResponse, method.__name__, method)
    CloudFormationResponse.describe_change_set = lambda self: ActionResult(change_set_of(self))
    CloudFormationBackend.validate_template = validate_template
    StackResourceDTO.__init__ = describe_resource
    Stack.stack_resources = property(stack_resources)
