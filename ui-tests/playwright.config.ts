import { spawnSync } from 'child_process';
import path from 'path';
import { defineConfig } from '@playwright/test';
import { HUB_NAME } from './support/lab';

/** The system's Chromium, or else Playwright's own. */
const found = spawnSync(path.join(__dirname, 'find-chromium'));
const executablePath =
  found.status === 0 ? found.stdout.toString().trim() : undefined;

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results/tests',
  // Generous, for busy machines.
  timeout: 90_000,
  expect: { timeout: 15_000 },
  workers: 2,
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  // A test that passes only on the second try is listed as flaky.
  retries: process.env.CI ? 2 : 0,
  reporter: [['list']],
  use: {
    viewport: { width: 1280, height: 900 },
    locale: 'en-US',
    timezoneId: 'UTC',
    video: 'off',
    // Traces slow each test down by a third, so only retries record one.
    trace: 'on-first-retry',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        `--host-resolver-rules=MAP ${HUB_NAME} 127.0.0.1`
      ]
    }
  }
});
