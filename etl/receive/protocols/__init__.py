"""One way of sending per file, ending in `PROTOCOL`; a new file in this folder is a new way."""

from importlib import import_module
from pkgutil import iter_modules

from etl.receive.message import Protocol, Refused, Request

PROTOCOLS: dict[str, Protocol] = {
    module.name: import_module(f"{__name__}.{module.name}").PROTOCOL for module in iter_modules(__path__)
}


def protocol_for(request: Request) -> Protocol:
    """Return the protocol a request speaks; raises Refused `unknown_protocol`."""
    for protocol in PROTOCOLS.values():
        if protocol.matches(request):
            return protocol
    raise Refused(404, "unknown_protocol", detail=request.path[:60])
