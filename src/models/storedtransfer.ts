import { defaultOptions, TASK_STATES, TRANSFER_STATES } from '../api/constants';
import type { Transfer, GlobusTask } from '../api/schema';

type Loose = Record<string, unknown>;

/**
 * Read a transfer from a notebook. It may be old, from another version, or forged.
 *
 * @returns null if the identity of the transfer is missing. Other gaps get defaults.
 */
export function readTransfer(data: unknown): Transfer | null {
  const transfer = asObject(asObject(data)?.transfer);
  const state = TRANSFER_STATES.find(value => value === transfer?.state);
  if (transfer === undefined || state === undefined) {
    return null;
  }
  const { id, label } = transfer;
  if (typeof id !== 'string' || typeof label !== 'string' || id === '') {
    return null;
  }
  const destination = asObject(transfer.destination);
  return {
    id,
    label,
    state,
    created_at: asNumber(transfer.created_at) ?? 0,
    destination: {
      endpoint_id: asText(destination?.endpoint_id),
      path: asText(destination?.path)
    },
    destination_name: asText(transfer.destination_name),
    tasks: asObjects(transfer.tasks).map(readTask),
    options: defaultOptions,
    origin: asText(transfer.origin),
    is_cancel_asked: transfer.is_cancel_asked === true,
    retry_of: null,
    software: {}
  };
}

function readTask(task: Loose): GlobusTask {
  return {
    submission_id: asText(task.submission_id),
    source_endpoint_id: asText(task.source_endpoint_id),
    source_endpoint_name: asText(task.source_endpoint_name),
    images: asObjects(task.images).map(image => ({
      source: {
        reference: null,
        path: null,
        digest: null,
        size_bytes: null,
        endpoint_id: null
      },
      name: asText(image.name),
      route: 'served',
      reason: '',
      source_endpoint_id: '',
      source_endpoint_name: '',
      source_path: '',
      source_alternatives: [],
      destination_path: asText(image.destination_path),
      size_bytes: asNumber(image.size_bytes),
      digest: asTextOrNull(image.digest),
      arch: asTextOrNull(image.arch),
      uuid: null,
      warnings: []
    })),
    state: TASK_STATES.find(value => value === task.state) ?? 'written',
    task_id: asTextOrNull(task.task_id),
    reason: asText(task.reason),
    is_stuck: task.is_stuck === true,
    // An output is a snapshot. Only the server knows which login is needed now.
    login: null,
    bytes_staged: asNumber(task.bytes_staged) ?? 0,
    bytes_transferred: asNumber(task.bytes_transferred) ?? 0,
    bytes_total: asNumber(task.bytes_total),
    bytes_per_second: asNumber(task.bytes_per_second),
    files_transferred: asNumber(task.files_transferred) ?? 0,
    files_skipped: asNumber(task.files_skipped) ?? 0,
    faults: asNumber(task.faults) ?? 0,
    requested_at: asNumber(task.requested_at),
    completed_at: asNumber(task.completed_at),
    view_url: asTextOrNull(task.view_url),
    arrivals: asObjects(task.arrivals).map(arrival => ({
      destination_path: asText(arrival.destination_path),
      digest: asTextOrNull(arrival.digest),
      size_bytes: asNumber(arrival.size_bytes),
      is_verified:
        typeof arrival.is_verified === 'boolean' ? arrival.is_verified : null,
      note: asText(arrival.note)
    })),
    attempts: [],
    gives_digests: true,
    is_to_be_replaced: false
  };
}

function asObject(value: unknown): Loose | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Loose)
    : undefined;
}

function asObjects(value: unknown): Loose[] {
  return Array.isArray(value)
    ? value.map(asObject).filter(one => one !== undefined)
    : [];
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function asTextOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function asNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
