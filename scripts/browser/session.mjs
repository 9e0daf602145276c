// Signing in and out, and the end of a session.

import { createServer } from 'node:http';
import { contains, equal, eventually, holds } from './expect.mjs';
import { NAMES } from './feed.mjs';
import { alert, enter, REFUSED, SCHEMES, shown, signedIn } from './page.mjs';
import { writeTokens } from './tokens.mjs';

export async function signIn(given) {
  const { browser, dashboard, tokens, api } = given;
  await eventually(async () => {
    const { services } = await (await api.get('/monitoring/dashboard')).json();
    holds('every service has worked', NAMES.every(name => services.some(({ service, count }) => service === name && count > 0)));
  });
  browser.expected = REFUSED;
  const page = await browser.page();
  await page.goto(`${dashboard}/#/service/default/checkout?range=5m`);
  equal('the page without a session', new URL(page.url()).pathname, '/login');
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    await browser.accessible(page, `the sign-in page, ${colorScheme}`);
  }
  await browser.picture(page, 'sign-in');

  for (const [what, token, explanation] of [
    ['an invalid token', 'swordfish', 'not a token'],
    ['an unknown token', tokens.stranger, 'not valid here'],
    ['a token that has expired', tokens.old, 'expired'],
    ['an ingest token', tokens.send, 'class ingest'],
  ]) {
    await enter(page, token);
    contains(`the explanation of ${what}`, await alert(page), explanation);
  }
  await browser.accessible(page, 'the sign-in page with an explanation');
  await browser.picture(page, 'sign-in-refused');

  await enter(page, tokens.look);
  await page.locator('#service-name').waitFor();
  equal('the page after signing in', new URL(page.url()).pathname, '/');
  contains('the requested address', page.url(), '#/service/default/checkout?range=5m');
  equal('what the page shows', await page.locator('#service-name').textContent(), 'checkout');
  const [cookie, ...others] = await browser.context.cookies();
  equal('other cookies', others, []);
  equal('the cookie', { ...cookie, name: cookie.name.replace(/\d+$/, 'PORT'), value: '', expires: 0, domain: '' }, {
    name: '__Host-tracetide-session-PORT',
    value: '',
    domain: '',
    path: '/',
    expires: 0,
    httpOnly: true,
    secure: true,
    sameSite: 'Lax',
  });
  await page.close();
  return 'four tokens refused with a reason, one let in to the page that was wanted';
}

/** A page of another site may link to the dashboard, but not send forms to it. */
export async function otherSites(given) {
  const { browser, dashboard } = given;
  browser.expected = REFUSED;
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(
      `<!doctype html><link rel="icon" href="data:,"><a href="${dashboard}/#/fleet?range=1h">dashboard</a>` +
        ['login', 'logout'].map(path => `<form method="post" action="${dashboard}/${path}"><button id="${path}">go</button></form>`).join(''),
    );
  });
  await new Promise(listening => server.listen(0, 'localhost', listening));
  const other = `http://localhost:${server.address().port}/`;
  try {
    const page = await browser.page();
    for (const path of ['login', 'logout']) {
      await page.goto(other);
      await page.locator(`#${path}`).click();
      contains(`the explanation of ${path} from another site`, await alert(page), 'another site');
    }
    await page.goto(other);
    await page.getByText('dashboard').click();
    await shown(page);
    contains('the address behind the link', page.url(), '/#/fleet?range=1h');
    await page.close();
  } finally {
    server.close();
  }
  return 'forms of another site refused, a link from there followed';
}

export async function signOut(given) {
  const { browser, dashboard, tokens } = given;
  browser.expected = REFUSED;
  const page = await signedIn(given);
  const [{ name, value }] = await browser.context.cookies();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Query or admin token').waitFor();
  contains('the message', await alert(page), 'signed out');
  equal('remaining cookies', await browser.context.cookies(), []);

  await page.goBack();
  await page.waitForTimeout(1_000);
  equal('the page after going back', new URL(page.url()).pathname, '/login');
  equal('services shown after going back', await page.locator('#services tbody tr').count(), 0);

  const reply = await browser.context.request.get(`${dashboard}/monitoring/dashboard`, { headers: { cookie: `${name}=${value}` } });
  equal('the response to the ended session', reply.status(), 401);
  await browser.context.addCookies([{ name, value, url: dashboard, secure: true, httpOnly: true, sameSite: 'Lax' }]);
  await page.goto(dashboard);
  equal('the page of the ended session', new URL(page.url()).pathname, '/login');
  contains('its explanation', await alert(page), 'has ended');
  await browser.context.clearCookies();
  await page.close();
  return `${tokens.look.slice(0, 7)} is out: nothing on the way back, and its session is dead`;
}

/** A browser without cookies gets an explanation instead of endless redirects. */
export async function cookies({ browser, dashboard, tokens }) {
  browser.expected = REFUSED;
  const page = await browser.page();
  await page.goto(`${dashboard}/login`);
  await page.route('**/login*', async route => {
    if (route.request().method() !== 'POST') {
      await route.fallback();
      return;
    }
    const response = await route.fetch({ maxRedirects: 0 });
    const { 'set-cookie': unkept, ...headers } = response.headers();
    holds('a cookie is set', unkept);
    await browser.context.clearCookies();
    await route.fulfill({ status: response.status(), headers });
  });
  await enter(page, tokens.look);
  contains('the explanation without cookies', await alert(page), 'did not keep the cookie');
  await page.close();
  return 'said so where a browser keeps none';
}

/** A page that is open when its token is revoked reports that and shows no earlier data. */
export async function endOfSession(given) {
  const { browser, config, tokens } = given;
  browser.expected = REFUSED;
  const page = await signedIn(given, '/#/fleet?range=1h');
  let asked = 0;
  await shown(page);
  writeTokens(config, { ...tokens, look: tokens.stranger });
  try {
    const link = page.getByRole('link', { name: 'Sign in again' });
    await link.waitFor();
    equal('the state', await page.locator('#state-word').textContent(), 'Signed out');
    equal('the remaining content of the page', await page.locator('main').textContent(), '');
    await browser.accessible(page, 'the page after the end of a session');
    await browser.picture(page, 'signed-out');
    page.on('request', () => asked++);
    await page.waitForTimeout(3_000);
    equal('requests after the end', asked, 0);
    await link.click();
    contains('the message', await alert(page), 'has ended');
    await enter(page, tokens.look);
    contains('the explanation of a revoked token', await alert(page), 'not valid here');
  } finally {
    writeTokens(config, tokens);
  }
  await eventually(async () => {
    await enter(page, tokens.look);
    await page.waitForTimeout(300);
    equal('the page after signing in again', new URL(page.url()).pathname, '/');
  });
  await shown(page);
  contains('the address that was open', page.url(), '#/fleet?range=1h');
  await page.close();
  return 'the page said so, asked no more, and led back';
}
