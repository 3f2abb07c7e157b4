import path from 'path';
import type { Page } from '@playwright/test';
import type { JupyterLab } from '../pages/jupyterlab';
import { test } from '../support/fixtures';
import { setSidebarWidth } from '../support/sidebarwidth';
import type { Lab, Variant } from '../support/lab';

const FOLDER = path.join(__dirname, '..', 'test-results', 'screenshots');

/** The folder on it that images are sent to. */
export const SCRATCH = 'Stanford Sherlock scratch';

/** Widths of the sidebar. */
const NARROW = 250;
const WIDE = 400;

interface IStage {
  jupyterlab: JupyterLab;
  lab: Lab;
  page: Page;
  /** Take a screenshot of the panel in both widths, or of the dialog or the page. */
  shoot: (what: string) => Promise<void>;
}

/** A state of the interface, and how to get there. */
export interface IState {
  name: string;
  variant?: Variant;
  isConnected?: boolean;
  play: (stage: IStage) => Promise<void>;
}

/** Send images to the destination outside the panel. */
export async function send(lab: Lab, ...references: string[]): Promise<void> {
  await lab.api('POST', 'transfers', {
    sources: references.map(reference => ({
      kind: 'image',
      reference: `images://${reference}`
    })),
    destination: {
      endpoint_id: lab.names.STANFORD_SHERLOCK_SCRATCH,
      path: '/data/'
    }
  });
}

let theme = '';

/** The file of a screenshot in the current theme. */
export function file(what: string): string {
  return path.join(FOLDER, `${what}-${theme}.png`);
}

/** Picture each state in each theme. */
export function picture(states: readonly IState[]): void {
  for (const [word, name] of [
    ['light', 'JupyterLab Light'],
    ['dark', 'JupyterLab Dark'],
    ['contrast', 'JupyterLab Dark High Contrast']
  ] as const) {
    for (const state of states) {
      test.describe(`${word}: ${state.name}`, () => {
        test.use({
          variant: state.variant ?? 'default',
          isConnected: state.isConnected ?? true
        });

        test('is pictured', async ({ jupyterlab, lab, page }) => {
          theme = word;
          await lab.writeSettings('@jupyterlab/apputils-extension:themes', {
            theme: name
          });
          const shoot = async (what: string) => {
            await page.mouse.move(800, 5);
            if (!what.startsWith('panel-')) {
              await page.screenshot({ path: file(what) });
              return;
            }
            const stack = page.locator('#jp-left-stack');
            for (const [size, width] of [
              ['narrow', NARROW],
              ['wide', WIDE]
            ] as const) {
              await setSidebarWidth(page, width);
              await page.mouse.move(800, 5);
              await stack.screenshot({
                path: path.join(FOLDER, `${what}-${size}-${word}.png`)
              });
            }
          };
          await state.play({ jupyterlab, lab, page, shoot });
        });
      });
    }
  }
}
