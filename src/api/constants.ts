/** Made from docs/openapi.json by "make generate". Do not edit. */
import type { Arrival, GlobusTask, Transfer, TransferOptions } from './schema';

/** The options of a transfer that asks for nothing special. */
export const defaultOptions: TransferOptions = {
  label: null,
  create_folders: false,
  sync: 'checksum',
  encrypt_data: false,
  preserve_timestamp: true,
  notify: false,
  name_template: null,
  route: null
};

export const SYNCS: readonly TransferOptions['sync'][] = [
  'always',
  'checksum',
  'exists',
  'mtime',
  'size'
];

export const TRANSFER_STATES: readonly Transfer['state'][] = [
  'active',
  'canceled',
  'failed',
  'succeeded',
  'written'
];

export const TASK_STATES: readonly GlobusTask['state'][] = [
  'active',
  'canceled',
  'failed',
  'staging',
  'succeeded',
  'written'
];

export const PROOFS: readonly Arrival['proof'][] = [
  'globus',
  'name',
  'read_back',
  'received',
  'size'
];
