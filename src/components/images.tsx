import * as React from 'react';
import type { ErrorBody, Registry } from '../api/schema';
import type { RangeState } from '../models/range';
import type { IImageTreeProps } from './imagetree';
import { ImageTree } from './imagetree';
import type { LogIn } from './notice';
import { ErrorNotice, Notice } from './notice';
import { PublishedAge } from './publishedage';
import { RegistryFailed } from './registryfailed';
import { RangeNotice } from './rangenotice';
import { printable } from '../words';

interface IImagesProps extends Omit<IImageTreeProps, 'label'> {
  text: string;
  registries: readonly Registry[];
  /** Whether the catalog has been loaded. */
  isLoaded: boolean;
  error: ErrorBody | null;
  /** The number of search results. Null if there is no search. */
  resultCount: number | null;
  /** Why the search results are incomplete. Empty if they are complete. */
  searchMessage: string;
  /** What happens to the range that was chosen last. */
  rangeState: RangeState;
  isConnected: boolean;
  onReload: () => void;
  onLogIn: LogIn;
}

/** The images section: errors and the tree. */
export function ImagesView(props: IImagesProps): React.JSX.Element {
  const { rows, trans } = props;
  return (
    <div className="jp-SRegistryGlobus-section">
      {props.error && (
        <ErrorNotice
          error={props.error}
          trans={trans}
          onRetry={props.onReload}
        />
      )}
      {props.registries
        .filter(registry => registry.state === 'failed')
        .map(registry => (
          <RegistryFailed
            key={registry.name}
            registry={registry}
            isOnly={props.registries.length === 1}
            trans={trans}
            onReload={props.onReload}
            onLogIn={props.isConnected ? props.onLogIn : null}
          />
        ))}
      {props.registries
        .filter(registry => registry.state === 'ready' && registry.message)
        .map(registry => (
          <Notice key={registry.name} severity="note">
            {trans.__('%1: %2', registry.name, registry.message)}
          </Notice>
        ))}
      {props.registries.map(registry => (
        <PublishedAge key={registry.name} registry={registry} trans={trans} />
      ))}
      {isNews(props.searchMessage, props.registries) && (
        <Notice severity="warning">{props.searchMessage}</Notice>
      )}
      <div className="jp-SRegistryGlobus-status" role="status">
        {statusOf(props)}
      </div>
      {rows.count > 0 && <ImageTree {...props} label={trans.__('Images')} />}
      <RangeNotice state={props.rangeState} trans={trans} />
    </div>
  );
}

/** Whether a search message adds anything to the registries' own messages. */
function isNews(message: string, registries: readonly Registry[]): boolean {
  const said = registries
    .filter(registry => registry.state === 'failed')
    .map(registry => registry.message)
    .filter(text => text !== '');
  const rest = said.reduce((left, text) => left.replace(text, ''), message);
  return rest.trim() !== '';
}

function statusOf(props: IImagesProps): React.ReactNode {
  const { trans, rows } = props;
  if (props.text.trim() !== '') {
    if (props.resultCount === null) {
      return null;
    }
    if (props.resultCount > 0) {
      return trans._n('%1 image found', '%1 images found', props.resultCount);
    }
    return isListing(props.registries)
      ? trans.__('No image found so far. Registries are still being listed.')
      : trans.__('No images match all of these words.');
  }
  if (!props.isLoaded) {
    return props.error ? null : trans.__('Loading images…');
  }
  if (rows.count > 0) {
    return null;
  }
  if (props.registries.length === 0) {
    return trans.__(
      'No registry is set up on this server. An administrator can add one with the setting SRegistryGlobus.registries.'
    );
  }
  const places = props.registries.map(registry => registry.location);
  return isListing(props.registries)
    ? trans.__('Loading images…')
    : trans.__('No images yet in %1.', printable(places.join(', ')));
}

function isListing(registries: readonly Registry[]): boolean {
  return registries.some(registry => registry.state === 'listing');
}
