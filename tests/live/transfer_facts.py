"""Facts about Globus Transfer and Auth."""

from __future__ import annotations

import hashlib
import uuid

import globus_sdk

from .facts import fact, missing, refusal
from .site import Site

CONTENT = b"a file of a live test\n" * 50
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@fact("the members of an endpoint", "complete")
def endpoint_document(site: Site) -> str:
    names = (
        "id display_name entity_type is_globus_connect high_assurance https_server owner_string"
        " default_directory gcp_connected gcp_paused non_functional subscription_id"
        " authentication_timeout_mins authentication_policy_id mapped_collection_id"
    )
    return missing(site.transfer.get_endpoint(site.endpoint_id).data, names.split())


@fact("the members of a search's answer", "complete")
def search_document(site: Site) -> str:
    found = site.transfer.endpoint_search(filter_scope="recently-used", limit=5)
    return missing(found.data, ("DATA", "has_next_page", "limit", "offset"))


@fact("the members of a listing", "complete")
def listing_document(site: Site) -> str:
    listing = site.transfer.operation_ls(site.endpoint_id, site.folder).data
    names = ("DATA", "endpoint", "path", "absolute_path", "rename_supported", "total", "length")
    return missing(listing, names)


@fact("the path of a listing ends in a slash", "yes")
def listing_path(site: Site) -> str:
    listing = site.transfer.operation_ls(site.endpoint_id, site.folder.rstrip("/"))
    return "yes" if listing["path"].endswith("/") else str(listing["path"])


@fact("a listing without a path tells the real folder", "yes")
def listing_default(site: Site) -> str:
    absolute = str(site.transfer.operation_ls(site.endpoint_id)["absolute_path"])
    return "yes" if absolute.startswith("/") and "{" not in absolute else absolute


@fact("ls of a missing path", "404 ClientError.NotFound")
def missing_listing(site: Site) -> str:
    return refusal(lambda: site.transfer.operation_ls(site.endpoint_id, site.path("missing/")))


@fact("stat of a missing path", "404 NotFound")
def missing_stat(site: Site) -> str:
    return refusal(lambda: site.transfer.operation_stat(site.endpoint_id, site.path("missing")))


@fact("mkdir", "DirectoryCreated, then 502 ExternalError.MkdirFailed.Exists")
def mkdir(site: Site) -> str:
    path = site.path("made")
    made = site.transfer.operation_mkdir(site.endpoint_id, path)["code"]
    again = refusal(lambda: site.transfer.operation_mkdir(site.endpoint_id, path))
    return f"{made}, then {again}"


@fact("an unknown endpoint", "404 EndpointNotFound")
def unknown_endpoint(site: Site) -> str:
    return refusal(lambda: site.transfer.get_endpoint(str(uuid.uuid4())))


@fact("an unknown task", "404 ClientError.NotFound")
def unknown_task(site: Site) -> str:
    return refusal(lambda: site.transfer.get_task(str(uuid.uuid4())))


@fact("a bad token", "401 AuthenticationFailed")
def bad_token(site: Site) -> str:
    authorizer = globus_sdk.AccessTokenAuthorizer("nonsense")
    with globus_sdk.TransferClient(authorizer=authorizer) as client:
        return refusal(lambda: client.get_endpoint(site.endpoint_id))


@fact("a transfer without items", "400 ClientError.BadRequest.NoTransferItems")
def no_items(site: Site) -> str:
    data = globus_sdk.TransferData(site.endpoint_id, site.endpoint_id)
    return refusal(lambda: site.transfer.submit_transfer(data))


@fact("a submission id used twice", "Accepted, then Duplicate, the same task", needs="https")
def submission_id(site: Site) -> str:
    source = site.put("submitted", CONTENT)
    data = globus_sdk.TransferData(site.endpoint_id, site.endpoint_id)
    data["submission_id"] = site.transfer.get_submission_id()["value"]
    data.add_item(source, site.path("submitted-copy"))
    first, second = (site.transfer.submit_transfer(data) for _ in range(2))
    site.wait(first["task_id"])
    same = "the same task" if first["task_id"] == second["task_id"] else "another task"
    return f"{first['code']}, then {second['code']}, {same}"


@fact(
    "a copy on one endpoint with the right checksum",
    "SUCCEEDED, sha256 reported, file there, source kept",
    is_guess=True,
    needs="https",
)
def copy_with_checksum(site: Site) -> str:
    source, target = site.put(".checked.part", CONTENT), site.path("checked")
    item = {"external_checksum": SHA256, "checksum_algorithm": "SHA256"}
    task = site.wait(task_id := site.submit(source, target, **item))
    rows = site.transfer.task_successful_transfers(task_id).data["DATA"]
    reported = "sha256 reported" if [row["checksum"] for row in rows] == [SHA256] else "no sha256"
    there = "file there" if _exists(site, target) else "no file"
    kept = "source kept" if _exists(site, source) else "source gone"
    return f"{task['status']}, {reported}, {there}, {kept}"


@fact(
    "a copy on one endpoint with a wrong checksum",
    "EXTERNAL_CHECKSUM_MISMATCH, no file",
    is_guess=True,
    needs="https",
)
def copy_with_wrong_checksum(site: Site) -> str:
    source, target = site.put(".wrong.part", CONTENT), site.path("wrong")
    item = {"external_checksum": SHA256[::-1], "checksum_algorithm": "SHA256"}
    task = site.wait(site.submit(source, target, **item))
    code = (task["fatal_error"] or {}).get("code") or task["nice_status"]
    return f"{code}, {'file there' if _exists(site, target) else 'no file'}"


@fact("the members of a finished task", "complete", needs="https")
def task_document(site: Site) -> str:
    task = site.wait(site.submit(site.put("task", CONTENT), site.path("task-copy")))
    names = (
        "task_id status label request_time completion_time deadline bytes_transferred"
        " bytes_checksummed effective_bytes_per_second files files_skipped files_transferred faults"
        " nice_status nice_status_short_description is_paused fatal_error sync_level"
        " verify_checksum source_endpoint_id destination_endpoint_id"
    )
    return missing(task, names.split())


@fact("canceling a finished task", "TaskComplete", needs="https")
def cancel_finished(site: Site) -> str:
    task = site.wait(site.submit(site.put("cancel", CONTENT), site.path("cancel-copy")))
    return str(site.transfer.cancel_task(task["task_id"])["code"])


@fact("the members of a list of tasks", "complete")
def task_list(site: Site) -> str:
    listed = site.transfer.task_list(limit=1).data
    return missing(listed, ("DATA", "total", "length", "limit", "offset"))


@fact("a rename", "FileRenamed", needs="https")
def rename(site: Site) -> str:
    old, new = site.put(".renamed.part", CONTENT), site.path("renamed")
    return str(site.transfer.operation_rename(site.endpoint_id, old, new)["code"])


@fact(
    "a rename over an existing file",
    "502 ExternalError.RenameFailed.Exists, the old content",
    is_guess=True,
    needs="https",
)
def rename_over(site: Site) -> str:
    old, new = site.put(".over.part", CONTENT), site.put("over", b"old")
    result = refusal(lambda: site.transfer.operation_rename(site.endpoint_id, old, new))
    content = site.request("GET", new).content
    return f"{result}, {'the old content' if content == b'old' else 'the new content'}"


@fact("a rename of a missing file", "404 NotFound")
def rename_missing(site: Site) -> str:
    old, new = site.path("missing"), site.path("other")
    return refusal(lambda: site.transfer.operation_rename(site.endpoint_id, old, new))


@fact(
    "a mapped collection without consent",
    "403 ConsentRequired, required_scopes, authorization_parameters",
    needs="unconsented",
)
def consent(site: Site) -> str:
    return _demand(site, str(site.unconsented), "required_scopes", "authorization_parameters")


@fact(
    "a collection whose session rules are not met",
    "502 ExternalError.DirListingFailed.LoginFailed, authorization_parameters",
    needs="expired",
)
def session(site: Site) -> str:
    return _demand(site, str(site.expired), "authorization_parameters")


@fact("a refreshed token document", "one resource server, other_tokens: []")
def refreshed(site: Site) -> str:
    secret = site.tokens["transfer.api.globus.org"]["refresh_token"]
    document = site.auth.oauth2_refresh_token(secret).data
    one = document["resource_server"] == "transfer.api.globus.org"
    server = "one resource server" if one else str(document["resource_server"])
    return f"{server}, other_tokens: {document['other_tokens']}"


def _demand(site: Site, endpoint_id: str, *members: str) -> str:
    try:
        site.transfer.operation_ls(endpoint_id)
    except globus_sdk.TransferAPIError as error:
        found = [name for name in members if name in (error.raw_json or {})]
        return ", ".join([f"{error.http_status} {error.code}", *found])
    return "accepted"


def _exists(site: Site, path: str) -> bool:
    return refusal(lambda: site.transfer.operation_stat(site.endpoint_id, path)) == "accepted"
