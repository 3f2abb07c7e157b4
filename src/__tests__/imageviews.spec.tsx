import * as React from 'react';
import { act } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';

import type {
  DigestState,
  ImageDetails,
  LoginAction,
  Registry
} from '../api/schema';
import { ImageDetailsView } from '../components/imagedetails';
import { ImagesView } from '../components/images';
import { treeRows } from '../models/rows';
import { Selection } from '../models/selection';
import { anImage, aRegistry, trans } from './support/things';

const LOGIN: LoginAction = {
  kind: 'login',
  required_scopes: ['a scope'],
  session_message: null,
  session_required_identities: [],
  session_required_single_domain: [],
  session_required_policies: [],
  session_required_mfa: false,
  prompt: null
};

let root: Root;
let host: HTMLElement;

beforeAll(() => {
  (
    globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
  ).IS_REACT_ACT_ENVIRONMENT = true;
});

beforeEach(() => {
  host = document.createElement('div');
  document.body.appendChild(host);
  root = createRoot(host);
});

afterEach(() => {
  act(() => root.unmount());
  host.remove();
  jest.useRealTimers();
});

describe('ImagesView', () => {
  const onLogIn = jest.fn();
  const onReload = jest.fn();
  const BUSY = 'It allows no more requests. Try again in about 24 hours.';

  function draw(registries: Registry[], searchMessage = ''): string[] {
    const rows = treeRows({
      registries,
      collections: [],
      pagesOf: () => undefined,
      isContainerCollapsed: () => false
    });
    act(() =>
      root.render(
        <ImagesView
          rows={rows}
          text=""
          registries={registries}
          isLoaded
          isBusy={false}
          error={null}
          found={null}
          searchMessage={searchMessage}
          selection={new Selection()}
          canSend
          trans={trans}
          onText={jest.fn()}
          onReload={onReload}
          onLogIn={onLogIn}
          onRange={jest.fn()}
          onToggle={jest.fn()}
          onRetry={jest.fn()}
          onSelect={jest.fn()}
          onClearSelection={jest.fn()}
          onSend={jest.fn()}
          onSendSelected={jest.fn()}
          onShow={jest.fn()}
        />
      )
    );
    return [...host.querySelectorAll('.jp-SRegistryGlobus-notice')].map(
      notice => notice.textContent ?? ''
    );
  }

  const buttons = () =>
    [...host.querySelectorAll<HTMLElement>('jp-button, button')].filter(
      one => one.textContent !== ''
    );

  it('offers the login that opens a registry, and lists it again after it', () => {
    const message = 'Not connected.';
    draw([aRegistry({ state: 'failed', message, action: LOGIN })]);
    expect(host.textContent).toContain(message);
    expect(buttons().map(one => one.textContent)).toEqual([
      'Log in to continue'
    ]);
    act(() => buttons()[0]?.click());
    expect(onLogIn).toHaveBeenCalledWith(LOGIN, onReload);
  });

  it('offers to try again where a login does not help', () => {
    draw([aRegistry({ state: 'failed', message: 'The folder is gone.' })]);
    expect(buttons().map(one => one.textContent)).toEqual(['Try again']);
  });

  it('says why a registry could not be listed, and how old that is which is shown', () => {
    jest.useFakeTimers().setSystemTime(1_700_000_000_000);
    const listed_at = 1_700_000_000 - 3 * 3600 - 120;
    const [notice] = draw([
      aRegistry({ name: 'taco', state: 'failed', message: BUSY, listed_at }),
      aRegistry({ name: 'lab' })
    ]);
    expect(notice).toContain('taco');
    expect(notice).toContain(BUSY);
    expect(notice).toContain('What is shown of it is 3 h 2 min old, from ');
  });

  it('speaks of no age where nothing is shown, and of the setting that cures it', () => {
    const help = 'Its entry needs a token.';
    const setting = 'SRegistryGlobus.registries';
    const [notice] = draw([
      aRegistry({
        state: 'failed',
        message: 'It does not let us in.',
        listed_at: null,
        action: { kind: 'configure', setting, help }
      })
    ]);
    expect(notice).toContain(help);
    expect(notice).not.toContain('old');
  });

  it('tells what a registry that was listed left out', () => {
    const notices = draw([
      aRegistry({ name: 'lab', message: 'Left out: 2 links.' }),
      aRegistry({ name: 'taco', state: 'listing', message: 'Left out: 1.' })
    ]);
    expect(notices).toEqual(['lab: Left out: 2 links.']);
  });

  it('says what a search could not reach only once', () => {
    const failed = aRegistry({ state: 'failed', message: BUSY });
    expect(draw([failed], BUSY)).toHaveLength(1);
    expect(draw([failed], `${BUSY} And another is gone.`)).toHaveLength(2);
    expect(draw([aRegistry()], 'Another is gone.')).toHaveLength(1);
    expect(draw([aRegistry()])).toHaveLength(0);
  });
});

describe('ImageDetailsView', () => {
  const onCompute = jest.fn();
  const onCancel = jest.fn();

  function facts(
    rest: Partial<ImageDetails>,
    digest?: DigestState
  ): Record<string, string> {
    const value: ImageDetails = {
      image: { ...anImage('latest'), format: 'sif' },
      uuid: null,
      created_at: null,
      labels: {},
      definition: null,
      filesystem: null,
      is_encrypted: false,
      signatures: [],
      base_image: null,
      base_digest: null,
      has_sbom: false,
      problem: '',
      ...rest
    };
    act(() =>
      root.render(
        <ImageDetailsView
          name="avocados"
          details={{ state: 'ready', value }}
          canSend
          trans={trans}
          onSend={jest.fn()}
          onReload={jest.fn()}
          digest={digest}
          onComputeDigest={onCompute}
          onCancelDigest={onCancel}
        />
      )
    );
    const values = [...host.querySelectorAll('dd')];
    return Object.fromEntries(
      [...host.querySelectorAll('dt')].map((name, index) => [
        name.textContent ?? '',
        values[index]?.textContent ?? ''
      ])
    );
  }

  it('says what a SIF does not record', () => {
    expect(facts({})).toMatchObject({
      Created: 'not recorded',
      UUID: 'not recorded'
    });
  });

  it('says of no other format that it lacks what only a SIF has', () => {
    const image = { ...anImage('latest'), format: 'squashfs' };
    expect(Object.keys(facts({ image }))).not.toContain('UUID');
  });

  it('offers to compute a digest, says how far it is, and how to give up', () => {
    const state: DigestState = {
      state: 'unknown',
      digest: null,
      bytes_done: 0,
      bytes_total: null,
      message: ''
    };
    facts({}, state);
    const click = () =>
      act(() =>
        host.querySelector<HTMLElement>('dd jp-button, dd button')?.click()
      );
    click();
    expect(onCompute).toHaveBeenCalledTimes(1);
    const half = { ...state, bytes_done: 5_000_000, bytes_total: 10_000_000 };
    const told = facts({}, { ...half, state: 'computing' });
    expect(told.Digest).toContain('4.8 of 9.5 MB');
    click();
    expect(onCancel).toHaveBeenCalledTimes(1);
    expect(facts({}, { ...state, state: 'unavailable' }).Digest).toBe(
      undefined
    );
  });

  it('never calls a signature more than a claim', () => {
    const signatures = [{ fingerprint: 'ABCD', hash: 'SHA-256' }];
    const told = facts({ signatures });
    expect(told['Signed by (claimed, not verified)']).toBe('ABCD');
  });
});
