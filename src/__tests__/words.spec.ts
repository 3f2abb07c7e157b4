import { shortReference, titleOf } from '../words';
import { aTask, aTransfer, trans } from './support/things';

describe('shortReference', () => {
  it.each([
    ['images://tacos/avocados:latest', 'tacos/avocados:latest'],
    ['images://a:b%40c/x:y%40z', 'a:b@c/x:y@z'],
    ['images://two%0Alines/x%2520:1', 'two lines/x%20:1'],
    ['images://50% off/%FF:1', '50% off/%FF:1']
  ])('reads %s as %s', (reference, short) => {
    expect(shortReference(reference)).toBe(short);
  });
});

describe('titleOf', () => {
  it('is what is in it, unless a person chose a label', () => {
    const image = aTask().images[0]!;
    expect(titleOf(aTransfer('a'), trans)).toBe('tacos/avocados:latest');
    expect(
      titleOf(
        aTransfer('a', { tasks: [aTask({ images: [image, image, image] })] }),
        trans
      )
    ).toBe('tacos/avocados:latest and 2 more');
    expect(titleOf(aTransfer('a', { tasks: [] }), trans)).toBe('send a');
    const { options } = aTransfer('a');
    expect(
      titleOf(
        aTransfer('a', {
          label: 'Mine',
          options: { ...options, label: 'Mine' }
        }),
        trans
      )
    ).toBe('Mine');
  });
});
