/** A request that the sandbox received, without secrets. */
export interface ISeen {
  service: string;
  method: string;
  path: string;
  query: Record<string, string[]>;
  body: unknown;
  status: number;
}

/** A fault to inject. The sandbox's faults.py documents each member. */
export interface IFault {
  route: string;
  count?: number;
  skip?: number;
  query?: Record<string, string>;
  status?: number;
  code?: string;
  message?: string;
  headers?: Record<string, string>;
  delay_s?: number;
  drop?: boolean;
}

export interface ITaskFault {
  code: string;
  inactive?: boolean;
  until_login?: boolean;
  endpoint_id?: string;
  path?: string;
  count?: number;
  is_fatal?: boolean;
  description?: string;
}

/** Controls the sandbox through its control routes. */
export class SandboxControl {
  constructor(readonly url: string) {}

  reset(): Promise<unknown> {
    return this._ask('POST', 'reset');
  }

  async names(): Promise<Record<string, string>> {
    const answer = await this._ask('GET', 'names');
    return (answer as { names: Record<string, string> }).names;
  }

  setFaults(...faults: IFault[]): Promise<unknown> {
    return this._ask('PUT', 'faults', { faults });
  }

  /** Set the fault of all tasks. Nothing clears it. */
  setTaskFaults(...faults: ITaskFault[]): Promise<unknown> {
    return this._ask('PUT', 'task_faults', { faults });
  }

  advanceClock(seconds: number): Promise<unknown> {
    return this._ask('POST', 'clock', { advance_s: seconds });
  }

  changeEndpoint(id: string, members: object): Promise<unknown> {
    return this._ask('PATCH', `endpoints/${id}`, members);
  }

  /** Revoke consents, for one scope or all, as on the Globus site. */
  rescindConsents(scope?: string): Promise<unknown> {
    const query = new URLSearchParams(scope === undefined ? {} : { scope });
    return this._ask('DELETE', `consents?${query.toString()}`);
  }

  /** Add a redirect URL to the confidential app. */
  addRedirectUri(uri: string): Promise<unknown> {
    return this._ask('POST', 'redirect_uris', { uri });
  }

  async requests(): Promise<ISeen[]> {
    const answer = await this._ask('GET', 'requests');
    return (answer as { requests: ISeen[] }).requests;
  }

  /** Submit a login page as a user would. Returns the URL that the browser is sent to. */
  async logIn(authorizeUrl: string, identity?: string): Promise<URL> {
    const page = await (await fetch(authorizeUrl)).text();
    const transaction = /name='transaction' value='([^']*)'/.exec(page)?.[1];
    const chosen = /name='identity' value='([^']*)' checked/.exec(page)?.[1];
    if (transaction === undefined || chosen === undefined) {
      throw new Error(`There is no login page at ${authorizeUrl}:\n${page}`);
    }
    const answer = await fetch(`${this.url}v2/oauth2/authorize/decision`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({
        transaction,
        identity: identity ?? chosen,
        decision: 'allow'
      })
    });
    return new URL(answer.headers.get('location') ?? '', this.url);
  }

  private async _ask(
    method: string,
    path: string,
    body?: object
  ): Promise<unknown> {
    const answer = await fetch(`${this.url}_sandbox/${path}`, {
      method,
      headers: body && { 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body)
    });
    if (!answer.ok) {
      throw new Error(
        `${method} /_sandbox/${path}: ${answer.status} ${await answer.text()}`
      );
    }
    return answer.json();
  }
}
