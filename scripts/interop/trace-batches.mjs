// Reads the events of a record of the topic trace-batches.

/** Most events of a batch. */
export const MOST_EVENTS = 10_000;

/** Most bytes of its events, each encoded as a single record. Defaults of templates are not counted. */
export const MOST_BYTES = 2 * 1024 * 1024;

/** Most bytes of one event. */
const MOST_EVENT_BYTES = 1_000_000;

const TRACE_ZEROS = '0'.repeat(32);
const SPAN_ZEROS = '0'.repeat(16);

/** Fields of an event that its template does not have. */
const OF_EVENTS = new Set([
  'traceId',
  'spanId',
  'parentSpanId',
  'serviceName',
  'operationName',
  'timestamp',
  'durationMicros',
  'tags',
]);

const ENUMS = new Set(['type', 'spanKind', 'status']);
const MAPS = new Set(['metadata', 'customMetrics', 'attributes']);

/**
 * The events of a batch, in the order in which they were written.
 *
 * @param batch a decoded TraceEventBatch
 * @returns TraceEvents, as a decoder returns those of the topic traces
 * @throws RangeError if the batch exceeds a limit, or refers to something that it does not have
 */
export function events(batch) {
  if (batch.eventTemplates.length > MOST_EVENTS) {
    throw new RangeError(`a batch has more than ${MOST_EVENTS} events`);
  }
  const spanIds = ids(batch.eventSpanIds);
  const parentSpanIds = ids(batch.eventParentSpanIds);
  const durations = batch.eventDurations.values();
  const templateBytes = batch.templates.map(() => null);
  const textBytes = batch.texts.map(bytesOfText);
  const tagBytes = bytesOfTags(batch.tagSets, textBytes);
  let bytes = 0;
  let trace = 0;
  let timestamp = 0;
  return batch.eventTemplates.map((templateIndex, i) => {
    const template = at(batch.templates, templateIndex);
    trace += at(batch.eventTraces, i);
    timestamp += at(batch.eventTimestamps, i);
    const traceId =
      template.traceId === TRACE_ZEROS ? hex(batch.traceIds, 16 * trace, 16) : at(batch.texts, trace);
    const spanId = template.spanId === SPAN_ZEROS ? spanIds() : template.spanId;
    const parentSpanId =
      template.parentSpanId === SPAN_ZEROS ? parentSpanIds() : template.parentSpanId;
    const service = at(batch.eventServices, i);
    const operation = at(batch.eventOperations, i);
    const durationMicros = template.durationMicros === null ? null : next(durations);
    const tagSet = at(batch.eventTagSets, i);

    templateBytes[templateIndex] ??= bytesOfTemplate(template);
    const size =
      5 +
      templateBytes[templateIndex] +
      bytesOfText(traceId) +
      bytesOfText(spanId) +
      1 +
      (parentSpanId === null ? 0 : bytesOfText(parentSpanId)) +
      at(textBytes, service) +
      at(textBytes, operation) +
      bytesOfNumber(timestamp) +
      1 +
      (durationMicros === null ? 0 : bytesOfNumber(durationMicros)) +
      at(tagBytes, tagSet);
    bytes += size;
    requireRoom(bytes, size);
    return {
      ...template,
      traceId,
      spanId,
      parentSpanId,
      serviceName: at(batch.texts, service),
      operationName: at(batch.texts, operation),
      timestamp,
      durationMicros,
      tags: tags(batch, at(batch.tagSets, tagSet).entries),
    };
  });
}

function requireRoom(bytes, ofOne) {
  if (bytes > MOST_BYTES) {
    throw new RangeError(`the events of a batch have more than ${MOST_BYTES} bytes`);
  }
  if (ofOne > MOST_EVENT_BYTES) {
    throw new RangeError(`an event has more than ${MOST_EVENT_BYTES} bytes`);
  }
}

function tags(batch, entries) {
  const found = {};
  for (let i = 0; i < entries.length; i += 2) {
    // An assignment to __proto__ would be lost.
    Object.defineProperty(found, at(batch.texts, entries[i]), {
      value: at(batch.texts, entries[i + 1]),
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return found;
}

/** Size of each set of tags in an event; their sum is bounded, too. */
function bytesOfTags(tagSets, textBytes) {
  let total = 0;
  return tagSets.map(({ entries }) => {
    if (entries.length % 2 !== 0) {
      throw new RangeError('a tag of the batch has a name without a value');
    }
    let bytes = 1 + (entries.length === 0 ? 0 : bytesOfNumber(entries.length / 2));
    for (const text of entries) {
      bytes += at(textBytes, text);
    }
    total += bytes;
    requireRoom(entries.length === 0 ? 0 : total - 1, 0);
    return bytes;
  });
}

/** Size of a template without the fields of events; at most that of its encoding. */
function bytesOfTemplate(template) {
  const bytes = Object.entries(template)
    .filter(([field]) => !OF_EVENTS.has(field) && !ENUMS.has(field))
    .reduce((sum, [field, value]) => sum + bytesOfValue(value, MAPS.has(field)), 0);
  return Math.max(0, bytes - bytesOfText('default')); // A tenant that the writer may not have written.
}

function bytesOfValue(value, isMap) {
  if (typeof value === 'string') {
    return bytesOfText(value);
  }
  if (value === null || typeof value !== 'object') {
    return 0;
  }
  if (Array.isArray(value)) {
    return value.reduce((sum, item) => sum + bytesOfValue(item, false), 0);
  }
  return Object.entries(value).reduce(
    (sum, [key, item]) =>
      sum +
      (isMap ? bytesOfText(key) : 0) +
      (isMap && typeof item === 'number' ? 8 : bytesOfValue(item, MAPS.has(key))),
    0,
  );
}

/** Size of a text with its length. U+FFFD may stand for one byte that was not UTF-8. */
function bytesOfText(text) {
  const replaced = text.includes('\ufffd') ? text.split('\ufffd').length - 1 : 0;
  const bytes = Buffer.byteLength(text) - 2 * replaced;
  return bytesOfNumber(bytes) + bytes;
}

/** Size of an int or a long. */
function bytesOfNumber(number) {
  let bytes = 1;
  for (let left = number < 0 ? -2 * number - 1 : 2 * number; left >= 128; left /= 128) {
    bytes++;
  }
  return bytes;
}

/** Returns the next id of 8 bytes with each call. */
function ids(bytes) {
  let position = 0;
  return () => {
    position += 8;
    return hex(bytes, position - 8, 8);
  };
}

function hex(bytes, start, length) {
  if (start < 0 || start + length > bytes.length) {
    throw new RangeError('the batch has fewer ids than events');
  }
  return Buffer.from(bytes.subarray(start, start + length)).toString('hex');
}

function at(items, index) {
  if (!(index >= 0 && index < items.length)) {
    throw new RangeError(`an index of the batch is ${index}, of ${items.length} items`);
  }
  return items[index];
}

function next(values) {
  const { value, done } = values.next();
  if (done) {
    throw new RangeError('the batch has fewer durations than events');
  }
  return value;
}
