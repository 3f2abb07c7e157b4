import type { ChildProcess } from 'child_process';
import { spawn } from 'child_process';
import { createHash } from 'crypto';
import { createReadStream } from 'fs';
import fs from 'fs/promises';
import path from 'path';
import { createInterface } from 'readline';
import { SandboxControl } from './sandbox';

/** How the server under test is set up. serve.py uses the same names. */
export type Variant =
  | 'default'
  | 'prefix'
  | 'unserved'
  | 'cluster'
  | 'not-configured'
  | 'disabled'
  | 'confidential'
  | 'service'
  | 'hub'
  | 'no-files';

/** A host name that is not this machine's. The browser resolves it to this machine. */
export const HUB_NAME = 'hub.example';

interface IPlaces {
  port: number;
  baseUrl: string;
  token: string;
  sandboxUrl: string;
  notebooks: string;
  registry: string;
  endpoints: string;
  store: string;
  lab: string;
  log: string;
}

/** A JupyterLab server with the extension, a sandbox and a registry. */
export class Lab {
  private constructor(
    private readonly _variant: Variant,
    private readonly _process: ChildProcess,
    private readonly _places: IPlaces,
    /** Ids of the sandbox's identities, apps and endpoints. */
    readonly names: Readonly<Record<string, string>>
  ) {
    this.sandbox = new SandboxControl(_places.sandboxUrl);
  }

  readonly sandbox: SandboxControl;

  static async start(variant: Variant): Promise<Lab> {
    const script = path.join(__dirname, '..', 'serve.py');
    const process_ = spawn(
      process.env.PYTHON ?? 'python',
      [script, '--variant', variant],
      { stdio: ['pipe', 'pipe', 'inherit'] }
    );
    const lines = createInterface({ input: process_.stdout });
    const places = await new Promise<IPlaces>((resolve, reject) => {
      lines.once('line', line => resolve(JSON.parse(line) as IPlaces));
      process_.once('error', reject);
      process_.once('exit', code =>
        reject(new Error(`serve.py ended with ${code}`))
      );
    });
    const names = await new SandboxControl(places.sandboxUrl).names();
    return new Lab(variant, process_, places, names);
  }

  /** Stop the server, its kernels and the sandbox. */
  async stop(): Promise<void> {
    if (this._process.exitCode !== null) {
      return;
    }
    const ended = new Promise(resolve => this._process.once('exit', resolve));
    this._process.stdin?.end();
    const killer = setTimeout(() => this._process.kill('SIGKILL'), 20_000);
    await ended;
    clearTimeout(killer);
  }

  /** The server's URL under one of its names, ending in `/`. */
  url(host = 'localhost'): string {
    return `http://${host}:${this._places.port}${this._places.baseUrl}`;
  }

  get token(): string {
    return this._places.token;
  }

  get log(): string {
    return this._places.log;
  }

  /** Reset everything: account, transfers, settings, and the sandbox. */
  async reset(): Promise<void> {
    const { store, lab, notebooks, registry } = this._places;
    // The tokens from the hub must outlive earlier tests.
    if (this._variant !== 'hub') {
      await this.sandbox.reset();
    }
    await Promise.all([
      // The server may be using it.
      fs.rm(store, { recursive: true, force: true, maxRetries: 10 }),
      this._clear(path.join(lab, 'workspaces')),
      this._clear(path.join(lab, 'user-settings')),
      this._clear(notebooks, new Set(['hello.sif', 'Send an image.ipynb'])),
      this._clear(registry, new Set(['tacos', 'genomics', 'ml', 'demo']))
    ]);
    // Otherwise JupyterLab asks whether to fetch its news.
    await this.writeSettings('@jupyterlab/apputils-extension:notification', {
      fetchNews: 'false',
      checkForUpdates: false
    });
  }

  /** The user's settings of a plugin, by its id. */
  async writeSettings(plugin: string, values: object): Promise<void> {
    const [extension = '', name = ''] = plugin.split(':');
    const folder = path.join(this._places.lab, 'user-settings', extension);
    await fs.mkdir(folder, { recursive: true });
    await fs.writeFile(
      path.join(folder, `${name}.jupyterlab-settings`),
      JSON.stringify(values)
    );
  }

  /** What JupyterLab has saved in its workspace under a key. */
  async workspaceData(key: string): Promise<unknown> {
    const folder = path.join(this._places.lab, 'workspaces');
    for (const file of await fs.readdir(folder)) {
      try {
        const text = await fs.readFile(path.join(folder, file), 'utf8');
        return (JSON.parse(text) as { data: Record<string, unknown> }).data[
          key
        ];
      } catch {
        // It is being written.
      }
    }
    return undefined;
  }

  /** Connect without a browser. */
  async connect(identity?: string): Promise<void> {
    const started = (await this.api('POST', 'logins', {
      page_url: `${this.url()}lab`,
      method: 'code'
    })) as { login_id: string; authorize_url: string };
    const back = await this.sandbox.logIn(started.authorize_url, identity);
    await this.api('POST', 'logins/code', {
      login_id: started.login_id,
      code: back.searchParams.get('code')
    });
  }

  /** Request one of the extension's routes. */
  async api(method: string, route: string, body?: object): Promise<unknown> {
    const answer = await fetch(
      `${this.url('127.0.0.1')}sregistry-globus/${route}`,
      {
        method,
        headers: { Authorization: `token ${this.token}` },
        body: body && JSON.stringify(body)
      }
    );
    const text = await answer.text();
    if (!answer.ok) {
      throw new Error(`${method} ${route}: ${answer.status} ${text}`);
    }
    return text === '' ? null : (JSON.parse(text) as unknown);
  }

  /** A path below JupyterLab's own folder. */
  notebookPath(...parts: string[]): string {
    return path.join(this._places.notebooks, ...parts);
  }

  /** A path below the registry's folder. */
  registryPath(...parts: string[]): string {
    return path.join(this._places.registry, ...parts);
  }

  /** The path of a file on an endpoint of the sandbox, by the endpoint's name. */
  endpointPath(name: string, ...parts: string[]): string {
    const slug = name
      .toLowerCase()
      .replaceAll("'", '')
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '');
    return path.join(this._places.endpoints, slug, ...parts);
  }

  /** Empty a folder, but keep the folder itself, because servers watch it. */
  private async _clear(
    folder: string,
    kept: ReadonlySet<string> = new Set()
  ): Promise<void> {
    await fs.mkdir(folder, { recursive: true });
    for (const name of await fs.readdir(folder)) {
      if (!kept.has(name)) {
        await fs.rm(path.join(folder, name), { recursive: true, force: true });
      }
    }
  }
}

/** The servers of one worker, each started when a test first needs it. */
export class Labs {
  get(variant: Variant): Promise<Lab> {
    let lab = this._labs.get(variant);
    if (lab === undefined) {
      lab = Lab.start(variant);
      this._labs.set(variant, lab);
    }
    return lab;
  }

  async stop(): Promise<void> {
    const started = await Promise.allSettled(this._labs.values());
    await Promise.all(
      started.map(one =>
        one.status === 'fulfilled' ? one.value.stop() : undefined
      )
    );
  }

  private readonly _labs = new Map<Variant, Promise<Lab>>();
}

/** Return the SHA-256 of a file, in hexadecimal. */
export async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
