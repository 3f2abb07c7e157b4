import type { Event } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal, Stream } from '@lumino/signaling';
import { defaultOptions } from '../../api/constants';
import type {
  Account,
  Collection,
  Endpoint,
  GlobusTask,
  Image,
  LoginAction,
  Plan,
  Registry,
  Status,
  Transfer,
  TransferPage
} from '../../api/schema';
import { ServerEvents } from '../../models/events';

export const SCHEMA = 'https://events.example/changes';

export const trans = nullTranslator.load('jupyterlab_sregistry_globus');

/** Jupyter's event stream, and our listener. */
export function anEventStream(): {
  events: ServerEvents;
  emit: (kind: string, id: string, schema?: string) => void;
} {
  const stream = new Stream<Event.IManager, Event.Emission>(
    {} as Event.IManager
  );
  const events = new ServerEvents(stream);
  events.schemaId = SCHEMA;
  return {
    events,
    emit: (kind, id, schema = SCHEMA) =>
      stream.emit({ schema_id: schema, kind, id })
  };
}

/** Run everything that only waits for promises. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) {
    await Promise.resolve();
  }
  await new Promise(resolve => realSetTimeout(resolve, 0));
  await new Promise(resolve => realSetTimeout(resolve, 0));
}

const realSetTimeout = globalThis.setTimeout;

/** Count a signal's emissions. */
export function countOf(signal: {
  connect: (slot: () => void) => boolean;
}): () => number {
  let count = 0;
  signal.connect(() => {
    count++;
  });
  return () => count;
}

export function clear(object: unknown): void {
  Signal.clearData(object);
}

export const loginAction: LoginAction = {
  kind: 'login',
  required_scopes: ['x'],
  session_message: null,
  session_required_identities: [],
  session_required_single_domain: [],
  session_required_policies: [],
  session_required_mfa: false,
  prompt: null
};

export function anAccount(rest: Partial<Account> = {}): Account {
  return {
    state: 'connected',
    identity: {
      id: 'ada',
      username: 'ada@uni.example',
      name: 'Ada',
      email: '',
      organization: 'University of Example'
    },
    reason: '',
    is_sandbox: false,
    linked: [],
    source: 'login',
    ...rest
  };
}

export function aStatus(rest: Partial<Status> = {}): Status {
  return {
    version: '0.1.0',
    account: anAccount(),
    setup_help: 'Ask the administrator.',
    event_schema_id: SCHEMA,
    image_extensions: ['.sif'],
    files_refusal: '',
    ...rest
  };
}

export function anImage(tag: string, rest: Partial<Image> = {}): Image {
  return {
    reference: `images://tacos/avocados:${tag}`,
    registry: 'images',
    collection: 'tacos',
    container: 'avocados',
    tag,
    size_bytes: 1024,
    modified_at: 1_700_000_000,
    arch: 'amd64',
    digest: null,
    format: 'sif',
    file_name: 'avocados.sif',
    ...rest
  };
}

export function aRegistry(rest: Partial<Registry> = {}): Registry {
  return {
    name: 'images',
    kind: 'folder',
    location: '/srv/images',
    state: 'ready',
    message: '',
    listed_at: 1_700_000_000,
    images_count: 1,
    action: null,
    is_published: false,
    ...rest
  };
}

export function aCollection(name: string, count: number): Collection {
  return { registry: 'images', name, images_count: count };
}

export function anEndpoint(rest: Partial<Endpoint> = {}): Endpoint {
  return {
    id: 'ep1',
    display_name: 'Sherlock',
    entity_type: 'GCSv5_mapped_collection',
    readiness: { state: 'ready', next_step: '' },
    owner: '',
    organization: '',
    description: '',
    default_directory: null,
    is_high_assurance: false,
    is_mine: false,
    host_endpoint_id: null,
    host_path: null,
    required_scopes: [],
    https_server: null,
    ...rest
  };
}

export function aTask(rest: Partial<GlobusTask> = {}): GlobusTask {
  return {
    kind: 'globus',
    submission_id: 'sub1',
    source_endpoint_id: 'src',
    source_endpoint_name: 'Registry',
    images: [
      {
        source: {
          kind: 'image',
          reference: 'images://tacos/avocados:latest',
          digest: null,
          size_bytes: null
        },
        name: 'avocados_latest.sif',
        route: 'served',
        reason: '',
        source_endpoint_id: 'src',
        source_endpoint_name: 'Registry',
        source_path: '/a.sif',
        uuid: null,
        source_alternatives: [],
        staged_path: null,
        node: null,
        routes: [],
        existing: null,
        destination_path: '/scratch/avocados_latest.sif',
        size_bytes: 100,
        digest: null,
        arch: null,
        warnings: []
      }
    ],
    state: 'active',
    task_id: 't1',
    reason: '',
    is_stuck: false,
    login: null,
    bytes_staged: 0,
    staging_failures: 0,
    retry_at: null,
    bytes_transferred: 25,
    bytes_total: 100,
    bytes_per_second: 5,
    files_transferred: 0,
    files_skipped: 0,
    faults: 0,
    requested_at: null,
    completed_at: null,
    view_url: 'https://app.globus.org/activity/t1',
    arrivals: [],
    attempts: [],
    gives_digests: true,
    is_to_be_replaced: false,
    ...rest
  };
}

export function aTransfer(id: string, rest: Partial<Transfer> = {}): Transfer {
  return {
    id,
    label: `send ${id}`,
    created_at: 1_700_000_000,
    state: 'active',
    destination: { endpoint_id: 'ep1', path: '/scratch/' },
    destination_name: 'Sherlock',
    tasks: [aTask()],
    options: defaultOptions,
    origin: 'panel',
    is_cancel_asked: false,
    retry_of: null,
    software: {},
    ...rest
  };
}

export function aPlan(path: string, rest: Partial<Plan> = {}): Plan {
  return {
    destination: { endpoint_id: 'ep1', path },
    destination_name: 'Sherlock',
    images: [],
    total_bytes: 100,
    sizes_unknown: 0,
    warnings: [],
    is_sendable: true,
    ...rest
  };
}

export function aPage(
  transfers: Transfer[],
  removed: string[] = [],
  revision = 7
): TransferPage {
  return { transfers, total: transfers.length, revision, removed };
}
