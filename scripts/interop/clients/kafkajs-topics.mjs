// Reads Tracetide's topics with KafkaJS, which supports gzip only, and the topics that services write,
// which are lz4, with a decoder.

import { randomBytes } from 'node:crypto';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import kafkajs from 'kafkajs';
import lz4 from 'lz4js';
import { Failed, eventually, holds, step } from '../expect.mjs';
import { events } from '../trace-batches.mjs';

const { CompressionCodecs, CompressionTypes, Kafka, Partitioners, logLevel } = kafkajs;

const AVRO = ['window-aggregates', 'anomalies', 'notifications', 'notification-log', 'audit'];
const DEAD_LETTERS = ['traces-dead-letter', 'notifications-dead-letter'];
const OF_SERVICES = ['traces', 'trace-batches', 'metrics'];
const PATIENCE_MS = 60_000;

export default async function topics(tracetide) {
  const registry = new SchemaRegistry({ host: tracetide.registry }, { retry: { retries: 3 } });
  const kafka = new Kafka({
    clientId: 'interop-kafkajs-topics',
    brokers: [tracetide.kafka],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3000,
    retry: { retries: 4 },
  });
  await poison(kafka);
  const stock = await read(kafka, registry, [...AVRO, ...DEAD_LETTERS]);
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    decompress: async (frame) => Buffer.from(lz4.decompress(frame)),
    compress: async (encoder) => Buffer.from(lz4.compress(encoder.buffer)),
  });
  const withLz4 = await read(kafka, registry, OF_SERVICES);
  return `${counts(stock)} as it is; ${counts(withLz4)} with lz4`;
}

/** Causes dead letters. */
async function poison(kafka) {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await step('connecting to Kafka', producer.connect());
  try {
    for (const topic of ['traces', 'notifications']) {
      await producer.send({ topic, acks: -1, messages: [{ key: 'poison', value: 'not avro' }] });
    }
  } finally {
    await producer.disconnect();
  }
}

/** Number of records read from each topic: at least one, and of Avro topics at least one decoded. */
async function read(kafka, registry, names) {
  const seen = Object.fromEntries(names.map((name) => [name, 0]));
  let failure = null;
  const consumer = kafka.consumer({ groupId: `interop-${randomBytes(6).toString('hex')}` });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    failure = new Failed(`reading ${names.join(', ')} stopped: ${payload.error.message}`);
  });
  await step('connecting to Kafka', consumer.connect());
  try {
    await step('subscribing', consumer.subscribe({ topics: names, fromBeginning: true }));
    await consumer.run({
      eachMessage: async ({ topic, message }) => {
        const text = message.value?.toString();
        if (!DEAD_LETTERS.includes(topic)) {
          if (text === 'not avro') {
            return;
          }
          const record = await registry.decode(message.value);
          if (topic === 'trace-batches') {
            seen[topic] += readBatch(record);
            return;
          }
        }
        seen[topic]++;
      },
    });
    await eventually(
      async () => seen,
      () => {
        for (const name of names) {
          holds(failure?.message ?? `there are records of ${name} that can be read`, !failure && seen[name] > 0);
        }
      },
      PATIENCE_MS,
    );
    return seen;
  } finally {
    await consumer.disconnect();
  }
}

/** Number of events of a batch, each of which has its fields. */
function readBatch(batch) {
  const found = events(batch);
  for (const event of found) {
    const whole = event.traceId !== '' && event.serviceName !== '' && event.operationName !== '';
    const recent = Math.abs(Date.now() - event.timestamp / 1000) < 24 * 3_600_000;
    holds(`the event of a batch is whole: ${JSON.stringify(event)}`, whole && recent);
  }
  holds('a batch has several events', found.length > 1);
  return found.length;
}

function counts(seen) {
  return Object.entries(seen)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
