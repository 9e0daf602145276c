/** A feature of an anomaly: peak, present value, expected band, and share; the values also as a drawing. */

import { attribute, drawing, element, write } from '../../core/dom.js';
import { band, feature as shown } from '../../core/format.js';

const WIDTH = 150;
const BAR = 56;

export function featureRow() {
  const name = element('th', { scope: 'row' });
  const [peak, now, expected] = [element('td'), element('td'), element('td')];
  const gauge = gaugeOf();
  const fill = drawing('rect', { class: 'fill', height: 6, rx: 3, width: 0 });
  const share = element('span');
  const root = element('tr', {}, name, peak, now, expected, element('td', { className: 'c-gauge' }, gauge.root),
    element('td', { className: 'share' }, drawing('svg', { viewBox: `0 0 ${BAR} 6`, width: BAR, height: 6, 'aria-hidden': 'true' }, drawing('rect', { class: 'track', width: BAR, height: 6, rx: 3 }), fill), share));
  return {
    root,
    update: (/** @type {import('./card.js').Shown} */ { feature, now: present }) => {
      const text = (/** @type {number | null | undefined} */ value) => shown(feature.name, value).value;
      write(name, shown(feature.name, null).name);
      write(peak, text(feature.observed));
      write(now, text(present));
      const { low, high } = feature;
      write(expected, low !== null && high !== null ? band(text(low), text(high)) : high !== null ? `up to ${text(high)}` : text(feature.expected));
      attribute(expected, 'title', feature.expected === null ? null : `about ${text(feature.expected)}`);
      gauge.show(feature, present ?? null);
      const known = typeof feature.contribution === 'number';
      attribute(fill, 'width', known ? Math.max(0, Math.min(1, feature.contribution ?? 0)) * BAR : 0);
      write(share, known ? `${Math.round(100 * (feature.contribution ?? 0))} %` : '–');
    },
  };
}

/** The band as an area, the peak as a diamond, and the present value as a stroke, on one scale. */
function gaugeOf() {
  const area = drawing('rect', { class: 'band', y: 2, height: 12, rx: 2 });
  const typical = drawing('rect', { class: 'typical', y: 1, height: 14, width: 1.5 });
  const peak = drawing('path', { class: 'peak' });
  const now = drawing('rect', { class: 'now', y: 1, height: 14, width: 2 });
  const root = drawing('svg', { viewBox: `0 0 ${WIDTH} 16`, width: WIDTH, height: 16, 'aria-hidden': 'true' }, drawing('rect', { class: 'track', y: 7.5, height: 1, width: WIDTH }), area, typical, now, peak);
  const show = (/** @type {SVGElement} */ part, /** @type {boolean} */ wanted) => part.setAttribute('visibility', wanted ? 'visible' : 'hidden');
  return {
    root,
    /** @param {import('./card.js').Feature} feature @param {number | null} present */
    show({ observed, expected, low, high }, present) {
      const most = Math.max(observed ?? 0, present ?? 0, high ?? 0, expected ?? 0) * 1.06 || 1;
      const x = (/** @type {number} */ value) => Math.max(0, Math.min(WIDTH, (value / most) * WIDTH));
      const limited = high !== null;
      show(area, limited);
      if (limited) {
        attribute(area, 'x', x(low ?? 0).toFixed(1));
        attribute(area, 'width', Math.max(2, x(high ?? 0) - x(low ?? 0)).toFixed(1));
      }
      show(typical, expected !== null);
      if (expected !== null) attribute(typical, 'x', x(expected).toFixed(1));
      show(now, present !== null);
      if (present !== null) attribute(now, 'x', Math.min(WIDTH - 2, x(present)).toFixed(1));
      show(peak, observed !== null);
      if (observed !== null) attribute(peak, 'd', `M${x(observed).toFixed(1)} 3 l5 5 l-5 5 l-5 -5Z`);
    },
  };
}
