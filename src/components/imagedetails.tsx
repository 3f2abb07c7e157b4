import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { DigestState, ImageDetails } from '../api/schema';
import { formatBytes, formatBytesOf, formatMoment } from '../format';
import { sendIcon } from '../icons';
import type { Async } from '../models/async';
import { errorOf } from '../models/async';
import { Button } from './button';
import { ErrorNotice, Notice } from './notice';
import { printable } from '../words';

interface IDigestProps {
  /** The state of the digest. Undefined until it is loaded. */
  digest: DigestState | undefined;
  onComputeDigest: () => void;
  onCancelDigest: () => void;
}

/** The metadata of an image. All of it was written by the builder of the image. */
export function ImageDetailsView(
  props: {
    name: string;
    details: Async<ImageDetails>;
    canSend: boolean;
    trans: TranslationBundle;
    onSend: () => void;
    onReload: () => void;
  } & IDigestProps
): React.JSX.Element {
  const { details, trans } = props;
  return (
    <div className="jp-SRegistryGlobus-page">
      <div className="jp-SRegistryGlobus-pageHead">
        <h2>{printable(props.name)}</h2>
        {props.canSend && !isRefused(details) && (
          <Button
            isMain
            icon={sendIcon}
            label={trans.__('Send to Globus…')}
            onClick={props.onSend}
          />
        )}
      </div>
      {(details.state === 'idle' || details.state === 'loading') && (
        <div className="jp-SRegistryGlobus-status" role="status">
          {trans.__('Reading the image header…')}
        </div>
      )}
      {details.state === 'failed' && (
        <ErrorNotice
          error={details.error}
          trans={trans}
          onRetry={props.onReload}
        />
      )}
      {details.state === 'ready' && (
        <Facts {...props} details={details.value} />
      )}
    </div>
  );
}

/** Whether the server has no such image, or may not read it, so that it can't be sent either. */
function isRefused(details: Async<ImageDetails>): boolean {
  const code = errorOf(details)?.code;
  return code === 'image_not_found' || code === 'path_not_allowed';
}

function Facts(
  props: {
    details: ImageDetails;
    trans: TranslationBundle;
  } & IDigestProps
): React.JSX.Element {
  const { details, trans } = props;
  const { image } = details;
  const facts: [string, React.ReactNode][] = [
    [trans.__('Reference'), image.registry === '' ? null : image.reference],
    [
      trans.__('Size'),
      image.size_bytes === null ? null : formatBytes(image.size_bytes)
    ],
    [trans.__('Architecture'), image.arch],
    [trans.__('Format'), image.format],
    [trans.__('File system'), details.filesystem],
    [
      trans.__('Created'),
      details.created_at === null
        ? image.format === 'sif'
          ? trans.__('not recorded')
          : null
        : formatMoment(details.created_at)
    ],
    [
      trans.__('Modified'),
      image.modified_at === null ? null : formatMoment(image.modified_at)
    ],
    [trans.__('Digest'), image.digest ?? digestFact(props)],
    [
      trans.__('UUID'),
      details.uuid ?? (image.format === 'sif' ? trans.__('not recorded') : null)
    ],
    [trans.__('Base image'), details.base_image],
    [trans.__('Base image digest'), details.base_digest],
    [trans.__('Encrypted'), details.is_encrypted ? trans.__('yes') : null],
    [
      trans.__('Bill of materials'),
      details.has_sbom ? trans.__('included') : null
    ],
    [
      trans.__('Signed by (claimed, not verified)'),
      details.signatures
        .map(one => one.fingerprint || trans.__('a key without a fingerprint'))
        .join(', ') || null
    ]
  ];
  const labels = Object.entries(details.labels);
  return (
    <>
      {details.problem && <Notice severity="warning">{details.problem}</Notice>}
      <dl className="jp-SRegistryGlobus-facts-list">
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <React.Fragment key={name}>
                <dt>{name}</dt>
                <dd>{typeof value === 'string' ? printable(value) : value}</dd>
              </React.Fragment>
            )
        )}
      </dl>
      {labels.length > 0 && (
        <section aria-label={trans.__('Labels')}>
          <h3>{trans.__('Labels')}</h3>
          <dl className="jp-SRegistryGlobus-facts-list">
            {labels.map(([name, value]) => (
              <React.Fragment key={name}>
                <dt>{printable(name)}</dt>
                <dd>{printable(value)}</dd>
              </React.Fragment>
            ))}
          </dl>
        </section>
      )}
      {details.definition !== null && (
        <section aria-label={trans.__('Definition file')}>
          <h3>{trans.__('Definition file')}</h3>
          <pre className="jp-SRegistryGlobus-definition" tabIndex={0}>
            {printable(details.definition)}
          </pre>
        </section>
      )}
    </>
  );
}

/** The digest, or a way to compute it. Null if there is none. */
function digestFact(
  props: { trans: TranslationBundle } & IDigestProps
): React.ReactNode {
  const { digest, trans } = props;
  switch (digest?.state) {
    case 'known':
      return digest.digest;
    case 'computing':
      return (
        <>
          <span role="status">
            {trans.__(
              'computing, %1',
              formatBytesOf(digest.bytes_done, digest.bytes_total ?? 0, trans)
            )}
          </span>{' '}
          <Button label={trans.__('Cancel')} onClick={props.onCancelDigest} />
        </>
      );
    case 'unknown':
    case 'failed':
      return (
        <>
          {printable(digest.message)}{' '}
          <Button
            label={trans.__('Compute digest')}
            onClick={props.onComputeDigest}
          />
        </>
      );
    default:
      return null;
  }
}
