import fs from 'fs/promises';
import type { Page, TestInfo } from '@playwright/test';
import { test as base } from '@playwright/test';
import { JupyterLab } from '../pages/jupyterlab';
import type { Lab, Variant } from './lab';
import { HUB_NAME, Labs } from './lab';

export { expect } from '@playwright/test';

interface ITestOptions {
  /** How the server is set up. */
  variant: Variant;
  /** Whether a user is connected before the test starts. */
  isConnected: boolean;
}

interface ITestFixtures {
  /** The server, reset. */
  lab: Lab;
  /** JupyterLab in a tab. Each test opens it itself. */
  jupyterlab: JupyterLab;
  /** Fails the test on page errors and on requests that leave this machine. */
  guard: void;
}

interface IWorkerFixtures {
  labs: Labs;
}

export const test = base.extend<ITestOptions & ITestFixtures, IWorkerFixtures>({
  variant: ['default', { option: true }],
  isConnected: [true, { option: true }],

  labs: [
    async ({}, use) => {
      const labs = new Labs();
      await use(labs);
      await labs.stop();
    },
    { scope: 'worker', timeout: 120_000 }
  ],

  lab: async ({ labs, variant, isConnected }, use, testInfo) => {
    const lab = await labs.get(variant);
    await lab.reset();
    if (isConnected) {
      await lab.connect();
    }
    const logStart = (await fs.stat(lab.log)).size;
    await use(lab);
    if (testInfo.status !== testInfo.expectedStatus) {
      await attachTrail(lab, logStart, testInfo);
    }
  },

  jupyterlab: async ({ lab, page }, use) => {
    await use(new JupyterLab(page, lab));
  },

  guard: [
    async ({ context }, use) => {
      const problems: string[] = [];
      context.on('weberror', error => problems.push(String(error.error())));
      context.on('request', request => {
        const { protocol, hostname } = new URL(request.url());
        const isLocal = ['localhost', '127.0.0.1', HUB_NAME].includes(hostname);
        if (protocol.startsWith('http') && !isLocal) {
          problems.push(`A request left this machine: ${request.url()}`);
        }
      });
      await use();
      base.expect(problems).toEqual([]);
    },
    { auto: true }
  ]
});

/** Attach the sandbox's requests and the server's log to a failed test. */
async function attachTrail(
  lab: Lab,
  logStart: number,
  testInfo: TestInfo
): Promise<void> {
  const seen = await lab.sandbox.requests();
  const lines = seen.map(
    ({ status, method, path, query, body }) =>
      `${status} ${method} ${path} ${JSON.stringify(query)} ${JSON.stringify(body)}`
  );
  const log = await fs.readFile(lab.log);
  await testInfo.attach('requests that the sandbox saw', {
    body: lines.join('\n'),
    contentType: 'text/plain'
  });
  await testInfo.attach('log of the server', {
    body: log.subarray(logStart).toString(),
    contentType: 'text/plain'
  });
}

/** Collect the URLs that a page requests. */
export function requestsOf(page: Page): string[] {
  const urls: string[] = [];
  page.on('request', request =>
    urls.push(`${request.method()} ${request.url()}`)
  );
  return urls;
}
