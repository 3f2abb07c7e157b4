import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

/** An icon beside words; screen readers pass over it. */
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
