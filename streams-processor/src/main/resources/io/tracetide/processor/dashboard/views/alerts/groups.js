/** Groups of alerts, as their receivers are notified of them. Each group is shown once, with all its receivers. */

import { KeyedList, attribute, button, element, name, write, writeName } from '../../core/dom.js';
import { moment, place, span } from '../../core/format.js';
import { severityOf, shape } from '../../core/status.js';
import { withdraw } from '../../part/alertstate.js';
import { AlertRow } from './alert.js';

/** @typedef {import('../../api/types.js').Alert} Alert */
/** @typedef {import('../../api/types.js').AlertGroup} AlertGroup */
/** @typedef {import('../../api/types.js').Outcome} Outcome */
/** @typedef {{key: string, labels: Record<string, string>, receivers: string[], alerts: Alert[]}} Group */

export class Groups {
  /** @param {import('../../core/view.js').Context} context @param {() => void} changed */
  constructor(context, changed) {
    this.context = context;
    this.changed = changed;
    this.note = element('p');
    this.more = button('', () => this.accept(), { className: 'again' });
    this.list = element('ol', { className: 'groups', id: 'alert-groups' });
    this.empty = element('p', { className: 'empty' }, 'Loading');
    this.root = element('section', { className: 'card', 'aria-labelledby': 'groups-title' },
      element('div', { className: 'title' }, element('h2', { id: 'groups-title' }, 'Firing alerts'), this.note, this.more), this.list, this.empty);
    this.rows = new KeyedList(this.list, (/** @type {Group} */ group) => group.key, () => this.row());
    /** @type {Map<string, Group>} */
    this.groups = new Map();
    /** @type {string[] | null} */
    this.order = null;
    /** @type {Outcome[]} */
    this.outcomes = [];
    this.chosen = '';
    context.eachSecond(() => this.draw());
  }

  /** @param {string} fingerprint of the alert that an address names */
  choose(fingerprint) {
    this.chosen = fingerprint;
    this.draw();
  }

  /** @param {AlertGroup[]} answer one group for each receiver */
  show(answer) {
    this.groups = new Map();
    const { tenant } = this.context;
    for (const { labels, receiver, alerts } of answer) {
      if (alerts.length === 0 || (tenant && alerts[0].labels.tenant !== tenant)) continue;
      const key = JSON.stringify(labels);
      const group = this.groups.get(key) ?? { key, labels, receivers: [], alerts: [] };
      group.receivers.push(receiver.name);
      for (const alert of alerts) if (!group.alerts.some(({ fingerprint }) => fingerprint === alert.fingerprint)) group.alerts.push(alert);
      this.groups.set(key, group);
    }
    if (this.order === null || this.order.every(key => !this.groups.has(key))) this.accept();
    else this.draw();
  }

  /** @param {Outcome[]} outcomes */
  delivered(outcomes) {
    this.outcomes = outcomes;
    this.draw();
  }

  accept() {
    const rank = (/** @type {Group} */ { alerts }) => Math.min(...alerts.map(({ labels }) => severityOf(labels.severity ?? '').rank));
    const since = (/** @type {Group} */ { alerts }) => Math.min(...alerts.map(({ startsAt }) => Date.parse(startsAt)));
    this.order = [...this.groups.values()].sort((a, b) => rank(a) - rank(b) || since(b) - since(a)).map(({ key }) => key);
    this.draw();
  }

  draw() {
    if (this.order === null) return;
    const shown = this.order.flatMap(key => this.groups.get(key) ?? []);
    const fresh = this.groups.size - shown.length;
    this.rows.show(shown);
    this.more.hidden = fresh === 0;
    write(this.more, `Show ${fresh} new`);
    const alerts = new Set(shown.flatMap(group => group.alerts.map(({ fingerprint }) => fingerprint))).size;
    write(this.note, shown.length > 0 ? `${alerts} in ${shown.length} ${shown.length === 1 ? 'group' : 'groups'}` : '');
    this.empty.hidden = this.groups.size > 0;
    write(this.empty, 'No alert is firing.');
  }

  row() {
    const severity = element('span', { className: 'severity' });
    const title = name();
    const link = element('a', { className: 'where' }, title);
    const told = element('span', { className: 'soft told' });
    const when = element('time');
    const list = element('ol', { className: 'alerts' });
    const actions = element('div', { className: 'actions' });
    /** @type {Group | null} */
    let shown = null;
    const acknowledge = button('Acknowledge…', async () => {
      const { acknowledgeDialog } = await import('../../part/acknowledge.js');
      if (shown) acknowledgeDialog(this.context, shown.alerts.filter(({ acknowledgement }) => !acknowledgement), this.changed);
    }, { className: 'quiet' });
    const withdrawal = button('Withdraw acknowledgement', () => {
      if (shown) void withdraw(this.context, shown.alerts, this.changed);
    }, { className: 'quiet' });
    if (this.context.mayAct) {
      actions.append(acknowledge, withdrawal, button('Silence…', async () => {
        const { silenceDialog } = await import('../../part/silence.js');
        if (shown) silenceDialog(this.context, { tenant: shown.alerts[0].labels.tenant ?? 'default', matchers: matchersOf(shown) }, this.changed);
      }, { className: 'quiet' }));
    }
    const alerts = new KeyedList(list, (/** @type {Alert} */ alert) => alert.fingerprint, alert => new AlertRow(this.context, alert, this.changed));
    const root = element('li', {}, element('div', { className: 'incident-line' }, severity, link, told, when, actions), list);
    return {
      root,
      update: (/** @type {Group} */ group) => {
        shown = group;
        const worst = [...group.alerts].sort((a, b) => severityOf(a.labels.severity ?? '').rank - severityOf(b.labels.severity ?? '').rank);
        const mark = severityOf(worst[0].labels.severity ?? '');
        attribute(root, 'data-severity', mark.word.toLowerCase());
        if (severity.textContent !== mark.word) severity.replaceChildren(shape(mark), mark.word);
        writeName(title, worst[0].annotations.origin ?? place(worst[0].labels.service ?? Object.values(group.labels).join(', '), worst[0].labels.operation));
        const { incident, tenant = 'default' } = group.labels;
        if (incident) link.href = this.context.router.link('anomalies', [tenant, incident]);
        else link.removeAttribute('href');
        write(told, this.told(group));
        write(when, `for ${span(Date.now() - Math.min(...group.alerts.map(({ startsAt }) => Date.parse(startsAt))))}`);
        alerts.show(worst);
        const acknowledged = group.alerts.every(({ acknowledgement }) => acknowledgement);
        acknowledge.hidden = acknowledged;
        withdrawal.hidden = !acknowledged;
        for (const part of alerts.parts.values()) if (part instanceof AlertRow) part.choose(this.chosen);
      },
    };
  }

  /** Who was notified of a group, and with which outcome. @param {Group} group */
  told(group) {
    const id = group.labels.incident;
    return group.receivers.map(receiver => {
      const outcome = this.outcomes.find(one => one.receiver === receiver && id !== undefined && one.groupKey.includes(id));
      return outcome ? `${receiver}: ${outcome.status} ${moment(Date.parse(outcome.completedAt))}` : `${receiver}: not yet`;
    }).join(', ');
  }
}

/** @param {Group} group @returns {import('../../api/types.js').Matcher[]} */
function matchersOf(group) {
  const labels = Object.entries(group.labels).filter(([label]) => label !== 'tenant');
  return (labels.length > 0 ? labels : [['alertname', group.alerts[0].labels.alertname]]).map(([label, value]) => ({ name: label, value, isRegex: false, isEqual: true }));
}
