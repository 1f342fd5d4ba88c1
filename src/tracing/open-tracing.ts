import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import type { Config } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import { createSpans, noTracing, type Tracing } from './tracing.ts';

interface Needs {
  readonly config: Config;
  readonly log: Log;
  /** In place of the collector. */
  readonly exporter?: SpanExporter | undefined;
}

/** A collector that does not answer holds up the end of the process no longer. */
const exportTimeoutMs = 2_000;

/** Off unless a collector is named. What it does not take is dropped: a bounded number of spans waits for it. */
export function openTracing({ config, log, exporter = collectorOf(config) }: Needs): Tracing {
  if (exporter === undefined) return noTracing;
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': config.OTEL_SERVICE_NAME }),
    // Whoever calls us and records wants the whole of it; of all others a share is enough.
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(config.OTEL_TRACES_SAMPLER_ARG) }),
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: exportTimeoutMs })],
  });
  return createSpans(provider.getTracer('gateway'), () =>
    provider
      .shutdown()
      .catch((error: unknown) => log.warn({ err: error }, 'the last spans were not handed over')),
  );
}

function collectorOf({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }: Config): SpanExporter | undefined {
  if (endpoint === undefined) return undefined;
  return new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
    timeoutMillis: exportTimeoutMs,
  });
}
