/** Feedback on an anomaly: what it was, what is in force for its fingerprint, and its withdrawal. */

import * as alerts from '../api/alerts.js';
import { button, element } from '../core/dom.js';
import { moment, place } from '../core/format.js';
import { authorField, formDialog } from './author.js';

/** @typedef {import('../api/types.js').Anomaly} Anomaly */
/** @typedef {import('../api/types.js').Judgement} Judgement */

const FRESH_MS = 5_000;

/** @type {Record<string, string>} */
const VERDICTS = {
  true_positive: 'A fault',
  false_positive: 'No fault: close it, and report later ones only when they are larger',
  expected: 'Expected: close it, and do not report it until',
};

/** @type {Map<string, {at: number, answer: Promise<Judgement[]>}>} */
const read = new Map();

/** The feedback in force of a tenant; cards that are shown together share one request. @param {string} tenant */
function inForce(tenant) {
  const known = read.get(tenant);
  if (known && Date.now() - known.at < FRESH_MS) return known.answer;
  const answer = alerts.feedback(tenant).catch(() => []);
  read.set(tenant, { at: Date.now(), answer });
  return answer;
}

export class Feedback {
  /** @param {import('../core/view.js').Context} context */
  constructor(context) {
    this.context = context;
    this.root = element('div', { className: 'feedback actions', hidden: true });
    /** @type {Anomaly | undefined} */
    this.anomaly = undefined;
    this.shown = '';
  }

  /** @param {Anomaly} anomaly */
  show(anomaly) {
    const key = `${anomaly.anomalyId} ${anomaly.state}`;
    if (!this.context.about.alerting || key === this.shown) return;
    this.shown = key;
    this.anomaly = anomaly;
    void this.load();
  }

  async load() {
    const { anomaly } = this;
    if (!anomaly) return;
    const judgement = (await inForce(anomaly.tenant)).find(({ fingerprint }) => fingerprint === anomaly.fingerprint);
    /** @type {(Node | string)[]} */
    const parts = judgement ? [element('span', { dir: 'auto' }, textOf(judgement))] : [];
    if (this.context.mayAct) {
      if (judgement) parts.push(' ', button('Withdraw', () => void this.withdraw(judgement), { className: 'link' }));
      if (anomaly.state === 'OPEN') parts.push(button('Feedback…', () => this.ask(anomaly), { className: 'quiet' }));
    }
    this.root.replaceChildren(...parts);
    this.root.hidden = parts.length === 0;
  }

  changed() {
    if (this.anomaly) read.delete(this.anomaly.tenant);
    void this.load();
  }

  /** @param {Judgement} judgement */
  async withdraw(judgement) {
    const author = authorField(this.context);
    formDialog('Withdraw this feedback', [element('p', { dir: 'auto' }, textOf(judgement)), author.root], 'Withdraw', async () => {
      await alerts.withdrawFeedback(judgement.id, judgement.tenant, author.read());
      this.context.frame.toast('The feedback is withdrawn within seconds.');
      this.changed();
    });
  }

  /** @param {Anomaly} anomaly */
  ask(anomaly) {
    const author = authorField(this.context);
    const comment = element('textarea', { rows: '2', maxlength: '2000', placeholder: 'Why' });
    const duration = element('select', { 'aria-label': 'Expected for' }, ...[['1h', '1 hour'], ['4h', '4 hours'], ['24h', '24 hours'], ['7d', '7 days']].map(([value, text]) => element('option', { value }, text)));
    const choices = Object.entries(VERDICTS).map(([verdict, text], at) => ({ verdict, text, input: element('input', { type: 'radio', name: 'verdict', value: verdict, required: true, checked: at === 0 }) }));
    formDialog(`What was this anomaly? ${place(anomaly.service, anomaly.operation)}`, [
      ...choices.map(({ verdict, text, input }) => element('label', { className: 'check' }, input, element('span', {}, text), verdict === 'expected' ? duration : '')),
      author.root,
      element('label', {}, element('span', {}, 'Comment'), comment),
    ], 'Send feedback', async () => {
      const verdict = choices.find(({ input }) => input.checked)?.verdict ?? 'true_positive';
      const by = author.read();
      const { id } = await alerts.giveFeedback(anomaly.fingerprint, anomaly.tenant, { by, verdict, comment: comment.value.trim(), ...(verdict === 'expected' ? { duration: duration.value } : {}) });
      this.changed();
      this.context.frame.toast('The feedback is applied within seconds.', {
        label: 'Undo',
        run: async () => {
          await alerts.withdrawFeedback(id, anomaly.tenant, by).catch(failure => this.context.frame.failed(failure));
          this.changed();
        },
      });
    });
  }
}

/** @param {Judgement} judgement */
function textOf({ verdict, by, at, until, comment }) {
  const what = verdict === 'true_positive' ? 'a fault' : verdict === 'false_positive' ? 'no fault' : `expected until ${until ? moment(Date.parse(until)) : ''}`;
  return `Feedback: ${what}, by ${by} ${moment(Date.parse(at))}${comment ? `: ${comment}` : ''}`;
}
