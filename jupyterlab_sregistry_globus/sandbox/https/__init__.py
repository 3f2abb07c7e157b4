"""The files of collections over HTTPS.

An endpoint whose member `https` is True has `https_server` = `<address>/https/<collection id>` in
its document. A file is `GET` (whole or one Range), `HEAD`, `PUT` or `DELETE` on that address and
its path on the collection, percent-encoded. `~` and `{server_default}` are not resolved here.

What fails, and how to switch it on, with `Sandbox.set_faults` or `POST /_sandbox/faults`. All
members are documented in `faults.Fault`; a route is "METHOD /https/<id>/<path>", with wildcards:

- a status, in the shape of the service:
    {"route": "PUT /https/*", "status": 507}
    401, 403, 404, 408, 413, 429, 500, 503, 507 and others, with "headers": {"Retry-After": "2"},
    "message": "Disk quota exceeded"; with "at_bytes" only after that much of an upload
- the same by a proxy:         "status": 413, "html": "<h1>413 Request Entity Too Large</h1>"
- a connection cut:            "drop": True, "at_bytes": 1000 (upload or download)
- a stall until it is released: "stall": True, "at_bytes": 1000; replacing or clearing the faults
                                releases it, and the content continues
- a slow link:                 "bytes_per_second": 125_000_000
- a collection that vanishes:  "drop": True, "vanish": True, "at_bytes": 1000; afterwards
                                `change_endpoint(id, unreachable=False)` brings it back
- a file that changes between two requests: "route": "GET /https/*", "skip": 1, "changes_file": True
- a Range that is ignored:     "route": "GET /https/*", "ignore_range": True
- a lost answer of PUT:        "route": "PUT /https/*", "after": True, "drop": True
- a lost answer of rename:     "route": "POST /v0.10/operation/endpoint/*/rename", the same members

Members of an endpoint (`change_endpoint`): https, read_only, unreachable, rename_supported,
served_at, root, acts_as, authentication_timeout_mins, domains. See `transfer.model.Endpoint`.
"""
