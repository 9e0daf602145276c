// Addresses that can be shared, the browser's history, and the way from an anomaly to its trace.

import { contains, equal, eventually, holds } from './expect.mjs';
import { FAILING } from './feed.mjs';
import { go, reads, serviceAddress, shown, signedIn } from './page.mjs';

export async function history(given) {
  const page = await signedIn(given, '/#range=1h&tenant=default&service=checkout');
  await reads(page, '#service-name', 'checkout');
  contains('an address of the earlier form', page.url(), '#/service/default/checkout?range=1h');

  await go(page, '#/fleet?range=5m');
  await shown(page);
  await page.locator('#status-filter').selectOption('degraded');
  await page.getByRole('button', { name: 'Errors', exact: true }).click();
  await page.getByRole('radio', { name: '1 h', exact: true }).check();
  await page.locator('#services tbody a').first().click();
  await page.locator('#service-name').waitFor();
  await page.goBack();
  await shown(page);
  const state = async () => ({
    status: await page.locator('#status-filter').inputValue(),
    range: await page.getByRole('radio', { name: '1 h', exact: true }).isChecked(),
    sorted: await page.locator('th.c-errors').getAttribute('aria-sort'),
  });
  const expected = { status: 'degraded', range: true, sorted: 'descending' };
  equal('the view after going back', await state(), expected);
  await page.goForward();
  await page.locator('#service-name').waitFor();
  await page.goBack();
  await shown(page);
  const shared = page.url();
  await page.goto('about:blank');
  await page.goto(shared);
  await shown(page);
  equal('the view of a shared address', await state(), expected);

  await go(page, `${serviceAddress(FAILING)}?range=15m`);
  await eventually(async () => holds('the chart is drawn', (await page.locator('.chart canvas').count()) >= 3));
  const chart = page.locator('.chart .u-over').first();
  const box = await chart.boundingBox();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 90);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.9, box.y + 90, { steps: 6 });
  await page.mouse.up();
  await eventually(async () => contains('the address after zooming', page.url(), 'from='));
  await page.goBack();
  await eventually(async () => contains('the address after going back', page.url(), 'range=15m'));
  await page.close();
  return 'an earlier address, back, forward, a shared address, and zooming by dragging';
}

export async function exemplar(given) {
  const { api } = given;
  const { incidents } = await (await api.get('/monitoring/incidents?limit=1000')).json();
  const { incidentId } = incidents.find(({ services }) => services.includes(FAILING));
  const page = await signedIn(given, `/#/anomalies/default/${incidentId}`);
  await page.locator('.anomaly .pill').filter({ hasText: 'Failed trace' }).first().click();
  await reads(page, '#trace-spans', FAILING);
  await reads(page, '.status-line', 'Failed');
  await page.close();
  return 'one click from the anomaly to a failed trace';
}
