import { isWebAddress } from '../urls';

describe('isWebAddress', () => {
  it.each([
    ['https://app.globus.org/x', true],
    ['http://127.0.0.1:1/', true],
    ['javascript:alert(1)', false],
    ['data:text/html,x', false],
    ['/relative', false],
    ['', false]
  ])('%s: %s', (address, is) => {
    expect(isWebAddress(address)).toBe(is);
  });
});
