// Checks of the reader of batches, without a running Tracetide: node --test scripts/interop

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bounds } from './avro-bounds.mjs';
import { MOST_EVENTS, events } from './trace-batches.mjs';

const TEMPLATE = {
  tenantId: 'default',
  type: 'COMPLETED',
  traceId: '0'.repeat(32),
  spanId: '0'.repeat(16),
  parentSpanId: null,
  serviceName: '',
  operationName: '',
  timestamp: 0,
  durationMicros: 0,
  tags: {},
  metadata: {},
  customMetrics: {},
};

function batch(count, changes = {}) {
  const zeros = Array(count).fill(0);
  return {
    eventSchemaId: 1,
    texts: ['shop', 'pay', '', '__proto__', 'constructor'],
    tagSets: [{ entries: [] }],
    traceIds: Buffer.alloc(16, 1),
    templates: [TEMPLATE],
    eventTemplates: zeros,
    eventTraces: zeros,
    eventSpanIds: Buffer.alloc(8 * count, 2),
    eventParentSpanIds: Buffer.alloc(0),
    eventServices: zeros,
    eventOperations: Array(count).fill(1),
    eventTimestamps: Array(count).fill(5),
    eventDurations: Array(count).fill(7),
    eventTagSets: zeros,
    ...changes,
  };
}

test('reads events', () => {
  const [first, second] = events(batch(2));
  assert.equal(first.traceId, '01'.repeat(16));
  assert.equal(second.spanId, '02'.repeat(8));
  assert.deepEqual(
    [second.serviceName, second.operationName, second.timestamp, second.durationMicros],
    ['shop', 'pay', 10, 7],
  );
});

test('keeps a tag named __proto__', () => {
  const [{ tags }] = events(batch(1, { tagSets: [{ entries: [3, 0, 4, 1] }] }));
  assert.deepEqual(Object.entries(tags), [['__proto__', 'shop'], ['constructor', 'pay']]);
  assert.equal(JSON.stringify(tags), '{"__proto__":"shop","constructor":"pay"}');
});

test('takes the text of a trace whose template has any other id', () => {
  const [{ traceId }] = events(batch(1, { templates: [{ ...TEMPLATE, traceId: 'zz' }] }));
  assert.equal(traceId, 'shop');
});

test('refuses more events than the limit', () => {
  assert.throws(() => events(batch(MOST_EVENTS + 1)), /more than 10000 events/);
});

test('refuses a small batch of very many bytes', () => {
  const names = Array.from({ length: 5_000 }, (_, i) => `k${i}`);
  const metadata = Object.fromEntries(names.map((name) => [name, '']));
  const many = /more than 2097152 bytes/;
  assert.throws(() => events(batch(MOST_EVENTS, { templates: [{ ...TEMPLATE, metadata }] })), many);
  const texts = ['shop', 'pay', ...names];
  const entries = names.flatMap((_, i) => [i + 2, 0]);
  assert.throws(() => events(batch(MOST_EVENTS, { texts, tagSets: [{ entries }] })), many);
  const long = { texts: ['x'.repeat(1_000_000), 'pay'] };
  assert.throws(() => events(batch(1, long)), /more than 1000000 bytes/);
});

test('accepts a batch below the limit', () => {
  const metadata = { k: 'x'.repeat(1_900) };
  assert.equal(events(batch(1_000, { templates: [{ ...TEMPLATE, metadata }] })).length, 1_000);
});

test('refuses references to what the batch does not have', () => {
  for (const wrong of [-1, 1, 2 ** 27, 2 ** 28 + 1]) {
    assert.throws(() => events(batch(2, { eventTraces: [0, wrong] })), RangeError);
    assert.throws(() => events(batch(2, { eventTagSets: [0, wrong] })), RangeError);
  }
  assert.throws(() => events(batch(1, { tagSets: [{ entries: [0] }] })), /without a value/);
});

const RECORD = {
  type: 'record',
  name: 'Outer',
  namespace: 'a',
  fields: [
    { name: 'texts', type: { type: 'array', items: 'string' } },
    {
      name: 'inner',
      type: { type: 'record', name: 'Inner', fields: [{ name: 'tags', type: { type: 'map', values: 'int' } }] },
    },
    { name: 'again', type: ['null', 'Inner'] },
    { name: 'weight', type: 'double' },
  ],
};

test('verifies the lengths of a record', () => {
  const verify = bounds(RECORD);
  // Two texts; a map of one entry, as a block with its size; a record with an empty map; a double.
  const whole = [4, 2, 120, 0, 0, 1, 6, 2, 97, 14, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  verify(Buffer.from(whole));
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => verify(Buffer.from(whole.slice(0, length))), RangeError);
  }
  assert.throws(() => verify(Buffer.from([...whole, 0])), /left after/);
});

test('refuses more items than bytes at once', () => {
  const verify = bounds(RECORD);
  const millions = [0xfe, 0xff, 0xff, 0xff, 0x0f];
  assert.throws(() => verify(Buffer.from([...millions, 2, 120, 0])), /2147483647 items/);
  assert.throws(() => verify(Buffer.from([0, ...millions, 0])), /2147483647 items/);
  assert.throws(
    () => bounds({ type: 'array', items: 'null' })(Buffer.from([4, 0, 0])),
    /an item has no bytes/,
  );
});
