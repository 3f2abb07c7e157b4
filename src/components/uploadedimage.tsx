import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { UploadedImage } from '../api/schema';
import { uploadFacts } from '../models/transferwords';
import { printable } from '../words';
import { Notice } from './notice';

/** The progress of one uploaded image, and its problem if it has one. */
export function UploadedImageView(props: {
  image: UploadedImage;
  /** What the whole transfer already says. */
  saidReasons: readonly string[];
  trans: TranslationBundle;
}): React.JSX.Element {
  const { image, saidReasons, trans } = props;
  return (
    <>
      <div className="jp-SRegistryGlobus-sub">
        {uploadFacts(image, trans).join(' · ')}
      </div>
      {image.problem !== '' && !saidReasons.includes(image.problem) && (
        <Notice severity={image.state === 'failed' ? 'error' : 'warning'}>
          {image.problem}
        </Notice>
      )}
      {image.copy_task_id !== null && (
        <div className="jp-SRegistryGlobus-sub">
          {trans.__('Copied to its final name by the Globus task')}{' '}
          <code>{printable(image.copy_task_id)}</code>
        </div>
      )}
    </>
  );
}
