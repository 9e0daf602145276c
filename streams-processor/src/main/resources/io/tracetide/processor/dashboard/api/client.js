/**
 * Requests over HTTP. Every failure has one of a few kinds, and a text for people.
 *
 *   import { get } from './client.js';
 *   const { services } = await get('/monitoring/dashboard', { timeRange: '15m' });
 */

const TIMEOUT_MS = 10_000;

/** @typedef {'unreachable' | 'unavailable' | 'signed-out' | 'not-found' | 'forbidden' | 'refused'} Kind */

export class ApiError extends Error {
  /** @param {Kind} kind @param {string} message */
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

/** @type {Map<number, Kind>} */
const KINDS = new Map([[401, 'signed-out'], [403, 'forbidden'], [404, 'not-found'], [503, 'unavailable']]);

/** @type {Set<(failure: ApiError) => void>} */
const signedOut = new Set();

/** Calls back when an answer says that the session has ended. @param {(failure: ApiError) => void} callback */
export const onSignedOut = callback => signedOut.add(callback);

/** A name for a list of names: special characters with a backslash, and control characters by number. @param {string} name */
export const listed = name =>
  name.replaceAll(/[\\,*?]/g, '\\$&').replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, control => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** @param {unknown} body @param {number} status */
function explanation(body, status) {
  if (typeof body === 'string') return body;
  if (body && typeof body === 'object' && 'detail' in body) return String(body.detail);
  return `The status is ${status}.`;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Record<string, string | undefined>} parameters those without a value are left out
 * @param {{body?: unknown, signal?: AbortSignal}} [options]
 * @returns {Promise<any>}
 */
async function request(method, path, parameters, { body, signal } = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined && value !== '') query.set(name, value);
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let response;
  try {
    response = await fetch(query.size > 0 ? `${path}?${query}` : path, {
      method,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      headers: body === undefined ? { accept: 'application/json' } : { accept: 'application/json', 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      cache: 'no-store',
    });
  } catch (failure) {
    if (signal?.aborted) throw failure;
    throw new ApiError('unreachable', timeout.aborted ? 'No response within 10 s.' : 'No response.');
  }
  const text = await response.text();
  let answer = null;
  try {
    answer = text === '' ? null : JSON.parse(text);
  } catch {
    answer = null;
  }
  if (response.ok && (answer !== null || method !== 'GET')) return answer;
  const failure = new ApiError(KINDS.get(response.status) ?? 'refused', explanation(answer, response.status));
  if (failure.kind === 'signed-out') for (const callback of signedOut) callback(failure);
  throw failure;
}

/** @param {string} path @param {Record<string, string | undefined>} [parameters] @param {AbortSignal} [signal] */
export const get = (path, parameters = {}, signal) => request('GET', path, parameters, { signal });

/** @param {string} path @param {unknown} body @param {Record<string, string | undefined>} [parameters] */
export const post = (path, body, parameters = {}) => request('POST', path, parameters, { body });

/** @param {string} path @param {Record<string, string | undefined>} [parameters] */
export const remove = (path, parameters = {}) => request('DELETE', path, parameters);
