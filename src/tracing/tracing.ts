import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  defaultTextMapGetter,
  trace,
  type Attributes,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { traceOfLines } from '../log/trace-id.ts';

/**
 * Tells what a request waited for. Names and attributes are ours: neither keys nor values, and of an error its kind alone,
 * because messages of servers quote values.
 */
export interface Tracing {
  /** Begins a trace, or goes on with the one that the headers name; what `work` does belongs to it. */
  request<T>(name: string, headers: IncomingHttpHeaders, work: () => Promise<T>): Promise<T>;
  /** A part of the request that is under way; outside of one, or where it is not sampled, `work` and nothing else. */
  span<T>(name: string, attributes: () => Attributes, work: () => Promise<T>): Promise<T>;
  /** What the part that is under way turned out to be. */
  describe(name: string, attributes: Attributes): void;
  /** Of the trace that is under way and recorded. */
  traceId(): string | undefined;
  /** False where nothing is ever recorded, so that nothing need be put around anything. */
  readonly isOn: boolean;
  /** Hands over what was recorded. Never rejects. */
  close(): Promise<void>;
}

/** Costs nothing: whoever can, leaves out the calls as well. */
export const noTracing: Tracing = {
  request: (_name, _headers, work) => work(),
  span: (_name, _attributes, work) => work(),
  describe: () => undefined,
  traceId: () => undefined,
  isOn: false,
  close: () => Promise.resolve(),
};

const propagator = new W3CTraceContextPropagator();

/** By spans that our own code makes where it batches; none of the libraries is patched. */
export function createSpans(tracer: Tracer, close: () => Promise<void>): Tracing {
  const current = new AsyncLocalStorage<Span>();

  async function run<T>(span: Span, work: () => Promise<T>): Promise<T> {
    try {
      return await current.run(span, work);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', kindOf(error));
      throw error;
    } finally {
      span.end();
    }
  }

  function recording(): Span | undefined {
    const span = current.getStore();
    return span?.isRecording() === true ? span : undefined;
  }

  return {
    request(name, headers, work) {
      const before: Context = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
      const span = tracer.startSpan(name, { kind: SpanKind.SERVER }, before);
      if (!span.isRecording()) return work();
      return traceOfLines.run(span.spanContext().traceId, () => run(span, work));
    },
    span(name, attributes, work) {
      const parent = recording();
      if (parent === undefined) return work();
      const options = { attributes: attributes() };
      return run(tracer.startSpan(name, options, trace.setSpan(ROOT_CONTEXT, parent)), work);
    },
    describe: (name, attributes) => void recording()?.updateName(name).setAttributes(attributes),
    traceId: () => recording()?.spanContext().traceId,
    isOn: true,
    close,
  };
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
