/** Who acts: the name of the token, or the name that the user has given in this browser. */

import { element } from '../core/dom.js';
import { prefer, preference } from '../core/preferences.js';

/** The name of the author, empty when it is not known. @param {import('../core/view.js').Context} context */
export function authorName(context) {
  return context.about.caller.name ?? preference('author', '');
}

/** A field for the author. With a token its name is fixed. @param {import('../core/view.js').Context} context */
export function authorField(context) {
  const token = context.about.caller.name;
  const input = element('input', { required: true, maxlength: '100', autocomplete: 'name', value: authorName(context), readonly: token !== null });
  return {
    root: element('label', {}, element('span', {}, 'Your name'), input),
    read: () => {
      const name = input.value.trim();
      if (token === null) prefer('author', name);
      return name;
    },
  };
}

/** A dialog with a form. @param {string} title @param {(Node | string)[]} parts @param {string} label of the button that does it @param {() => Promise<void>} act */
export function formDialog(title, parts, label, act) {
  const wrong = element('p', { className: 'wrong', role: 'alert' });
  const submit = element('button', { type: 'submit', className: 'primary' }, label);
  const cancel = element('button', { type: 'button', className: 'quiet' }, 'Cancel');
  const heading = element('h2', { id: 'dialog-title' }, title);
  const form = element('form', { method: 'dialog' }, heading, ...parts, wrong, element('div', { className: 'actions' }, cancel, submit));
  const dialog = element('dialog', { 'aria-labelledby': 'dialog-title' }, form);
  cancel.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => dialog.remove());
  form.addEventListener('submit', async event => {
    event.preventDefault();
    submit.disabled = true;
    wrong.textContent = '';
    try {
      await act();
      dialog.close();
    } catch (failure) {
      wrong.textContent = failure instanceof Error ? failure.message : 'No answer.';
    }
    submit.disabled = false;
  });
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, submit };
}
