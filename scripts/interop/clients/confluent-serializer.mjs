// Confluent's serializer for Node, with the schema in the registry. It is loaded without field
// encryption, whose cloud clients package.json omits.

import { randomBytes } from 'node:crypto';
import client from '@confluentinc/schemaregistry/dist/schemaregistry-client.js';
import avro from '@confluentinc/schemaregistry/dist/serde/avro.js';
import serde from '@confluentinc/schemaregistry/dist/serde/serde.js';
import { Kafka, Partitioners, logLevel } from 'kafkajs';
import { equal, step } from '../expect.mjs';

const EVENTS = 200;
const FAILS_EVERY = 20;

export default async function send(tracetide) {
  const service = tracetide.service('confluent');
  const serializer = new avro.AvroSerializer(
    new client.SchemaRegistryClient({ baseURLs: [tracetide.registry] }),
    serde.SerdeType.VALUE,
    { autoRegisterSchemas: false, useLatestVersion: true },
  );
  const kafka = new Kafka({
    clientId: 'interop-confluent',
    brokers: [tracetide.kafka],
    logLevel: logLevel.NOTHING,
  });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const events = Array.from({ length: EVENTS }, (_, i) => finished(service, i % FAILS_EVERY === 0));
  await step('connecting to Kafka', producer.connect());
  try {
    const messages = await Promise.all(
      events.map(async (event) => ({
        key: event.traceId,
        value: await step('serializing', serializer.serialize('traces', event)),
      })),
    );
    await step('writing to traces', producer.send({ topic: 'traces', acks: -1, messages }));
  } finally {
    await producer.disconnect();
  }
  await tracetide.expectWork(service, EVENTS, EVENTS / FAILS_EVERY);
  const found = await tracetide.trace(events[0].traceId, 1);
  equal('the error of a failed one', found.error.message, 'the payment service refused the card');
  return `${EVENTS} records counted once`;
}

function finished(service, fails) {
  return {
    type: 'COMPLETED',
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    serviceName: service,
    operationName: 'POST /checkout',
    spanKind: 'SERVER',
    status: fails ? 'FAILED' : 'COMPLETED',
    timestamp: Date.now() * 1000,
    durationMicros: 20_000,
    tags: { runtime: `node ${process.versions.node}` },
    outcome: fails
      ? {
          success: false,
          error: { type: 'PaymentRefused', message: 'the payment service refused the card' },
        }
      : null,
  };
}
