import { AsyncLocalStorage } from 'node:async_hooks';

/** The trace that a line of the log belongs to; nothing where no trace is recorded. */
export const traceOfLines = new AsyncLocalStorage<string>();
