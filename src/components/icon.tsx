import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

/** A decorative icon, hidden from screen readers. */
export function Icon(props: {
  icon: LabIcon;
  className?: string;
}): React.JSX.Element {
  const { icon, className = '' } = props;
  return (
    <span
      className={`jp-SRegistryGlobus-icon ${className}`.trim()}
      aria-hidden="true"
    >
      <icon.react tag={null} />
    </span>
  );
}
