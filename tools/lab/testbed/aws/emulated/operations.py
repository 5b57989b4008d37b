"""
Operations on a stack: creation, update, deletion and rollback, with every state on the way.

Without time they are done before the request is answered. With time each runs in a thread of its own: a resource begins
when those that it needs are complete, and takes the time of its kind.
"""

import copy
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from moto.cloudformation.models import Event

from . import resources
from .clock import clock
from .failures import failures

# moto's models are not made for threads.
lock = threading.RLock()
# The operation that a thread works on.
current = threading.local()
# The rates of services that CloudFormation keeps by waiting: per kind of resource, and how many requests it makes.
buckets = {"AWS::IAM::": ("iam writes", 2), "AWS::ApiGatewayV2::": ("apigateway writes", 1)}


@dataclass
class Version:
    """A stack as somebody wants it, or as it was."""

    template: str = field(compare=False)
    template_dict: dict
    parameters: dict
    tags: dict
    role_arn: str | None = None

    @staticmethod
    def of(stack):
        return Version(
            stack.template, copy.deepcopy(stack.template_dict), stack.parameters, stack.tags, stack.role_arn
        )


class StepFailed(Exception):
    def __init__(self, names, verb):
        self.names = names
        super().__init__(f"The following resource(s) failed to {verb}: [{', '.join(names)}]. ")


class Superseded(Exception):
    """Another operation on the stack has begun: its creation may be deleted while it runs."""


def begin(stack, work: Callable[[], None]):
    operation = stack.operation = object()

    def until_superseded():
        outer = getattr(current, "operation", None)
        current.operation = (stack, operation)
        try:
            work()
        except Superseded:
            pass
        finally:
            current.operation = outer

    in_background(until_superseded)


def in_background(work):
    if clock.is_on:
        threading.Thread(target=work, daemon=True).start()
    else:
        work()


def require_current(stack):
    mine = getattr(current, "operation", None)
    if mine and mine[0] is stack and mine[1] is not stack.operation:
        raise Superseded()


def set_status(stack, status, reason=None):
    with lock:
        require_current(stack)
        stack.status = status
        stack.stack_status_reason = reason
        stack._add_stack_event(status, resource_status_reason=reason)


def create(stack, wanted, on_failure="ROLLBACK", finished=lambda is_well: None):
    adopt(stack, wanted)
    set_status(stack, "CREATE_IN_PROGRESS", "User Initiated")

    def work():
        clock.wait("stack begins")
        try:
            run(stack, "create", list(wanted.template_dict["Resources"]), wanted.template_dict)
        except StepFailed as failure:
            finished(False)
            if on_failure == "DO_NOTHING":
                return set_status(stack, "CREATE_FAILED", str(failure))
            if on_failure == "DELETE":
                return delete(stack, reason=str(failure))
            return roll_back_creation(stack, f"{failure}Rollback requested by user.")
        clock.wait("stack ends")
        complete(stack, "CREATE_COMPLETE")
        finished(True)

    begin(stack, work)


def roll_back_creation(stack, reason="User Initiated"):
    set_status(stack, "ROLLBACK_IN_PROGRESS", reason)
    try:
        remove(stack, existing(stack))
    except StepFailed as failure:
        return set_status(stack, "ROLLBACK_FAILED", str(failure))
    set_status(stack, "ROLLBACK_COMPLETE")


def update(stack, wanted, on_failure="ROLLBACK", finished=lambda is_well: None):
    before = Version.of(stack)
    changed = changes(stack, wanted)
    adopt(stack, wanted)
    set_status(stack, "UPDATE_IN_PROGRESS", "User Initiated")

    def work():
        clock.wait("stack begins")
        try:
            run(stack, "update", changed["Add"] + changed["Modify"], wanted.template_dict)
        except StepFailed as failure:
            finished(False)
            stack.rollback_to = before
            if on_failure == "DO_NOTHING":
                return set_status(stack, "UPDATE_FAILED", str(failure))
            return roll_back_update(stack, reason=str(failure))
        set_status(stack, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        clock.wait("stack cleanup")
        try:
            remove(stack, changed["Remove"])
        except StepFailed:
            pass  # CloudFormation leaves such a resource behind, and says so in its events.
        complete(stack, "UPDATE_COMPLETE")
        finished(True)

    begin(stack, work)


def roll_back_update(stack, skipped=(), reason="User Initiated"):
    before = stack.rollback_to
    set_status(stack, "UPDATE_ROLLBACK_IN_PROGRESS", reason)
    if before is not None:
        before_resources = before.template_dict.get("Resources", {})
        now = stack.resource_map._resource_json_map
        changed = [name for name in before_resources if name in now and now[name] != before_resources[name]]
        try:
            run(stack, "rollback", [name for name in changed if name not in skipped], before.template_dict)
        except StepFailed as failure:
            return set_status(stack, "UPDATE_ROLLBACK_FAILED", str(failure))
        adopt(stack, before)
        set_status(stack, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        clock.wait("stack cleanup")
        try:
            remove(stack, [name for name in existing(stack) if name not in before_resources])
        except StepFailed:
            pass
    complete(stack, "UPDATE_ROLLBACK_COMPLETE")


def delete(stack, reason="User Initiated"):
    set_status(stack, "DELETE_IN_PROGRESS", reason)

    def work():
        clock.wait("stack begins")
        # An output is a formula over resources, which are gone later.
        exports = list(stack.exports)
        try:
            remove(stack, existing(stack))
        except StepFailed as failure:
            return set_status(stack, "DELETE_FAILED", str(failure))
        with lock:
            set_status(stack, "DELETE_COMPLETE")
            for export in exports:
                stack.backend.exports.pop(export.name, None)
            stack.backend.stacks.pop(stack.stack_id, None)
            stack.backend.deleted_stacks[stack.stack_id] = stack

    begin(stack, work)


def adopt(stack, version):
    """Template, parameters and tags change at once; resources follow."""
    with lock:
        stack.template = version.template
        stack.template_dict = version.template_dict
        stack.description = version.template_dict.get("Description")
        stack.parameters = version.parameters
        stack.tags = version.tags
        stack.role_arn = version.role_arn
        resource_map = stack.resource_map
        resource_map._template = version.template_dict
        resource_map.input_parameters = version.parameters
        resource_map.tags = dict(version.tags)
        resource_map.load_mapping()
        resource_map.load_parameters()
        resource_map.load_conditions()


def complete(stack, status):
    with lock:
        outputs = stack._create_output_map()
        # Read now: an output is a value, not a formula.
        for name in outputs:
            outputs[name]
        require_current(stack)
        stack.rollback_to = None
        stack.output_map = outputs
        stack.backend.exports.update({export.name: export for export in outputs.exports})
        set_status(stack, status)


def existing(stack):
    return list(stack.resource_map._resource_json_map)


def is_same(stack, wanted):
    return Version.of(stack) == wanted and not any(changes(stack, wanted).values())


def changes(stack, wanted):
    now = stack.resource_map._resource_json_map
    new = wanted.template_dict["Resources"]
    parameters = {key for key, value in wanted.parameters.items() if stack.parameters.get(key) != value}
    is_changed = lambda name: now[name] != new[name] or resources.references(new[name], parameters)
    return {
        "Add": [name for name in new if name not in now],
        "Modify": [name for name in new if name in now and is_changed(name)],
        "Remove": [name for name in now if name not in new],
    }


def run(stack, action, names, template):
    """Creates and updates resources, each after those that it needs."""
    needed = resources.dependencies(template)
    steps = {}
    for name in in_order(names, needed):
        existed = name in stack.resource_map._resource_json_map
        kind = template["Resources"][name]["Type"]
        after = max((steps[one].end for one in needed[name] if one in steps), default=0)
        steps[name] = Step(stack, name, kind, template["Resources"][name], action, existed, after)
    perform(list(steps.values()))


def remove(stack, names):
    """Deletes resources, each after those that need it."""
    needed = resources.dependencies({"Resources": stack.resource_map._resource_json_map})
    steps = {}
    for name in reversed(in_order(names, needed)):
        kind = stack.resource_map._resource_json_map[name]["Type"]
        after = max((steps[one].end for one in steps if name in needed[one]), default=0)
        steps[name] = Step(stack, name, kind, None, "delete", True, after)
    perform(list(steps.values()))


def in_order(names, needed):
    ordered = {}

    def visit(name):
        if name not in ordered and name in names:
            for one in sorted(needed[name]):
                visit(one)
            ordered[name] = True

    for name in names:
        visit(name)
    return list(ordered)


class Step:
    """An action on one resource, from `begin` to `end` seconds after the first."""

    def __init__(self, stack, name, kind, resource, action, existed, after):
        self.stack, self.name, self.kind, self.resource, self.action = stack, name, kind, resource, action
        # As CloudFormation calls it.
        self.verb = "delete" if action == "delete" else "update" if existed else "create"
        bucket = next((limit for prefix, limit in buckets.items() if kind.startswith(prefix)), None)
        wait = max((clock.delay(bucket[0]) for _ in range(bucket[1])), default=0) if bucket else 0
        self.start = after + wait
        self.end = self.start + clock.resource_seconds(kind, self.verb)
        self.reason = failures.reason(stack.name, name, "rollback" if action == "rollback" else self.verb)

    def begin(self):
        record(self, f"{self.verb.upper()}_IN_PROGRESS")
        if self.reason is not None:
            return
        resource_map = self.stack.resource_map
        try:
            with lock:
                if self.verb == "delete":
                    resources.delete(resource_map, self.name)
                elif self.verb == "update":
                    resources.update(resource_map, self.name, self.resource)
                else:
                    resources.create(resource_map, self.name, self.resource)
                model = resource_map._parsed_resources.get(self.name)
                if hasattr(model, "in_progress_for"):
                    model.in_progress_for(self.verb, self.end - self.start)
        except Exception as error:  # What a service refuses fails the resource.
            self.reason = f"Resource handler returned message: \"{getattr(error, 'message', None) or error}\""
            if self.verb == "create":
                resource_map._resource_json_map.pop(self.name, None)

    def finish(self):
        if self.reason is not None:
            record(self, f"{self.verb.upper()}_FAILED", self.reason)
            raise StepFailed([self.name], self.verb)
        record(self, f"{self.verb.upper()}_COMPLETE")

    def cancel(self):
        record(self, f"{self.verb.upper()}_FAILED", f"Resource {'creation' if self.verb == 'create' else self.verb} cancelled")


def perform(steps):
    passed, running = 0, {}
    for at, is_end, index in moments(steps):
        clock.sleep(at - passed)
        passed = max(passed, at)
        step = steps[index]
        require_current(step.stack)
        if not is_end:
            running[index] = step
            step.begin()
            continue
        del running[index]
        try:
            step.finish()
        except StepFailed:
            for other in running.values():
                other.cancel()
            raise StepFailed([step.name, *(other.name for other in running.values())], step.verb) from None


def moments(steps):
    """Begin and end of each step in the order of time. At the same time, a step ends before the next begins."""
    if not clock.is_on:
        return [(0, is_end, index) for index in range(len(steps)) for is_end in (False, True)]
    begins = [(step.start, False, index) for index, step in enumerate(steps)]
    ends = [(step.end, True, index) for index, step in enumerate(steps)]
    return sorted(begins + ends, key=lambda moment: (moment[0], not moment[1]))


def record(step, status, reason=None):
    stack = step.stack
    model = stack.resource_map._parsed_resources.get(step.name)
    with lock:
        stack.resource_states[step.name] = (status, reason)
        stack.events.append(
            Event(
                stack_id=stack.stack_id,
                stack_name=stack.name,
                logical_resource_id=step.name,
                physical_resource_id=getattr(model, "physical_resource_id", "") or "",
                resource_type=step.kind,
                resource_status=status,
                resource_status_reason=reason,
                resource_properties=json.dumps((step.resource or {}).get("Properties", {})),
            )
        )
