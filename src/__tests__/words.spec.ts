import { printable, printableJson, shortReference } from '../words';

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

describe('printable', () => {
  it.each([
    '\u202egpj.exe',
    'a\u200bb',
    '\u2066a\u2069',
    '\u001b[2J',
    '\u009b2J',
    '\u061c',
    '\ufeff',
    '\u3164',
    '\ufe0f',
    '\ud800',
    'a\u2028b'
  ])('replaces what acts or hides: %j', text => {
    expect(printable(text)).toContain('\ufffd');
    expect(printable(text)).not.toBe(text);
  });

  it.each(['Übung für Ägypten', '日本語', 'שלום', 'a\n\tb', 'e\u0301', '😀'])(
    'keeps ordinary text: %j',
    text => {
      expect(printable(text)).toBe(text);
    }
  );
});

describe('printable, like the server', () => {
  it('makes unusual spaces plain, and ends lines in one way', () => {
    expect(printable('a\u00a0b\u2003c\u3000d\r\ne')).toBe('a b c d\ne');
  });
});

describe('printableJson', () => {
  it('escapes what is not printable, and is read as it was', () => {
    const document = { name: 'a\u202eb\u200b\u{e0101}', text: 'x\ny 日本' };
    const json = printableJson(document);
    expect(json).toContain('a\\u202eb\\u200b\\udb40\\udd01');
    expect(json).toContain('日本');
    expect(JSON.parse(json)).toEqual(document);
  });
});
