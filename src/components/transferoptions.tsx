import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { TransferOptions } from '../api/schema';

const MAX_LABEL = 128;

/** Options of a transfer. Collapsed, because the defaults suit most transfers. */
export function TransferOptionsView(props: {
  options: TransferOptions;
  trans: TranslationBundle;
  onChange: (options: Partial<TransferOptions>) => void;
}): React.JSX.Element {
  const { options, trans, onChange } = props;
  const syncs: [TransferOptions['sync'], string][] = [
    ['checksum', trans.__('Replace it if the checksum differs')],
    ['size', trans.__('Replace it if the size differs')],
    ['mtime', trans.__('Replace it if it is older')],
    ['exists', trans.__('Keep the existing file')],
    ['always', trans.__('Always replace it')]
  ];
  return (
    <details className="jp-SRegistryGlobus-details jp-SRegistryGlobus-options">
      <summary>{trans.__('Options')}</summary>
      <label className="jp-SRegistryGlobus-field">
        {trans.__('Label (shown in Globus)')}
        <input
          className="jp-SRegistryGlobus-input"
          value={options.label ?? ''}
          maxLength={MAX_LABEL}
          placeholder={trans.__('Default: the names of the images')}
          onChange={event => onChange({ label: event.target.value || null })}
        />
      </label>
      <label className="jp-SRegistryGlobus-field">
        {trans.__('If the file already exists')}
        <select
          className="jp-SRegistryGlobus-input"
          value={options.sync}
          onChange={event => {
            const sync = syncs.find(([value]) => value === event.target.value);
            if (sync) {
              onChange({ sync: sync[0] });
            }
          }}
        >
          {syncs.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <Check
        label={trans.__('Preserve modification time')}
        isChecked={options.preserve_timestamp}
        onChange={value => onChange({ preserve_timestamp: value })}
      />
      <Check
        label={trans.__('Encrypt in transit')}
        isChecked={options.encrypt_data}
        onChange={value => onChange({ encrypt_data: value })}
      />
      <Check
        label={trans.__('Email me when it finishes')}
        isChecked={options.notify}
        onChange={value => onChange({ notify: value })}
      />
    </details>
  );
}

function Check(props: {
  label: string;
  isChecked: boolean;
  onChange: (isChecked: boolean) => void;
}): React.JSX.Element {
  return (
    <label className="jp-SRegistryGlobus-check">
      <input
        type="checkbox"
        checked={props.isChecked}
        onChange={event => props.onChange(event.target.checked)}
      />
      {props.label}
    </label>
  );
}
