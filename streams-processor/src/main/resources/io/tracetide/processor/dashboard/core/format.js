/** Numbers and times for people. Null and undefined are a dash, to differ from zero. */

import { isUtc } from './preferences.js';

export const NONE = '–';

/** @param {unknown} value @returns {value is number} */
const known = value => typeof value === 'number' && Number.isFinite(value);

/** Three significant digits or fewer, so that columns stay narrow and comparable. @param {number} value */
function three(value) {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 100) return Math.round(value).toLocaleString('en-US');
  return size >= 10 ? value.toFixed(1) : size >= 0.1 ? value.toFixed(2) : value.toPrecision(2);
}

/** @param {number | null | undefined} value */
export function milliseconds(value) {
  if (!known(value)) return NONE;
  if (value >= 3_600_000) return `${three(value / 3_600_000)} h`;
  if (value >= 60_000) return `${three(value / 60_000)} min`;
  if (value >= 1_000) return `${three(value / 1_000)} s`;
  if (value > 0 && value < 0.1) return `${three(value * 1_000)} µs`;
  return `${three(value)} ms`;
}

/** @param {number | null | undefined} value */
export function perSecond(value) {
  if (!known(value)) return NONE;
  if (value >= 10_000) return `${three(value / 1_000)} k/s`;
  return `${three(value)}/s`;
}

/** @param {number | null | undefined} value */
export function percent(value) {
  if (!known(value)) return NONE;
  if (value === 0) return '0 %';
  if (value > 0 && value < 0.01) return '<0.01 %';
  return `${value >= 10 ? value.toFixed(1) : value.toFixed(2)} %`;
}

/** @param {number | null | undefined} value */
export const wholePercent = value => (known(value) ? `${Math.round(value)} %` : NONE);

/** @param {number | null | undefined} value */
export const plain = value => (known(value) ? three(value) : NONE);

/** The same for an axis, whose ticks are round numbers: without the zeros that keep columns aligned. @param {(value: number) => string} show */
export const onAxis = show => (/** @type {number} */ value) => show(value).replace(/(\.\d*?)0+(?=\D|$)/, '$1').replace(/\.(?=\D|$)/, '');

/** @param {number | null | undefined} value */
export const whole = value => (known(value) ? value.toLocaleString('en-US') : NONE);

/** @param {Intl.DateTimeFormatOptions} options */
function formats(options) {
  const local = new Intl.DateTimeFormat('en-GB', { ...options, hourCycle: 'h23' });
  const utc = new Intl.DateTimeFormat('en-GB', { ...options, hourCycle: 'h23', timeZone: 'UTC' });
  return (/** @type {number} */ time) => (isUtc() ? utc : local).format(time);
}

const CLOCK = formats({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
const SHORT_CLOCK = formats({ hour: '2-digit', minute: '2-digit' });
const DAY = formats({ year: 'numeric', month: 'short', day: 'numeric' });
const DAY_CLOCK = formats({ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
const FULL = formats({ year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' });

/** Milliseconds of a time in ISO-8601, with its microseconds as a fraction. @param {string} text */
export function preciseTime(text) {
  const fraction = /\.(\d{3})(\d{1,3})/.exec(text)?.[2] ?? '';
  return Date.parse(text) + (fraction ? Number(`0.${fraction}`) : 0);
}

/** Hours, minutes and seconds. @param {number} time */
export const clock = time => CLOCK(time);

/** Date and time with the zone. @param {number} time */
export const full = time => FULL(time);

/** The time alone for today, with the day for any other. @param {number} time */
export const moment = time => (DAY(time) === DAY(Date.now()) ? CLOCK(time) : DAY_CLOCK(time));

/** A tick of a time axis. @param {number} time @param {number} stepMs */
export const tick = (time, stepMs) => (stepMs >= 43_200_000 ? DAY(time).replace(/ \d{4}$/, '') : stepMs < 60_000 ? CLOCK(time) : SHORT_CLOCK(time));

/** A span of time. @param {number} ms */
export function span(ms) {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.round(hours / 24)} d`;
}

/** The change from an earlier value to a present one: text, and its size as a ratio. @param {number | null | undefined} now @param {number | null | undefined} before */
export function change(now, before) {
  if (!known(now) || !known(before)) return null;
  if (before === 0 && now === 0) return null;
  if (before === 0) return { text: 'new', ratio: Infinity };
  const ratio = now / before;
  const size = Math.abs(ratio - 1);
  if (size < 0.1) return null;
  const text = ratio >= 10 ? `×${Math.round(ratio)}` : ratio >= 2 ? `×${ratio.toFixed(1)}` : `${ratio > 1 ? '+' : '−'}${Math.round(size * 100)} %`;
  return { text, ratio };
}

/** @type {[string, (value: number | null | undefined) => string][]} */
const UNITS = [
  ['_ms', milliseconds],
  ['_percent', percent],
  ['_per_sec', perSecond],
];

/** Name and value of a feature whose unit is in its name, such as p95_ms. @param {string} name @param {number | null | undefined} value */
export function feature(name, value) {
  const [suffix, show] = UNITS.find(([end]) => name.endsWith(end)) ?? ['', plain];
  return { name: name.slice(0, name.length - suffix.length).replaceAll('_', ' '), value: show(value) };
}

/** A range of values; a common unit is written once. @param {string} low @param {string} high */
export function band(low, high) {
  const unit = /\D+$/.exec(high)?.[0] ?? '';
  return `${low.endsWith(unit) ? low.slice(0, low.length - unit.length) : low} to ${high}`;
}

/** A service, or one of its operations. @param {string} service @param {string | null | undefined} operation */
export const place = (service, operation) => (!operation || operation === '*' ? service : `${service} · ${operation}`);
