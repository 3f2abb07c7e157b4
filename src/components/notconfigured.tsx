import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { offlineIcon } from '../icons';
import { Icon } from './icon';

const DEMO_COMMAND = 'jupyter sregistry-globus demo';

/** What to do while Globus is not set up. */
export function NotConfigured(props: {
  setupHelp: string;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { setupHelp, trans } = props;
  return (
    <>
      <div className="jp-SRegistryGlobus-accountRow">
        <Icon icon={offlineIcon} />
        <span className="jp-SRegistryGlobus-label jp-SRegistryGlobus-name">
          {trans.__('Globus is not set up')}
        </span>
      </div>
      <p className="jp-SRegistryGlobus-help">{setupHelp}</p>
      {!setupHelp.includes(DEMO_COMMAND) && (
        <>
          <p className="jp-SRegistryGlobus-help">
            {trans.__(
              'To try everything without an account, run this command in a terminal. It simulates Globus on this machine:'
            )}
          </p>
          <code className="jp-SRegistryGlobus-code">{DEMO_COMMAND}</code>
        </>
      )}
    </>
  );
}
