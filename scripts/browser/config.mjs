// Creates the tokens of the check and the settings of a standalone with them.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LONG } from './feed.mjs';
import { newToken, writeTokens } from './tokens.mjs';

const directory = process.argv[2];

const tokens = {
  look: newToken('tq_look'),
  act: newToken('ta_act'),
  both: newToken('tq_both'),
  acme: newToken('tq_acme'),
  send: newToken('ti_send'),
  sendAcme: newToken('ti_sendAcme'),
  old: newToken('tq_old'),
  stranger: newToken('tq_stranger'),
};
writeFileSync(join(directory, 'tokens.json'), JSON.stringify(tokens), { mode: 0o600 });
writeTokens(directory, tokens);

const path = name => JSON.stringify(join(directory, name));

// Short times: windows close soon, a rule opens an anomaly in the first window with a breach, and a trace without events is soon stuck.
writeFileSync(
  join(directory, 'tracetide.yaml'),
  `gateway:
  listener: { tokens: ${path('tokens.yaml')}, reloadInterval: 500ms }
processor:
  listener:
    tokens: ${path('tokens.yaml')}
    reloadInterval: 500ms
    tls: { certificate: ${path('certificate.pem')}, key: ${path('key.pem')} }
  contracts:
    - { name: notification, match: { service: "${LONG}" }, maxSilence: 5s }
  windows: { grace: 1s, idleTimeout: 1s }
  rules:
    rules:
      - { name: errors, metric: error_rate_percent, bound: above, threshold: 20, forWindows: 1, severity: high, minCount: 1 }
sink:
  listener:
    tokens: ${path('tokens.yaml')}
    reloadInterval: 500ms
    tls: { certificate: ${path('certificate.pem')}, key: ${path('key.pem')} }
`,
);
