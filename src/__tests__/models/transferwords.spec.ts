import { titleOf } from '../../models/transferwords';
import { aTask, aTransfer, trans } from '../support/things';

describe('titleOf', () => {
  it('is the images, unless the user chose a label', () => {
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
