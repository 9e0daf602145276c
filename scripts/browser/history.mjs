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

/** The newest closed window of a service with a slowest trace. */
async function closedWindow(api, service) {
  const { series } = await (await api.get(`/monitoring/analytics?timeRange=5m&services=${service}`)).json();
  const point = series.find(({ operation }) => operation === '*')?.points.findLast(({ final, exemplars }) => final && exemplars.slowest);
  holds(`a window of ${service} is closed`, point);
  return { from: Date.parse(point.start), to: Date.parse(point.end) };
}

/** A fixed range has no updates, and what is in its only window is at the start of this window. */
export async function fixedRange(given) {
  const { from, to } = await eventually(() => closedWindow(given.api, FAILING));
  const range = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
  const page = await signedIn(given, '/#/about');
  const sockets = [];
  page.on('websocket', socket => sockets.push(socket.url()));
  const word = text => eventually(async () => equal('the state', await page.locator('#state-word').textContent(), text));
  await page.reload();
  await word('Live');
  for (const address of [`#/fleet?${range}`, `${serviceAddress(FAILING)}?${range}`]) {
    await page.goto('about:blank');
    sockets.length = 0;
    await page.goto(`${given.dashboard}/${address}`);
    await word('Fixed range');
    await page.reload();
    await word('Fixed range');
    await page.locator(address.includes('fleet') ? '#services tbody tr' : '.slowest li').first().waitFor();
    equal('connections for updates', sockets, []);
  }

  const start = await page.evaluate(time => new Date(time).toLocaleTimeString('en-GB', { hourCycle: 'h23' }), from);
  for (const text of await page.locator('.slowest li').allTextContents()) {
    holds(`a slowest trace is at ${start}, the start of its window, in "${text}"`, text.endsWith(start));
  }
  await page.getByRole('button', { name: 'Latency as a table' }).click();
  equal('times of the table of the latency', await page.locator('.chart-table tbody th').allTextContents(), [start]);
  // The diamond is at the left edge, where a click would open its trace.
  const over = page.locator('.chart .u-over').first();
  const box = await over.boundingBox();
  const clickable = async x => {
    for (let y = 1; y < box.height; y += 5) {
      await page.mouse.move(x, box.y + y);
      if ((await over.evaluate(node => node.style.cursor)) === 'pointer') {
        return true;
      }
    }
    return false;
  };
  equal('a diamond at the start of the window', await clickable(box.x + 1), true);
  equal('a diamond at the end of the window', await clickable(box.x + box.width - 2), false);

  await go(page, '#/fleet?range=5m');
  await word('Live');
  equal('connections after choosing the last minutes', sockets.length, 1);
  await page.close();
  return 'said so at once, without a connection; diamonds, list and table have the start of a window';
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
