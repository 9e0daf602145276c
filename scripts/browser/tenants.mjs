// What callers with several tenants, and with one, see.

import { contains, equal, eventually, holds } from './expect.mjs';
import { enter, leave, REFUSED, signedIn } from './page.mjs';

const OTHER = 'acme-shop';

const listed = page => page.locator('#services tbody tr').allTextContents().then(rows => rows.join('\n'));

/** Waits until the services are listed; new ones are listed on request, so that no row moves by itself. */
const lists = (page, ...names) =>
  eventually(async () => {
    const more = page.getByRole('button', { name: /^Show \d+ new/ });
    if (await more.isVisible()) {
      await more.click();
    }
    const rows = await listed(page);
    names.forEach(name => contains('the services', rows, name));
  });

export async function tenants(given) {
  const { browser, dashboard, feed, tokens } = given;
  browser.expected = REFUSED;
  const timer = setInterval(() => feed.send([feed.event('COMPLETED', OTHER, { status: 'COMPLETED', durationMicros: 9_000 })], tokens.sendAcme).catch(error => (feed.failure = error)), 1_000);
  try {
    const page = await signedIn(given, '/#/fleet?range=5m', tokens.both);
    await lists(page, OTHER, 'checkout');

    await page.getByLabel('Tenant').selectOption('acme');
    await eventually(async () => {
      contains('the services of acme', await listed(page), OTHER);
      holds('no service of the other tenant is listed', !(await listed(page)).includes('checkout'));
    });
    contains('the address', page.url(), 'tenant=acme');
    await page.reload();
    await lists(page, OTHER);
    equal('the tenant after loading again', await page.getByLabel('Tenant').inputValue(), 'acme');
    await page.goBack();
    await lists(page, OTHER, 'checkout');
    equal('the tenant after going back', await page.getByLabel('Tenant').inputValue(), '');
    await browser.picture(page, 'tenants');

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Query or admin token').waitFor();
    await page.goto(`${dashboard}/#/fleet?range=5m`);
    await enter(page, tokens.acme);
    await lists(page, OTHER);
    holds('a caller of acme gets no other service', !(await listed(page)).includes('checkout'));
    equal('choices of a caller with one tenant', await page.locator('#tenant').isVisible(), false);
    const reply = await browser.context.request.get(`${dashboard}/monitoring/dashboard?tenant=default`);
    equal('the status of an answer about the other tenant', reply.status(), 404);
    await page.close();
  } finally {
    clearInterval(timer);
    await leave(given);
  }
  return 'both listed, one chosen, kept by the address, and nothing of another tenant for a caller of one';
}
