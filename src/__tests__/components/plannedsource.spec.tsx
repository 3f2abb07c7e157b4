import * as React from 'react';
import type { PlanWarning } from '../../api/schema';
import { PlannedSource } from '../../components/plannedsource';
import { draw, host, setUpPage } from '../support/page';
import { aTask, trans } from '../support/things';

setUpPage();

describe('PlannedSource', () => {
  function show(warning: PlanWarning): string {
    const [image] = aTask().images;
    draw(
      <PlannedSource
        preferredRoute={null}
        source={{ source: image!.source, name: 'avocados', sizeBytes: 1 }}
        planned={{ ...image!, warnings: [warning] }}
        trans={trans}
        onRemove={null}
      />
    );
    return host.textContent ?? '';
  }

  it('says how an image will be sent, and where to', () => {
    const message = 'The image is not signed.';
    const text = show({ code: 'unsigned', severity: 'note', message });
    expect(text).toContain('Sent directly from the registry’s endpoint.');
    expect(text).toContain('Saved as /scratch/avocados_latest.sif');
    expect(text).toContain(message);
  });

  it('claims no way for an image that is blocked', () => {
    const message = 'No endpoint serves this folder.';
    const text = show({ code: 'not_served', severity: 'blocking', message });
    expect(text).not.toContain('Sent directly');
    expect(text).not.toContain('Saved as');
    expect(text).toContain(message);
  });
});
