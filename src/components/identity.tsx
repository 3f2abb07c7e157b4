import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Identity } from '../api/schema';
import { printable } from '../words';

/** The connected identity. */
export function IdentityView(props: {
  identity: Identity | null;
  /** The user's other identities that Globus links to the same account. */
  linked: readonly Identity[];
  trans: TranslationBundle;
}): React.JSX.Element {
  const { identity, linked, trans } = props;
  if (identity === null) {
    return (
      <div className="jp-SRegistryGlobus-identity">
        {trans.__('Connected to Globus')}
      </div>
    );
  }
  const details = [identity.username, identity.organization].filter(
    (text, index, all) => text !== '' && all.indexOf(text) === index
  );
  const title = printable(
    [identity.name, ...details].filter(Boolean).join('\n')
  );
  return (
    <div className="jp-SRegistryGlobus-identity" title={title}>
      <div className="jp-SRegistryGlobus-name">
        {printable(identity.name || identity.username)}
      </div>
      <div className="jp-SRegistryGlobus-sub">
        {printable(details.join(' · '))}
      </div>
      {linked.length > 0 && (
        <div className="jp-SRegistryGlobus-sub">
          {trans.__('linked with %1', printable(linked.map(nameOf).join(', ')))}
        </div>
      )}
    </div>
  );
}

function nameOf({ username, organization }: Identity): string {
  return organization ? `${username} (${organization})` : username;
}
