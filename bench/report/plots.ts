import type { Row } from './rows.ts';
import type { Plot } from './svg.ts';

/** How much of a processor a request of one workload takes, the least first. */
export function plotOf(name: string, about: string, rows: readonly Row[]): Plot {
  const sorted = rows.toSorted((one, other) => one.cpuMicrosPerRequest - other.cpuMicrosPerRequest);
  return {
    title: `${name}: ${about}`,
    caption:
      'Processor time of the server for one request, in µs; less is better. Faint: nothing comes from a cache.',
    bars: sorted.map(({ stack, temperature, cpuMicrosPerRequest, requestsPerSecond }) => ({
      label: stack === 'bare' ? stack : `${stack}, ${temperature}`,
      value: cpuMicrosPerRequest,
      text: `${Math.round(cpuMicrosPerRequest)} µs · ${requestsPerSecond}/s`,
      kind: stack === 'tributary' ? 'own' : stack === 'bare' ? 'measure' : 'peer',
      isFaint: temperature === 'cold',
    })),
  };
}
