"""Checks /openapi.json with openapi-spec-validator, and its examples and those of the contract against its schemas.

Arguments: the document, and the contract's examples.json.
"""

import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

document = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
contract = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))

OpenAPIV31SpecValidator(document).validate()


def check(schema, value, what):
    """The schema refers to the components of the document."""
    whole = {**schema, "components": document["components"]}
    faults = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(whole).iter_errors(value)]
    if faults:
        sys.exit(f"{what} does not fit its schema:\n" + "\n".join(faults))


def content(holder):
    return holder["content"]["application/json"]


actions = 0
for path, item in document["paths"].items():
    request = content(item["post"]["requestBody"])
    answer = content(item["post"]["responses"]["200"])
    if "example" not in request:
        continue
    actions += 1
    check(request["schema"], request["example"], f"the request of {path}")
    check(answer["schema"], answer["example"], f"the answer of {path}")
    # The schema is no rubber stamp: an answer with another status fits none of its alternatives.
    failed = dict(answer["example"], status="failed", retcode=1200, data=None, message="x", wording="x")
    for msg, fits in (("OFFLINE", True), ("NO_SUCH_CODE", False)):
        validator = Draft202012Validator({**answer["schema"], "components": document["components"]})
        if validator.is_valid(dict(failed, msg=msg)) != fits:
            sys.exit(f"a failure of {path} with {msg}: fits should be {fits}")

event = {"$ref": "#/components/schemas/Event"}
schemas = document["components"]["schemas"]
known = json.dumps([schemas[name] for name in ("Lifecycle", "Notice", "Notify")])
events = 0
for name, value in contract["events"].items():
    by_sub_type = value.get("notice_type") == "notify" or value.get("meta_event_type") == "lifecycle"
    kind = value.get("sub_type") if by_sub_type else value.get("notice_type")
    # Notices and requests that Nekonap does not report yet have no schema.
    if value["post_type"] == "request" or (kind and f'"{kind}"' not in known):
        continue
    events += 1
    check(event, value, f"the event {name}")

print(f"{actions} actions, {events} events")
