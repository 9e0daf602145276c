/** Alerts of the alert sink, which the processor's listener forwards under /alerting with the caller's credentials. */

import { get, post, remove } from './client.js';

/**
 * @typedef {AbortSignal | undefined} Signal
 * @typedef {import('./types.js').Alert} Alert
 * @typedef {import('./types.js').AlertGroup} AlertGroup
 * @typedef {import('./types.js').Silence} Silence
 * @typedef {import('./types.js').Judgement} Judgement
 * @typedef {import('./types.js').Outcome} Outcome
 * @typedef {import('./types.js').Matcher} Matcher
 * @typedef {import('./types.js').Explanation} Explanation
 */

const BASE = '/alerting/api';
const of = (/** @type {string} */ fingerprint) => `${BASE}/v2/alerts/${encodeURIComponent(fingerprint)}`;

/** @param {Signal} [signal] @returns {Promise<AlertGroup[]>} */
export const groups = signal => get(`${BASE}/v2/alerts/groups`, {}, signal);

/** Alerts that match all of these matchers, such as `service="payment"`. @param {string[]} filters @param {Signal} [signal] @returns {Promise<Alert[]>} */
export const alerts = (filters, signal) => get(`${BASE}/v2/alerts`, { filter: filters.length > 0 ? `{${filters.join(',')}}` : undefined }, signal);

/** @param {Signal} [signal] @returns {Promise<Silence[]>} */
export const silences = signal => get(`${BASE}/v2/silences`, {}, signal);

/** Outcomes of the newest deliveries. @param {Signal} [signal] @returns {Promise<Outcome[]>} */
export const notifications = async signal => (await get(`${BASE}/v1/notifications`, { limit: '200' }, signal)).notifications;

/** @param {string} fingerprint @param {string} tenant @param {Signal} [signal] @returns {Promise<Explanation>} */
export const explain = (fingerprint, tenant, signal) => get(`${of(fingerprint)}/explain`, { tenant }, signal);

/** @param {string} fingerprint @param {string} tenant @param {{by: string, comment: string, duration?: string, muteUntilResolved?: boolean}} note */
export const acknowledge = (fingerprint, tenant, note) => post(`${of(fingerprint)}/acknowledge`, note, { tenant });

/** @param {string} fingerprint @param {string} tenant @param {{by: string, comment: string}} note */
export const unacknowledge = (fingerprint, tenant, note) => post(`${of(fingerprint)}/unacknowledge`, note, { tenant });

/** Feedback in force. @param {string} tenant @returns {Promise<Judgement[]>} */
export const feedback = tenant => get(`${BASE}/v2/feedback`, { tenant, state: 'active' });

/** @param {string} fingerprint @param {string} tenant @param {{by: string, verdict: string, comment: string, duration?: string}} note @returns {Promise<{id: string}>} */
export const giveFeedback = (fingerprint, tenant, note) => post(`${of(fingerprint)}/feedback`, note, { tenant });

/** @param {string} id @param {string} tenant @param {string} by */
export const withdrawFeedback = (id, tenant, by) => remove(`${BASE}/v2/feedback/${encodeURIComponent(id)}`, { tenant, by });

/** @param {{matchers: Matcher[], startsAt: string, endsAt: string, createdBy: string, comment: string}} silence @param {string} tenant @returns {Promise<{silenceID: string}>} */
export const silence = (silence, tenant) => post(`${BASE}/v2/silences`, silence, { tenant });

/** @param {string} id */
export const expire = id => remove(`${BASE}/v2/silence/${encodeURIComponent(id)}`);

/** A matcher as text. @param {Matcher} matcher */
export const matcherText = ({ name, value, isRegex, isEqual }) => `${name}${isEqual ? (isRegex ? '=~' : '=') : isRegex ? '!~' : '!='}${JSON.stringify(value)}`;
