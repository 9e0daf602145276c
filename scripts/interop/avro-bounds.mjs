// Verifies a record before avsc decodes it. avsc does not compare the number of items of an array or a
// map with the bytes that are left, so a damaged record can occupy it for minutes, or end the process.

const PRIMITIVES = {
  null: () => {},
  boolean: (bytes) => bytes.skip(1),
  int: (bytes) => bytes.number(),
  long: (bytes) => bytes.number(),
  float: (bytes) => bytes.skip(4),
  double: (bytes) => bytes.skip(8),
  bytes: (bytes) => bytes.skip(bytes.number()),
  string: (bytes) => bytes.skip(bytes.number()),
};

/**
 * Returns a function that verifies that bytes have the lengths of a record of a schema, in time in
 * proportion to their number. It throws a RangeError otherwise.
 *
 * @param schema Avro schema, as parsed JSON, without recursive types
 */
export function bounds(schema) {
  const verify = verifier(schema, new Map(), '');
  return (buffer) => {
    const bytes = new Bytes(buffer);
    verify(bytes);
    if (bytes.left() > 0) {
      throw new RangeError(`${bytes.left()} bytes are left after the record`);
    }
  };
}

function verifier(schema, named, namespace) {
  if (Array.isArray(schema)) {
    const branches = schema.map((branch) => verifier(branch, named, namespace));
    return (bytes) => {
      const index = bytes.number();
      if (!(index >= 0 && index < branches.length)) {
        throw new RangeError(`a union has no branch ${index}`);
      }
      branches[index](bytes);
    };
  }
  if (typeof schema === 'string') {
    const found = PRIMITIVES[schema] ?? named.get(fullName(schema, namespace)) ?? named.get(schema);
    if (!found) {
      throw new TypeError(`no type ${schema}`);
    }
    return found;
  }
  switch (schema.type) {
    case 'array':
      return blocks(verifier(schema.items, named, namespace));
    case 'map': {
      const value = verifier(schema.values, named, namespace);
      return blocks((bytes) => {
        PRIMITIVES.string(bytes);
        value(bytes);
      });
    }
    case 'enum':
      return define(schema, named, namespace, PRIMITIVES.int);
    case 'fixed':
      return define(schema, named, namespace, (bytes) => bytes.skip(schema.size));
    case 'record': {
      const own = schema.namespace ?? namespace;
      const fields = schema.fields.map((field) => verifier(field.type, named, own));
      return define(schema, named, namespace, (bytes) => fields.forEach((field) => field(bytes)));
    }
    default:
      return verifier(schema.type, named, namespace);
  }
}

function define(schema, named, namespace, verify) {
  named.set(fullName(schema.name, schema.namespace ?? namespace), verify);
  return verify;
}

function fullName(name, namespace) {
  return name.includes('.') || !namespace ? name : `${namespace}.${name}`;
}

/** Each item must have a byte at least. */
function blocks(item) {
  return (bytes) => {
    for (let count = bytes.number(); count !== 0; count = bytes.number()) {
      if (count < 0) {
        bytes.number();
        count = -count;
      }
      if (count > bytes.left()) {
        throw new RangeError(`a block of ${count} items, where ${bytes.left()} bytes are left`);
      }
      for (; count > 0; count--) {
        const left = bytes.left();
        item(bytes);
        if (bytes.left() === left) {
          throw new RangeError('an item has no bytes');
        }
      }
    }
  };
}

class Bytes {
  #buffer;
  #position = 0;

  constructor(buffer) {
    this.#buffer = buffer;
  }

  left() {
    return this.#buffer.length - this.#position;
  }

  skip(length) {
    if (!(length >= 0 && length <= this.left())) {
      throw new RangeError(`${length} bytes wanted, where ${this.left()} are left`);
    }
    this.#position += length;
  }

  number() {
    let zigzag = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      this.skip(1);
      const byte = this.#buffer[this.#position - 1];
      if (shift === 0n && byte < 128) {
        return byte % 2 === 0 ? byte / 2 : -(byte + 1) / 2; // Most numbers are one byte.
      }
      zigzag |= BigInt(byte & 127) << shift;
      if (byte < 128) {
        return Number(zigzag % 2n === 0n ? zigzag / 2n : -(zigzag + 1n) / 2n);
      }
    }
    throw new RangeError('a number takes more than 10 bytes');
  }
}
