import { FocusKeeper } from '../../panels/focuskeeper';
import { settle } from '../support/things';

describe('FocusKeeper', () => {
  let keeper: FocusKeeper;
  const find = (selector: string) =>
    document.querySelector<HTMLElement>(selector)!;

  beforeEach(() => {
    document.body.innerHTML = `
      <input id="outside">
      <div id="kept">
        <section><ul><li><button>one</button></li></ul></section>
        <button id="other">two</button>
      </div>`;
    keeper = new FocusKeeper(find('#kept'));
  });

  afterEach(() => keeper.dispose());

  it('goes to the nearest part that is left when what had the focus goes', async () => {
    find('li > button').focus();
    find('li').remove();
    await settle();
    expect(document.activeElement).toBe(find('ul'));
    expect(find('ul').tabIndex).toBe(-1);

    find('#other').focus();
    expect(find('ul').hasAttribute('tabindex')).toBe(false);
  });

  it('goes on from a button that is disabled', async () => {
    const button = find('#other') as HTMLButtonElement;
    button.focus();
    button.disabled = true;
    await settle();
    expect(document.activeElement).toBe(find('#kept'));
  });

  it('takes the focus back when asked to', () => {
    find('li > button').focus();
    const took = () => keeper.takeBack();
    document.addEventListener('focus', took, { capture: true, once: true });
    find('#outside').focus();
    expect(document.activeElement).toBe(find('li > button'));
  });

  it('fetches nothing back from where somebody went', async () => {
    find('li > button').focus();
    find('#outside').focus();
    find('li').remove();
    await settle();
    expect(document.activeElement).toBe(find('#outside'));

    find('#other').focus();
    find('#other').blur();
    await settle();
    find('#other').remove();
    await settle();
    expect(document.activeElement).toBe(document.body);
  });
});
