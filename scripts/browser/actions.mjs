// Acknowledging and silencing take effect in the alert sink, and only those who may act have the controls.

import { equal, eventually, holds } from './expect.mjs';
import { FAILING } from './feed.mjs';
import { go, leave, reads, serviceAddress, signedIn } from './page.mjs';

/** The rule of scripts/browser/config that names the alert. */
const RULE = 'errors';

export async function actions(given) {
  const { browser, api } = given;
  const firing = async () => (await api.get(`/alerting/api/v2/alerts?filter=${encodeURIComponent(`service="${FAILING}"`)}`)).json();
  const silenced = async () => (await firing()).filter(({ status }) => status.silencedBy.length > 0).length;
  await leave(given);
  const page = await signedIn(given, '/#/alerts', given.tokens.act);
  const group = page.locator('#alert-groups > li').filter({ hasText: FAILING }).first();
  await group.getByRole('button', { name: 'Acknowledge…' }).first().click();
  await page.getByLabel('Comment').fill('looking at the payment provider');
  await browser.accessible(page, 'the dialog to acknowledge');
  await browser.picture(page, 'acknowledge');
  await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click();
  const { fingerprint } = (await firing()).find(({ labels }) => labels.alertname === RULE);
  await eventually(async () => {
    const { acknowledgement } = await (await api.get(`/alerting/api/v2/alerts/${fingerprint}/explain`)).json();
    equal('who acknowledged in the sink', [acknowledgement?.by, acknowledgement?.comment], ['ta_act', 'looking at the payment provider']);
  });
  const acknowledged = async () => (await (await api.get(`/alerting/api/v2/alerts/${fingerprint}/explain`)).json()).acknowledgement;
  const row = page.locator('.alerts > li').filter({ hasText: `${RULE} · ${FAILING}` }).first();
  await reads(page, '.alerts .acknowledged', 'Acknowledged by ta_act since');
  await eventually(async () => equal('the state in the list', await row.locator('.phase').textContent(), 'Acknowledged'));
  equal('whether the group can be acknowledged', await group.getByRole('button', { name: 'Acknowledge…' }).isVisible(), false);
  equal('whether its acknowledgement can be withdrawn', await group.getByRole('button', { name: 'Withdraw acknowledgement' }).isVisible(), true);
  await row.getByRole('button', { name: 'Explain' }).click();
  await reads(page, '.explain', 'Acknowledged by ta_act since');
  equal('times and keys as the sink writes them', (await row.locator('.explain ul').first().textContent()).match(/\d{4}-\d\d-\d\dT|\{\}/g), null);
  await browser.accessible(page, 'an acknowledged alert');
  await browser.picture(page, 'acknowledged');
  await go(page, '#/fleet?range=5m');
  await reads(page, '.incident-list .told', 'acknowledged by ta_act');
  await go(page, `${serviceAddress(FAILING)}?range=5m`);
  await reads(page, '.short-list .what', 'Acknowledged by ta_act since');
  await go(page, '#/alerts');
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
  await eventually(async () => equal('the acknowledgement after undoing', await acknowledged(), null));
  await eventually(async () => equal('the state after undoing', await row.locator('.phase').textContent(), 'Firing'));

  await group.getByRole('button', { name: 'Acknowledge…' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click();
  await row.getByRole('button', { name: 'Withdraw' }).click();
  await eventually(async () => equal('the acknowledgement after withdrawing', await acknowledged(), null));
  await group.getByRole('button', { name: 'Acknowledge…' }).first().waitFor();

  await row.getByRole('button', { name: 'Explain' }).click();
  await row.getByRole('button', { name: 'Silence this alert…' }).click();
  const dialog = page.getByRole('dialog');
  await eventually(async () => holds('the preview names alerts', /mutes \d+ alert/.test(await dialog.locator('.preview-box').textContent())));
  await browser.accessible(page, 'the dialog to silence');
  await browser.picture(page, 'silence');
  await dialog.getByLabel('Comment').fill('maintenance of the provider');
  await dialog.getByRole('button', { name: 'Silence', exact: true }).click();
  await eventually(async () => equal('silenced alerts in the sink', await silenced(), 1));
  await eventually(async () => holds('the silence is listed', (await page.locator('#silences').textContent()).includes('maintenance of the provider')));
  await page.locator('#silences').getByRole('button', { name: 'Expire' }).first().click();
  await eventually(async () => equal('silenced alerts after expiring it', await silenced(), 0));
  await page.close();

  await leave(given);
  const reader = await signedIn(given, '/#/alerts');
  await reader.locator('#alert-groups > li').first().waitFor();
  equal('controls for a token that reads', await reader.getByRole('button', { name: /Acknowledge|Withdraw|Silence|Expire|silence/ }).count(), 0);
  const refused = await browser.context.request.post(`${given.dashboard}/alerting/api/v2/alerts/${fingerprint}/acknowledge`, { data: { by: 'reader' }, headers: { origin: given.dashboard } });
  equal('an action with a session that reads', refused.status(), 401);
  await reader.close();
  return 'acknowledged, undone, withdrawn, silenced with a preview, expired; no controls for a reader';
}
