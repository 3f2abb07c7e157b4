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

  it('moves the focus to the nearest remaining ancestor of a removed element', async () => {
    find('li > button').focus();
    find('li').remove();
    await settle();
    expect(document.activeElement).toBe(find('ul'));
    expect(find('ul').tabIndex).toBe(-1);

    find('#other').focus();
    expect(find('ul').hasAttribute('tabindex')).toBe(false);
  });

  it('moves the focus away from a disabled button', async () => {
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

  it('leaves the focus where the user moved it', async () => {
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
