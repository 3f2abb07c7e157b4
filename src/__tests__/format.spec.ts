import {
  formatBytes,
  formatBytesOf,
  formatPercent,
  formatSeconds,
  shortDigest
} from '../format';
import { trans } from './support/things';

/** The Python tests read the same list. */
const sizes = jest.requireActual<[number, string][]>(
  '../../tests/data/sizes.json'
);

describe('sizes and times', () => {
  it.each(sizes)('formats %d bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('formats a negative size as zero', () => {
    expect(formatBytes(-5)).toBe('0 B');
  });

  it('shows the unit once if both sizes have the same', () => {
    expect(formatBytesOf(1e6, 3e6, trans)).toBe('1.0 of 3.0 MB');
    expect(formatBytesOf(1000, 1e6, trans)).toBe('1.0 kB of 1.0 MB');
  });

  it('never rounds up to 100%', () => {
    expect(formatPercent(0.999)).toBe('99%');
    expect(formatPercent(1)).toBe('100%');
    expect(formatPercent(7)).toBe('100%');
  });

  it.each([
    [0, '0 s'],
    [59.6, '1 min 0 s'],
    [3599, '59 min 59 s'],
    [7260, '2 h 1 min'],
    [90_000, '1 d 1 h']
  ])('formats %d seconds as %s', (seconds, text) => {
    expect(formatSeconds(seconds, trans)).toBe(text);
  });

  it('shortens a digest, but not to nothing', () => {
    expect(shortDigest('sha256:0123456789abcdef')).toBe('sha256:0123456789ab…');
    expect(shortDigest('odd')).toBe('odd');
  });
});
