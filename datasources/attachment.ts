import { z } from 'zod';
import { about } from '../src/errors/refusal.ts';

/** What a message or a notification carries of another domain: its type and its id there, such as `Product:12`. */
export const attachmentReference = z.string().regex(/^[A-Z][A-Za-z]*:[\w-]{1,64}$/);

/** Something that is about to be carried along. */
export interface Attachable {
  /** Its type and its id, as `attachmentReference` has them. */
  readonly reference: string;
  /** Asks the domain that it is of. */
  readonly isThere: () => Promise<boolean>;
}

export const unknownAttachment = about(
  'attachmentId',
  'UNKNOWN_ATTACHMENT',
  'What was to be attached is not there any more.',
);
