import { readFile } from 'node:fs/promises';

import { JupyterLab } from '../pages/jupyterlab';
import { expect, requestsOf, test } from '../support/fixtures';
import type { Lab } from '../support/lab';

const SCRATCH = 'Stanford Sherlock scratch';
const AVOCADOS = 'tacos/avocados:latest';

/** Start a transfer outside the panel, as a magic does. */
async function sendFromElsewhere(
  lab: Lab,
  reference: string,
  path = '/data/'
): Promise<{ id: string }> {
  return (await lab.api('POST', 'transfers', {
    sources: [{ kind: 'image', reference: `images://${reference}` }],
    destination: {
      endpoint_id: lab.names.STANFORD_SHERLOCK_SCRATCH,
      path
    }
  })) as { id: string };
}

/** Wait until JupyterLab has saved whether any transfer is unfinished. */
async function isKept(lab: Lab, awaited: boolean): Promise<void> {
  await expect
    .poll(async () => {
      const kept = await lab.workspaceData(
        'jupyterlab-sregistry-globus:unfinished'
      );
      return Array.isArray(kept) && kept.length > 0;
    })
    .toBe(awaited);
}

test('a transfer shows its progress in the panel, the status bar and one notification', async ({
  jupyterlab,
  lab,
  page,
  context
}) => {
  const { transfers } = await jupyterlab.openPanel();
  await sendFromElsewhere(lab, 'ml/pytorch:2.3');
  const transfer = transfers.of('ml/pytorch:2.3');
  await transfer.is('Transferring');
  await expect(transfer.root).toContainText(SCRATCH);
  await expect(transfer.root).toContainText(/of 63.0 MB · .*MB\/s · .* left/);
  const seen: number[] = [];
  await expect(async () => {
    seen.push(await transfer.percent());
    expect(new Set(seen).size).toBeGreaterThan(3);
  }).toPass();
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  await expect(
    page.getByRole('button', { name: /1 transfer, \d+%/ })
  ).toBeVisible();
  await expect(jupyterlab.notifications).toHaveCount(1);
  await expect(jupyterlab.notifications).toContainText('Sending');

  await transfer.hasArrived();
  await expect(jupyterlab.notifications).toHaveCount(1);
  await expect(jupyterlab.notifications).toContainText('Completed: ');
  await expect(page.getByRole('button', { name: /1 transfer/ })).toHaveCount(0);

  const opened = context.waitForEvent('page');
  await jupyterlab.notifications
    .getByRole('button', { name: 'Open in Globus' })
    .click();
  await expect((await opened).getByRole('table')).toContainText('SUCCEEDED');
});

test('details name the task and the images that arrived', async ({
  jupyterlab,
  lab
}) => {
  const { transfers } = await jupyterlab.openPanel();
  await sendFromElsewhere(lab, 'demo/hello:latest');
  const transfer = transfers.of('demo/hello:latest');
  await transfer.hasArrived();
  await transfer.showDetails();
  await expect(transfer.root).toContainText('/data/hello_latest.sif');
  await expect(transfer.root).toContainText('sha256:');
  await expect(
    transfer.root.getByRole('link', { name: 'Open in Globus' })
  ).toHaveAttribute('href', /\/activity\//);
});

test('a completed transfer has a receipt to save, and can be sent again', async ({
  jupyterlab,
  lab,
  page
}) => {
  const { transfers } = await jupyterlab.openPanel();
  await sendFromElsewhere(lab, 'demo/hello:latest');
  const transfer = transfers.of('demo/hello:latest');
  await transfer.hasArrived();

  const saved = page.waitForEvent('download');
  await transfer.choose('Save Receipt');
  const file = await (await saved).path();
  const receipt = JSON.parse(await readFile(file, 'utf-8'));
  expect(receipt.images[0].source).toBe('images://demo/hello:latest');
  expect(receipt.images[0].digest_computed).toMatch(/^sha256:[0-9a-f]{64}$/);

  await transfer.choose('Send Again');
  await expect(transfers.all).toHaveCount(2);
  await transfer.hasArrived();
  await expect(transfer.root).toContainText(
    'Already up to date, nothing copied'
  );
});

test('a transfer can be canceled and sent again', async ({
  jupyterlab,
  lab
}) => {
  const { transfers } = await jupyterlab.openPanel();
  await sendFromElsewhere(lab, 'ml/pytorch:2.3');
  const transfer = transfers.of('ml/pytorch:2.3');
  await transfer.is('Transferring');
  await transfer.cancel();
  await transfer.is('Canceled');
  await transfer.choose('Retry');
  await expect(transfers.all).toHaveCount(2);
  await transfer.is('Transferring');
  await transfer.hasArrived();
});

test('a stuck transfer says why, and recovers', async ({ jupyterlab, lab }) => {
  await lab.sandbox.setTaskFaults({
    code: 'ENDPOINT_TOO_BUSY',
    description: 'Too many people at once'
  });
  const { transfers } = await jupyterlab.openPanel();
  await sendFromElsewhere(lab, AVOCADOS);
  const transfer = transfers.of(AVOCADOS);
  await transfer.is('Stuck');
  await expect(transfer.root).toContainText(/too busy|too many people/i);
  await lab.sandbox.setTaskFaults();
  await transfer.hasArrived();
  await expect(transfer.root).not.toContainText(/too busy|too many/i);
});

test('a failed transfer shows the error from Globus, and can be retried', async ({
  jupyterlab,
  lab
}) => {
  await lab.sandbox.setTaskFaults({
    code: 'PERMISSION_DENIED',
    is_fatal: true
  });
  const { transfers } = await jupyterlab.openPanel();
  await sendFromElsewhere(lab, 'demo/hello:latest');
  const transfer = transfers.of('demo/hello:latest');
  await transfer.is('Failed');
  await expect(transfer.root).toContainText(/permission denied/i);
  await expect(jupyterlab.notifications).toContainText('Failed: ');
  await lab.sandbox.setTaskFaults();
  await transfer.button('Retry').click();
  await expect(transfers.all).toHaveCount(2);
  await transfer.hasArrived();
});

test('finished transfers can be removed, one or all', async ({
  jupyterlab,
  lab
}) => {
  const { transfers } = await jupyterlab.openPanel();
  for (const reference of [
    'demo/hello:latest',
    'demo/hello:arm',
    'tacos/avocados:1.0'
  ]) {
    await sendFromElsewhere(lab, reference);
    await transfers.of(reference).hasArrived();
  }
  await transfers.of('demo/hello:arm').choose('Remove from List');
  await expect(transfers.all).toHaveCount(2);
  const undo = (message: string) =>
    jupyterlab.notifications
      .filter({ hasText: message })
      .getByRole('button', { name: 'Undo' })
      .click();
  await undo('Removed demo/hello:arm from the list.');
  await expect(transfers.all).toHaveCount(3);
  await transfers.clearFinished(3);
  await expect(transfers.all).toHaveCount(0);
  await undo('Removed 3 finished transfers.');
  await expect(transfers.all).toHaveCount(3);
  await transfers.clearFinished(3);
  await expect(transfers.all).toHaveCount(0);
  await jupyterlab.reload();
  await jupyterlab.sidebar.show();
  await expect(transfers.root).toContainText('No transfers yet');
});

test('an active transfer reappears after a reload, with one notification', async ({
  jupyterlab,
  lab
}) => {
  const { transfers } = await jupyterlab.openPanel();
  await lab.sandbox.setTaskFaults({ code: 'CONNECTION_BROKEN' });
  await sendFromElsewhere(lab, AVOCADOS);
  const transfer = transfers.of(AVOCADOS);
  await transfer.is('Stuck');
  await expect(jupyterlab.notifications).toHaveCount(1);

  await jupyterlab.reload();
  await jupyterlab.sidebar.show();
  await transfer.is('Stuck');
  await expect(jupyterlab.notifications).toHaveCount(1);
  await isKept(lab, true);
  await lab.sandbox.setTaskFaults();
  await transfer.hasArrived();
  await expect(jupyterlab.notifications).toHaveCount(1);
  await expect(jupyterlab.notifications).toContainText('Completed: ');
  await isKept(lab, false);

  // Transfers that ended before are not announced again.
  await jupyterlab.reload();
  await jupyterlab.sidebar.show();
  await transfer.hasArrived();
  await expect(jupyterlab.notifications).toHaveCount(0);
});

test('a transfer that ended while the page was closed is announced once', async ({
  jupyterlab,
  lab,
  page
}) => {
  await jupyterlab.openPanel();
  await lab.sandbox.setTaskFaults({ code: 'CONNECTION_BROKEN' });
  const { id } = await sendFromElsewhere(lab, AVOCADOS);
  await jupyterlab.sidebar.transfers.of(AVOCADOS).is('Stuck');
  await isKept(lab, true);
  await page.goto('about:blank');
  await lab.sandbox.setTaskFaults();
  await expect
    .poll(async () => {
      const transfer = (await lab.api('GET', `transfers/${id}`)) as {
        state: string;
      };
      return transfer.state;
    })
    .toBe('succeeded');
  await jupyterlab.open();
  await expect(jupyterlab.notifications).toHaveCount(1);
  await expect(jupyterlab.notifications).toContainText('Completed: ');
});

test('events bring changes from elsewhere, without reloading the list', async ({
  jupyterlab,
  lab,
  page
}) => {
  const { transfers } = await jupyterlab.openPanel();
  await expect(transfers.root).toContainText('No transfers yet');
  const asked = requestsOf(page);
  await sendFromElsewhere(lab, 'demo/hello:latest');
  await transfers.of('demo/hello:latest').hasArrived(5000);
  const ours = asked.filter(url => url.includes('/sregistry-globus/'));
  expect(ours.length).toBeGreaterThan(0);
  expect(
    ours.filter(url => /sregistry-globus\/transfers(\?|$)/.test(url))
  ).toEqual([]);
});

test('an open panel makes no needless requests', async ({
  jupyterlab,
  page
}) => {
  const sidebar = await jupyterlab.openPanel();
  await expect(sidebar.endpoints.list('Mine')).toBeVisible();
  await expect(sidebar.images.row('tacos')).toBeVisible();
  const asked = requestsOf(page);
  // This tests time itself: nothing may happen for ten seconds.
  await page.clock.install();
  await page.clock.runFor(10_000);
  expect(asked.filter(url => url.includes('/sregistry-globus/'))).toEqual([]);
});

test('two tabs show the same', async ({ jupyterlab, lab, context }) => {
  const { transfers } = await jupyterlab.openPanel();
  const other = new JupyterLab(await context.newPage(), lab);
  await other.openPanel();
  await sendFromElsewhere(lab, 'demo/hello:latest');
  await transfers.of('demo/hello:latest').hasArrived();
  await other.sidebar.transfers.of('demo/hello:latest').hasArrived();
  await other.sidebar.disconnect();
  await jupyterlab.sidebar.isDisconnected();
});
