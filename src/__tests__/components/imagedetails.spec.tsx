import * as React from 'react';
import { act } from 'react';

import type { DigestState, ImageDetails } from '../../api/schema';
import { ImageDetailsView } from '../../components/imagedetails';
import { host, draw, setUpPage } from '../support/page';
import { anImage, trans } from '../support/things';

setUpPage();

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
    draw(
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
    );
    const values = [...host.querySelectorAll('dd')];
    return Object.fromEntries(
      [...host.querySelectorAll('dt')].map((name, index) => [
        name.textContent ?? '',
        values[index]?.textContent ?? ''
      ])
    );
  }

  it('says which facts a SIF does not record', () => {
    expect(facts({})).toMatchObject({
      Created: 'not recorded',
      UUID: 'not recorded'
    });
  });

  it('does not list facts that only a SIF can have for other formats', () => {
    const image = { ...anImage('latest'), format: 'squashfs' };
    expect(Object.keys(facts({ image }))).not.toContain('UUID');
  });

  it('computes a digest, shows its progress, and can be canceled', () => {
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
    expect(told.Digest).toContain('5.0 of 10.0 MB');
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
