import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Account, Identity } from '../api/schema';
import { printable } from '../words';

/** Return an identity on one line: the name, the user name, and the organization. */
export function identityText(identity: Identity): string {
  const { name, username, organization } = identity;
  const parts = [name, username, organization].filter(
    (text, index, all) => text !== '' && all.indexOf(text) === index
  );
  return printable(parts.join(' · '));
}

/** The name of the connected identity. The tooltip has the details, and the linked identities. */
export function IdentityView(props: {
  account: Account;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { account, trans } = props;
  const { identity, linked, source } = account;
  const name =
    source === 'service'
      ? trans.__('Connected as an app')
      : identity === null
        ? trans.__('Connected to Globus')
        : printable(identity.name || identity.username);
  const known = identity === null ? [] : [identity, ...linked];
  const title = known.map(identityText);
  if (source === 'hub') {
    title.push(trans.__('Connected by the hub that started this server.'));
  }
  return (
    <span
      className="jp-SRegistryGlobus-label jp-SRegistryGlobus-name"
      title={title.join('\n') || undefined}
    >
      {name}
    </span>
  );
}
