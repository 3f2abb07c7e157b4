import type { LabIcon } from '@jupyterlab/ui-components';
import { closeIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { IconButton } from './button';
import { Icon } from './icon';

/** A search or filter box. Escape clears it. */
export function SearchBox(props: {
  label: string;
  value: string;
  icon: LabIcon;
  trans: TranslationBundle;
  onChange: (text: string) => void;
  /** A shorter text for an empty box. The label remains its name. */
  placeholder?: string;
  /** Whether a search is running. */
  isBusy?: boolean;
  isDisabled?: boolean;
}): React.JSX.Element {
  const { label, value, trans, onChange } = props;
  return (
    <div
      className={`jp-SRegistryGlobus-search ${props.isBusy ? 'jp-mod-busy' : ''}`}
    >
      <Icon icon={props.icon} />
      <input
        type="search"
        className="jp-SRegistryGlobus-input"
        aria-label={label}
        placeholder={props.placeholder ?? label}
        value={value}
        spellCheck={false}
        autoComplete="off"
        disabled={props.isDisabled}
        data-takes-escape={value !== ''}
        onChange={event => onChange(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Escape' && value !== '') {
            event.stopPropagation();
            onChange('');
          }
        }}
      />
      {value !== '' && (
        <IconButton
          label={trans.__('Clear')}
          icon={closeIcon}
          onClick={() => onChange('')}
        />
      )}
    </div>
  );
}

/** A one-line form, for a name or a code. Enter accepts, Escape cancels. */
export function LineForm(props: {
  label: string;
  acceptLabel: string;
  trans: TranslationBundle;
  onAccept: (text: string) => void;
  onCancel: () => void;
  initial?: string;
  isBusy?: boolean;
  isValid?: (text: string) => boolean;
}): React.JSX.Element {
  const { trans, isBusy = false, isValid = isNotBlank } = props;
  const [text, setText] = React.useState(props.initial ?? '');
  const canAccept = !isBusy && isValid(text);
  return (
    <form
      className="jp-SRegistryGlobus-lineForm"
      onSubmit={event => {
        event.preventDefault();
        if (canAccept) {
          props.onAccept(text);
        }
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.preventDefault();
          event.stopPropagation();
          props.onCancel();
        }
      }}
    >
      <input
        className="jp-SRegistryGlobus-input"
        aria-label={props.label}
        placeholder={props.label}
        value={text}
        autoFocus
        data-takes-escape={true}
        spellCheck={false}
        autoComplete="off"
        onChange={event => setText(event.target.value)}
      />
      <button
        type="submit"
        className="jp-SRegistryGlobus-button jp-mod-accept"
        disabled={!canAccept}
      >
        {props.acceptLabel}
      </button>
      <button
        type="button"
        className="jp-SRegistryGlobus-button"
        onClick={props.onCancel}
      >
        {trans.__('Cancel')}
      </button>
    </form>
  );
}

function isNotBlank(text: string): boolean {
  return text.trim() !== '';
}
