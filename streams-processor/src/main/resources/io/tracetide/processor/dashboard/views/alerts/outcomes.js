/** The newest deliveries and their outcomes. */

import { KeyedList, attribute, element, name, write, writeName } from '../../core/dom.js';
import { moment } from '../../core/format.js';

/** @typedef {import('../../api/types.js').Outcome} Outcome */

const MOST = 15;

export class Outcomes {
  /** @param {import('../../core/view.js').Context} context */
  constructor(context) {
    this.context = context;
    this.body = element('tbody');
    this.empty = element('p', { className: 'calm' }, 'Loading');
    this.table = element('table', { className: 'figures outcomes', hidden: true }, element('thead', {}, element('tr', {}, ...['Receiver', 'Outcome', 'Attempts', 'At', 'Concerning', 'Detail'].map(label => element('th', { scope: 'col' }, label)))), this.body);
    this.root = element('section', { className: 'card', 'aria-labelledby': 'outcomes-title' }, element('div', { className: 'title' }, element('h2', { id: 'outcomes-title' }, 'Who was notified')), this.table, this.empty);
    this.rows = new KeyedList(this.body, (/** @type {Outcome} */ outcome) => outcome.notificationId + outcome.completedAt, () => this.row());
  }

  /** @param {Outcome[]} answer */
  show(answer) {
    this.rows.show(answer.slice(0, MOST));
    this.table.hidden = answer.length === 0;
    this.empty.hidden = answer.length > 0;
    write(this.empty, 'Nobody was notified yet.');
  }

  row() {
    const receiver = name();
    const cells = ['Outcome', 'Attempts', 'At'].map(label => element('td', { 'data-label': label }));
    const detail = name();
    const incident = element('a', {}, 'incident');
    const about = element('td', { 'data-label': 'Concerning' }, incident);
    const root = element('tr', {}, element('th', { scope: 'row' }, receiver), ...cells, about, element('td', { 'data-label': 'Detail' }, detail));
    return {
      root,
      update: (/** @type {Outcome} */ outcome) => {
        attribute(root, 'data-outcome', outcome.status);
        writeName(receiver, `${outcome.receiver} (${outcome.channel})`);
        for (const [at, text] of [outcome.status, String(outcome.attempts), moment(Date.parse(outcome.completedAt))].entries()) write(cells[at], text);
        const id = /incident="([^"]+)"/.exec(outcome.groupKey)?.[1];
        incident.hidden = id === undefined;
        if (id) incident.href = this.context.router.link('anomalies', [outcome.tenant, id]);
        writeName(detail, outcome.detail || outcome.reason || '–');
      },
    };
  }
}
