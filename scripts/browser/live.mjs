// Updates: how soon they are visible, that they can be paused, and that they move nothing.

import { randomBytes } from 'node:crypto';
import { equal, eventually, holds } from './expect.mjs';
import { go, shown, signedIn } from './page.mjs';

const MOST_MS = 2_500;
const TRIES = 3;

export async function live(given) {
  const { feed } = given;
  const page = await signedIn(given, '/#/workflows?range=5m');
  await page.locator('#workflow-traces').waitFor();
  await eventually(async () => equal('the state', await page.locator('#state-word').textContent(), 'Live'));
  await page.waitForTimeout(2_000);
  const took = [];
  for (let i = 0; i < TRIES; i++) {
    const step = `step ${randomBytes(4).toString('hex')}`;
    const began = Date.now();
    await feed.send([feed.event('UPDATED', feed.long, { traceId: feed.trace, spanId: feed.span, currentOperation: step })]);
    await page.locator('#workflow-traces').getByText(step).first().waitFor({ timeout: 10_000 });
    took.push(Date.now() - began);
  }
  holds(`updates are visible within ${MOST_MS} ms (${took.join(', ')})`, Math.max(...took) <= MOST_MS);

  await go(page, '#/fleet?range=5m');
  await shown(page);
  const order = () => page.locator('#services .names bdi').allTextContents();
  const before = await order();
  await page.waitForTimeout(4_000);
  equal('the order of rows after updates', (await order()).slice(0, before.length), before);

  await page.getByRole('button', { name: 'Pause' }).click();
  await eventually(async () => equal('the state', await page.locator('#state-word').textContent(), 'Paused'));
  const figures = () => page.locator('#services tbody td.c-rate span').allTextContents();
  const paused = await figures();
  await page.waitForTimeout(3_000);
  equal('figures while paused', await figures(), paused);
  await page.getByRole('button', { name: 'Resume' }).click();
  await eventually(async () => equal('the state', await page.locator('#state-word').textContent(), 'Live'));
  await page.close();
  return `visible after ${took.join(', ')} ms; paused and resumed; no row moved`;
}
