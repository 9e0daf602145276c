/** Creates a silence, with a list of the firing alerts that it would mute. */

import * as alerts from '../api/alerts.js';
import { button, element } from '../core/dom.js';
import { place } from '../core/format.js';
import { lengthOf } from '../core/range.js';
import { authorField, formDialog } from './author.js';

/** @typedef {import('../api/types.js').Matcher} Matcher */

const PREVIEW_AFTER_MS = 300;
const MOST_SHOWN = 8;
/** @type {[string, string][]} */
const LENGTHS = [['30m', '30 minutes'], ['1h', '1 hour'], ['2h', '2 hours'], ['8h', '8 hours'], ['24h', '1 day'], ['7d', '7 days']];

/**
 * @param {import('../core/view.js').Context} context
 * @param {{tenant: string, matchers: Matcher[]}} wanted
 * @param {() => void} [done]
 */
export function silenceDialog(context, { tenant, matchers }, done = () => {}) {
  const rows = element('div', { className: 'matchers' });
  const preview = element('div', { className: 'preview-box', role: 'status', 'aria-live': 'polite' });
  const author = authorField(context);
  const comment = element('textarea', { rows: '2', required: true, maxlength: '2000', placeholder: 'Why, and what is being done' });
  const length = element('select', {}, ...LENGTHS.map(([value, text]) => element('option', { value, selected: value === '2h' }, text)));
  let timer = 0;

  /** @returns {Matcher[]} */
  const read = () => [...rows.children].map(row => {
    const [label, operator, value] = row.querySelectorAll('input, select');
    const text = /** @type {HTMLSelectElement} */ (operator).value;
    return { name: /** @type {HTMLInputElement} */ (label).value.trim(), value: /** @type {HTMLInputElement} */ (value).value, isRegex: text.includes('~'), isEqual: !text.startsWith('!') };
  }).filter(({ name }) => name !== '');
  const look = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void show(), PREVIEW_AFTER_MS);
  };
  const show = async () => {
    const wantedMatchers = read();
    if (wantedMatchers.length === 0) {
      preview.replaceChildren('Add at least one label.');
      return;
    }
    try {
      const found = await alerts.alerts([...wantedMatchers.map(alerts.matcherText), `tenant=${JSON.stringify(tenant)}`]);
      preview.replaceChildren(
        element('b', {}, found.length === 0 ? 'It mutes no alert that is firing now.' : `It mutes ${found.length} ${found.length === 1 ? 'alert' : 'alerts'} that ${found.length === 1 ? 'is' : 'are'} firing now:`),
        element('ul', { className: 'preview' }, ...found.slice(0, MOST_SHOWN).map(({ labels }) => element('li', {}, `${labels.severity ?? ''} ${labels.alertname} · ${place(labels.service ?? '', labels.operation)}`)), found.length > MOST_SHOWN ? element('li', {}, `and ${found.length - MOST_SHOWN} more`) : ''));
    } catch (failure) {
      preview.replaceChildren(failure instanceof Error ? failure.message : 'No answer.');
    }
  };
  const add = (/** @type {Matcher} */ { name, value, isRegex, isEqual }) => {
    const label = element('input', { 'aria-label': 'Label', value: name, list: 'label-names' });
    const operator = element('select', { 'aria-label': 'Comparison' }, ...['=', '!=', '=~', '!~'].map(text => element('option', { value: text, selected: text === `${isEqual ? (isRegex ? '=' : '=') : '!'}${isRegex ? '~' : isEqual ? '' : '='}` }, text)));
    const text = element('input', { 'aria-label': 'Value', value });
    const row = element('div', { className: 'matcher' }, label, operator, text, button('Remove', () => {
      row.remove();
      look();
    }, { className: 'link' }));
    for (const input of [label, operator, text]) input.addEventListener('input', look);
    rows.append(row);
  };
  matchers.forEach(add);
  look();
  formDialog(`Silence alerts${tenant === 'default' ? '' : ` of ${tenant}`}`, [
    element('datalist', { id: 'label-names' }, ...['alertname', 'service', 'operation', 'severity', 'kind', 'detector', 'rule', 'incident'].map(value => element('option', { value }))),
    rows,
    button('Add a label', () => add({ name: '', value: '', isRegex: false, isEqual: true }), { className: 'link' }),
    preview,
    element('div', { className: 'row' }, element('label', {}, element('span', {}, 'For'), length), author.root),
    element('label', {}, element('span', {}, 'Comment'), comment),
  ], 'Silence', async () => {
    const now = Date.now();
    const { silenceID } = await alerts.silence({
      matchers: read(),
      startsAt: new Date(now).toISOString(),
      endsAt: new Date(now + (lengthOf(length.value) ?? 0)).toISOString(),
      createdBy: author.read(),
      comment: comment.value.trim(),
    }, tenant);
    done();
    context.frame.toast('The silence is active.', {
      label: 'Undo',
      run: async () => {
        await alerts.expire(silenceID).catch(failure => context.frame.failed(failure));
        done();
      },
    });
  });
}
