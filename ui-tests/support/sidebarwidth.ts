import type { Page } from '@playwright/test';

/** Drag the edge of the left sidebar to this width. */
export async function setSidebarWidth(
  page: Page,
  width: number
): Promise<void> {
  const box = await page.locator('#jp-left-stack').boundingBox();
  if (box === null) {
    throw new Error('The sidebar is not shown.');
  }
  const [x, y] = [box.x + box.width + 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(box.x + width + 2, y, { steps: 4 });
  await page.mouse.up();
}
