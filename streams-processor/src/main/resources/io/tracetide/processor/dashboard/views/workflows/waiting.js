/** What traces in flight are doing: the number in each step, and how long the oldest has been in it. */

import { KeyedList, element, name, write, writeName } from '../../core/dom.js';
import { span } from '../../core/format.js';

/** @typedef {import('../../api/types.js').Trace} Trace */
/** @typedef {{step: string, traces: number, stuck: number, since: number, oldest: Trace}} Group */

const MOST = 12;

export class Waiting {
  /** @param {import('../../core/view.js').Context} context */
  constructor(context) {
    this.context = context;
    this.body = element('tbody');
    this.empty = element('p', { className: 'calm' }, 'Loading');
    this.table = element('table', { className: 'figures', hidden: true }, element('thead', {}, element('tr', {}, ...['Step', 'Traces', 'Stuck', 'Longest'].map(label => element('th', { scope: 'col' }, label)))), this.body);
    this.root = element('section', { className: 'card', id: 'waiting', 'aria-labelledby': 'waiting-title' },
      element('div', { className: 'title' }, element('h2', { id: 'waiting-title' }, 'Where traces are')), this.table, this.empty);
    this.rows = new KeyedList(this.body, (/** @type {Group} */ group) => group.step, () => this.row());
  }

  /** @param {Trace[]} traces in flight */
  show(traces) {
    /** @type {Map<string, Group>} */
    const groups = new Map();
    for (const trace of traces) {
      const step = trace.currentOperation || trace.operation;
      const since = Date.parse((trace.events ?? []).findLast(({ kind, name: text }) => kind === 'updated' && text === step)?.timestamp ?? trace.lastEventAt);
      const group = groups.get(step) ?? { step, traces: 0, stuck: 0, since, oldest: trace };
      group.traces++;
      if (trace.state === 'stuck') group.stuck++;
      if (since < group.since) Object.assign(group, { since, oldest: trace });
      groups.set(step, group);
    }
    const all = [...groups.values()].sort((a, b) => b.stuck - a.stuck || b.traces - a.traces || a.step.localeCompare(b.step));
    this.rows.show(all.slice(0, MOST));
    this.table.hidden = all.length === 0;
    this.empty.hidden = all.length > 0;
    write(this.empty, 'No trace is in flight.');
  }

  row() {
    const step = name();
    const [traces, stuck] = [element('td', { 'data-label': 'Traces' }), element('td', { 'data-label': 'Stuck', className: 'c-stuck-count' })];
    const longest = element('a');
    return {
      root: element('tr', {}, element('th', { scope: 'row' }, step), traces, stuck, element('td', { 'data-label': 'Longest' }, longest)),
      update: (/** @type {Group} */ group) => {
        writeName(step, group.step);
        write(traces, String(group.traces));
        write(stuck, group.stuck > 0 ? String(group.stuck) : '–');
        write(longest, span(Date.now() - group.since));
        longest.href = this.context.router.link('trace', [group.oldest.tenant, group.oldest.traceId]);
      },
    };
  }
}
