import { LabIcon } from '@jupyterlab/ui-components';
import blockedSvg from '../style/icons/blocked.svg';
import bookmarkSvg from '../style/icons/bookmark.svg';
import boxSvg from '../style/icons/box.svg';
import clockSvg from '../style/icons/clock.svg';
import errorSvg from '../style/icons/error.svg';
import exchangeSvg from '../style/icons/exchange.svg';
import infoSvg from '../style/icons/info.svg';
import layersSvg from '../style/icons/layers.svg';
import lockSvg from '../style/icons/lock.svg';
import maybeSvg from '../style/icons/maybe.svg';
import offlineSvg from '../style/icons/offline.svg';
import okSvg from '../style/icons/ok.svg';
import pauseSvg from '../style/icons/pause.svg';
import sendSvg from '../style/icons/send.svg';
import tagSvg from '../style/icons/tag.svg';
import warningSvg from '../style/icons/warning.svg';

function icon(name: string, svgstr: string): LabIcon {
  return new LabIcon({ name: `sregistry-globus:${name}`, svgstr });
}

/** The icon of the extension: two opposite arrows. */
export const exchangeIcon = icon('exchange', exchangeSvg);
export const sendIcon = icon('send', sendSvg);

export const collectionIcon = icon('collection', layersSvg);
export const containerIcon = icon('container', boxSvg);
export const tagIcon = icon('tag', tagSvg);
export const bookmarkIcon = icon('bookmark', bookmarkSvg);

// States. Each has its own shape, so that none depends on color alone.
export const okIcon = icon('ok', okSvg);
export const maybeIcon = icon('maybe', maybeSvg);
export const warningIcon = icon('warning', warningSvg);
export const errorIcon = icon('error', errorSvg);
export const infoIcon = icon('info', infoSvg);
export const pauseIcon = icon('pause', pauseSvg);
export const offlineIcon = icon('offline', offlineSvg);
export const blockedIcon = icon('blocked', blockedSvg);
export const lockIcon = icon('lock', lockSvg);
export const clockIcon = icon('clock', clockSvg);
