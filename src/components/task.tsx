import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Download, GlobusTask, Upload } from '../api/schema';
import type { Task } from '../api/unions';
import { isWebAddress } from '../urls';
import { ArrivalView } from './arrival';
import { OutsideLink } from './button';
import { ImageProgress } from './imageprogress';
import { printable } from '../words';

/** One task: its source, its images, and how each one arrived. */
export function TaskView(props: {
  task: Task;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { task, trans } = props;
  const arrivals = new Map(
    task.arrivals.map(arrival => [arrival.destination_path, arrival])
  );
  return (
    <div className="jp-SRegistryGlobus-task">
      <div className="jp-SRegistryGlobus-sub">
        {task.kind === 'globus' ? (
          <GlobusFacts task={task} trans={trans} />
        ) : (
          hostWords(task, trans)
        )}
      </div>
      <ul className="jp-SRegistryGlobus-list">
        {task.images.map(image => (
          <li key={image.destination_path}>
            <div className="jp-SRegistryGlobus-path">
              {printable(image.destination_path)}
            </div>
            {'problem' in image && (
              <ImageProgress
                image={image}
                saidReasons={[task.reason]}
                trans={trans}
              />
            )}
            <ArrivalView
              arrival={arrivals.get(image.destination_path)}
              trans={trans}
            />
          </li>
        ))}
      </ul>
      {task.kind === 'globus' &&
        task.view_url !== null &&
        isWebAddress(task.view_url) && (
          <OutsideLink
            href={task.view_url}
            label={trans.__('Open in Globus')}
          />
        )}
    </div>
  );
}

function GlobusFacts(props: {
  task: GlobusTask;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { task, trans } = props;
  return (
    <>
      {trans.__('From %1', printable(task.source_endpoint_name))}
      {task.task_id !== null && (
        <>
          {' · '}
          {trans.__('Task')} <code>{printable(task.task_id)}</code>
        </>
      )}
      {task.faults > 0 &&
        ` · ${trans._n('%1 error', '%1 errors', task.faults)}`}
    </>
  );
}

/** Say what this host does, and on which computer. */
function hostWords(task: Upload | Download, trans: TranslationBundle): string {
  const host = printable(task.host);
  if (task.kind === 'download') {
    const name = printable(task.source_endpoint_name);
    return host === ''
      ? trans.__('Direct download from %1 to this computer', name)
      : trans.__('Direct download from %1 to %2', name, host);
  }
  return host === ''
    ? trans.__('Direct upload from this computer')
    : trans.__('Direct upload from %1', host);
}
