/** Whether the chains of the audit trail are valid, and the head of each. */

import { KeyedList, attribute, element, name, write, writeName } from '../../core/dom.js';
import { full, span, whole } from '../../core/format.js';

/** @typedef {import('../../api/types.js').AuditVerification} Answer */
/** @typedef {import('../../api/types.js').AuditChain} Chain */

/** @param {Answer} answer @returns {[string, string, string]} state for the style, word, and sentence */
function verdict(answer) {
  const records = `${whole(answer.records)} ${answer.records === 1 ? 'record' : 'records'}`;
  const checked = answer.checkedAt ? `, checked ${span(Date.now() - Date.parse(answer.checkedAt))} ago` : '';
  if (answer.valid === false) return ['broken', 'Broken', `A record was changed, removed or inserted in ${answer.partitions.filter(({ firstInvalid }) => firstInvalid).map(({ partition, firstInvalid }) => `partition ${partition} at sequence ${firstInvalid?.sequence ?? '?'}`).join(', ')}. ${records} verified${checked}.`];
  if (answer.state === 'unavailable') return ['waiting', 'Not verified now', `The trail cannot be read: ${answer.trouble ?? 'no reason is known'}. ${records} verified${checked}.`];
  if (answer.valid === true) return ['valid', 'Unchanged', `No record of the trail was changed, removed or inserted: ${records} verified${checked}.`];
  return ['waiting', 'Verifying', `${records} verified so far.`];
}

export class Verification {
  /** @param {import('../../core/view.js').Context} context */
  constructor(context) {
    this.word = element('b', { className: 'verdict' }, 'Verifying');
    this.text = element('p', { id: 'audit-verdict', role: 'status' }, 'Loading');
    const body = element('tbody');
    this.rows = new KeyedList(body, (/** @type {Chain} */ chain) => String(chain.partition), () => row());
    const table = element('table', { className: 'figures checks heads' },
      element('thead', {}, element('tr', {}, ...['Partition', 'Records', 'Sequences', 'State', 'Head'].map(label => element('th', { scope: 'col' }, label)))), body);
    this.details = element('details', { className: 'chains' }, element('summary', {}, 'Chains by partition'),
      element('p', { className: 'soft note' }, 'The removal of the newest records can be found only with a head that was stored elsewhere: compare it with an earlier copy of this table.'), table);
    this.root = element('section', { className: 'card', id: 'audit-verification', 'aria-labelledby': 'audit-verified-title' },
      element('div', { className: 'title' }, element('h2', { id: 'audit-verified-title' }, 'Audit trail'), this.word), this.text, this.details);
    context.eachSecond(() => this.draw());
  }

  /** @param {Answer} answer */
  show(answer) {
    this.answer = answer;
    this.draw();
    this.rows.show(answer.partitions);
    if (answer.valid === false) this.details.open = true;
  }

  draw() {
    if (!this.answer) return;
    const [state, word, sentence] = verdict(this.answer);
    attribute(this.root, 'data-verdict', state);
    write(this.word, word);
    write(this.text, sentence);
    if (this.answer.checkedAt) attribute(this.text, 'title', full(Date.parse(this.answer.checkedAt)));
  }

  /** @param {unknown} failure */
  fail(failure) {
    if (!this.answer) write(this.text, failure instanceof Error ? failure.message : 'No answer.');
  }
}

function row() {
  const partition = element('th', { scope: 'row' });
  const cells = ['Records', 'Sequences', 'State'].map(label => element('td', { 'data-label': label }));
  const head = name('', 'mono');
  const root = element('tr', {}, partition, ...cells, element('td', { 'data-label': 'Head' }, head));
  return {
    root,
    update: (/** @type {Chain} */ chain) => {
      const invalid = chain.firstInvalid;
      attribute(root, 'data-invalid', invalid !== null);
      write(partition, `Partition ${chain.partition}`);
      write(cells[0], whole(chain.records));
      write(cells[1], chain.lastSequence === null ? '–' : `${chain.firstSequence}–${chain.lastSequence}`);
      write(cells[2], invalid ? `${invalid.fault} at ${invalid.sequence ?? '?'}: ${invalid.detail}` : chain.waiting > 0 ? `${whole(chain.waiting)} left` : 'valid');
      writeName(head, chain.headHash === null ? '–' : `${chain.partition}:${chain.lastSequence}:${chain.headHash}`);
    },
  };
}
