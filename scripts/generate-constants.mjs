// Prints what TypeScript needs of the server's schema at run time: defaults and lists of values.
// Part of `jlpm generate`.
import { readFileSync } from 'fs';

const { schemas } = JSON.parse(
  readFileSync('docs/openapi.json', 'utf8')
).components;

function defaultsOf({ properties }) {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      property.default
    ])
  );
}

const { Arrival, TransferOptions, Transfer, GlobusTask } = schemas;
const list = values => JSON.stringify(values);

process.stdout.write(
  `/** Made from docs/openapi.json by "make generate". Do not edit. */
import type { Arrival, GlobusTask, Transfer, TransferOptions } from './schema';

/** The options of a transfer that asks for nothing special. */
export const defaultOptions: TransferOptions = ${list(defaultsOf(TransferOptions))};

export const SYNCS: readonly TransferOptions['sync'][] = ${list(TransferOptions.properties.sync.enum)};

export const TRANSFER_STATES: readonly Transfer['state'][] = ${list(Transfer.properties.state.enum)};

export const TASK_STATES: readonly GlobusTask['state'][] = ${list(GlobusTask.properties.state.enum)};

export const PROOFS: readonly Arrival['proof'][] = ${list(Arrival.properties.proof.enum)};
`
);
