// Tokens in the form of Tracetide's, and the file in which a listener reads of them.

import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const newToken = name => `${name}_${randomBytes(32).toString('base64url')}`;

const line = (token, rest) =>
  `  ${token.slice(0, -44)}: {sha256: [${createHash('sha256').update(token).digest('hex')}], ${rest}}\n`;

/** Writes the tokens that count. Nobody has told the listener of the stranger's. */
export function writeTokens(directory, { look, send, old }) {
  writeFileSync(
    join(directory, 'tokens.yaml'),
    'tokens:\n' +
      line(look, 'tenants: ["*"]') +
      line(send, 'tenants: [default]') +
      line(old, 'tenants: ["*"], expires: 2020-01-01T00:00:00Z'),
    { mode: 0o600 },
  );
}
