import { PromiseDelegate } from '@lumino/coreutils';
import { RequestError, plainError } from '../../api/request';
import { AsyncValue } from '../../models/async';

function make(): { value: AsyncValue<string>; states: string[] } {
  const states: string[] = [];
  const value: AsyncValue<string> = new AsyncValue<string>(() => {
    states.push(value.current.state);
  });
  return { value, states };
}

describe('AsyncValue', () => {
  it('goes from idle through loading to ready', async () => {
    const { value, states } = make();
    expect(value.current.state).toBe('idle');
    await value.load(() => Promise.resolve('a'));
    expect(states).toEqual(['loading', 'ready']);
    expect(value.value).toBe('a');
  });

  it('drops an answer that comes after a newer one', async () => {
    const { value } = make();
    const slow = new PromiseDelegate<string>();
    const first = value.load(() => slow.promise);
    await value.load(() => Promise.resolve('new'));
    slow.resolve('old');
    await expect(first).resolves.toBeNull();
    expect(value.value).toBe('new');
  });

  it('drops a failure that comes after a newer answer', async () => {
    const { value } = make();
    const slow = new PromiseDelegate<string>();
    const first = value.load(() => slow.promise);
    await value.load(() => Promise.resolve('new'));
    slow.reject(new Error('late'));
    await first;
    expect(value.current).toEqual({ state: 'ready', value: 'new' });
  });

  it('keeps the last value while reloading and after a failure', async () => {
    const { value } = make();
    value.set('a');
    const slow = new PromiseDelegate<string>();
    const again = value.load(() => slow.promise);
    expect(value.current).toEqual({ state: 'loading', previous: 'a' });
    slow.reject(new RequestError(plainError('busy', 'Busy.', true)));
    await again;
    expect(value.current).toMatchObject({
      state: 'failed',
      previous: 'a',
      error: { code: 'busy', retryable: true }
    });
    expect(value.value).toBe('a');
  });

  it('clears everything on reset, pending requests included', async () => {
    const { value } = make();
    const slow = new PromiseDelegate<string>();
    const load = value.load(() => slow.promise);
    value.reset();
    slow.resolve('late');
    await load;
    expect(value.current).toEqual({ state: 'idle' });
  });

  it('signals nothing after disposal', async () => {
    const { value, states } = make();
    const slow = new PromiseDelegate<string>();
    const load = value.load(() => slow.promise);
    value.dispose();
    slow.resolve('late');
    await load;
    expect(states).toEqual(['loading']);
  });
});
