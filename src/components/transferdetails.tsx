import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Transfer } from '../api/schema';
import { keyOf } from '../api/unions';
import { formatMoment } from '../format';
import { TaskView } from './task';

/** Details of a transfer: when and from where it was submitted, and its tasks. */
export function TransferDetails(props: {
  transfer: Transfer;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { trans } = props;
  return (
    <details className="jp-SRegistryGlobus-details">
      <summary>{trans.__('Details')}</summary>
      <TransferFacts {...props} />
    </details>
  );
}

/** When and from where a transfer was submitted, and its tasks. */
export function TransferFacts(props: {
  transfer: Transfer;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { transfer, trans } = props;
  return (
    <>
      <div className="jp-SRegistryGlobus-sub">
        {trans.__('Submitted %1', formatMoment(transfer.created_at))}
        {transfer.origin === 'magic' && ` · ${trans.__('from a notebook')}`}
        {transfer.origin === 'cli' && ` · ${trans.__('from the command line')}`}
      </div>
      {transfer.tasks.map(task => (
        <TaskView key={keyOf(task)} task={task} trans={trans} />
      ))}
    </>
  );
}
