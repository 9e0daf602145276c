/** Entries of the audit trail, newest first, with links to what they are about. */

import { KeyedList, button, element, name, write, writeName } from '../../core/dom.js';
import { full, moment, whole } from '../../core/format.js';

/** @typedef {import('../../api/types.js').AuditEntry} AuditEntry */
/** @typedef {import('../../api/types.js').Audit} Audit */

const MOST_TRACES = 3;

export class Entries {
  /** @param {import('../../core/view.js').Context} context @param {() => void} onMore */
  constructor(context, onMore) {
    this.context = context;
    this.note = element('p');
    this.body = element('tbody');
    this.table = element('table', { className: 'figures entries', hidden: true },
      element('thead', {}, element('tr', {}, ...['Time', 'Actor', 'Action', 'Subject and details', 'About'].map(label => element('th', { scope: 'col' }, label)))), this.body);
    this.empty = element('p', { className: 'empty' }, 'Loading');
    this.more = button('Show older entries', onMore, { className: 'quiet' });
    this.foot = element('p', { className: 'older', hidden: true }, this.more);
    this.root = element('section', { className: 'card', id: 'audit-entries', 'aria-labelledby': 'audit-entries-title' },
      element('div', { className: 'title' }, element('h2', { id: 'audit-entries-title' }, 'Entries'), this.note), this.table, this.empty, this.foot);
    this.rows = new KeyedList(this.body, (/** @type {AuditEntry} */ entry) => `${entry.partition}:${entry.sequence}:${entry.hash}`, () => this.row());
  }

  /** Before the answer of another search. */
  load() {
    write(this.note, '');
    this.rows.show([]);
    this.table.hidden = true;
    this.foot.hidden = true;
    this.empty.hidden = false;
    write(this.empty, 'Loading');
  }

  /** @param {AuditEntry[]} entries @param {boolean} more whether there are older ones */
  show(entries, more) {
    this.context.frame.toolbar.tenants(new Set(entries.map(({ tenant }) => tenant)));
    this.rows.show(entries);
    this.table.hidden = entries.length === 0;
    this.foot.hidden = !more;
    this.empty.hidden = entries.length > 0;
    write(this.empty, more ? 'No entry matches among the records that were searched so far.' : 'No entry matches.');
    write(this.note, entries.length > 0 ? `${more ? 'newest ' : ''}${whole(entries.length)}` : '');
  }

  /** @param {Audit} answer */
  scanned(answer) {
    write(this.more, answer.entries.length > 0 ? 'Show older entries' : 'Search older records');
  }

  /** @param {unknown} failure */
  fail(failure) {
    if (this.table.hidden) write(this.empty, failure instanceof Error ? failure.message : 'No answer.');
    else this.context.frame.failed(failure);
  }

  /** @param {boolean} busy */
  busy(busy) {
    this.more.disabled = busy;
  }

  row() {
    const time = element('time');
    const actor = name();
    const action = name();
    const subject = name('', 'mono');
    const details = element('dl', { className: 'pairs' });
    const about = element('td', { 'data-label': 'About', className: 'about' });
    const root = element('tr', {}, element('th', { scope: 'row' }, time), element('td', { 'data-label': 'Actor' }, actor), element('td', { 'data-label': 'Action' }, action),
      element('td', { 'data-label': 'Subject', className: 'subject' }, subject, details), about);
    let drawn = '';
    return {
      root,
      update: (/** @type {AuditEntry} */ entry) => {
        if (drawn === entry.hash) return;
        drawn = entry.hash;
        write(time, moment(Date.parse(entry.timestamp)));
        time.title = `${full(Date.parse(entry.timestamp))}; chained ${full(Date.parse(entry.chainedAt))} as ${entry.partition}:${entry.sequence}`;
        writeName(actor, entry.actor);
        writeName(action, entry.action);
        writeName(subject, entry.subject);
        details.replaceChildren(...Object.entries(entry.details).map(([key, value]) => element('div', {}, element('dt', {}, name(key)), element('dd', {}, name(value)))));
        about.replaceChildren(...links(this.context, entry));
      },
    };
  }
}

/** Links to the anomaly, the alert and the traces that an entry names. @param {import('../../core/view.js').Context} context @param {AuditEntry} entry */
function links(context, entry) {
  const { router } = context;
  const { details, tenant } = entry;
  const anomaly = details.anomalyId ?? (entry.action.startsWith('violation.') ? entry.subject : undefined);
  const traces = (details.traceIds ?? '').split(',').filter(Boolean).slice(0, MOST_TRACES);
  return [
    anomaly ? element('a', { href: router.link('anomalies', [tenant, anomaly], { anomaly }) }, 'Anomaly') : null,
    details.fingerprint && entry.action.startsWith('alert.') ? element('a', { href: router.link('alerts', [], { alert: details.fingerprint }) }, 'Alert') : null,
    ...traces.map((id, at) => element('a', { href: router.link('trace', [tenant, id]), title: id }, traces.length > 1 ? `Trace ${at + 1}` : 'Trace')),
  ].filter(link => link !== null);
}
