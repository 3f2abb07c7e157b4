import { draw, host, setUpPage } from '../support/page';
import { ROWS } from './remoterows';
import { VIEWS } from './remoteviews';

const HARMFUL = /[\p{Cf}\p{Cc}]/u;

setUpPage();

describe('remote text', () => {
  it.each([...ROWS, ...VIEWS])(
    'cannot reorder, hide or act: %s',
    (_, element) => {
      draw(element);
      const texts = [host.textContent ?? ''];
      for (const drawn of Array.from(host.querySelectorAll('*'))) {
        texts.push(
          ...['title', 'aria-label'].map(name => drawn.getAttribute(name) ?? '')
        );
      }
      expect(texts.some(text => text.includes('\ufffd'))).toBe(true);
      for (const text of texts) {
        expect(text.replace(/[\n\t]/g, '')).not.toMatch(HARMFUL);
      }
    }
  );
});
