// KafkaJS and its registry client, directly to Kafka: writes failed spans to `traces` as
// TraceEvents, and waits for the resulting Anomaly on `anomalies`.

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { Kafka, Partitioners, logLevel } from 'kafkajs';
import { Failed, step } from '../expect.mjs';

// Twice the number of spans that a rule needs in a window of 10 s.
const EVENTS_PER_TICK = 3;
const TICK_MS = 400;
const PATIENCE_MS = 85_000;

export default async function roundtrip(tracetide) {
  const service = tracetide.service('kafkajs');
  const registry = new SchemaRegistry({ host: tracetide.registry }, { retry: { retries: 3 } });
  const kafka = new Kafka({
    clientId: 'interop-kafkajs',
    brokers: [tracetide.kafka],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3000,
    retry: { retries: 4 },
  });
  const schemaId = await step(
    'finding the schema of traces-value in the registry',
    registry.getLatestSchemaId('traces-value'),
  );
  const started = Date.now();
  const watch = await watchAnomalies(kafka, registry, service);
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  let sent = 0;
  try {
    await step('connecting to Kafka', producer.connect());
    while (!watch.found) {
      if (watch.failure) {
        throw watch.failure;
      }
      if (Date.now() - started > PATIENCE_MS) {
        throw new Failed(
          `no anomaly of ${service} within ${PATIENCE_MS / 1000} s (${sent} TraceEvents were written)`,
        );
      }
      const messages = await Promise.all(
        Array.from({ length: EVENTS_PER_TICK }, () => message(registry, schemaId, service)),
      );
      await step('writing to traces', producer.send({ topic: 'traces', acks: -1, messages }));
      sent += messages.length;
      await sleep(TICK_MS);
    }
  } finally {
    await Promise.allSettled([producer.disconnect(), watch.close()]);
  }
  await tracetide.expectWork(service, sent, sent);
  const { state, severity, detector, kind, anomalyId } = watch.found;
  const seconds = Math.round((Date.now() - started) / 1000);
  return `${sent} records counted once; read ${state} ${severity} ${detector} ${kind} ${anomalyId} after ${seconds} s`;
}

async function message(registry, schemaId, service) {
  const now = Date.now();
  const event = {
    type: 'COMPLETED',
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    serviceName: service,
    operationName: 'POST /checkout',
    spanKind: 'SERVER',
    status: 'FAILED',
    timestamp: now * 1000,
    durationMicros: 20_000 + Math.floor(Math.random() * 10_000),
    tags: { runtime: `node ${process.versions.node}` },
    outcome: {
      success: false,
      error: { type: 'PaymentRefused', message: 'the payment service refused the card' },
    },
  };
  return {
    key: event.traceId,
    value: await registry.encode(schemaId, event),
    timestamp: String(now),
  };
}

/** Looks for the first anomaly of the service. */
async function watchAnomalies(kafka, registry, service) {
  const watch = { found: null, failure: null, close: () => consumer.disconnect() };
  const consumer = kafka.consumer({ groupId: `interop-${randomBytes(6).toString('hex')}` });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    watch.failure = new Failed(`reading anomalies stopped: ${payload.error.message}`);
  });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await step('connecting to Kafka', consumer.connect());
  // From the beginning, so that the order of the clients does not matter; other services are skipped.
  await step(
    'subscribing to anomalies',
    consumer.subscribe({ topic: 'anomalies', fromBeginning: true }),
  );
  await consumer.run({
    eachMessage: async ({ message }) => {
      if (message.value === null || watch.found) {
        return;
      }
      const anomaly = await registry.decode(message.value);
      if (anomaly.serviceName === service) {
        watch.found = anomaly;
      }
    },
  });
  await joined;
  return watch;
}
