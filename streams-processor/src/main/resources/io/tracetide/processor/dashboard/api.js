/** Requests to the query API. Every failure has one of a few kinds. */

const TIMEOUT_MS = 10_000;

/** `kind` is unreachable, unavailable (503, with a time to retry), signed-out (401) or refused (any other status). */
export class ApiError extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

async function get(path, parameters, signal) {
  const query = new URLSearchParams(parameters).toString();
  let response;
  try {
    response = await fetch(query ? `${path}?${query}` : path, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      headers: { accept: 'application/json' },
      cache: 'no-store',
    });
  } catch (failure) {
    if (signal.aborted) throw failure;
    throw new ApiError('unreachable', failure.name === 'TimeoutError' ? 'No response within 10 s.' : 'No response.');
  }
  const body = await response.json().catch(() => null);
  if (response.status === 401) throw new ApiError('signed-out', body?.detail ?? '');
  if (response.ok && body !== null) return body;
  throw new ApiError(response.status === 503 ? 'unavailable' : 'refused', body?.detail ?? `The status is ${response.status}.`);
}

/** A name for a list of names: special characters with a backslash, and control characters by number. */
const listed = name =>
  name.replaceAll(/[\\,*?]/g, '\\$&').replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, control => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);

const about = selected => (selected ? { services: listed(selected.service), tenant: selected.tenant } : {});

export const dashboard = (timeRange, signal) => get('/monitoring/dashboard', { timeRange }, signal);

/** Each service as one line, or each operation of the selected one. */
export const trends = (timeRange, selected, signal) =>
  get('/monitoring/analytics', { timeRange, ...(selected ? about(selected) : { operations: '*' }) }, signal);

export const anomalies = (timeRange, selected, onlyOpen, signal) =>
  get('/monitoring/anomalies', { ...(onlyOpen ? { resolved: 'false' } : { timeRange }), ...about(selected), limit: '100' }, signal);

const MOST_TRACES = '50';

/** Traces in that state, of the selected service when there is one. */
export const traces = (state, selected, signal) =>
  get('/monitoring/traces', { state, ...(selected ? { service: listed(selected.service), tenant: selected.tenant } : {}), limit: MOST_TRACES }, signal);

export const trace = ({ tenant, traceId }, signal) => get(`/monitoring/traces/${encodeURIComponent(traceId)}`, { tenant }, signal);

/** Names of the checks that fail; empty when the processor is ready. */
export async function notReady(signal) {
  const response = await fetch('/readyz', { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]), cache: 'no-store' });
  if (response.ok) return [];
  const body = await response.json().catch(() => null);
  return Array.isArray(body?.down) ? body.down : ['unknown'];
}
