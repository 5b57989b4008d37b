"""Prints, as JSON, what cfn-lint knows of permissions.

Usage: python resource-actions.py TYPE ...

`handlers`: for each resource type, the actions that CloudFormation takes with the rights of its caller, by handler.
`known`: the actions that IAM has; the schemas also name some that it does not have.
"""

import json
import sys

from cfnlint.data import AdditionalSpecs
from cfnlint.helpers import load_resource
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

handlers = {}
for resource_type in sys.argv[1:]:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("eu-central-1", resource_type).schema
    handlers[resource_type] = {name: one.get("permissions", []) for name, one in schema["handlers"].items()}
    handlers[resource_type]["tagging"] = (schema.get("tagging") or {}).get("permissions", [])
policies = load_resource(AdditionalSpecs, "Policies.json")
known = [f"{service}:{action}".lower() for service, one in policies.items() for action in one["Actions"]]
print(json.dumps({"handlers": handlers, "known": known}))
