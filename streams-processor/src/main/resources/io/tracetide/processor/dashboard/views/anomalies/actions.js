/** Acknowledge and silence from an incident: for the alerts of its anomalies. */

import * as alerts from '../../api/alerts.js';
import { button, element, write } from '../../core/dom.js';
import { withdraw } from '../../part/alertstate.js';

/** @typedef {import('../../api/types.js').Anomaly} Anomaly */
/** @typedef {import('../../api/types.js').Alert} Alert */

export class AnomalyActions {
  /** @param {import('../../core/view.js').Context} context */
  constructor(context) {
    this.context = context;
    /** @type {Alert[]} */
    this.firing = [];
    this.note = element('a', { className: 'more', href: context.router.link('alerts') });
    this.root = element('div', { className: 'actions' });
    if (!context.about.alerting) return;
    this.root.append(this.note);
    if (!context.mayAct) return;
    this.acknowledge = button('Acknowledge…', async () => {
      const { acknowledgeDialog } = await import('../../part/acknowledge.js');
      acknowledgeDialog(context, this.firing.filter(({ acknowledgement }) => !acknowledgement), () => this.load());
    }, { className: 'quiet' });
    this.withdrawal = button('Withdraw acknowledgement', () => void withdraw(context, this.firing, () => this.load()), { className: 'quiet', hidden: true });
    this.silence = button('Silence…', async () => {
      const { silenceDialog } = await import('../../part/silence.js');
      const { incident, tenant = 'default' } = this.firing[0]?.labels ?? {};
      silenceDialog(context, { tenant, matchers: incident ? [{ name: 'incident', value: incident, isRegex: false, isEqual: true }] : this.ofServices() }, () => this.load());
    }, { className: 'quiet' });
    this.root.append(this.acknowledge, this.withdrawal, this.silence);
  }

  ofServices() {
    return [{ name: 'service', value: this.anomalies?.[0]?.service ?? '', isRegex: false, isEqual: true }];
  }

  /** @param {Anomaly[]} anomalies */
  show(anomalies) {
    this.anomalies = anomalies;
    void this.load();
  }

  /** Reads which alerts of the anomalies are firing. */
  async load() {
    if (!this.context.about.alerting || !this.anomalies?.length) return;
    const fingerprints = new Set(this.anomalies.filter(({ state }) => state === 'OPEN').map(({ fingerprint }) => fingerprint));
    const all = fingerprints.size === 0 ? [] : await alerts.alerts([`tenant=${JSON.stringify(this.anomalies[0].tenant)}`]).catch(() => null);
    if (all === null) {
      write(this.note, 'Alerts are not available');
      return;
    }
    this.firing = all.filter(({ fingerprint }) => fingerprints.has(fingerprint));
    const muted = this.firing.filter(({ status }) => status.silencedBy.length + status.mutedBy.length > 0).length;
    const acknowledged = this.firing.filter(({ acknowledgement }) => acknowledgement).length;
    const notes = [acknowledged > 0 ? `, ${acknowledged} acknowledged` : '', muted > 0 ? `, ${muted} muted` : ''];
    write(this.note, this.firing.length === 0 ? 'No alert is firing' : `${this.firing.length} ${this.firing.length === 1 ? 'alert' : 'alerts'}${notes.join('')}`);
    const whole = acknowledged > 0 && acknowledged === this.firing.length;
    if (this.acknowledge) this.acknowledge.hidden = whole;
    if (this.withdrawal) this.withdrawal.hidden = !whole;
    for (const action of [this.acknowledge, this.silence]) if (action) action.disabled = this.firing.length === 0;
  }
}
