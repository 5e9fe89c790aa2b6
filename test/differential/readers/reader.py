"""Reads each line's base64 as a JSON-RPC message with the standard library, and prints what it saw."""

import base64
import json
import sys

FIELDS = ("name", "uri", "taskId", "requestId", "cursor")


def seen(value):
    if value is None:
        return None
    if isinstance(value, bool):
        return {"b": value}
    if isinstance(value, (int, float)):
        return {"n": repr(value)}
    if isinstance(value, str):
        return {"s": base64.b64encode(value.encode("utf-8")).decode()}
    if isinstance(value, list):
        return [seen(item) for item in value]
    return {"o": {base64.b64encode(key.encode("utf-8")).decode(): seen(item) for key, item in value.items()}}


def read(body):
    message = json.loads(body)
    params = message.get("params") or {}
    read = {field: seen(params.get(field)) for field in FIELDS}
    read["id"] = seen(message.get("id"))
    read["method"] = seen(message.get("method"))
    read["arguments"] = seen(params.get("arguments"))
    return read


for line in sys.stdin.buffer:
    try:
        answer = {"python": read(base64.b64decode(line))}
    except Exception as problem:
        answer = {"python": {"refused": str(problem)[:200]}}
    print(json.dumps(answer), flush=False)
