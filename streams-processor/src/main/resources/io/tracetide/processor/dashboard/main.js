/** The views of the dashboard. Each is loaded when it is first opened. */

import { Frame } from './core/frame.js';
import { applyTheme } from './core/preferences.js';

applyTheme();
const frame = new Frame({
  fleet: { title: 'Fleet', nav: true, load: () => import('./views/fleet/view.js') },
  service: { title: 'Service', nav: false, load: () => import('./views/service/view.js') },
  anomalies: { title: 'Anomalies', nav: true, load: () => import('./views/anomalies/view.js') },
  workflows: { title: 'Workflows', nav: true, load: () => import('./views/workflows/view.js') },
  trace: { title: 'Trace', nav: false, load: () => import('./views/trace/view.js') },
  alerts: { title: 'Alerts', nav: true, load: () => import('./views/alerts/view.js') },
  audit: { title: 'Audit', nav: true, load: () => import('./views/audit/view.js') },
  about: { title: 'About', nav: true, load: () => import('./views/about/view.js') },
});
void frame.start();
