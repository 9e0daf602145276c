/** The query API of the processor. A range is an object with `timeRange`, or with `from` and `to`. */

import { get, listed } from './client.js';

/**
 * @typedef {Record<string, string>} Range
 * @typedef {AbortSignal | undefined} Signal
 * @typedef {import('./types.js').Dashboard} Dashboard
 * @typedef {import('./types.js').Analytics} Analytics
 * @typedef {import('./types.js').Anomalies} Anomalies
 * @typedef {import('./types.js').Incidents} Incidents
 * @typedef {import('./types.js').Traces} Traces
 * @typedef {import('./types.js').Trace} Trace
 * @typedef {import('./types.js').About} About
 * @typedef {import('./types.js').Instances} Instances
 */

/** @param {string} [tenant] */
const of = tenant => ({ tenant: tenant || undefined });

/** @param {Range} range @param {string} tenant @param {Signal} [signal] @returns {Promise<Dashboard>} */
export const dashboard = (range, tenant, signal) => get('/monitoring/dashboard', { ...range, ...of(tenant) }, signal);

/** The dashboard of one service. @param {Range} range @param {string} tenant @param {string} service @param {Signal} [signal] @returns {Promise<Dashboard>} */
export const oneService = (range, tenant, service, signal) => get('/monitoring/dashboard', { ...range, ...of(tenant), services: listed(service) }, signal);

/** One line for each service. @param {Range} range @param {string} tenant @param {Signal} [signal] @returns {Promise<Analytics>} */
export const fleetTrends = (range, tenant, signal) => get('/monitoring/analytics', { ...range, ...of(tenant), operations: '*' }, signal);

/** Windows of a service as a whole and of each operation. @param {Range} range @param {string} tenant @param {string} service @param {Signal} [signal] @returns {Promise<Analytics>} */
export const serviceTrends = (range, tenant, service, signal) => get('/monitoring/analytics', { ...range, ...of(tenant), services: listed(service) }, signal);

/** Resources of a service. @param {Range} range @param {string} tenant @param {string} service @param {Signal} [signal] @returns {Promise<Analytics>} */
export const serviceResources = (range, tenant, service, signal) =>
  get('/monitoring/analytics', { ...range, ...of(tenant), services: listed(service), metrics: 'cpu,memory,network,disk' }, signal);

/** @param {Record<string, string | undefined>} parameters @param {Signal} [signal] @returns {Promise<Anomalies>} */
export const anomalies = (parameters, signal) => get('/monitoring/anomalies', parameters, signal);

/** @param {Record<string, string | undefined>} parameters @param {Signal} [signal] @returns {Promise<Incidents>} */
export const incidents = (parameters, signal) => get('/monitoring/incidents', parameters, signal);

/** @param {Record<string, string | undefined>} parameters @param {Signal} [signal] @returns {Promise<Traces>} */
export const traces = (parameters, signal) => get('/monitoring/traces', parameters, signal);

/** @param {string} tenant @param {string} id @param {Signal} [signal] @returns {Promise<Trace>} */
export const trace = (tenant, id, signal) => get(`/monitoring/traces/${encodeURIComponent(id)}`, of(tenant), signal);

/** A page of the audit trail, newest first. @param {Record<string, string | undefined>} parameters @param {Signal} [signal] @returns {Promise<import('./types.js').Audit>} */
export const audit = (parameters, signal) => get('/monitoring/audit', parameters, signal);

/** @param {Signal} [signal] @returns {Promise<import('./types.js').AuditVerification>} */
export const auditVerification = signal => get('/monitoring/audit/verification', {}, signal);

/** @param {string} tenant @param {Signal} [signal] @returns {Promise<import('./types.js').Contracts>} */
export const contracts = (tenant, signal) => get('/monitoring/contracts', of(tenant), signal);

/** Version, and what the caller may see and do. @param {Signal} [signal] @returns {Promise<About>} */
export const about = signal => get('/monitoring/about', {}, signal);

/** The instances of the processor. @param {Signal} [signal] @returns {Promise<Instances>} */
export const instances = signal => get('/monitoring/instances', {}, signal);

/**
 * A trace with a failed span of the service for each window and operation with failures; `at` is the end of the window.
 * @param {number} from @param {number} to @param {string} tenant @param {string} service @param {Signal} [signal]
 * @returns {Promise<{traceId: string, at: number}[]>}
 */
export async function failedExemplars(from, to, tenant, service, signal) {
  const quoted = (/** @type {string} */ text) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
  const answer = await get('/api/v1/query_exemplars', {
    ...of(tenant),
    query: `traces_span_metrics_calls_total{service_name=${quoted(service)},status_code="STATUS_CODE_ERROR"}`,
    start: String(from / 1_000),
    end: String(to / 1_000),
  }, signal);
  return answer.data.flatMap((/** @type {any} */ series) => series.exemplars.map((/** @type {any} */ one) => ({ traceId: one.labels.trace_id, at: one.timestamp * 1_000 })));
}

/** State of the processor's checks. @param {Signal} [signal] @returns {Promise<{ready: boolean, down: string[], checks: Record<string, {status: string, detail?: string}>}>} */
export async function readiness(signal) {
  const response = await fetch('/readyz', { signal: signal ?? null, cache: 'no-store' });
  const body = await response.json().catch(() => ({}));
  return { ready: response.ok, down: Array.isArray(body.down) ? body.down : response.ok ? [] : ['unknown'], checks: body.checks ?? {} };
}
