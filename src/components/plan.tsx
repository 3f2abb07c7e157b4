import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Plan, TransferOptions } from '../api/schema';
import type { Async } from '../models/async';
import { errorOf, valueOf } from '../models/async';
import type { IDraftSource } from '../models/draftstate';
import { plannedFor } from '../models/draftstate';
import type { LogIn } from './notice';
import { ErrorNotice } from './notice';
import { PlannedSource } from './plannedsource';
import { PlanWarnings } from './planwarnings';

/** The plan: what will be sent, by which route, and what blocks it. */
export function PlanView(props: {
  sources: readonly IDraftSource[];
  plan: Async<Plan>;
  preferredRoute: TransferOptions['route'];
  trans: TranslationBundle;
  /** Whether the folder view already shows the same error. */
  isErrorSaid: boolean;
  /** Null if no image can be removed. */
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
            <PlannedSource
              source={source}
              planned={
                error || !known ? undefined : plannedFor(source.source, known)
              }
              preferredRoute={props.preferredRoute}
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
      {!error && known && (
        <PlanWarnings warnings={known.warnings} trans={trans} />
      )}
    </>
  );
}
