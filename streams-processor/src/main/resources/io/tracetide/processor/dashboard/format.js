/** Numbers and times for people. Null and undefined are a dash, to differ from zero. */

export const NONE = '–';

const known = value => typeof value === 'number' && Number.isFinite(value);

/** Three significant digits or fewer, so that columns stay narrow and comparable. */
function three(value) {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 100) return Math.round(value).toLocaleString('en-US');
  return size >= 10 ? value.toFixed(1) : size >= 0.1 ? value.toFixed(2) : value.toPrecision(2);
}

export function milliseconds(value) {
  if (!known(value)) return NONE;
  if (value >= 3_600_000) return `${three(value / 3_600_000)} h`;
  if (value >= 60_000) return `${three(value / 60_000)} min`;
  if (value >= 1_000) return `${three(value / 1_000)} s`;
  if (value > 0 && value < 0.1) return `${three(value * 1_000)} µs`;
  return `${three(value)} ms`;
}

export function perSecond(value) {
  if (!known(value)) return NONE;
  if (value >= 10_000) return `${three(value / 1_000)} k/s`;
  return `${three(value)}/s`;
}

export function percent(value) {
  if (!known(value)) return NONE;
  if (value === 0) return '0 %';
  if (value < 0.01) return '<0.01 %';
  return `${value >= 10 ? value.toFixed(1) : value.toFixed(2)} %`;
}

/** The same for an axis, whose ticks are round numbers: without the zeros that keep columns aligned. */
export const onAxis = show => value => show(value).replace(/(\.\d*?)0+(?=\D|$)/, '$1').replace(/\.(?=\D|$)/, '');

export const whole = value => (known(value) ? value.toLocaleString('en-US') : NONE);

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const DAY_CLOCK = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

export const clock = time => CLOCK.format(time);

/** The time alone for today, with the day for any other. */
export function moment(time, now) {
  return new Date(time).toDateString() === new Date(now).toDateString() ? clock(time) : DAY_CLOCK.format(time);
}

export function span(ms) {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.round(hours / 24)} d`;
}

const UNITS = [
  ['_ms', milliseconds],
  ['_percent', percent],
  ['_per_sec', perSecond],
];

/** Name and value of a feature whose unit is in its name, such as p95_ms. */
export function feature(name, value) {
  const [suffix, show] = UNITS.find(([end]) => name.endsWith(end)) ?? ['', number => (known(number) ? three(number) : NONE)];
  return { name: name.slice(0, name.length - suffix.length).replaceAll('_', ' '), value: show(value) };
}
