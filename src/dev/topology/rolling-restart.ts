import { setTimeout as sleep } from 'node:timers/promises';
import type { GatewayProcess } from './gateway-process.ts';

/** nginx asks a gateway that refused it again after a second; it is back at work before the next one goes. */
const BETWEEN_MS = 1_500;

/** One after the other, each when the one before is ready again; `stop` says how it ends. */
export async function rollingRestart(
  gateways: readonly GatewayProcess[],
  stop: (gateway: GatewayProcess) => Promise<unknown> = (gateway) => gateway.stop(),
): Promise<void> {
  for (const [index, gateway] of gateways.entries()) {
    if (index > 0) await sleep(BETWEEN_MS);
    await stop(gateway);
    await gateway.start();
  }
}
