// Runs the curl example as its README describes; the example queries its traces itself.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Failed } from '../expect.mjs';

const SCRIPT = fileURLToPath(new URL('curl.sh', import.meta.url));

export default async function check(tracetide) {
  const service = tracetide.service('curl');
  try {
    const { stdout } = await promisify(execFile)(
      SCRIPT,
      [
        ...['--gateway', tracetide.gateway],
        ...['--dashboard', tracetide.dashboard],
        ...['--service', service],
      ],
      { timeout: 30_000 },
    );
    // One finished span, and one trace of three events.
    await tracetide.expectWork(service, 2, 0);
    return stdout.trim().split('\n').join('; ');
  } catch (error) {
    throw new Failed(`${error.message.trim()} ${error.stdout ?? ''}`.trim());
  }
}
