/** A table of traces: state, what it is, age, last event, progress. Rows keep their place; new ones are announced. */

import { KeyedList, attribute, button, element, name, write, writeName } from '../core/dom.js';
import { milliseconds, moment, span, wholePercent } from '../core/format.js';
import { shape, traceState } from '../core/status.js';

/** @typedef {import('../api/types.js').Trace} Trace */

/** @param {Trace} trace */
const keyOf = trace => JSON.stringify([trace.tenant, trace.traceId]);

export class TraceList {
  /**
   * @param {import('../core/view.js').Context} context
   * @param {string} id
   * @param {string} title
   * @param {string} nothing what is written when there are none
   * @param {boolean} [failed] whether all have failed
   */
  constructor(context, id, title, nothing, failed = false) {
    this.context = context;
    this.nothing = nothing;
    this.note = element('p');
    this.more = button('', () => this.accept(), { className: 'again' });
    this.more.hidden = true;
    this.body = element('tbody');
    this.table = element('table', { className: 'traces', hidden: true },
      element('thead', {}, element('tr', {}, ...['State', 'Service and operation', 'Started', failed ? 'Duration' : 'Duration or age', 'Last event', 'Progress', failed ? 'Error' : 'Now doing'].map(label => element('th', { scope: 'col' }, label)))),
      this.body);
    this.empty = element('p', { className: 'empty' }, 'Loading');
    this.root = element('section', { className: 'card', id, 'aria-labelledby': `${id}-title` },
      element('div', { className: 'title' }, element('h2', { id: `${id}-title` }, title), this.note, this.more), this.table, this.empty);
    this.list = new KeyedList(this.body, keyOf, (/** @type {Trace} */ trace) => this.row(trace));
    /** @type {Map<string, Trace>} */
    this.traces = new Map();
    /** @type {string[] | null} keys in the order that is shown */
    this.order = null;
    this.total = '';
    context.eachSecond(() => this.draw());
  }

  /** @param {Trace[]} traces in the order that is wanted @param {string} [total] */
  show(traces, total = '') {
    this.traces = new Map(traces.map(trace => [keyOf(trace), trace]));
    this.total = total;
    if (this.order === null || this.order.length === 0) this.accept();
    else this.draw();
  }

  /** Shows all, in the present order. */
  accept() {
    this.order = [...this.traces.keys()];
    this.draw();
  }

  /** Starts anew, for other parameters. */
  reset() {
    this.order = null;
  }

  draw() {
    const order = (this.order ?? []).filter(key => this.traces.has(key));
    const fresh = this.traces.size - order.length;
    this.list.show(order.map(key => /** @type {Trace} */ (this.traces.get(key))));
    this.table.hidden = order.length === 0;
    this.more.hidden = fresh === 0 || order.length === 0;
    if (order.length === 0 && fresh > 0) this.accept();
    write(this.more, `Show ${fresh} new`);
    write(this.note, this.total || (this.traces.size > 0 ? String(this.traces.size) : ''));
    this.empty.hidden = this.traces.size > 0;
    if (this.order !== null) write(this.empty, this.nothing);
  }

  /** @param {Trace} first */
  row(first) {
    const mark = element('span', { className: 'mark' });
    const service = name();
    const operation = name('', 'soft');
    const link = element('a', { href: this.context.router.link('trace', [first.tenant, first.traceId]) }, service, operation);
    const [started, age, last, progress, doing] = ['Started', 'Age', 'Last event', 'Progress', 'Now doing'].map(label => element('td', { 'data-label': label }));
    const text = name();
    doing.append(text);
    const root = element('tr', {}, element('td', { className: 't-state' }, mark), element('th', { scope: 'row' }, link), started, age, last, progress, doing);
    let state = '';
    return {
      root,
      update: (/** @type {Trace} */ trace) => {
        const now = Date.now();
        if (state !== trace.state) {
          state = trace.state;
          attribute(root, 'data-trace', state);
          mark.replaceChildren(shape(traceState(state), 12), traceState(state).word);
        }
        writeName(service, trace.service);
        writeName(operation, trace.operation);
        attribute(link, 'title', `${trace.service} · ${trace.operation}, trace ${trace.traceId}`);
        write(started, trace.startedAt === null ? '–' : moment(Date.parse(trace.startedAt)));
        write(age, trace.durationMs !== null ? milliseconds(trace.durationMs) : trace.startedAt === null ? '–' : span(now - Date.parse(trace.startedAt)));
        attribute(age, 'data-label', trace.durationMs !== null ? 'Duration' : 'Age');
        attribute(doing, 'data-label', trace.error ? 'Error' : 'Now doing');
        write(last, `${span(now - Date.parse(trace.lastEventAt))} ago`);
        write(progress, trace.endedAt === null ? wholePercent(trace.progressPercentage) : '–');
        writeName(text, trace.error ? [trace.error.type, trace.error.message].filter(Boolean).join(': ') || 'failed' : trace.currentOperation ?? '–');
      },
    };
  }
}
