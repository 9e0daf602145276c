/** The values at the cursor, beside it. */

import { element } from '../core/dom.js';
import { moment } from '../core/format.js';
import { nearest } from './marks.js';

/** @param {() => import('./chart.js').Data | null} read @param {(value: number) => string} show @returns {any} a plugin of uPlot */
export function tip(read, show) {
  const root = element('div', { className: 'tip', hidden: true });
  return {
    hooks: {
      ready: [(/** @type {any} */ plot) => plot.over.append(root)],
      setCursor: [(/** @type {any} */ plot) => {
        const data = read();
        const { idx, left, top } = plot.cursor;
        root.hidden = idx === null || idx === undefined || left < 0 || !data || !plot.over.matches(':hover');
        if (root.hidden || !data) return;
        const time = data.times[idx];
        const rows = data.lines.map(({ label, stroke, values }) => {
          const key = element('i');
          key.style.background = `var(${stroke})`;
          const value = values[idx];
          return element('div', {}, key, element('span', {}, label), element('em', {}, value === null || value === undefined ? '–' : show(value)));
        });
        const notes = (data.marks ?? []).filter(({ from, to }) => time + data.stepMs > from && time < to).slice(0, 3).map(({ label }) => element('p', {}, label));
        const dot = nearest(plot, data, { offsetX: left, offsetY: top });
        root.replaceChildren(element('b', {}, moment(time)), ...rows, ...notes, ...(dot ? [element('p', { className: 'dot' }, dot.label)] : []));
        const width = root.offsetWidth;
        root.style.left = `${left + 14 + width > plot.over.clientWidth ? Math.max(0, left - width - 14) : left + 14}px`;
      }],
    },
  };
}
