import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { DownloadedImage, UploadedImage } from '../api/schema';
import { imageFacts } from '../models/transferwords';
import { printable } from '../words';
import { Notice } from './notice';

/** The progress of one image that this host moves, and its problem if it has one. */
export function ImageProgress(props: {
  image: UploadedImage | DownloadedImage;
  /** What the whole transfer already says. */
  saidReasons: readonly string[];
  trans: TranslationBundle;
}): React.JSX.Element {
  const { image, saidReasons, trans } = props;
  return (
    <>
      <div className="jp-SRegistryGlobus-sub">
        {imageFacts(image, trans).join(' · ')}
      </div>
      {image.problem !== '' && !saidReasons.includes(image.problem) && (
        <Notice severity={image.state === 'failed' ? 'error' : 'warning'}>
          {image.problem}
        </Notice>
      )}
      {'copy_task_id' in image && image.copy_task_id !== null && (
        <div className="jp-SRegistryGlobus-sub">
          {trans.__('Copied to its final name by the Globus task')}{' '}
          <code>{printable(image.copy_task_id)}</code>
        </div>
      )}
    </>
  );
}
