"""Tasks, their events and results as the Transfer API shows them."""

from __future__ import annotations

from typing import Any

from ..clock import iso
from ..world import World
from .documents import username
from .model import Endpoint, Event, Item, Task
from .trouble import pause_messages


def task(world: World, row: Task) -> dict[str, Any]:
    """Return the `task` document."""
    now = world.clock.now()
    is_done = row.completion_time is not None
    elapsed = max(1.0, (row.completion_time or now) - row.request_time)
    source = row.request.get("source_endpoint") or row.request.get("endpoint")
    return {
        "DATA_TYPE": "task",
        "task_id": row.task_id,
        "type": row.type,
        "status": row.status,
        "label": row.label,
        "username": username(row.owner_id),
        "owner_id": row.owner_id,
        "command": "API 0.10",
        "request_time": iso(row.request_time),
        "completion_time": iso(row.completion_time) if row.completion_time else None,
        "deadline": iso(row.deadline),
        **_side(world, "source", source),
        **_side(world, "destination", row.request.get("destination_endpoint")),
        "bytes_transferred": row.bytes_transferred,
        "bytes_checksummed": row.bytes_checksummed,
        "effective_bytes_per_second": int(row.bytes_transferred / elapsed),
        "files": row.files,
        "directories": row.directories,
        "symlinks": row.symlinks,
        "files_skipped": row.files_skipped,
        "files_transferred": row.files_transferred,
        "faults": row.faults,
        "fatal_error": (
            {"code": row.fatal_code, "description": row.fatal_description}
            if row.fatal_code
            else None
        ),
        **_subtasks(row),
        "nice_status": row.nice_status,
        "nice_status_short_description": row.nice_status,
        "nice_status_details": row.nice_details,
        "nice_status_expires_in": None if is_done else -1,
        "is_ok": None if is_done else row.nice_status in ("OK", "Queued"),
        "is_paused": row.is_paused,
        "canceled_by_admin": None,
        "canceled_by_admin_message": None,
        "history_deleted": False,
        "sync_level": row.request.get("sync_level"),
        "verify_checksum": bool(row.request.get("verify_checksum", True)),
        "encrypt_data": bool(row.request.get("encrypt_data", False)),
        "preserve_timestamp": bool(row.request.get("preserve_timestamp", False)),
        "skip_source_errors": bool(row.request.get("skip_source_errors", False)),
        "fail_on_quota_errors": bool(row.request.get("fail_on_quota_errors", False)),
        "delete_destination_extra": bool(row.request.get("delete_destination_extra", False)),
        "recursive_symlinks": row.request.get("recursive_symlinks", "ignore"),
        "filter_rules": row.request.get("filter_rules"),
    }


def event(row: Event, task_id: str) -> dict[str, Any]:
    return {
        "DATA_TYPE": "event",
        "code": row.code,
        "description": row.description,
        "details": row.details,
        "is_error": row.is_error,
        "parent_task_id": task_id,
        "time": iso(row.time),
    }


def successful_transfer(row: Item) -> dict[str, Any]:
    return {
        "DATA_TYPE": "successful_transfer",
        "source_path": row.source_path,
        "destination_path": row.destination_path,
        "size": row.size,
        "checksum": row.checksum,
        "checksum_algorithm": row.checksum_algorithm if row.checksum else None,
        "dynamic": False,
    }


def skipped_error(row: Item, when: float) -> dict[str, Any]:
    return {
        "DATA_TYPE": "skipped_error",
        "source_path": row.source_path,
        "destination_path": row.destination_path,
        "error_code": row.error_code,
        "error_details": row.error_details,
        "error_time": iso(when),
        "is_directory": row.is_directory,
        "is_symlink": False,
        "is_delete_destination_extra": False,
        "external_checksum": row.external_checksum,
        "checksum_algorithm": row.checksum_algorithm,
    }


def pause_info(world: World, row: Task) -> dict[str, Any]:
    """Return who paused a task and why; empty if it is not paused."""
    rules = pause_messages(world, row) if row.completion_time is None else []
    return {
        "DATA_TYPE": "pause_info_limited",
        "pause_rules": [pause_rule(endpoint) for endpoint in rules],
        "source_pause_message": None,
        "source_pause_message_share": None,
        "destination_pause_message": None,
        "destination_pause_message_share": None,
    }


def pause_rule(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "DATA_TYPE": "pause_rule_limited",
        "id": endpoint.id,
        "message": endpoint.pause_message,
        "start_time": None,
        "endpoint_id": endpoint.id,
        "endpoint_display_name": endpoint.display_name,
        "identity_id": None,
        "created_by_host_manager": False,
        "editable_by_host_managers": False,
        "modified_time": iso(endpoint.created),
        "pause_ls": False,
        "pause_mkdir": False,
        "pause_rename": False,
        "pause_task_delete": True,
        "pause_task_transfer_write": True,
        "pause_task_transfer_read": True,
    }


def _side(world: World, side: str, endpoint_id: Any) -> dict[str, Any]:
    endpoint = world.endpoints.get(str(endpoint_id)) if endpoint_id else None
    name = f"{username(endpoint.owner_id)}#{endpoint.id}" if endpoint else None
    return {
        f"{side}_endpoint": name,
        f"{side}_endpoint_id": str(endpoint_id) if endpoint_id else None,
        f"{side}_endpoint_display_name": endpoint.display_name if endpoint else None,
    }


def _subtasks(row: Task) -> dict[str, int]:
    """Return the counts of files and folders, plus one for listing them."""
    items = row.items or []
    total = len(items) + 1
    left = sum(item.state == "pending" for item in items) + (row.items is None)
    counts = {
        "total": total,
        "succeeded": total - left - sum(item.state == "skipped_error" for item in items),
        "skipped_errors": sum(item.state == "skipped_error" for item in items),
        "pending": 0,
        "retrying": 0,
        "failed": 0,
        "canceled": 0,
        "expired": 0,
    }
    if row.completion_time is None:
        retrying = min(left, 1) if row.nice_status not in ("OK", "Queued", "PAUSED") else 0
        counts["retrying"], counts["pending"] = retrying, left - retrying
    elif row.status == "FAILED":
        bucket = {"CANCELED": "canceled", "EXPIRED": "expired"}.get(str(row.fatal_code), "failed")
        counts[bucket] = left
    return {f"subtasks_{name}": count for name, count in counts.items()}
