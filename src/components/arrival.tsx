import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Arrival } from '../api/schema';
import { shortDigest } from '../format';
import { errorIcon, okIcon } from '../icons';
import { arrivalWord, isProven } from '../models/transferwords';
import { Icon } from './icon';
import { printable } from '../words';

/** How an image arrived, and how that is known. */
export function ArrivalView(props: {
  arrival: Arrival | undefined;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { arrival, trans } = props;
  if (arrival === undefined) {
    return null;
  }
  const { digest } = arrival;
  return (
    <div className="jp-SRegistryGlobus-sub">
      {isProven(arrival) || arrival.is_verified === false ? (
        <span
          className={`jp-SRegistryGlobus-readiness ${isProven(arrival) ? 'jp-mod-ready' : 'jp-mod-error'}`}
        >
          <Icon icon={isProven(arrival) ? okIcon : errorIcon} />
          {arrivalWord(arrival, trans)}
        </span>
      ) : (
        arrivalWord(arrival, trans)
      )}
      {digest !== null && (
        <>
          {' '}
          <code title={printable(digest)}>
            {printable(shortDigest(digest))}
          </code>
        </>
      )}
      {arrival.note && <div>{printable(arrival.note)}</div>}
    </div>
  );
}
