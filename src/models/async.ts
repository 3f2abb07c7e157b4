import { toErrorBody } from '../api/request';
import type { ErrorBody } from '../api/schema';

/** The state of something loaded. While it reloads and after a failure, the last value stays. */
export type Async<T> =
  | { readonly state: 'idle' }
  | { readonly state: 'loading'; readonly previous?: T }
  | { readonly state: 'ready'; readonly value: T }
  | {
      readonly state: 'failed';
      readonly error: ErrorBody;
      readonly previous?: T;
    };

/** Return the value to show, current or previous. */
export function valueOf<T>(async: Async<T>): T | undefined {
  switch (async.state) {
    case 'idle':
      return undefined;
    case 'ready':
      return async.value;
    default:
      return async.previous;
  }
}

/** Return why the last attempt failed. Null if it did not. */
export function errorOf(async: Async<unknown>): ErrorBody | null {
  return async.state === 'failed' ? async.error : null;
}

/** Whether the last attempt failed because of a missing login. */
export function wantsLogin(async: Async<unknown>): boolean {
  return errorOf(async)?.action?.kind === 'login';
}

/** Holds one loaded value, and drops answers to outdated requests. */
export class AsyncValue<T> {
  /**
   * @param _changed - called after each change of state.
   */
  constructor(private readonly _changed: () => void) {}

  get current(): Async<T> {
    return this._current;
  }

  get value(): T | undefined {
    return valueOf(this._current);
  }

  /**
   * Load a value. A later `load`, `set` or `reset` voids the answer.
   *
   * @returns the final state, or null if the answer was outdated.
   */
  async load(work: () => Promise<T>): Promise<Async<T> | null> {
    const turn = ++this._turn;
    const previous = this.value;
    this._become({
      state: 'loading',
      ...(previous === undefined ? {} : { previous })
    });
    let next: Async<T>;
    try {
      next = { state: 'ready', value: await work() };
    } catch (reason) {
      const error = toErrorBody(reason);
      next = {
        state: 'failed',
        error,
        ...(previous === undefined ? {} : { previous })
      };
    }
    if (turn !== this._turn) {
      return null;
    }
    this._become(next);
    return next;
  }

  set(value: T): void {
    this._turn++;
    this._become({ state: 'ready', value });
  }

  reset(): void {
    this._turn++;
    this._become({ state: 'idle' });
  }

  /** Drop pending requests for good, without a call of `_changed`. */
  dispose(): void {
    this._turn++;
  }

  private _become(next: Async<T>): void {
    this._current = next;
    this._changed();
  }

  private _current: Async<T> = { state: 'idle' };
  private _turn = 0;
}
