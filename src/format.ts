import type { TranslationBundle } from '@jupyterlab/translation';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Format a size in powers of 1000, as Globus does. The server formats it alike (units.py). */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const tenths = Math.floor(value * 10 + 0.5) / 10;
  return unit === 0 || tenths >= 100
    ? `${Math.floor(value + 0.5)} ${UNITS[unit]}`
    : `${tenths.toFixed(1)} ${UNITS[unit]}`;
}

/** Format progress in bytes. If both sizes have the same unit, it is shown once. */
export function formatBytesOf(
  done: number,
  total: number,
  trans: TranslationBundle
): string {
  const [doneText, totalText] = [formatBytes(done), formatBytes(total)];
  const [number, unit] = doneText.split(' ');
  return trans.__(
    '%1 of %2',
    totalText.endsWith(` ${unit}`) ? number : doneText,
    totalText
  );
}

/** Format a fraction from 0 to 1 as a whole percentage. Rounds down, so 100% means done. */
export function formatPercent(fraction: number): string {
  const percent = Math.floor(Math.min(1, Math.max(0, fraction)) * 100);
  return new Intl.NumberFormat(undefined, { style: 'percent' }).format(
    percent / 100
  );
}

/** Format a duration in its two largest units. */
export function formatSeconds(
  seconds: number,
  trans: TranslationBundle
): string {
  const whole = Math.max(0, Math.round(seconds));
  const [days, hours, minutes] = [
    Math.floor(whole / 86_400),
    Math.floor((whole % 86_400) / 3600),
    Math.floor((whole % 3600) / 60)
  ];
  if (days > 0) {
    return trans.__('%1 d %2 h', days, hours);
  }
  if (hours > 0) {
    return trans.__('%1 h %2 min', hours, minutes);
  }
  if (minutes > 0) {
    return trans.__('%1 min %2 s', minutes, whole % 60);
  }
  return trans.__('%1 s', whole);
}

/** Say how long ago something was, in its largest unit. */
export function formatAgo(seconds: number, trans: TranslationBundle): string {
  const minutes = Math.floor(seconds / 60);
  const [hours, days] = [Math.floor(minutes / 60), Math.floor(minutes / 1440)];
  if (days > 0) {
    return trans._n('%1 day ago', '%1 days ago', days);
  }
  if (hours > 0) {
    return trans.__('%1 h ago', hours);
  }
  return minutes > 0
    ? trans.__('%1 min ago', minutes)
    : trans.__('a moment ago');
}

/** Format a POSIX timestamp as a date. */
export function formatDay(posixSeconds: number): string {
  return new Date(posixSeconds * 1000).toLocaleDateString(undefined, {
    year: 'numeric',
    month: 'short',
    day: 'numeric'
  });
}

/** Format a POSIX timestamp as a date and a time. */
export function formatMoment(posixSeconds: number): string {
  return new Date(posixSeconds * 1000).toLocaleString(undefined, {
    dateStyle: 'medium',
    timeStyle: 'short'
  });
}

/** Shorten a digest to its first 12 hexadecimal digits. */
export function shortDigest(digest: string): string {
  const [algorithm, hex] = digest.split(':');
  return hex && hex.length > 12 ? `${algorithm}:${hex.slice(0, 12)}…` : digest;
}
