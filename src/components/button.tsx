import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { Icon } from './icon';
import { printable } from '../words';

interface IButtonProps {
  label: string;
  onClick: () => void;
  icon?: LabIcon;
  /** Whether this is the primary action. */
  isMain?: boolean;
  isDisabled?: boolean;
  /** Tooltip. Screen readers read it as the button's description. */
  caption?: string;
  describedBy?: string;
}

/** A button with a text label. */
export function Button(props: IButtonProps): React.JSX.Element {
  return (
    <button
      type="button"
      className={`jp-SRegistryGlobus-button ${props.isMain ? 'jp-mod-accept' : ''}`}
      onClick={props.onClick}
      disabled={props.isDisabled}
      title={props.caption && printable(props.caption)}
      aria-describedby={props.describedBy}
    >
      {props.icon && <Icon icon={props.icon} />}
      <span className="jp-SRegistryGlobus-buttonLabel">
        {printable(props.label)}
      </span>
    </button>
  );
}

/** A button that shows only an icon. The label is its accessible name. */
export function IconButton(props: {
  label: string;
  icon: LabIcon;
  onClick: (event: React.MouseEvent<HTMLButtonElement>) => void;
  isDisabled?: boolean;
  isPressed?: boolean;
  /** Whether it opens a menu. */
  hasMenu?: boolean;
  /** Tooltip, if it says more than the label. */
  caption?: string;
  tabIndex?: number;
  className?: string;
}): React.JSX.Element {
  return (
    <button
      type="button"
      className={`jp-SRegistryGlobus-iconButton ${props.className ?? ''}`.trim()}
      onClick={props.onClick}
      disabled={props.isDisabled}
      title={printable(props.caption ?? props.label)}
      aria-label={printable(props.label)}
      aria-haspopup={props.hasMenu ? 'menu' : undefined}
      aria-pressed={props.isPressed}
      tabIndex={props.tabIndex}
    >
      <Icon icon={props.icon} />
    </button>
  );
}

/** A link that leaves JupyterLab. The caller must check the address first. */
export function OutsideLink(props: {
  href: string;
  label: string;
  isButton?: boolean;
  onClick?: () => void;
}): React.JSX.Element {
  return (
    <a
      className={
        props.isButton
          ? 'jp-SRegistryGlobus-button jp-mod-accept'
          : 'jp-SRegistryGlobus-link'
      }
      href={props.href}
      target="_blank"
      rel="noopener noreferrer"
      onClick={props.onClick}
    >
      {printable(props.label)}
    </a>
  );
}
