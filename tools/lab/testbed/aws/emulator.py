"""An emulator of AWS: moto's server, in which Lambda functions run their real code under Node.

Usage: python emulator.py PORT NODE FACTOR

FACTOR scales the time that AWS takes (latencies.json): 1 is as long as AWS; with 0, everything is done at once and
nothing is throttled. moto runs functions in Docker; here each invocation is a process of its own. The package `emulated`
says what else differs from moto, and why. Everything else is moto's.
"""

import sys

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import run_simple

from emulated import functions, resources, stacks
from emulated.clock import clock
from emulated.invocation import invoker
from emulated.server import Server

port, node, factor = sys.argv[1:]
clock.factor = float(factor)
resources.install()
stacks.install()
functions.install(invoker(port, node))
run_simple(
    "127.0.0.1",
    int(port),
    Server(DomainDispatcherApplication(create_backend_app)),
    threaded=True,
    request_handler=MotoRequestHandler,
)
