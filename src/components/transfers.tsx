import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type {
  Arrival,
  ErrorBody,
  LoginAction,
  Transfer,
  GlobusTask
} from '../api/schema';
import {
  formatBytes,
  formatBytesOf,
  formatMoment,
  formatPercent,
  formatSeconds,
  shortDigest
} from '../format';
import {
  blockedIcon,
  clockIcon,
  errorIcon,
  exchangeIcon,
  okIcon,
  warningIcon
} from '../icons';
import type { IProgress } from '../models/progress';
import { progressOf } from '../models/progress';
import { isUnderWay } from '../models/transfers';
import { isWebAddress } from '../urls';
import { titleOf } from '../words';
import { Button, OutsideLink } from './button';
import { Icon } from './icon';
import type { LogIn } from './notice';
import { ErrorNotice, Notice } from './notice';

export interface ISendCallbacks {
  onCancel: (transfer: Transfer) => void;
  onRetry: (transfer: Transfer) => void;
  onSaveReceipt: (transfer: Transfer) => void;
  onForget: (transfer: Transfer) => void;
  onLogIn: LogIn;
}

export interface ITransfersProps extends ISendCallbacks {
  transfers: readonly Transfer[];
  isLoaded: boolean;
  isConnected: boolean;
  error: ErrorBody | null;
  errorOf: (transferId: string) => ErrorBody | null;
  isBusy: (transferId: string) => boolean;
  /** What ended last, to be said aloud. */
  announcement: string;
  trans: TranslationBundle;
  onReload: () => void;
}

/** The section of transfers, newest first. */
export function TransfersView(props: ITransfersProps): React.JSX.Element {
  const { transfers, trans } = props;
  return (
    <div className="jp-SRegistryGlobus-section">
      <div className="jp-SRegistryGlobus-aside" role="status">
        {props.announcement}
      </div>
      {props.error && (
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
            ? trans.__('Reading the transfers…')
            : props.isConnected
              ? trans.__('Nothing was sent yet.')
              : trans.__('Connect to Globus to see your transfers.')}
        </div>
      )}
      <ul
        className="jp-SRegistryGlobus-list jp-SRegistryGlobus-scroll"
        aria-label={trans.__('Transfers')}
      >
        {transfers.map(transfer => (
          <li key={transfer.id}>
            <TransferView
              transfer={transfer}
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

/** One transfer: what, whereto, how far. Without callbacks there is nothing to press. */
export function TransferView(props: {
  transfer: Transfer;
  error: ErrorBody | null;
  isBusy: boolean;
  callbacks: ISendCallbacks | null;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { transfer, trans, callbacks } = props;
  const progress = progressOf(transfer);
  const title = titleOf(transfer, trans);
  const count = transfer.tasks.reduce(
    (sum, task) => sum + task.images.length,
    0
  );
  return (
    <article
      className={`jp-SRegistryGlobus-send jp-mod-${transfer.state} ${progress.isStuck ? 'jp-mod-stuck' : ''}`}
      aria-label={title}
      data-send-id={transfer.id}
    >
      <div className="jp-SRegistryGlobus-transferHead">
        <Icon icon={iconOf(transfer, progress)} />
        <span
          className="jp-SRegistryGlobus-name jp-SRegistryGlobus-label"
          title={title}
        >
          {title}
        </span>
        <span className="jp-SRegistryGlobus-word">
          {wordOf(transfer, progress, trans)}
        </span>
      </div>
      <div
        className="jp-SRegistryGlobus-sub"
        title={`${transfer.destination_name}:${transfer.destination.path ?? ''}`}
      >
        {trans.__(
          'to %1, %2',
          transfer.destination_name,
          transfer.destination.path ?? '/~/'
        )}
        {count > 1 && ` · ${trans._n('%1 image', '%1 images', count)}`}
      </div>
      {isUnderWay(transfer) && (
        <ProgressBar transfer={transfer} progress={progress} trans={trans} />
      )}
      <div className="jp-SRegistryGlobus-sub">
        {factsOf(transfer, progress, trans).join(' · ')}
      </div>
      {progress.reasons
        // Globus gives the state's own word as the reason of what was canceled.
        .filter(reason => reason.toLowerCase() !== transfer.state)
        .map(reason => (
          <Notice
            key={reason}
            severity={transfer.state === 'failed' ? 'error' : 'warning'}
          >
            {reason}
          </Notice>
        ))}
      {callbacks && progress.login && (
        <LoginButton
          login={progress.login}
          title={title}
          onLogIn={callbacks.onLogIn}
          trans={trans}
        />
      )}
      {props.error && (
        <ErrorNotice
          error={props.error}
          trans={trans}
          onLogIn={callbacks?.onLogIn}
        />
      )}
      <div className="jp-SRegistryGlobus-transferFoot">
        <Details transfer={transfer} trans={trans} />
        {callbacks && (
          <SendButtons
            transfer={transfer}
            isBusy={props.isBusy}
            callbacks={callbacks}
            trans={trans}
          />
        )}
      </div>
    </article>
  );
}

/** What sets a transfer going again that waits for a login. */
function LoginButton(props: {
  login: LoginAction;
  title: string;
  onLogIn: LogIn;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { login, title, trans } = props;
  return (
    <div className="jp-SRegistryGlobus-actions">
      <Button
        isMain
        label={trans.__('Log in to continue')}
        caption={trans.__('Log in so that %1 goes on', title)}
        onClick={() => props.onLogIn(login, () => undefined)}
      />
    </div>
  );
}

function SendButtons(props: {
  transfer: Transfer;
  isBusy: boolean;
  callbacks: ISendCallbacks;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { transfer, isBusy, callbacks, trans } = props;
  if (isUnderWay(transfer)) {
    return (
      <Button
        label={trans.__('Cancel')}
        caption={trans.__('Cancel %1', titleOf(transfer, trans))}
        isDisabled={isBusy || transfer.is_cancel_asked}
        onClick={() => callbacks.onCancel(transfer)}
      />
    );
  }
  return (
    <>
      {(transfer.state === 'failed' || transfer.state === 'canceled') && (
        <Button
          isMain
          label={trans.__('Retry')}
          caption={trans.__('Transfer again what did not arrive')}
          isDisabled={isBusy}
          onClick={() => callbacks.onRetry(transfer)}
        />
      )}
      {transfer.state === 'succeeded' && (
        <Button
          label={trans.__('Transfer again')}
          caption={trans.__(
            'Transfer %1 to the same place again, if it is what it was',
            titleOf(transfer, trans)
          )}
          isDisabled={isBusy}
          onClick={() => callbacks.onRetry(transfer)}
        />
      )}
      <Button
        label={trans.__('Save receipt')}
        caption={trans.__(
          'Save what was sent, whereto, and the checksums, as a file'
        )}
        isDisabled={isBusy}
        onClick={() => callbacks.onSaveReceipt(transfer)}
      />
      <Button
        label={trans.__('Remove')}
        caption={trans.__('Remove %1 from this list', titleOf(transfer, trans))}
        isDisabled={isBusy}
        onClick={() => callbacks.onForget(transfer)}
      />
    </>
  );
}

export function ProgressBar(props: {
  transfer: Transfer;
  progress: IProgress;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { transfer, progress, trans } = props;
  const { fraction } = progress;
  const percent = fraction === null ? undefined : Math.floor(fraction * 100);
  return (
    <div
      className={`jp-SRegistryGlobus-progress ${percent === undefined ? 'jp-mod-unknown' : ''}`}
      role="progressbar"
      aria-label={trans.__('Progress of %1', titleOf(transfer, trans))}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={
        fraction === null ? trans.__('Unknown') : formatPercent(fraction)
      }
    >
      <div
        className="jp-SRegistryGlobus-progressFill"
        style={percent === undefined ? undefined : { width: `${percent}%` }}
      />
    </div>
  );
}

function Details(props: {
  transfer: Transfer;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { transfer, trans } = props;
  return (
    <details className="jp-SRegistryGlobus-details">
      <summary>{trans.__('Details')}</summary>
      <div className="jp-SRegistryGlobus-sub">
        {trans.__('Asked for %1', formatMoment(transfer.created_at))}
        {transfer.origin === 'magic' && ` · ${trans.__('from a notebook')}`}
        {transfer.origin === 'cli' && ` · ${trans.__('from the command line')}`}
      </div>
      {transfer.tasks.map(task => (
        <TaskView key={task.submission_id} task={task} trans={trans} />
      ))}
    </details>
  );
}

function TaskView(props: {
  task: GlobusTask;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { task, trans } = props;
  const arrivals = new Map(
    task.arrivals.map(arrival => [arrival.destination_path, arrival])
  );
  return (
    <div className="jp-SRegistryGlobus-task">
      <div className="jp-SRegistryGlobus-sub">
        {trans.__('From %1', task.source_endpoint_name)}
        {task.task_id !== null && (
          <>
            {' · '}
            {trans.__('Task')} <code>{task.task_id}</code>
          </>
        )}
        {task.faults > 0 &&
          ` · ${trans._n('%1 fault', '%1 faults', task.faults)}`}
      </div>
      <ul className="jp-SRegistryGlobus-list">
        {task.images.map(image => (
          <li key={image.destination_path}>
            <div className="jp-SRegistryGlobus-path">
              {image.destination_path}
            </div>
            <ArrivalView
              arrival={arrivals.get(image.destination_path)}
              trans={trans}
            />
          </li>
        ))}
      </ul>
      {task.view_url !== null && isWebAddress(task.view_url) && (
        <OutsideLink href={task.view_url} label={trans.__('View task')} />
      )}
    </div>
  );
}

function ArrivalView(props: {
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
            ? trans.__('Arrived, checksum verified')
            : trans.__('Arrived, checksum verified by Globus')}
        </span>
      )}
      {isVerified === false && (
        <span className="jp-SRegistryGlobus-readiness jp-mod-error">
          <Icon icon={errorIcon} />
          {trans.__('Arrived, but with another checksum than asked for')}
        </span>
      )}
      {isVerified === null && digest === null && trans.__('Arrived')}
      {digest !== null && (
        <>
          {' '}
          <code title={digest}>{shortDigest(digest)}</code>
        </>
      )}
      {arrival.note && <div>{arrival.note}</div>}
    </div>
  );
}

/**
 * Whether the bytes there are known to be those that were sent: as the digest asked for, or, where
 * none was known beforehand, as Globus found on comparing both ends.
 */
function isProven({ digest, is_verified: isVerified }: Arrival): boolean {
  return isVerified ?? digest !== null;
}

function iconOf(transfer: Transfer, progress: IProgress): LabIcon {
  switch (transfer.state) {
    case 'written':
      return clockIcon;
    case 'active':
      return progress.isStuck ? warningIcon : exchangeIcon;
    case 'succeeded':
      return okIcon;
    case 'failed':
      return errorIcon;
    case 'canceled':
      return blockedIcon;
  }
}

/** A transfer's state in a word. */
export function wordOf(
  transfer: Transfer,
  progress: IProgress,
  trans: TranslationBundle
): string {
  if (isUnderWay(transfer) && transfer.is_cancel_asked) {
    return trans.__('Canceling…');
  }
  if (isUnderWay(transfer) && progress.isStaging && !progress.isStuck) {
    return trans.__('Downloading');
  }
  switch (transfer.state) {
    case 'written':
      return trans.__('Waiting');
    case 'active':
      return progress.isStuck ? trans.__('Stuck') : trans.__('Transferring');
    case 'succeeded':
      return trans.__('Arrived');
    case 'failed':
      return trans.__('Failed');
    case 'canceled':
      return trans.__('Canceled');
  }
}

function factsOf(
  transfer: Transfer,
  progress: IProgress,
  trans: TranslationBundle
): string[] {
  const { bytesTransferred, bytesTotal } = progress;
  const facts: string[] = [];
  if (transfer.state === 'succeeded') {
    facts.push(formatBytes(bytesTotal ?? bytesTransferred));
    const skipped = transfer.tasks.reduce(
      (sum, task) => sum + task.files_skipped,
      0
    );
    if (skipped > 0) {
      facts.push(
        trans._n('%1 was already there', '%1 were already there', skipped)
      );
    }
    const arrivals = transfer.tasks.flatMap(task => task.arrivals);
    if (arrivals.length > 0 && arrivals.every(isProven)) {
      facts.push(trans.__('checksum verified'));
    }
  } else {
    facts.push(
      bytesTotal === null
        ? formatBytes(bytesTransferred)
        : formatBytesOf(bytesTransferred, bytesTotal, trans)
    );
  }
  if (progress.isStaging) {
    facts.push(trans.__('to this computer first'));
  }
  if (progress.bytesPerSecond !== null && !progress.isStuck) {
    facts.push(trans.__('%1/s', formatBytes(progress.bytesPerSecond)));
  }
  if (progress.secondsLeft !== null) {
    facts.push(trans.__('%1 left', formatSeconds(progress.secondsLeft, trans)));
  }
  const ended = Math.max(...transfer.tasks.map(task => task.completed_at ?? 0));
  if (!isUnderWay(transfer) && ended > 0) {
    facts.push(formatMoment(ended));
  }
  return facts;
}
