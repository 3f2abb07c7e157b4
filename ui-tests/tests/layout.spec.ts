import fs from 'fs/promises';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/fixtures';
import type { Lab } from '../support/lab';
import { setSidebarWidth } from '../support/sidebarwidth';

const LAYOUT = 'layout-restorer:data';
const SCRATCH = 'Stanford Sherlock scratch';

/** Add a collection of containers with one tag each. Its name sorts it to the beginning. */
async function fillRegistry(lab: Lab): Promise<void> {
  const image = lab.registryPath('demo', 'hello', 'latest', 'hello_latest.sif');
  for (let index = 10; index < 40; index++) {
    const folder = lab.registryPath('aaa', `container-of-${index}`, '2024.05');
    await fs.mkdir(folder, { recursive: true });
    await fs.copyFile(image, `${folder}/container-of-${index}_2024.05.sif`);
  }
}

/** Count the elements that are shown in full: within every ancestor that scrolls or cuts off. */
async function wholeCount(elements: Locator): Promise<number> {
  return elements.evaluateAll(
    nodes =>
      nodes.filter(node => {
        const box = node.getBoundingClientRect();
        let parent = node.parentElement;
        for (; parent !== null; parent = parent.parentElement) {
          const { overflowY } = getComputedStyle(parent);
          const around = parent.getBoundingClientRect();
          if (
            overflowY !== 'visible' &&
            parent !== document.body &&
            (box.top < around.top - 1 || box.bottom > around.bottom + 1)
          ) {
            return false;
          }
        }
        return box.height > 0;
      }).length
  );
}

/** Return what is cut off at an edge of the panel, or taller than one line although it must not be. */
async function misfits(page: Page): Promise<string[]> {
  return page.locator('#jp-SRegistryGlobus').evaluate(panel => {
    const found: string[] = [];
    const edges = panel.getBoundingClientRect();
    const lines: [string, number][] = [
      ['.jp-SRegistryGlobus-accountRow', 28],
      ['.jp-AccordionPanel-title', 26],
      ['.jp-SRegistryGlobus-row', 24],
      ['.jp-SRegistryGlobus-endpoint', 36],
      ['.jp-SRegistryGlobus-transferMain', 36],
      ['.jp-SRegistryGlobus-sendBar', 30]
    ];
    for (const [selector, height] of lines) {
      for (const node of panel.querySelectorAll(selector)) {
        const box = node.getBoundingClientRect();
        if (Math.abs(box.height - height) > 1) {
          found.push(`${selector} is ${box.height} px high`);
        }
      }
    }
    for (const node of panel.querySelectorAll('button, input, select, h3')) {
      const box = node.getBoundingClientRect();
      if (
        box.width > 0 &&
        (box.left < edges.left - 1 || box.right > edges.right + 1)
      ) {
        found.push(`${node.outerHTML.slice(0, 120)} is cut off`);
      }
    }
    const bar = panel.querySelector('.jp-SRegistryGlobus-sendBar');
    const bottom = bar?.getBoundingClientRect().bottom ?? 0;
    if (bottom > edges.bottom + 1 || bottom > innerHeight) {
      found.push('the send bar is below the panel');
    }
    if (panel.scrollWidth > panel.clientWidth + 1) {
      found.push('the panel is wider than its place');
    }
    return found;
  });
}

for (const { width, height, panel, isRoomy } of [
  { width: 1280, height: 720, panel: 250, isRoomy: true },
  { width: 1280, height: 720, panel: 400, isRoomy: true },
  { width: 1024, height: 600, panel: 250, isRoomy: false },
  // 1280×720 at a zoom of 200 %.
  { width: 640, height: 360, panel: 250, isRoomy: false }
]) {
  test(`everything fits at ${width}×${height} in ${panel} px`, async ({
    jupyterlab,
    lab,
    page
  }) => {
    await fillRegistry(lab);
    await page.setViewportSize({ width, height });
    const { images, endpoints, transfers, root } = await jupyterlab.openPanel();
    await setSidebarWidth(page, panel);
    for (const reference of ['demo/hello:latest', 'tacos/avocados:1.0']) {
      await lab.api('POST', 'transfers', {
        sources: [{ kind: 'image', reference: `images://${reference}` }],
        destination: {
          endpoint_id: lab.names.STANFORD_SHERLOCK_SCRATCH,
          path: '/data/'
        }
      });
      await transfers.of(reference).hasArrived();
    }
    await images.refresh();
    await images.openCollection('aaa');
    const rows = images.tree.getByRole('treeitem', { level: 2 });
    await rows.first().click();
    await expect(images.selection).toContainText('1 image');
    await expect(endpoints.list('Mine')).toBeAttached();

    await expect.poll(() => misfits(page)).toEqual([]);
    expect((await root.boundingBox())?.width).toBeCloseTo(panel, -1);
    if (isRoomy) {
      await expect.poll(() => wholeCount(rows)).toBeGreaterThanOrEqual(10);
      await expect
        .poll(() => wholeCount(endpoints.root.getByRole('listitem')))
        .toBeGreaterThanOrEqual(5);
      await expect.poll(() => wholeCount(transfers.all)).toBe(2);
    }
  });
}

test('a short section gives its room to the others, and a drag ends that', async ({
  jupyterlab,
  lab,
  page
}) => {
  const { images, endpoints, transfers } = await jupyterlab.openPanel();
  await expect(transfers.root).toContainText('No transfers yet');
  await expect(endpoints.list('Mine')).toBeVisible();
  const heightOf = async (part: Locator) =>
    (await part.boundingBox())?.height ?? 0;
  await expect.poll(() => heightOf(transfers.root)).toBeLessThan(40);

  // A closed section takes nothing but its title.
  const before = await heightOf(images.root);
  await jupyterlab.sidebar
    .title('Endpoints')
    .click({ position: { x: 30, y: 10 } });
  await expect(endpoints.root).toBeHidden();
  await expect.poll(() => heightOf(images.root)).toBeGreaterThan(before + 50);
  await jupyterlab.sidebar
    .title('Endpoints')
    .click({ position: { x: 30, y: 10 } });
  await expect.poll(() => heightOf(images.root)).toBeLessThan(before + 10);

  const border = await jupyterlab.sidebar.title('Transfers').boundingBox();
  expect(border).not.toBeNull();
  await page.mouse.move(100, border!.y - 1);
  await page.mouse.down();
  await page.mouse.move(100, border!.y - 120, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => heightOf(transfers.root)).toBeGreaterThan(100);
  await images.openCollection('tacos');
  await expect(images.row('latest')).toBeVisible();
  expect(await heightOf(transfers.root)).toBeGreaterThan(100);

  // JupyterLab saves its layout a moment later.
  await expect
    .poll(() => lab.workspaceData('jupyterlab-sregistry-globus:sizes'))
    .toBe(true);
  const dragged = await heightOf(transfers.root);
  await expect
    .poll(async () => JSON.stringify(await lab.workspaceData(LAYOUT)))
    .toContain('jp-SRegistryGlobus');
  await jupyterlab.reload();
  await jupyterlab.sidebar.show();
  await expect(images.row('tacos')).toBeVisible();
  expect(await heightOf(transfers.root)).toBeGreaterThan(dragged - 30);
});

test('from the icon to "Submitted": three clicks at first, then two', async ({
  jupyterlab,
  page
}) => {
  await jupyterlab.open();
  const { sidebar } = jupyterlab;
  const { images, endpoints, transfers } = sidebar;
  let clicks = 0;
  const click = async (target: Locator) => {
    await target.click();
    clicks++;
  };

  await click(sidebar.tab);
  await expect(images.filter).toBeFocused();
  await page.keyboard.type('hello:latest');
  await click(images.image('demo/hello:latest'));
  await endpoints.item(SCRATCH).hover();
  await click(
    endpoints.root.getByRole('button', {
      name: `Send the selected images to ${SCRATCH}`
    })
  );
  await expect(transfers.of('demo/hello:latest').root).toBeVisible();
  expect(clicks).toBeLessThanOrEqual(3);

  clicks = 0;
  await images.filter.fill('avocados');
  await click(images.image('tacos/avocados:1.0'));
  await expect(images.selection).toContainText(SCRATCH.slice(0, 8));
  await click(images.quickSendButton);
  await expect(transfers.of('tacos/avocados:1.0').root).toBeVisible();
  expect(clicks).toBeLessThanOrEqual(2);
  await expect(jupyterlab.sendDialog.root).toHaveCount(0);
});
