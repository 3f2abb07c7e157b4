import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Endpoint, LoginAction, Readiness } from '../api/schema';
import {
  blockedIcon,
  lockIcon,
  maybeIcon,
  offlineIcon,
  okIcon,
  pauseIcon,
  warningIcon
} from '../icons';
import { Icon } from './icon';
import { printable } from '../words';

const icons: Record<Readiness['state'], LabIcon> = {
  ready: okIcon,
  probably_ready: maybeIcon,
  offline: offlineIcon,
  paused: pauseIcon,
  needs_consent: lockIcon,
  needs_login: lockIcon,
  not_usable: blockedIcon,
  gone: warningIcon
};

/** Whether images can be sent to the endpoint now. */
export function isReady(endpoint: Endpoint): boolean {
  const { state } = endpoint.readiness;
  return state === 'ready' || state === 'probably_ready';
}

/** Whether the endpoint can be opened: it is ready, or a login makes it ready. */
export function isOpenable(endpoint: Endpoint): boolean {
  const { state } = endpoint.readiness;
  return (
    isReady(endpoint) || state === 'needs_consent' || state === 'needs_login'
  );
}

/** The login that makes an endpoint ready. Null if no login would help. */
export function loginFor(endpoint: Endpoint): LoginAction | null {
  const { state } = endpoint.readiness;
  if (state !== 'needs_consent' && state !== 'needs_login') {
    return null;
  }
  return {
    kind: 'login',
    required_scopes: endpoint.required_scopes,
    session_message: null,
    session_required_identities: [],
    session_required_single_domain: [],
    session_required_policies: [],
    session_required_mfa: false,
    prompt: state === 'needs_login' ? 'login' : null
  };
}

/** Return a short label for the readiness of an endpoint. */
export function readinessWord(
  state: Readiness['state'],
  trans: TranslationBundle
): string {
  switch (state) {
    case 'ready':
      return trans.__('Ready');
    case 'probably_ready':
      return trans.__('Available (not checked)');
    case 'offline':
      return trans.__('Offline');
    case 'paused':
      return trans.__('Paused');
    case 'needs_consent':
      return trans.__('Needs your consent');
    case 'needs_login':
      return trans.__('Needs a fresh login');
    case 'not_usable':
      return trans.__('Can’t receive files');
    case 'gone':
      return trans.__('No longer exists');
  }
}

/** An endpoint's readiness, as a decorative icon. */
export function ReadinessIcon(props: {
  state: Readiness['state'];
}): React.JSX.Element {
  const { state } = props;
  return (
    <span
      className={`jp-SRegistryGlobus-readiness jp-mod-${state.replace('_', '-')}`}
    >
      <Icon icon={icons[state]} />
    </span>
  );
}

/** An endpoint's readiness, as an icon and a label. */
export function ReadinessView(props: {
  readiness: Readiness;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { readiness, trans } = props;
  return (
    <span
      className={`jp-SRegistryGlobus-readiness jp-mod-${readiness.state.replace('_', '-')}`}
      title={printable(readiness.next_step) || undefined}
    >
      <Icon icon={icons[readiness.state]} />
      {readinessWord(readiness.state, trans)}
    </span>
  );
}
