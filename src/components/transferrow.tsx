import type { TranslationBundle } from '@jupyterlab/translation';
import { ellipsesIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { ErrorBody, Transfer } from '../api/schema';
import {
  formatAgo,
  formatBytes,
  formatPercent,
  formatSeconds
} from '../format';
import type { IProgress } from '../models/progress';
import { isUnderWay, progressOf } from '../models/progress';
import { leftoversOf } from '../models/uploads';
import {
  endOf,
  factsOf,
  imagesText,
  stateWord,
  titleOf
} from '../models/transferwords';
import { printable } from '../words';
import { Button, IconButton } from './button';
import { Icon } from './icon';
import { Leftovers } from './leftovers';
import { ErrorNotice } from './notice';
import { ProgressBar } from './progressbar';
import { iconOf, LoginButton } from './transfer';
import type { ITransferCallbacks } from './transferbuttons';
import { TransferFacts } from './transferdetails';

export interface ITransferRowCallbacks extends ITransferCallbacks {
  /** Show the menu of the transfer below its button. */
  onMenu: (
    transfer: Transfer,
    anchor: HTMLElement,
    details: { isShown: boolean; onToggle: () => void }
  ) => void;
}

/** One transfer on two lines. What needs attention, and the details, are below. */
export function TransferRow(props: {
  transfer: Transfer;
  error: ErrorBody | null;
  isBusy: boolean;
  /** Whether the server can't be reached, so that nothing is known about the progress. */
  isStale: boolean;
  callbacks: ITransferRowCallbacks;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { transfer, trans, callbacks, isBusy, isStale } = props;
  const [isOpen, setOpen] = React.useState(false);
  const progress = progressOf(transfer);
  const title = titleOf(transfer, trans);
  const place = printable(
    `${transfer.destination_name}:${transfer.destination.path ?? '/~/'}`
  );
  const word =
    isStale && isUnderWay(transfer)
      ? trans.__('Unknown')
      : stateWord(transfer, progress, trans);
  const facts = [
    ...factsOf(transfer, progress, trans),
    imagesText(transfer, trans)
  ].filter(Boolean);
  const end = endOf(transfer);
  const reasons = progress.reasons
    // For canceled tasks, Globus only repeats the state as the reason.
    .filter(reason => reason.toLowerCase() !== transfer.state);
  return (
    <article
      className={`jp-SRegistryGlobus-transferRow jp-mod-${transfer.state} ${progress.isStuck ? 'jp-mod-stuck' : ''} ${isStale ? 'jp-mod-stale' : ''}`}
      aria-label={title}
      data-transfer-id={transfer.id}
    >
      <div className="jp-SRegistryGlobus-transferMain">
        <Icon icon={iconOf(transfer, progress)} />
        <div
          className="jp-SRegistryGlobus-twoLines"
          title={[title, `→ ${place}`, [word, ...facts].join(' · ')].join('\n')}
        >
          <div className="jp-SRegistryGlobus-line">
            <span className="jp-SRegistryGlobus-name jp-SRegistryGlobus-label">
              {title}
            </span>
            {isUnderWay(transfer) && !isStale && progress.fraction !== null && (
              <span className="jp-SRegistryGlobus-word">
                {formatPercent(progress.fraction)}
              </span>
            )}
          </div>
          <div className="jp-SRegistryGlobus-line jp-SRegistryGlobus-sub">
            <span className="jp-SRegistryGlobus-label">
              → {printable(transfer.destination_name)}
            </span>
            <span className="jp-SRegistryGlobus-word" aria-hidden="true">
              {end !== null
                ? endText(transfer, end, word, trans)
                : progress.isStuck || isStale
                  ? word
                  : paceOf(progress, word, trans)}
            </span>
          </div>
          <span className="jp-SRegistryGlobus-aside">
            {[word, ...facts].join(' · ')}
          </span>
        </div>
        <IconButton
          label={trans.__('Actions for %1', title)}
          icon={ellipsesIcon}
          hasMenu
          onClick={event =>
            callbacks.onMenu(transfer, event.currentTarget, {
              isShown: isOpen,
              onToggle: () => setOpen(!isOpen)
            })
          }
        />
        {isUnderWay(transfer) && !isStale && (
          <ProgressBar transfer={transfer} progress={progress} trans={trans} />
        )}
      </div>
      {reasons.map(reason => (
        <div
          key={reason}
          className="jp-SRegistryGlobus-reason"
          title={printable(reason)}
        >
          {printable(reason)}
        </div>
      ))}
      {transfer.state === 'failed' && (
        <div className="jp-SRegistryGlobus-rowActions">
          <Button
            label={trans.__('Retry')}
            caption={trans.__('Retry the images that did not arrive')}
            isDisabled={isBusy}
            onClick={() => callbacks.onRetry(transfer)}
          />
        </div>
      )}
      {progress.login && (
        <LoginButton
          login={progress.login}
          title={title}
          onLogIn={callbacks.onLogIn}
          trans={trans}
        />
      )}
      <Leftovers
        paths={leftoversOf(transfer)}
        isBusy={isBusy}
        onDelete={() => callbacks.onDeleteLeftovers(transfer)}
        trans={trans}
      />
      {props.error && (
        <ErrorNotice
          error={props.error}
          trans={trans}
          onLogIn={callbacks.onLogIn}
        />
      )}
      {isOpen && (
        <div
          className="jp-SRegistryGlobus-rowDetails"
          role="group"
          aria-label={trans.__('Details of %1', title)}
        >
          <TransferFacts transfer={transfer} trans={trans} />
        </div>
      )}
    </article>
  );
}

/** When it ended. The icon alone says that it was completed; other ends are named. */
function endText(
  transfer: Transfer,
  end: number,
  word: string,
  trans: TranslationBundle
): string {
  const ago = formatAgo(Date.now() / 1000 - end, trans);
  return transfer.state === 'succeeded' ? ago : `${word} · ${ago}`;
}

/** The rate and the time left, or the state while nothing moves. */
function paceOf(
  { bytesPerSecond, secondsLeft }: IProgress,
  word: string,
  trans: TranslationBundle
): string {
  const pace: string[] = [];
  if (bytesPerSecond !== null) {
    pace.push(trans.__('%1/s', formatBytes(bytesPerSecond)));
  }
  if (secondsLeft !== null) {
    pace.push(formatSeconds(secondsLeft, trans));
  }
  return pace.join(' · ') || word;
}
