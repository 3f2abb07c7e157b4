import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';

export interface IMenuItem {
  label: string;
  caption?: string;
  /** Omit for an item that only informs. */
  execute?: () => unknown;
  isEnabled?: boolean;
}

/** Show a menu below a button, which gets the focus back when the menu closes. */
export function openMenu(
  anchor: HTMLElement,
  items: readonly IMenuItem[]
): void {
  const commands = new CommandRegistry();
  const menu = new Menu({ commands });
  menu.addClass('jp-SRegistryGlobus-menu');
  items.forEach((item, index) => {
    const { label, caption, execute, isEnabled = true } = item;
    const command = `item-${index}`;
    commands.addCommand(command, {
      label,
      caption: caption ?? '',
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => isEnabled && execute !== undefined,
      execute: () => void execute?.()
    });
    menu.addItem({ command });
  });
  menu.aboutToClose.connect(() => {
    anchor.setAttribute('aria-expanded', 'false');
    anchor.focus();
    // The chosen item is executed after this signal.
    setTimeout(() => menu.dispose(), 0);
  });
  anchor.setAttribute('aria-expanded', 'true');
  const { right, bottom } = anchor.getBoundingClientRect();
  menu.open(right, bottom, { horizontalAlignment: 'right' });
  menu.activateNextItem();
}
