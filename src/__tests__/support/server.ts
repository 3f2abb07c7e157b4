import { ServerConnection } from '@jupyterlab/services';
import { PromiseDelegate } from '@lumino/coreutils';
import { Client } from '../../api/client';
import type { ErrorBody } from '../../api/schema';

const BASE = 'http://localhost:8888/user/ada/';

export interface ISeen {
  method: string;
  /** The path below our prefix, still encoded. */
  path: string;
  query: Record<string, string>;
  body: unknown;
}

type Answer = (seen: ISeen) => unknown;

/** An error answer, to be thrown by a handler. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly body: Partial<ErrorBody> | string
  ) {
    super(`refused with ${status}`);
  }
}

/** Answers and records the real client's requests in place of a Jupyter server. */
export class FakeServer {
  constructor() {
    this.settings = ServerConnection.makeSettings({
      baseUrl: BASE,
      fetch: (input: RequestInfo | URL) => this._answer(input as Request)
    });
    this.client = new Client(this.settings);
  }

  readonly settings: ServerConnection.ISettings;
  readonly client: Client;
  readonly seen: ISeen[] = [];

  /** Answer a route, given as `METHOD path`. A later call replaces an earlier one. */
  on(route: string, answer: Answer): void {
    this._answers.set(route, answer);
  }

  /** Answer a route when the returned promise is resolved. */
  hold<T>(route: string): PromiseDelegate<T> {
    const held = new PromiseDelegate<T>();
    this.on(route, () => held.promise);
    return held;
  }

  /** Return how often a route was requested. */
  count(route: string): number {
    return this.of(route).length;
  }

  of(route: string): ISeen[] {
    return this.seen.filter(one => `${one.method} ${one.path}` === route);
  }

  private async _answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const text = await request.text();
    const seen: ISeen = {
      method: request.method,
      path: url.pathname.replace('/user/ada/sregistry-globus/', ''),
      query: Object.fromEntries(url.searchParams),
      body: text === '' ? undefined : JSON.parse(text)
    };
    this.seen.push(seen);
    const answer = this._answers.get(`${seen.method} ${seen.path}`);
    if (answer === undefined) {
      throw new TypeError(`nothing answers ${seen.method} ${seen.path}`);
    }
    try {
      const body = await answer(seen);
      return body === undefined
        ? new Response(null, { status: 204 })
        : new Response(JSON.stringify(body), { status: 200 });
    } catch (reason) {
      if (reason instanceof Refusal) {
        const { body, status } = reason;
        const raw = typeof body === 'string' ? body : JSON.stringify(body);
        return new Response(raw, { status });
      }
      throw reason;
    }
  }

  private readonly _answers = new Map<string, Answer>();
}
