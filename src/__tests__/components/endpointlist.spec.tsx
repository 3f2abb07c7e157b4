import * as React from 'react';

import { EndpointList } from '../../components/endpointlist';
import { host, draw, click, setUpPage } from '../support/page';
import { anEndpoint, trans } from '../support/things';

const HOSTILE = '<img src=x onerror="alert(1)">';

setUpPage();

describe('EndpointList', () => {
  it('opens only usable endpoints, with the others last, and says the next step in a tooltip', () => {
    const onOpen = jest.fn();
    const onLogInFor = jest.fn();
    draw(
      <EndpointList
        label="Found"
        endpoints={[
          anEndpoint({ id: '1', display_name: HOSTILE }),
          anEndpoint({
            id: '2',
            display_name: 'Laptop',
            readiness: { state: 'offline', next_step: 'Start it.' }
          }),
          anEndpoint({
            id: '3',
            display_name: 'Oak',
            required_scopes: ['s'],
            readiness: { state: 'needs_consent', next_step: 'Allow it.' }
          })
        ]}
        trans={trans}
        onOpen={onOpen}
        onLogInFor={onLogInFor}
      />
    );
    const buttons = host.querySelectorAll<HTMLButtonElement>(
      'button.jp-SRegistryGlobus-endpointButton'
    );
    expect([...buttons].map(button => button.disabled)).toEqual([
      false,
      false,
      true
    ]);
    expect(buttons[2]?.title).toContain('Start it.');
    expect(host.querySelector('img')).toBeNull();
    click('button', 'Grant access');
    expect(onLogInFor.mock.calls[0]?.[1]).toMatchObject({
      kind: 'login',
      required_scopes: ['s']
    });
  });
});
