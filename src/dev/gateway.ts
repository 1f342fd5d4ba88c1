/** What `npm start` loads while the servers start. */
export { createApp } from '../app.ts';
export { migrateClusters } from '../database/migrate-clusters.ts';
export { createLog } from '../log/log.ts';
export { onStopSignal } from '../stop-signal.ts';
export { seed } from './seed/seed.ts';
