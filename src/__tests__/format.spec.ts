import {
  formatBytes,
  formatBytesOf,
  formatPercent,
  formatSeconds,
  shortDigest
} from '../format';
import { trans } from './support/things';

/** Python's tests read the same list. */
const sizes = jest.requireActual<[number, string][]>(
  '../../tests/data/sizes.json'
);

describe('sizes and times', () => {
  it.each(sizes)('writes %d bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('writes no size below nothing', () => {
    expect(formatBytes(-5)).toBe('0 B');
  });

  it('names the unit once where both have the same', () => {
    expect(formatBytesOf(1e6, 3e6, trans)).toBe('1.0 of 3.0 MB');
    expect(formatBytesOf(1000, 1e6, trans)).toBe('1.0 kB of 1.0 MB');
  });

  it('is never done before it is done', () => {
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
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(formatSeconds(seconds, trans)).toBe(text);
  });

  it('shortens a digest, but not to nothing', () => {
    expect(shortDigest('sha256:0123456789abcdef')).toBe('sha256:0123456789ab…');
    expect(shortDigest('odd')).toBe('odd');
  });
});
