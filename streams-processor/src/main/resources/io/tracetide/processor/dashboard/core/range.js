/** Time ranges: the last while, or from one time to another. */

import { moment } from './format.js';

/** @typedef {{text: string, lengthMs: number, from: null, to: null} | {text: null, lengthMs: number, from: number, to: number}} Range */

/** @type {[string, string][]} */
export const RELATIVE = [['5m', '5 min'], ['15m', '15 min'], ['1h', '1 h'], ['6h', '6 h'], ['24h', '24 h'], ['7d', '7 d'], ['30d', '30 d']];
export const USUAL = '15m';

const UNITS = new Map([['s', 1_000], ['m', 60_000], ['h', 3_600_000], ['d', 86_400_000]]);
const LONGEST_MS = 31 * 86_400_000;
export const LEAST_MS = 20_000;

/** Length of a text such as 15m in milliseconds; null if it is none. @param {string} text */
export function lengthOf(text) {
  const match = /^(\d{1,5})([smhd])$/.exec(text);
  if (!match) return null;
  const length = Number(match[1]) * (UNITS.get(match[2]) ?? 0);
  return length >= LEAST_MS && length <= LONGEST_MS ? length : null;
}

/** The range of an address. @param {URLSearchParams} query @returns {Range} */
export function rangeOf(query) {
  const [from, to] = [Date.parse(query.get('from') ?? ''), Date.parse(query.get('to') ?? '')];
  if (to - from >= 1_000) return { text: null, lengthMs: to - from, from, to };
  const text = query.get('range') ?? USUAL;
  const lengthMs = lengthOf(text);
  return lengthMs === null ? { text: USUAL, lengthMs: 900_000, from: null, to: null } : { text, lengthMs, from: null, to: null };
}

/** Parameters of a query over the range. @param {Range} range @returns {Record<string, string>} */
export const parametersOf = range =>
  range.text !== null ? { timeRange: range.text } : { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() };

/** Parameters of an address with the range. @param {Range} range @returns {Record<string, string | null>} */
export const addressOf = range =>
  range.text !== null ? { range: range.text, from: null, to: null } : { range: null, from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() };

/** @param {number} from @param {number} to @returns {Range} */
export const between = (from, to) => ({ text: null, lengthMs: to - from, from, to });

/** @type {[string, string][]} */
export const COMPARISONS = [['prev', 'period before'], ['1d', 'a day before'], ['7d', 'a week before'], ['off', 'no comparison']];

/** The earlier range that is compared with; null for none. @param {Range} range @param {string} against @returns {Range | null} */
export function earlier(range, against) {
  const shift = against === 'prev' ? range.lengthMs : lengthOf(against);
  if (shift === null || against === 'off') return null;
  const to = (range.to ?? Date.now()) - shift;
  return between(to - range.lengthMs, to);
}

/** @param {Range} range */
export function inWords(range) {
  if (range.text === null) return `${moment(range.from)} to ${moment(range.to)}`;
  return `Last ${RELATIVE.find(([value]) => value === range.text)?.[1] ?? range.text}`;
}
