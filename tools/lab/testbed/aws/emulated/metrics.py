"""
Metrics of invocations in CloudWatch, at once, and the shares of two versions behind an alias. moto has neither.

Lambda names the alias of an invocation; here it is always \"live\".
"""

import json
import random

from moto.awslambda.models import LambdaBackend
from moto.cloudwatch.models import cloudwatch_backends


def count(function, output, is_failed):
    """Counts an invocation, and what its output says in the embedded metric format."""
    name, version = function.function_name, str(function.version)
    dimensions = {"FunctionName": name, "Resource": f"{name}:live", "ExecutedVersion": version}
    put(function, "AWS/Lambda", "Invocations", 1, dimensions)
    put(function, "AWS/Lambda", "Errors", int(is_failed), dimensions)
    for line in output.splitlines():
        if not line.startswith('{"_aws":'):
            continue
        document = json.loads(line)
        for directive in document["_aws"]["CloudWatchMetrics"]:
            for names in directive["Dimensions"]:
                for metric in directive["Metrics"]:
                    dimensions = {one: document[one] for one in names}
                    put(function, directive["Namespace"], metric["Name"], document[metric["Name"]], dimensions)


def put(function, namespace, name, value, dimensions):
    named = [{"Name": key, "Value": text} for key, text in dimensions.items()]
    backend = cloudwatch_backends[function.account_id][function.region]
    backend.put_metric_data(namespace, [{"MetricName": name, "Value": value, "Dimensions": named}])

