import {
  defaultOptions,
  PROOFS,
  TASK_STATES,
  TRANSFER_STATES
} from '../api/constants';
import type { Arrival, PlannedImage, Transfer } from '../api/schema';
import type { Task } from '../api/unions';

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

function readTask(task: Loose): Task {
  const common = {
    state: TASK_STATES.find(state => state === task.state) ?? 'written',
    reason: asText(task.reason),
    is_stuck: task.is_stuck === true,
    // An output is a snapshot. Only the server knows which login is needed now.
    login: null,
    bytes_transferred: asNumber(task.bytes_transferred) ?? 0,
    bytes_total: asNumber(task.bytes_total),
    bytes_per_second: asNumber(task.bytes_per_second),
    requested_at: asNumber(task.requested_at),
    completed_at: asNumber(task.completed_at),
    arrivals: asObjects(task.arrivals).map(readArrival)
  };
  if (task.kind === 'upload') {
    return {
      kind: 'upload',
      ...common,
      upload_id: asText(task.upload_id),
      destination_endpoint_id: asText(task.destination_endpoint_id),
      images: asObjects(task.images).map(image => ({
        ...readProgress(image),
        attempts: [],
        copy_submission_id: null,
        copy_task_id: null,
        proof: null,
        is_committing: false,
        downloads: 0
      })),
      host: ''
    };
  }
  if (task.kind === 'download') {
    return {
      kind: 'download',
      ...common,
      download_id: asText(task.download_id),
      source_endpoint_id: asText(task.source_endpoint_id),
      source_endpoint_name: asText(task.source_endpoint_name),
      folder: '',
      images: asObjects(task.images).map(image => ({
        ...readProgress(image),
        modified: null,
        failures: 0
      })),
      host: ''
    };
  }
  return {
    kind: 'globus',
    ...common,
    submission_id: asText(task.submission_id),
    source_endpoint_id: asText(task.source_endpoint_id),
    source_endpoint_name: asText(task.source_endpoint_name),
    images: asObjects(task.images).map(readImage),
    task_id: asTextOrNull(task.task_id),
    bytes_staged: asNumber(task.bytes_staged) ?? 0,
    staging_failures: 0,
    retry_at: null,
    files_transferred: asNumber(task.files_transferred) ?? 0,
    files_skipped: asNumber(task.files_skipped) ?? 0,
    faults: asNumber(task.faults) ?? 0,
    // A forged output could lead anywhere. Only the server knows the address.
    view_url: null,
    attempts: [],
    gives_digests: true,
    is_to_be_replaced: false
  };
}

/** Read an image that a server uploads or downloads. */
function readProgress(image: Loose) {
  return {
    ...readImage(image),
    state: TASK_STATES.find(state => state === image.state) ?? 'written',
    problem: asText(image.problem),
    bytes_transferred: asNumber(image.bytes_transferred) ?? 0,
    bytes_per_second: asNumber(image.bytes_per_second),
    retry_at: null
  };
}

function readImage(image: Loose): PlannedImage {
  return {
    // A card does not show the source.
    source: { kind: 'file', path: '', digest: null, size_bytes: null },
    name: asText(image.name),
    route: 'served',
    reason: '',
    source_endpoint_id: '',
    source_endpoint_name: '',
    source_path: '',
    source_alternatives: [],
    staged_path: null,
    node: null,
    routes: [],
    existing: null,
    destination_path: asText(image.destination_path),
    size_bytes: asNumber(image.size_bytes),
    digest: asTextOrNull(image.digest),
    arch: asTextOrNull(image.arch),
    uuid: null,
    warnings: []
  };
}

function readArrival(arrival: Loose): Arrival {
  return {
    destination_path: asText(arrival.destination_path),
    digest: asTextOrNull(arrival.digest),
    size_bytes: asNumber(arrival.size_bytes),
    is_verified:
      typeof arrival.is_verified === 'boolean' ? arrival.is_verified : null,
    note: asText(arrival.note),
    proof: PROOFS.find(proof => proof === arrival.proof) ?? 'globus'
  };
}

function asObject(value: unknown): Loose | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Loose)
    : undefined;
}

function asObjects(value: unknown): Loose[] {
  return Array.isArray(value)
    ? value.map(asObject).filter(object => object !== undefined)
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
