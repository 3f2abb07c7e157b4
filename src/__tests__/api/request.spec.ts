import { request, RequestError, routeUrl } from '../../api/request';
import { FakeServer, Refusal } from '../support/server';

const BASE = 'http://localhost:8888/user/ada/';

async function refusalOf(work: Promise<unknown>): Promise<RequestError> {
  const reason: unknown = await work.catch((caught: unknown) => caught);
  expect(reason).toBeInstanceOf(RequestError);
  return reason as RequestError;
}

describe('routeUrl', () => {
  it.each([
    ['a/b', 'a%2Fb'],
    ['a b', 'a%20b'],
    ['#?&=', '%23%3F%26%3D'],
    ['100%', '100%25'],
    ['a\nb', 'a%0Ab'],
    ['../x', '..%2Fx'],
    [
      '<img src=x onerror=alert(1)>',
      '%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E'
    ],
    ["o'brien:v1@sha256", "o'brien%3Av1%40sha256"],
    ['ñandú/図', '%C3%B1and%C3%BA%2F%E5%9B%B3']
  ])('keeps %j within one part of the path', (name, encoded) => {
    const url = routeUrl(BASE, ['transfers', name]);
    expect(url).toBe(`${BASE}sregistry-globus/transfers/${encoded}`);
    const parts = new URL(url).pathname.split('/');
    expect(decodeURIComponent(parts[parts.length - 1] ?? '')).toBe(name);
  });

  it.each(['', '.', '..'])('rejects %j, which browsers would resolve', part => {
    expect(() => routeUrl(BASE, ['endpoints', part, 'folder'])).toThrow(
      RequestError
    );
  });

  it('encodes the query and omits undefined values', () => {
    const url = routeUrl(BASE, ['images'], {
      q: 'a&b=c#d %',
      collection: null,
      registry: undefined,
      offset: 0
    });
    expect(url).toBe(
      `${BASE}sregistry-globus/images?q=a%26b%3Dc%23d%20%25&offset=0`
    );
  });
});

describe('request', () => {
  it('adds nothing to the URL', async () => {
    const server = new FakeServer();
    server.on('GET status', () => ({}));
    await server.client.status();
    expect(server.seen[0]?.query).toEqual({});
  });

  it('passes names to the server unchanged', async () => {
    const server = new FakeServer();
    const path = '/~/my images/100% #1/';
    server.on('GET endpoints/e%2F1/folder', () => ({}));
    await server.client.folder('e/1', { path });
    expect(server.seen[0]?.query).toEqual({ path });
  });

  it('throws the error body with its action', async () => {
    const server = new FakeServer();
    const action = { kind: 'choose_folder' } as const;
    server.on('GET status', () => {
      throw new Refusal(404, {
        message: 'No such folder.',
        code: 'folder_not_found',
        action
      });
    });
    const { body } = await refusalOf(server.client.status());
    expect(body).toMatchObject({ code: 'folder_not_found', action });
  });

  it.each([
    [404, 'server part'],
    [403, 'Reload the page'],
    [502, '502']
  ])(
    'explains a %d that does not come from our routes',
    async (status, words) => {
      const server = new FakeServer();
      server.on('GET status', () => {
        throw new Refusal(status, '<html>proxy</html>');
      });
      const { body } = await refusalOf(server.client.status());
      expect(body.message).toContain(words);
      expect(body.message).not.toContain('<html>');
      expect(body.action).toBeNull();
    }
  );

  it('says that the server did not answer, and is retryable', async () => {
    const server = new FakeServer();
    server.on('GET status', () => {
      throw new TypeError('network');
    });
    const { body } = await refusalOf(server.client.status());
    expect(body).toMatchObject({ code: 'unreachable', retryable: true });
  });

  it('returns undefined for an empty answer', async () => {
    const server = new FakeServer();
    server.on('DELETE transfers', () => undefined);
    await expect(
      request(server.settings, ['transfers'], { method: 'DELETE' })
    ).resolves.toBeUndefined();
  });
});
