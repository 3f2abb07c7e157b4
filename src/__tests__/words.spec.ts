import { shortReference } from '../words';

describe('shortReference', () => {
  it.each([
    ['images://tacos/avocados:latest', 'tacos/avocados:latest'],
    ['images://a:b%40c/x:y%40z', 'a:b@c/x:y@z'],
    ['images://two%0Alines/x%2520:1', 'two lines/x%20:1'],
    ['images://50% off/%FF:1', '50% off/%FF:1']
  ])('shortens %s to %s', (reference, short) => {
    expect(shortReference(reference)).toBe(short);
  });
});
