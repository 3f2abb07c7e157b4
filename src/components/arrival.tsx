import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Arrival } from '../api/schema';
import { shortDigest } from '../format';
import { errorIcon, okIcon } from '../icons';
import { isProven } from '../models/transferwords';
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
  const { digest, is_verified: isVerified } = arrival;
  return (
    <div className="jp-SRegistryGlobus-sub">
      {isProven(arrival) && (
        <span className="jp-SRegistryGlobus-readiness jp-mod-ready">
          <Icon icon={okIcon} />
          {isVerified === true
            ? trans.__('Completed, checksum verified')
            : trans.__('Completed, checksum verified by Globus')}
        </span>
      )}
      {isVerified === false && (
        <span className="jp-SRegistryGlobus-readiness jp-mod-error">
          <Icon icon={errorIcon} />
          {trans.__(
            'Completed, but the checksum differs from the expected one'
          )}
        </span>
      )}
      {isVerified === null && digest === null && trans.__('Completed')}
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
