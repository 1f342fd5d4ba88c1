import type { SendAnswer } from '../../notifications.ts';
import { ask } from '../own-writes/asking.ts';
import type { Receiver } from './receivers.ts';
import type { Kind, Templates } from './templates.ts';

/** Who sends, and what there is to send. */
export interface Sender {
  /** Of a service. */
  readonly session: string;
  readonly templates: Templates;
}

export interface Sending {
  readonly to: Receiver;
  readonly kind: Kind;
  /** Of idempotency. */
  readonly key: string;
}

export type Sent = SendAnswer['sendNotification'];

const document = `mutation ($input: SendNotificationInput!) {
  sendNotification(input: $input) {
    notification { id status suppressedBecause subject body deferredUntil }
    userErrors { code message }
  }
}`;

/** One send through one gateway; throws where there is no answer to it. */
export async function send(
  url: string,
  { session, templates }: Sender,
  { to, kind, key }: Sending,
): Promise<Sent> {
  const input = { userId: to.id, templateId: templates.get(kind), variables: {}, idempotencyKey: key };
  const { data } = await ask<SendAnswer>(url, { document, variables: { input }, session });
  return data.sendNotification;
}

/** All at once, spread over the gateways. */
export const sendAtOnce = (
  urls: readonly string[],
  sender: Sender,
  sendings: readonly Sending[],
): Promise<readonly Sent[]> =>
  Promise.all(sendings.map((sending, index) => send(urls[index % urls.length] ?? '', sender, sending)));
