import * as React from 'react';
import { act } from 'react';
import type { RouteOption } from '../../api/schema';
import { RouteChoice } from '../../components/routechoice';
import { draw, host, setUpPage } from '../support/page';
import { aPlan, aTask, trans } from '../support/things';

setUpPage();

const DIRECT = { route: 'direct', reason: 'Keep it on.' } as const;
const STAGED = { route: 'staged', reason: 'Stored here first.' } as const;

describe('RouteChoice', () => {
  const onRoute = jest.fn();

  function show(routes: RouteOption[], route: 'direct' | null = null) {
    const [image] = aTask().images;
    draw(
      <RouteChoice
        plan={aPlan('/', { images: [{ ...image!, routes }] })}
        route={route}
        trans={trans}
        onRoute={onRoute}
      />
    );
    return [...host.querySelectorAll('option')].map(node => node.textContent);
  }

  function choose(value: string): void {
    const select = host.querySelector('select')!;
    act(() => {
      select.value = value;
      select.dispatchEvent(new Event('change', { bubbles: true }));
    });
  }

  it('offers the routes that an image could take, best first', () => {
    expect(show([STAGED, DIRECT])).toEqual([
      'Recommended',
      'Direct upload',
      'Download first, then send'
    ]);
    choose('staged');
    expect(onRoute).toHaveBeenLastCalledWith('staged');
  });

  it('offers nothing if there is only one route', () => {
    expect(show([DIRECT])).toEqual([]);
  });

  it('lets the user go back to the recommended route', () => {
    // Even if it is not possible at another endpoint.
    expect(show([STAGED], 'direct')).toContain('Direct upload');
    choose('');
    expect(onRoute).toHaveBeenLastCalledWith(null);
  });
});
