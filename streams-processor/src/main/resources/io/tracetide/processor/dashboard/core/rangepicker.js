/** Chooses a time range: the last while, or two times. */

import { element, segments, write } from './dom.js';
import { closeOutside } from './toolbar.js';
import { isUtc } from './preferences.js';
import { RELATIVE, between, inWords } from './range.js';

const MINUTE = 60_000;

/** The text of an input of type datetime-local. @param {number} time */
function toInput(time) {
  const shifted = isUtc() ? time : time - new Date(time).getTimezoneOffset() * MINUTE;
  return new Date(shifted).toISOString().slice(0, 19);
}

/** @param {string} text */
const fromInput = text => Date.parse(isUtc() ? `${text}Z` : text);

export class RangePicker {
  /** @param {(range: import('./range.js').Range) => void} onChoose */
  constructor(onChoose) {
    this.onChoose = onChoose;
    this.quick = segments('Time range', 'range', RELATIVE, '15m', text => onChoose({ text, lengthMs: 0, from: null, to: null }));
    this.from = element('input', { type: 'datetime-local', step: '1', id: 'range-from' });
    this.to = element('input', { type: 'datetime-local', step: '1', id: 'range-to' });
    this.wrong = element('p', { className: 'wrong', role: 'alert' });
    this.label = element('summary', { id: 'range-label' }, 'From – to');
    const form = element('form', { className: 'pop' },
      element('label', {}, element('span', {}, `From (${isUtc() ? 'UTC' : 'local time'})`), this.from),
      element('label', {}, element('span', {}, 'To'), this.to),
      this.wrong,
      element('button', { type: 'submit', className: 'primary' }, 'Show this range'));
    this.details = element('details', { className: 'menu' }, this.label, form);
    closeOutside(this.details);
    this.details.addEventListener('toggle', () => this.details.open && this.fill());
    form.addEventListener('submit', event => {
      event.preventDefault();
      this.apply();
    });
    this.root = element('div', { className: 'picker' }, this.quick.root, this.details);
  }

  fill() {
    const to = this.range?.to ?? Date.now();
    this.from.value = toInput(this.range?.from ?? to - (this.range?.lengthMs ?? 900_000));
    this.to.value = toInput(to);
    write(this.wrong, '');
  }

  apply() {
    const [from, to] = [fromInput(this.from.value), fromInput(this.to.value)];
    if (!(to - from >= 1_000)) {
      write(this.wrong, 'The end must be after the begin.');
      return;
    }
    this.details.open = false;
    this.onChoose(between(from, to));
  }

  /** @param {import('./range.js').Range} range */
  show(range) {
    this.range = range;
    this.quick.choose(range.text ?? '');
    write(this.label, range.text === null ? inWords(range) : RELATIVE.some(([text]) => text === range.text) ? 'From – to' : inWords(range));
    this.details.classList.toggle('chosen', range.text === null);
  }
}
