import { createHmac } from 'node:crypto';
import type { Clock } from '../clock/clock.ts';
import { NotAccepted, type Provider } from './provider.ts';

export interface WebhookOptions {
  readonly url: string;
  readonly secret: string;
  readonly clock: Clock;
}

/** What a receiver answers to a message that it will never take. */
const finalStatuses = new Set([400, 410, 413, 415, 422]);

/**
 * Posts `{ id, to, text }` as JSON to a service that sends it on. `idempotency-key` is the same at each attempt.
 * `x-signature` is `v1=` and the HMAC-SHA256, in hex, of `<x-timestamp>.<body>`, where the timestamp is in epoch seconds: a
 * receiver that refuses old ones cannot be sent the same twice by somebody who has listened. Redirects are not followed.
 */
export function createWebhookProvider({ url, secret, clock }: WebhookOptions): Provider {
  return {
    async send({ id, to, body: text }, signal) {
      const body = JSON.stringify({ id, to, text });
      const timestamp = String(Math.floor(clock.now() / 1_000));
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': id,
          'x-timestamp': timestamp,
          'x-signature': signatureOf(secret, timestamp, body),
        },
        body,
        signal,
      }).catch((error: unknown) => {
        throw new NotAccepted(`webhook: ${reasonOf(error)}`);
      });
      // What it says is of no use, and may be of any size.
      await response.body?.cancel().catch(() => undefined);
      if (response.ok) return;
      throw new NotAccepted(`webhook: status ${response.status}`, {
        isFinal: finalStatuses.has(response.status),
      });
    },
    close: () => Promise.resolve(),
  };
}

export function signatureOf(secret: string, timestamp: string, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

/** `fetch` says "fetch failed" and why it did in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  return code ?? (error instanceof Error ? error.name : 'failed');
}
