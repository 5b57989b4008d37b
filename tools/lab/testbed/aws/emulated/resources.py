"""
Resources of stacks: what moto does not know or does not do.

moto has no HTTP APIs in stacks; it updates a role without its policies, no log group at all, and deletes both only
sometimes.
"""

import json
import re
import time
import uuid

from moto.apigatewayv2.models import ApiGatewayV2Backend
from moto.cloudformation import parsing
from moto.cloudformation.parsing import (
    ResourceMap,
    clean_json,
    parse_and_create_resource,
    parse_and_update_resource,
)
from moto.core.common_models import CloudFormationModel
from moto.iam.models import Role
from moto.logs.models import LogGroup

from .clock import clock


class EmulatedResource(CloudFormationModel):
    """A resource that is only remembered."""

    def __init__(self, name, properties):
        self.physical_resource_id = name
        self.properties = properties

    @classmethod
    def has_cfn_attr(cls, attr):
        return True

    def get_cfn_attribute(self, attribute):
        return f"{self.physical_resource_id}.{attribute}"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        return cls(cls.new_id(), cloudformation_json["Properties"])

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        original_resource.properties = cloudformation_json["Properties"]
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        return None

    @staticmethod
    def new_id():
        return uuid.uuid4().hex[:10]


def remembered(resource_type):
    members = {
        "cloudformation_type": staticmethod(lambda: resource_type),
        "cloudformation_name_type": staticmethod(lambda: ""),
    }
    return type(resource_type.replace("::", ""), (EmulatedResource,), members)


kinds = ("Stage", "Integration", "Route", "Authorizer", "ApiMapping")
models = [remembered(f"AWS::ApiGatewayV2::{kind}") for kind in kinds]


class DomainName(remembered("AWS::ApiGatewayV2::DomainName")):
    """A domain, whose id is its name."""

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        properties = cloudformation_json["Properties"]
        return cls(properties["DomainName"], properties)


models.append(DomainName)


class Integration:
    """An integration of an HTTP API, as API Gateway lists it."""

    def __init__(self, name, integration):
        self.name = name
        self.uri = integration["uri"]

    def to_json(self):
        return {"integrationId": self.name, "integrationType": "AWS_PROXY", "integrationUri": self.uri}


class HttpApi(EmulatedResource):
    """An HTTP API. After a change of its body, requests meet the one before for a while, as AWS deploys it step by step."""

    all = {}
    before = None
    everywhere_at = 0

    @classmethod
    def create_from_cloudformation_json(cls, *args, **kwargs):
        api = super().create_from_cloudformation_json(*args, **kwargs)
        cls.all[api.physical_resource_id] = api
        return api

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, *args, **kwargs):
        cls.all.pop(resource_name, None)

    def integrations(self):
        """The integrations that requests may meet now."""
        found = {}
        for body in filter(None, self.bodies()):
            for name, integration in body["components"]["x-amazon-apigateway-integrations"].items():
                found[f"{name} {integration['uri']}"] = Integration(name, integration)
        return list(found.values())

    @classmethod
    def update_from_cloudformation_json(cls, original_resource, *args, **kwargs):
        before = original_resource.properties
        api = super().update_from_cloudformation_json(original_resource, *args, **kwargs)
        seconds = clock.seconds("routes everywhere")
        if seconds > 0:
            api.before, api.everywhere_at = before, time.monotonic() + seconds
        return api

    def bodies(self):
        """What requests meet now: the body, and the one before as long as it is not replaced everywhere."""
        is_everywhere = time.monotonic() >= self.everywhere_at
        return [one.get("Body") for one in ([self.properties] if is_everywhere else [self.properties, self.before])]

    @staticmethod
    def cloudformation_type():
        return "AWS::ApiGatewayV2::Api"

    @staticmethod
    def cloudformation_name_type():
        return ""



def get_integrations(self, api_id):
    api = HttpApi.all.get(api_id)
    return api.integrations() if api else get_other_integrations(self, api_id)


get_other_integrations = ApiGatewayV2Backend.get_integrations
ApiGatewayV2Backend.get_integrations = get_integrations


def dependencies(template):
    """The resources of a template, each with the names of those that it needs."""
    resources = template.get("Resources", {})
    return {name: references(resource, resources.keys()) - {name} for name, resource in resources.items()}


def references(node, names):
    if isinstance(node, list):
        return set().union(*(references(one, names) for one in node))
    if not isinstance(node, dict):
        return set()
    found = set()
    for key, value in node.items():
        if key == "Ref":
            found.add(value)
        elif key == "Fn::GetAtt":
            found.add(value[0] if isinstance(value, list) else value.split(".")[0])
        elif key == "DependsOn":
            found.update([value] if isinstance(value, str) else value)
        else:
            if key == "Fn::Sub":
                text = value if isinstance(value, str) else value[0]
                found.update(name.split(".")[0] for name in re.findall(r"\$\{([^!}]+)\}", text))
            found |= references(value, names)
    return found & set(names)


def create(resource_map, name, resource):
    place(parse_and_create_resource, resource_map, name, resource)


def update(resource_map, name, resource):
    place(parse_and_update_resource, resource_map, name, resource)


def place(parse, resource_map, name, resource):
    resource_map._resource_json_map[name] = resource
    model = parse(
        name, resource, resource_map, account_id=resource_map._account_id, region_name=resource_map._region_name
    )
    if model is not None:
        resource_map._parsed_resources[name] = model


def delete(resource_map, name):
    resource = resource_map._resource_json_map.get(name, {})
    model = resource_map._parsed_resources.get(name)
    if model is not None and resource.get("DeletionPolicy") != "Retain":
        ResourceMap._delete_resource(resource_map, model, resource)
    resource_map._parsed_resources.pop(name, None)
    resource_map._resource_json_map.pop(name, None)


def api_of(resource_map):
    """The HTTP API of a stack, or None."""
    return next((one for one in resource_map._parsed_resources.values() if isinstance(one, HttpApi)), None)


def resolved(resource_map, name):
    """The properties of a resource as they are now, without references."""
    resource = resource_map._resource_json_map.get(name)
    return None if resource is None else clean_json(resource.get("Properties", {}), resource_map)


create_any_role = Role.create_from_cloudformation_json.__func__


def create_role(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
    role = create_any_role(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs)
    put_policies(role, cloudformation_json["Properties"])
    return role


def update_role(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
    properties = cloudformation_json["Properties"]
    original_resource.description = properties.get("Description", "")
    put_policies(original_resource, properties)
    return original_resource


def put_policies(role, properties):
    trust = properties["AssumeRolePolicyDocument"]
    role.assume_role_policy_document = trust if isinstance(trust, str) else json.dumps(trust)
    role.permissions_boundary_arn = properties.get("PermissionsBoundary", "")
    role.policies = {}
    for policy in properties.get("Policies", []):
        document = policy["PolicyDocument"]
        role.policies[policy["PolicyName"]] = document if isinstance(document, str) else json.dumps(document)


def update_log_group(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
    original_resource.retention_in_days = cloudformation_json["Properties"].get("RetentionInDays")
    return original_resource


def install():
    # moto looks for direct subclasses of its model only.
    for model in (*models, HttpApi):
        parsing.get_model_map()[model.cloudformation_type()] = model
        parsing.get_name_type_map()[model.cloudformation_type()] = model.cloudformation_name_type()
    Role.create_from_cloudformation_json = classmethod(create_role)
    Role.update_from_cloudformation_json = classmethod(update_role)
    LogGroup.update_from_cloudformation_json = classmethod(update_log_group)
