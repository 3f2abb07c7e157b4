import { shared } from '../../panels/sectionsizes';

describe('the heights of the sections', () => {
  const whole = (wanted: number[], space: number) =>
    shared(wanted, space).map(Math.round);

  it('give what is left over to the first open section', () => {
    expect(whole([100, 100, 50], 600)).toEqual([450, 100, 50]);
    expect(whole([0, 100, 50], 600)).toEqual([0, 550, 50]);
  });

  it('let a short section give its room away', () => {
    expect(whole([2000, 2000, 20], 526)).toEqual([298, 208, 20]);
    expect(whole([2000, 40, 20], 526)).toEqual([466, 40, 20]);
  });

  it('leave each its share if all are long', () => {
    expect(whole([2000, 2000, 2000], 526)).toEqual([264, 184, 78]);
  });

  it('are all zero if every section is closed', () => {
    expect(whole([0, 0, 0], 526)).toEqual([0, 0, 0]);
  });
});
