import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Plan, PlannedImage, PlanWarning } from '../api/schema';
import { formatBytes } from '../format';
import { containerIcon } from '../icons';
import type { Async } from '../models/async';
import { errorOf, valueOf } from '../models/async';
import type { IDraftSource } from '../models/draft';
import { plannedFor } from '../models/draft';
import { IconButton } from './button';
import { Icon } from './icon';
import type { LogIn, Severity } from './notice';
import { ErrorNotice, Notice } from './notice';

/** What would be sent, by which route, and what stands in the way. */
export function PlanView(props: {
  sources: readonly IDraftSource[];
  plan: Async<Plan>;
  trans: TranslationBundle;
  /** The folder view gives the same reason already. */
  isErrorSaid: boolean;
  /** Null where nothing may be taken out. */
  onRemove: ((index: number) => void) | null;
  onRetry: () => void;
  onLogIn: LogIn;
  onChooseEndpoint: () => void;
}): React.JSX.Element {
  const { sources, plan, trans, onRemove } = props;
  const known = valueOf(plan);
  const error = errorOf(plan);
  return (
    <>
      <ul
        className={`jp-SRegistryGlobus-list jp-SRegistryGlobus-plan ${plan.state === 'loading' ? 'jp-mod-old' : ''}`}
        aria-label={trans.__('Images to send')}
        aria-busy={plan.state === 'loading'}
      >
        {sources.map((source, index) => (
          <li key={JSON.stringify(source.source)}>
            <SourceView
              source={source}
              planned={
                error || !known ? undefined : plannedFor(source.source, known)
              }
              trans={trans}
              onRemove={onRemove && (() => onRemove(index))}
            />
          </li>
        ))}
      </ul>
      {error && !props.isErrorSaid && (
        <ErrorNotice
          error={error}
          trans={trans}
          onRetry={props.onRetry}
          onLogIn={props.onLogIn}
          onChooseEndpoint={props.onChooseEndpoint}
        />
      )}
      {!error && known && <Warnings warnings={known.warnings} trans={trans} />}
    </>
  );
}

function SourceView(props: {
  source: IDraftSource;
  planned: PlannedImage | undefined;
  trans: TranslationBundle;
  onRemove: (() => void) | null;
}): React.JSX.Element {
  const { source, planned, trans, onRemove } = props;
  const size = planned?.size_bytes ?? source.sizeBytes;
  return (
    <div className="jp-SRegistryGlobus-planned">
      <div className="jp-SRegistryGlobus-transferHead">
        <Icon icon={containerIcon} />
        <span
          className="jp-SRegistryGlobus-name jp-SRegistryGlobus-label"
          title={source.source.reference ?? source.source.path ?? undefined}
        >
          {source.name}
        </span>
        {planned?.arch && (
          <span className="jp-SRegistryGlobus-chip">{planned.arch}</span>
        )}
        <span className="jp-SRegistryGlobus-size">
          {size === null ? trans.__('size unknown') : formatBytes(size)}
        </span>
        {onRemove && (
          <IconButton
            label={trans.__('Leave out %1', source.name)}
            icon={closeIcon}
            onClick={onRemove}
          />
        )}
      </div>
      {planned && (
        <>
          <div className="jp-SRegistryGlobus-sub">
            {planned.reason || routeWord(planned, trans)}
          </div>
          <div
            className="jp-SRegistryGlobus-sub jp-SRegistryGlobus-path"
            title={planned.destination_path}
          >
            {trans.__('becomes %1', planned.destination_path)}
          </div>
          <Warnings warnings={planned.warnings} trans={trans} />
        </>
      )}
    </div>
  );
}

function Warnings(props: {
  warnings: readonly PlanWarning[];
  trans: TranslationBundle;
}): React.JSX.Element {
  return (
    <>
      {props.warnings.map((warning, index) => (
        <Notice
          key={`${warning.code} ${index}`}
          severity={severityOf(warning)}
          isAlert={warning.severity === 'blocking'}
        >
          <span className="jp-SRegistryGlobus-aside">
            {severityWord(warning, props.trans)}{' '}
          </span>
          {warning.message}
        </Notice>
      ))}
    </>
  );
}

function routeWord(planned: PlannedImage, trans: TranslationBundle): string {
  switch (planned.route) {
    case 'served':
      return trans.__('Sent by the registry’s endpoint.');
    case 'local':
      return trans.__('Sent from this computer.');
    case 'staged':
      return trans.__('Downloaded to this computer first, then sent.');
  }
}

function severityOf(warning: PlanWarning): Severity {
  return warning.severity === 'blocking' ? 'error' : warning.severity;
}

function severityWord(warning: PlanWarning, trans: TranslationBundle): string {
  switch (warning.severity) {
    case 'blocking':
      return trans.__('In the way:');
    case 'warning':
      return trans.__('Warning:');
    case 'note':
      return trans.__('Note:');
  }
}
