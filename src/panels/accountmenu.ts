import type { TranslationBundle } from '@jupyterlab/translation';
import type { Account } from '../api/schema';
import { identityText } from '../components/identity';
import type { IMenuItem } from './menu';
import { openMenu } from './menu';

const WEB_APP = 'https://app.globus.org/';

/** Show the menu of the connected account below its button. */
export function openAccountMenu(
  anchor: HTMLElement,
  options: {
    account: Account;
    trans: TranslationBundle;
    onConnectAsAnother: () => void;
    onDisconnect: () => void;
  }
): void {
  const { account, trans } = options;
  const items: IMenuItem[] = [];
  const { identity, linked } = account;
  for (const one of identity === null ? [] : [identity, ...linked]) {
    items.push({ label: identityText(one) });
  }
  if (account.source === 'hub') {
    items.push({
      label: trans.__('Connected by the hub that started this server.')
    });
  } else if (account.source === 'login') {
    items.push(
      {
        label: trans.__('Switch Account…'),
        caption: trans.__('Connect with a different account'),
        execute: options.onConnectAsAnother
      },
      { label: trans.__('Disconnect'), execute: options.onDisconnect }
    );
  }
  if (!account.is_sandbox) {
    items.push({
      label: trans.__('Open Globus'),
      execute: () => window.open(WEB_APP, '_blank', 'noopener,noreferrer')
    });
  }
  openMenu(anchor, items);
}
