// Creates tokens in Tracetide's format, and the tokens file of a listener.

import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const newToken = name => `${name}_${randomBytes(32).toString('base64url')}`;

const line = (token, rest) =>
  `  ${token.slice(0, -44)}: {sha256: [${createHash('sha256').update(token).digest('hex')}], ${rest}}\n`;

/** Writes the valid tokens. The token "stranger" is not in the file. */
export function writeTokens(directory, { look, act, both, acme, send, sendAcme, old }) {
  writeFileSync(
    join(directory, 'tokens.yaml'),
    'tokens:\n' +
      line(look, 'tenants: ["*"]') +
      line(act, 'tenants: ["*"]') +
      line(both, 'tenants: [default, acme]') +
      line(acme, 'tenants: [acme]') +
      line(send, 'tenants: [default]') +
      line(sendAcme, 'tenants: [acme]') +
      line(old, 'tenants: ["*"], expires: 2020-01-01T00:00:00Z'),
    { mode: 0o600 },
  );
}
