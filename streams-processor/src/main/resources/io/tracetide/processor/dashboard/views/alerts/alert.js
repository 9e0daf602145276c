/** One alert: its state, why receivers are notified of it or not, and actions. */

import * as alerts from '../../api/alerts.js';
import { attribute, button, element, name, write, writeName } from '../../core/dom.js';
import { moment, place, span } from '../../core/format.js';
import { severityOf, shape } from '../../core/status.js';
import { acknowledgementText, stateOf, withdraw } from '../../part/alertstate.js';
import { sentence } from './words.js';

/** @typedef {import('../../api/types.js').Alert} Alert */
/** @typedef {import('../../api/types.js').Explanation} Explanation */

export class AlertRow {
  /** @param {import('../../core/view.js').Context} context @param {Alert} alert @param {() => void} changed */
  constructor(context, alert, changed) {
    this.context = context;
    this.alert = alert;
    this.changed = changed;
    this.severity = element('span', { className: 'severity' });
    this.title = name();
    this.summary = element('span', { className: 'what', dir: 'auto' });
    this.acknowledgement = element('span', { dir: 'auto' });
    this.acknowledged = element('span', { className: 'acknowledged', hidden: true }, this.acknowledgement, ' ', context.mayAct ? button('Withdraw', () => void this.withdraw(), { className: 'link' }) : '');
    this.state = element('span', { className: 'phase' });
    this.since = element('time');
    this.open = button('Explain', () => void this.toggle(), { className: 'link', 'aria-expanded': 'false' });
    this.details = element('div', { className: 'explain', hidden: true });
    this.root = element('li', {}, this.severity, element('div', { className: 'body' }, element('b', {}, this.title), this.summary, this.acknowledged), this.state, this.since, this.open, this.details);
    this.wasChosen = '';
  }

  /** @param {Alert} alert */
  update(alert) {
    this.alert = alert;
    const { labels, acknowledgement } = alert;
    const mark = severityOf(labels.severity ?? '');
    attribute(this.root, 'data-severity', mark.word.toLowerCase());
    if (this.severity.textContent !== mark.word) this.severity.replaceChildren(shape(mark), mark.word);
    writeName(this.title, `${labels.alertname} · ${place(labels.service ?? '', labels.operation)}`);
    writeName(this.summary, alert.annotations.summary ?? alert.annotations.description ?? '');
    const word = stateOf(alert);
    write(this.state, word);
    this.acknowledged.hidden = acknowledgement === undefined;
    if (acknowledgement) {
      write(this.acknowledgement, acknowledgementText(acknowledgement));
      attribute(this.acknowledged, 'title', acknowledgement.comment);
    }
    attribute(this.root, 'data-state', word === 'Firing' ? 'open' : 'muted');
    write(this.since, `for ${span(Date.now() - Date.parse(alert.startsAt))}`);
  }

  /** Opens the alert that the address names, once. @param {string} fingerprint */
  choose(fingerprint) {
    this.root.classList.toggle('chosen', fingerprint !== '' && fingerprint === this.alert.fingerprint);
    if (fingerprint !== this.alert.fingerprint || this.wasChosen === fingerprint) return;
    this.wasChosen = fingerprint;
    if (this.details.hidden) void this.toggle();
    this.root.scrollIntoView({ block: 'center' });
  }

  async toggle() {
    this.details.hidden = !this.details.hidden;
    attribute(this.open, 'aria-expanded', !this.details.hidden);
    write(this.open, this.details.hidden ? 'Explain' : 'Close');
    if (!this.details.hidden) await this.explain();
  }

  async explain() {
    const { fingerprint, labels } = this.alert;
    try {
      this.draw(await alerts.explain(fingerprint, labels.tenant ?? 'default'));
    } catch (failure) {
      this.details.replaceChildren(failure instanceof Error ? failure.message : 'No answer.');
    }
  }

  /** @param {Explanation} found */
  draw(found) {
    const { acknowledgement } = found;
    const acknowledged = acknowledgement ? [element('p', { className: 'acknowledged' },
      acknowledgementText(acknowledgement), acknowledgement.comment ? `: ${acknowledgement.comment}` : '')] : [];
    const outcomes = found.outcomes.length === 0 ? [element('p', { className: 'soft' }, 'No delivery of its groups yet.')] : [element('ul', {}, ...found.outcomes.map(outcome =>
      element('li', { 'data-outcome': outcome.status }, element('b', {}, outcome.receiver), ` ${outcome.status}${outcome.reason ? ` (${outcome.reason.toLowerCase().replaceAll('_', ' ')})` : ''} ${moment(Date.parse(outcome.completedAt))}${outcome.attempts > 1 ? `, ${outcome.attempts} attempts` : ''}${outcome.detail ? `: ${outcome.detail}` : ''}`)))];
    const actions = this.context.mayAct ? [element('div', { className: 'actions' },
      acknowledgement ? '' : button('Acknowledge this alert…', () => void this.acknowledge(), { className: 'quiet' }),
      button('Silence this alert…', () => void this.silence(), { className: 'quiet' }))] : [];
    this.details.replaceChildren(...acknowledged, element('h3', {}, 'Why'), element('ul', {}, ...found.why.map(text => element('li', { dir: 'auto' }, sentence(text, found.groups)))), element('h3', {}, 'Deliveries'), ...outcomes,
      element('h3', {}, 'Labels'), element('p', { className: 'labels' }, ...Object.entries(found.labels).flatMap(([label, value]) => [element('code', {}, `${label}=${value}`), ' '])), ...actions);
  }

  async acknowledge() {
    const { acknowledgeDialog } = await import('../../part/acknowledge.js');
    acknowledgeDialog(this.context, [this.alert], () => this.done());
  }

  async silence() {
    const { silenceDialog } = await import('../../part/silence.js');
    const { labels } = this.alert;
    const matchers = ['alertname', 'service', 'operation'].flatMap(label => (labels[label] ? [{ name: label, value: labels[label], isRegex: false, isEqual: true }] : []));
    silenceDialog(this.context, { tenant: labels.tenant ?? 'default', matchers }, () => this.done());
  }

  async withdraw() {
    await withdraw(this.context, [this.alert], () => this.done());
  }

  done() {
    this.changed();
    if (!this.details.hidden) void this.explain();
  }
}
