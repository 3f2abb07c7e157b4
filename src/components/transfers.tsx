import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { ErrorBody, Transfer } from '../api/schema';
import { ErrorNotice } from './notice';
import type { ITransferRowCallbacks } from './transferrow';
import { TransferRow } from './transferrow';

interface ITransfersProps extends ITransferRowCallbacks {
  transfers: readonly Transfer[];
  isLoaded: boolean;
  isConnected: boolean;
  error: ErrorBody | null;
  errorOf: (transferId: string) => ErrorBody | null;
  isBusy: (transferId: string) => boolean;
  /** The transfer that ended last, for screen readers. */
  announcement: string;
  trans: TranslationBundle;
  onReload: () => void;
}

/** The transfers section, newest first. */
export function TransfersView(props: ITransfersProps): React.JSX.Element {
  const { transfers, trans } = props;
  return (
    <div className="jp-SRegistryGlobus-section">
      <div className="jp-SRegistryGlobus-aside" role="status">
        {props.announcement}
      </div>
      {props.error && props.error.code !== 'unreachable' && (
        <ErrorNotice
          error={props.error}
          trans={trans}
          onRetry={props.onReload}
          onLogIn={props.onLogIn}
        />
      )}
      {transfers.length === 0 && !props.error && (
        <div className="jp-SRegistryGlobus-status">
          {!props.isLoaded
            ? trans.__('Loading transfers…')
            : props.isConnected
              ? trans.__('No transfers yet.')
              : trans.__('Connect to Globus to see your transfers.')}
        </div>
      )}
      <ul
        className="jp-SRegistryGlobus-list jp-SRegistryGlobus-scroll"
        aria-label={trans.__('Transfers')}
      >
        {transfers.map(transfer => (
          <li key={transfer.id}>
            <TransferRow
              transfer={transfer}
              isStale={props.error?.code === 'unreachable'}
              error={props.errorOf(transfer.id)}
              isBusy={props.isBusy(transfer.id)}
              callbacks={props}
              trans={trans}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}
