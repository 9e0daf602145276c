// The checks of the dashboard.

import { createServer } from 'node:http';
import { contains, equal, eventually, holds } from './expect.mjs';
import { FAILING, LONG, NAMES, operationOf } from './feed.mjs';
import { writeTokens } from './tokens.mjs';

const MOST_FOR_AN_ANOMALY_MS = 60_000;
const SIZES = [
  [1280, 900, 'light'],
  [1920, 1080, 'dark'],
  [390, 844, 'light'],
];
const SCHEMES = ['light', 'dark'];
/** Chromium writes to the console when a page is answered with one of these. */
const REFUSED = /status of 4(01|03)/;

const alert = page => page.getByRole('alert').textContent();

async function enter(page, token) {
  await page.getByLabel('Query or admin token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function shown(page) {
  await page.locator('#service-rows tr').first().waitFor();
}

async function signedIn({ browser, dashboard, tokens }, address = '/') {
  const page = await browser.page();
  await page.goto(dashboard + address);
  if (new URL(page.url()).pathname === '/login') {
    await enter(page, tokens.look);
  }
  await shown(page);
  return page;
}

export async function signIn(given) {
  const { browser, dashboard, tokens, api } = given;
  await eventually(async () => {
    const { services } = await (await api.get('/monitoring/dashboard')).json();
    holds('every service has worked', NAMES.every(name => services.some(({ service, count }) => service === name && count > 0)));
  });
  browser.expected = REFUSED;
  const page = await browser.page();
  await page.goto(`${dashboard}/#range=5m&tenant=default&service=checkout`);
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
  await shown(page);
  equal('the page after signing in', new URL(page.url()).pathname, '/');
  contains('the requested address', page.url(), '#range=5m&tenant=default&service=checkout');
  equal('what the page shows', await page.locator('#trends-title').textContent(), 'checkout');
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

export async function views(given) {
  const { browser, feed } = given;
  const page = await signedIn(given);
  await eventually(async () => {
    const open = await page.locator('#anomalies .where').allTextContents();
    holds(`an anomaly of ${FAILING} is open, and one of a stuck trace`, open.includes(FAILING) && open.some(where => where.startsWith(LONG)));
    holds('the stuck trace is counted', /^[1-9]\d* stuck$/.test(await page.locator('#total-stuck').textContent()));
  }, MOST_FOR_AN_ANOMALY_MS);
  equal('who is signed in', await page.locator('.account span').textContent(), 'tq_look');
  await eventually(async () => holds('charts are drawn', (await page.locator('.chart .blank:visible').count()) === 0));

  const look = async (view, prepare) => {
    for (const [width, height, colorScheme] of SIZES) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(300);
      await prepare?.();
      await browser.accessible(page, `${view} at ${width}, ${colorScheme}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      holds(`${view} fits into ${width}`, wide <= 0);
      await browser.picture(page, `${view}-${width}-${colorScheme}`);
    }
    browser.quiet(view);
  };

  await look('overview', async () => {
    for (const column of ['flight', 'stuck']) {
      // Rows are redrawn with each response. Narrow screens show a cell only where it has a value.
      const cell = page.locator('#service-rows tr.service').filter({ has: page.locator('b', { hasText: exactly(LONG) }) }).locator(`td.c-${column}`);
      await eventually(async () => holds(`the column ${column} of ${LONG} is shown`, await cell.isVisible()));
    }
    const cut = await page.evaluate(() => [...document.querySelectorAll('#service-rows b')].filter(name => name.scrollWidth > name.clientWidth || name.scrollHeight > name.clientHeight + 1).map(name => name.textContent));
    equal('names that are cut', cut, []);
  });
  await page.setViewportSize({ width: 1280, height: 900 });

  await page.locator('#service-rows').getByRole('button', { name: FAILING }).click();
  await eventually(async () => equal('the chosen service', await page.locator('#trends-title').textContent(), FAILING));
  await page.locator('#legend button').first().click();
  await page.locator('.chart .u-over').first().hover();
  await page.locator('#anomalies details').evaluateAll(cards => cards.forEach(card => (card.open = true)));
  await look('service');
  await page.getByRole('button', { name: 'Show all services' }).click();

  await page.locator(`#trace-rows button[title*="${feed.trace}"]`).click();
  await eventually(async () => contains('the trace', await page.locator('#trace-title').textContent(), LONG));
  equal('its id', await page.locator('#trace-id').textContent(), feed.trace);
  contains('what it is doing', await page.locator('#trace-facts').textContent(), 'waiting for approval');
  await look('trace');
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(page.url().replace(feed.trace, feed.trace.toUpperCase()));
  await page.reload();
  await eventually(async () => equal('the trace by its id in upper case', await page.locator('#trace-id').textContent(), feed.trace));

  for (const range of ['1 h', '24 h', '7 d', '15 min']) {
    await page.getByRole('radio', { name: range, exact: true }).check();
    await eventually(async () => equal('the state', await page.locator('#state-word').textContent(), 'Live'));
  }
  await page.getByRole('radio', { name: 'Open now' }).check();
  await eventually(async () => holds('it is among the open anomalies', (await page.locator('#anomalies .where').allTextContents()).includes(FAILING)));
  await page.close();
  return `overview, service and trace at ${SIZES.length} sizes, light and dark`;
}

export async function names(given) {
  const page = await signedIn(given);
  for (const name of NAMES) {
    const button = page.locator('#service-rows tr.service button').filter({ has: page.locator('b', { hasText: exactly(name) }) });
    await button.click();
    await eventually(async () => {
      equal('the chosen service', await page.locator('#trends-title').textContent(), name);
      equal(`lines of ${name}`, await page.locator('#legend button span').allTextContents(), ['all operations', operationOf(name)]);
      equal(`operations of ${name}`, await page.locator('#service-rows tr.operation th').allTextContents(), [operationOf(name)]);
      equal(`traces of ${name}`, [...new Set(await page.locator('#trace-rows b').allTextContents())], [name]);
    });
    equal('the address', new URLSearchParams(new URL(page.url()).hash.slice(1)).get('service'), name);
  }
  const last = NAMES.at(-1);
  await page.reload();
  await eventually(async () => equal('the service after a reload', await page.locator('#trends-title').textContent(), last));
  await page.close();
  return `${NAMES.length} services chosen, each shown alone`;
}

const exactly = text => new RegExp(`^${text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`);

/** The peak window of an anomaly, and the current values. */
export async function peak(given) {
  const page = await signedIn(given);
  await page.route('**/monitoring/anomalies?*', async route => {
    const response = await route.fetch();
    const answer = await response.json();
    Object.assign(answer.anomalies[0], {
      observed: { p95_ms: 97, error_rate_percent: 0 },
      expected: { p95_ms: 96 },
      contributions: { p95_ms: 1 },
      peak: {
        start: answer.anomalies[0].openedAt,
        observed: { p95_ms: 918, error_rate_percent: 66.7 },
        expected: { p95_ms: 202, p95_ms_low: 140, p95_ms_high: 290, error_rate_percent: 0.4 },
        contributions: { p95_ms: 0.3, error_rate_percent: 0.7 },
        exemplars: { slowest: 'slow-at-peak', error: 'failed-at-peak', typical: null },
      },
    });
    await route.fulfill({ response, json: answer });
  });
  await eventually(async () => {
    const card = page.locator('#anomalies li').first();
    equal('rows of features', await card.locator('tbody tr').evaluateAll(rows => rows.map(row => [...row.children].map(cell => [...cell.querySelectorAll('span, small')].map(part => part.textContent).filter(Boolean).join(' / ') || cell.textContent))), [
      ['error rate', '66.7 % / now 0 %', '0.40 %', '70 %'],
      ['p95', '918 ms / now 97.0 ms', '202 ms / 140 to 290 ms', '30 %'],
    ]);
    equal('columns', await card.locator('thead th').allTextContents(), ['Feature', 'Peak', 'Expected', 'Share']);
    equal('exemplars', await card.locator('code').allTextContents(), ['slow-at-peak', 'failed-at-peak']);
  });
  await given.browser.accessible(page, 'an anomaly with its peak');
  await given.browser.picture(page, 'peak');
  await page.close();
  return 'each feature once, with its band, at its peak and now';
}

/** A page of another site may link to the dashboard, but not send forms to it. */
export async function otherSites(given) {
  const { browser, dashboard } = given;
  browser.expected = REFUSED;
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(
      `<!doctype html><link rel="icon" href="data:,"><a href="${dashboard}/#range=1h">dashboard</a>` +
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
    contains('the address behind the link', page.url(), '/#range=1h');
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
  equal('services shown after going back', await page.locator('#service-rows tr').count(), 0);

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
  const page = await signedIn(given, '/#range=1h');
  let asked = 0;
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
  contains('the address that was open', page.url(), '#range=1h');
  await page.close();
  return 'the page said so, asked no more, and led back';
}
