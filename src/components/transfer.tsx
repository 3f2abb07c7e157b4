import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { ErrorBody, LoginAction, Transfer } from '../api/schema';
import {
  blockedIcon,
  clockIcon,
  errorIcon,
  exchangeIcon,
  okIcon,
  warningIcon
} from '../icons';
import type { IProgress } from '../models/progress';
import { isUnderWay, progressOf } from '../models/progress';
import { factsOf, stateWord, titleOf } from '../models/transferwords';
import { leftoversOf } from '../models/uploads';
import { Button } from './button';
import { Icon } from './icon';
import { Leftovers } from './leftovers';
import type { LogIn } from './notice';
import { ErrorNotice, Notice } from './notice';
import { ProgressBar } from './progressbar';
import type { ITransferCallbacks } from './transferbuttons';
import { TransferButtons } from './transferbuttons';
import { TransferDetails } from './transferdetails';
import { printable } from '../words';

/** One transfer: images, destination and progress. Without callbacks it has no buttons. */
export function TransferView(props: {
  transfer: Transfer;
  error: ErrorBody | null;
  isBusy: boolean;
  callbacks: ITransferCallbacks | null;
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
      className={`jp-SRegistryGlobus-transfer jp-mod-${transfer.state} ${progress.isStuck ? 'jp-mod-stuck' : ''}`}
      aria-label={title}
      data-transfer-id={transfer.id}
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
          {stateWord(transfer, progress, trans)}
        </span>
      </div>
      <div
        className="jp-SRegistryGlobus-sub"
        title={printable(
          `${transfer.destination_name}:${transfer.destination.path ?? ''}`
        )}
      >
        {trans.__(
          'to %1, %2',
          printable(transfer.destination_name),
          printable(transfer.destination.path ?? '/~/')
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
        // For canceled tasks, Globus only repeats the state as the reason.
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
      <Leftovers
        paths={leftoversOf(transfer)}
        isBusy={props.isBusy}
        onDelete={callbacks && (() => callbacks.onDeleteLeftovers(transfer))}
        trans={trans}
      />
      {props.error && (
        <ErrorNotice
          error={props.error}
          trans={trans}
          onLogIn={callbacks?.onLogIn}
        />
      )}
      <div className="jp-SRegistryGlobus-transferFoot">
        <TransferDetails transfer={transfer} trans={trans} />
        {callbacks && (
          <TransferButtons
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

/** The login that a waiting transfer needs to continue. */
export function LoginButton(props: {
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
        caption={trans.__('Log in to continue %1', title)}
        onClick={() => props.onLogIn(login, () => undefined)}
      />
    </div>
  );
}

/** The icon for the state of a transfer. */
export function iconOf(transfer: Transfer, progress: IProgress): LabIcon {
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
