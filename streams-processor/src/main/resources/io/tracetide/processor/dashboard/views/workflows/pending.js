/** Approvals that were requested and are not decided, the longest waiting first. */

import { KeyedList, element, name, write, writeName } from '../../core/dom.js';
import { span } from '../../core/format.js';
import { pendingApproval } from '../trace/steps.js';

/** @typedef {import('../../api/types.js').Trace} Trace */
/** @typedef {import('../../api/types.js').TraceEvent} TraceEvent */
/** @typedef {{trace: Trace, since: TraceEvent}} Waiting */

const MOST = 10;

export class Pending {
  /** @param {import('../../core/view.js').Context} context */
  constructor(context) {
    this.context = context;
    this.note = element('p');
    this.list = element('ol', { className: 'short-list' });
    this.empty = element('p', { className: 'calm' }, 'Loading');
    this.root = element('section', { className: 'card', id: 'pending', 'aria-labelledby': 'pending-title' },
      element('div', { className: 'title' }, element('h2', { id: 'pending-title' }, 'Pending approvals'), this.note), this.list, this.empty);
    this.rows = new KeyedList(this.list, (/** @type {Waiting} */ { trace }) => `${trace.tenant} ${trace.traceId}`, () => this.row());
    /** @type {Waiting[]} */
    this.shown = [];
    context.eachSecond(() => this.rows.show(this.shown));
  }

  /** @param {Trace[]} traces in flight, with their events */
  show(traces) {
    const all = traces.flatMap(trace => {
      const since = pendingApproval(trace.events ?? [], trace);
      return since ? [{ trace, since }] : [];
    }).sort((a, b) => Date.parse(a.since.timestamp) - Date.parse(b.since.timestamp));
    this.shown = all.slice(0, MOST);
    this.rows.show(this.shown);
    write(this.note, all.length > MOST ? `the oldest ${MOST} of ${all.length}` : all.length > 0 ? String(all.length) : '');
    this.empty.hidden = all.length > 0;
    write(this.empty, 'No trace in flight waits for an approval.');
  }

  row() {
    const waits = element('b', { className: 'waits' });
    const link = element('a');
    const title = name();
    link.append(title);
    const what = element('span', { className: 'what', dir: 'auto' });
    return {
      root: element('li', {}, waits, element('div', { className: 'body' }, link, what)),
      update: (/** @type {Waiting} */ { trace, since }) => {
        const { requester, approver } = since.attributes;
        write(waits, span(Date.now() - Date.parse(since.timestamp)));
        writeName(title, `${trace.service} · ${trace.operation}`);
        link.href = this.context.router.link('trace', [trace.tenant, trace.traceId]);
        writeName(what, [requester ? `requested by ${requester}` : 'requested', approver ? `of ${approver}` : '', trace.context.planId ?? trace.context.contextId ?? ''].filter(Boolean).join(', '));
      },
    };
  }
}
