/** Words, shapes and ranks of states. Each state has a shape, a word and a colour, so that each of them is sufficient. */

import { drawing } from './dom.js';

/** @typedef {{rank: number, word: string, path: string}} Mark */

/** @type {Record<string, Mark>} */
const SERVICES = {
  critical: { rank: 0, word: 'Critical', path: 'M8 1.5 14.5 8 8 14.5 1.5 8Z' },
  degraded: { rank: 1, word: 'Degraded', path: 'M8 2 15 14H1Z' },
  warming_up: { rank: 2, word: 'Warming up', path: 'M8 2a6 6 0 1 1-6 6h3a3 3 0 1 0 3-3Z' },
  healthy: { rank: 3, word: 'Healthy', path: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11Z' },
  silent: { rank: 4, word: 'Silent', path: 'M3 6.6h10v2.8H3Z' },
};

/** @type {Record<string, Mark>} */
const TRACES = {
  stuck: { rank: 0, word: 'Stuck', path: 'M8 2 15 14H1Z' },
  running: { rank: 1, word: 'Running', path: 'M4 2.5 13.5 8 4 13.5Z' },
  failed: { rank: 2, word: 'Failed', path: 'M8 1.5 14.5 8 8 14.5 1.5 8Z' },
  abandoned: { rank: 3, word: 'Abandoned', path: 'M3 6.6h10v2.8H3Z' },
  cancelled: { rank: 4, word: 'Cancelled', path: 'M3 3h10v10H3Z' },
  completed: { rank: 5, word: 'Completed', path: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11Z' },
};

/** @type {Record<string, Mark>} */
const SEVERITIES = {
  critical: { rank: 0, word: 'Critical', path: 'M8 1.5 14.5 8 8 14.5 1.5 8Z' },
  high: { rank: 1, word: 'High', path: 'M8 2 15 14H1Z' },
  medium: { rank: 2, word: 'Medium', path: 'M2.5 2.5h11v11h-11Z' },
  low: { rank: 3, word: 'Low', path: 'M8 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z' },
};

/** @type {Mark} */
const UNKNOWN = { rank: 9, word: 'Unknown', path: 'M7 3h2v6H7Zm0 8h2v2H7Z' };

/** @param {string} state */
export const serviceState = state => SERVICES[state] ?? UNKNOWN;

/** @param {string} state */
export const traceState = state => TRACES[state] ?? UNKNOWN;

/** @param {string} severity in any case */
export const severityOf = severity => SEVERITIES[String(severity).toLowerCase()] ?? UNKNOWN;

/** The shape of a state, beside its word. @param {Mark} mark @param {number} [size] */
export function shape(mark, size = 13) {
  return drawing('svg', { viewBox: '0 0 16 16', width: size, height: size, class: 'shape', 'aria-hidden': 'true' }, drawing('path', { d: mark.path }));
}

/** @type {Record<string, string>} */
const DETECTORS = {
  ISOLATION_FOREST: 'learned detection',
  THRESHOLD: 'threshold rule',
  BURN_RATE: 'burn rate',
  LEDGER: 'trace ledger',
  CONTRACT: 'contract',
  COMPLIANCE: 'compliance',
};

/** @param {string} detector */
export const detectorName = detector => DETECTORS[detector] ?? detector.toLowerCase().replaceAll('_', ' ');

/** @param {string} kind */
export const kindName = kind => {
  const text = kind.toLowerCase().replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};
