/** When each anomaly of an incident was open, one bar for each. */

import { KeyedList, attribute, drawing, element, name, write, writeName } from '../../core/dom.js';
import { clock, place, span } from '../../core/format.js';
import { kindName, severityOf } from '../../core/status.js';

/** @typedef {import('../../api/types.js').Anomaly} Anomaly */

const WIDTH = 1_000;

export class Timeline {
  /** @param {import('../../core/view.js').Context} context */
  constructor(context) {
    this.context = context;
    this.axis = element('div', { className: 'axis', 'aria-hidden': 'true' });
    this.list = element('ol', { className: 'spans timeline' });
    this.root = element('section', { className: 'card', 'aria-labelledby': 'timeline-title' },
      element('div', { className: 'title' }, element('h2', { id: 'timeline-title' }, 'Timeline')), this.axis, this.list);
    this.rows = new KeyedList(this.list, (/** @type {Anomaly} */ anomaly) => anomaly.anomalyId, () => this.row());
    this.begin = 0;
    this.end = 1;
  }

  /** @param {Anomaly[]} anomalies */
  show(anomalies) {
    if (anomalies.length === 0) return;
    const ends = anomalies.map(({ resolvedAt }) => (resolvedAt ? Date.parse(resolvedAt) : Date.now()));
    const begins = anomalies.map(({ openedAt }) => Date.parse(openedAt));
    const margin = Math.max(10_000, (Math.max(...ends) - Math.min(...begins)) * 0.04);
    this.begin = Math.min(...begins) - margin;
    this.end = Math.max(...ends) + margin;
    const parts = [0, 0.25, 0.5, 0.75, 1].map(part => clock(this.begin + part * (this.end - this.begin)));
    if (this.axis.textContent !== parts.join('')) this.axis.replaceChildren(...parts.map(text => element('span', {}, text)));
    this.rows.show([...anomalies].sort((a, b) => Date.parse(a.openedAt) - Date.parse(b.openedAt)));
  }

  row() {
    const title = name('', 'span-service');
    const kind = element('span', { className: 'soft' });
    const bar = drawing('rect', { height: 10, y: 4, rx: 2 });
    const took = element('span', { className: 'span-took' });
    const root = element('li', {}, element('div', { className: 'span-name' }, title, kind), drawing('svg', { viewBox: `0 0 ${WIDTH} 18`, preserveAspectRatio: 'none', class: 'span-bar', 'aria-hidden': 'true' }, bar), took);
    return {
      root,
      update: (/** @type {Anomaly} */ anomaly) => {
        attribute(root, 'data-severity', severityOf(anomaly.severity).word.toLowerCase());
        writeName(title, place(anomaly.service, anomaly.operation));
        write(kind, kindName(anomaly.kind).toLowerCase());
        const [from, to] = [Date.parse(anomaly.openedAt), anomaly.resolvedAt ? Date.parse(anomaly.resolvedAt) : Date.now()];
        const x = ((from - this.begin) / (this.end - this.begin)) * WIDTH;
        attribute(bar, 'x', x.toFixed(1));
        attribute(bar, 'width', Math.max(3, ((to - from) / (this.end - this.begin)) * WIDTH).toFixed(1));
        write(took, anomaly.resolvedAt ? span(to - from) : `open ${span(to - from)}`);
      },
    };
  }
}
