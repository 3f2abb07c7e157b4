import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { PlanWarning } from '../api/schema';
import type { Severity } from './notice';
import { Notice } from './notice';

/** Warnings of a plan, including those that block it. */
export function PlanWarnings(props: {
  warnings: readonly PlanWarning[];
  trans: TranslationBundle;
}): React.JSX.Element {
  return (
    <>
      {props.warnings.map((warning, index) => (
        <Notice
          key={`${warning.code} ${index}`}
          severity={severityOf(warning)}
          isAlert={warning.severity === 'blocking'}
        >
          <span className="jp-SRegistryGlobus-aside">
            {severityWord(warning, props.trans)}{' '}
          </span>
          {warning.message}
        </Notice>
      ))}
    </>
  );
}

function severityOf(warning: PlanWarning): Severity {
  return warning.severity === 'blocking' ? 'error' : warning.severity;
}

function severityWord(warning: PlanWarning, trans: TranslationBundle): string {
  switch (warning.severity) {
    case 'blocking':
      return trans.__('Blocked:');
    case 'warning':
      return trans.__('Warning:');
    case 'note':
      return trans.__('Note:');
  }
}
