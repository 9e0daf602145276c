/** Search fields of the audit trail. They are in the address, so that a search can be shared. */

import { element } from '../../core/dom.js';

/** @type {['actor', 'action', 'subject', 'detail']} */
export const SEARCHED = ['actor', 'action', 'subject', 'detail'];

const EXAMPLES = { actor: 'ta_ops or sink', action: 'violation.*', subject: 'text with *', detail: 'service=checkout' };
const LABELS = { actor: 'Actor', action: 'Action', subject: 'Subject', detail: 'Detail' };

export class SearchForm {
  /** @param {import('../../core/view.js').Context} context */
  constructor(context) {
    this.inputs = SEARCHED.map(field => element('input', { type: 'search', name: field, placeholder: EXAMPLES[field], autocomplete: 'off', spellcheck: 'false' }));
    this.all = element('input', { type: 'checkbox', name: 'all' });
    this.all.addEventListener('change', () => context.router.change({ all: this.all.checked ? 'true' : null }));
    const form = element('form', { className: 'audit-search', role: 'search', 'aria-label': 'Search the audit trail' },
      ...SEARCHED.map((field, at) => element('label', {}, element('span', {}, LABELS[field]), this.inputs[at])),
      element('button', { type: 'submit', className: 'quiet' }, 'Search'),
      element('label', { className: 'check' }, this.all, element('span', {}, 'The whole trail, not only the range')));
    form.addEventListener('submit', event => {
      event.preventDefault();
      context.router.change(Object.fromEntries(SEARCHED.map((field, at) => [field, this.inputs[at].value.trim() || null])));
    });
    this.root = form;
  }

  /** @param {URLSearchParams} query */
  show(query) {
    for (const [at, field] of SEARCHED.entries()) if (document.activeElement !== this.inputs[at]) this.inputs[at].value = query.get(field) ?? '';
    this.all.checked = query.get('all') === 'true';
  }
}
