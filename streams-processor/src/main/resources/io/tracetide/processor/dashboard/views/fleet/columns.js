/** Columns of the table of services. */

import { milliseconds, percent, perSecond, whole } from '../../core/format.js';

/** @typedef {import('../../api/types.js').ServiceRow} Row */

const someOrNothing = (/** @type {number | null} */ value) => (value ? whole(value) : '');

/**
 * @typedef {object} Column
 * @property {string} id also the parameter of the address that sorts by it
 * @property {string} label
 * @property {(row: Row) => number | null} [of]
 * @property {(value: number | null) => string} [show]
 * @property {boolean} [compared] whether its change is shown
 * @property {boolean} [worseUp] whether more is worse
 * @property {boolean} [whenSome] hidden while no service has a value
 */

/** @type {Column[]} */
export const COLUMNS = [
  { id: 'service', label: 'Service' },
  { id: 'trend', label: 'p95 over time' },
  { id: 'load', label: 'Rate over time' },
  { id: 'rate', label: 'Rate', of: row => row.throughputPerSec, show: perSecond, compared: true },
  { id: 'errors', label: 'Errors', of: row => row.errorRatePercent, show: percent, compared: true, worseUp: true },
  { id: 'p50', label: 'p50', of: row => row.p50Ms, show: milliseconds },
  { id: 'p95', label: 'p95', of: row => row.p95Ms, show: milliseconds, compared: true, worseUp: true },
  { id: 'p99', label: 'p99', of: row => row.p99Ms, show: milliseconds },
  { id: 'flight', label: 'In flight', of: row => row.inFlight, show: someOrNothing, whenSome: true },
  { id: 'stuck', label: 'Stuck', of: row => row.stuck, show: someOrNothing, whenSome: true },
  { id: 'open', label: 'Anomalies', of: row => row.openAnomalies, show: someOrNothing },
];

export const SPARKS = new Set(['trend', 'load']);
