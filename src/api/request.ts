import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { ErrorBody } from './schema';

/** The prefix of our routes, below Jupyter's base URL. */
const PREFIX = 'sregistry-globus';

/** A request that failed or got no answer. Carries the error to show. */
export class RequestError extends Error {
  constructor(readonly body: ErrorBody) {
    super(body.message);
    this.name = 'RequestError';
  }
}

type Query = Record<string, string | number | boolean | null | undefined>;

export interface IRequest {
  method?: 'GET' | 'POST' | 'DELETE';
  query?: Query;
  body?: unknown;
}

/**
 * Send a request to one of our routes.
 *
 * @param parts - segments of the path below the prefix. They are encoded here.
 * @returns the JSON of the answer, or undefined if the answer is empty.
 * @throws RequestError if the server refuses the request or does not answer.
 */
export async function request<T>(
  settings: ServerConnection.ISettings,
  parts: readonly string[],
  { method = 'GET', query = {}, body }: IRequest = {}
): Promise<T> {
  const url = routeUrl(settings.baseUrl, parts, query);
  // Jupyter's default "no-store" would append a timestamp to the URL.
  const init: RequestInit = { method, cache: 'reload' };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { 'Content-Type': 'application/json' };
  }
  let response: Response;
  let text: string;
  try {
    response = await ServerConnection.makeRequest(url, init, settings);
    text = await response.text();
  } catch {
    throw new RequestError(
      plainError(
        'unreachable',
        'The Jupyter server did not answer. Check that it is running and that you are online.',
        true
      )
    );
  }
  const data = parse(text);
  if (!response.ok) {
    throw new RequestError(
      isErrorBody(data)
        ? { ...data, action: data.action ?? null }
        : plainError('refused', refusal(response, data), response.status >= 500)
    );
  }
  return data as T;
}

/**
 * Return the URL of a route. Special characters in a part are encoded, slashes included.
 */
export function routeUrl(
  baseUrl: string,
  parts: readonly string[],
  query: Query = {}
): string {
  const path = parts.map(part => {
    // Browsers resolve these even when they are percent-encoded.
    if (part === '' || part === '.' || part === '..') {
      throw new RequestError(
        plainError('bad_request', `"${part}" cannot be part of an address.`)
      );
    }
    return encodeURIComponent(part);
  });
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(
      ([name, value]) =>
        `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`
    );
  const search = pairs.length > 0 ? `?${pairs.join('&')}` : '';
  return URLExt.join(baseUrl, PREFIX, ...path) + search;
}

/** Convert anything that was thrown to an error to show. */
export function toErrorBody(reason: unknown): ErrorBody {
  if (reason instanceof RequestError) {
    return reason.body;
  }
  const message = reason instanceof Error ? reason.message : String(reason);
  return plainError('internal_error', message);
}

export function plainError(
  code: string,
  message: string,
  retryable = false
): ErrorBody {
  return { code, message, retryable, request_id: '', action: null };
}

function parse(text: string): unknown {
  if (text === '') {
    return undefined;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isErrorBody(data: unknown): data is ErrorBody {
  return (
    typeof data === 'object' &&
    data !== null &&
    typeof (data as ErrorBody).message === 'string' &&
    typeof (data as ErrorBody).code === 'string'
  );
}

/** Describe an error that did not come from our routes, but from a proxy or Jupyter itself. */
function refusal(response: Response, data: unknown): string {
  if (response.status === 404) {
    return 'The server part of this extension did not answer. It may not be installed or enabled on this Jupyter server.';
  }
  if (response.status === 401 || response.status === 403) {
    return 'Jupyter refused the request. Reload the page to log in to Jupyter again.';
  }
  const message = (data as { message?: unknown } | undefined)?.message;
  const detail = typeof message === 'string' ? message : response.statusText;
  return `The server refused the request (${response.status} ${detail}).`;
}
