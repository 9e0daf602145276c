/** Anomalies, grouped by incident: the list, and one incident with all that is known of its anomalies. */

import { incidentView } from './incident.js';
import { incidentList } from './list.js';

/** @param {import('../../core/view.js').Context} context @returns {import('../../core/view.js').View} */
export function open(context) {
  const [tenant, id] = context.router.address.path;
  return tenant && id ? incidentView(context, tenant, id) : incidentList(context);
}
