import type { IncomingMessage } from 'node:http';

/** Node leaves out, without a word, what is beyond its own limit; nobody has a use for so many. */
export const maxHeaders = 100;

export const hasTooManyHeaders = ({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): boolean =>
  rawHeaders.length > 2 * maxHeaders;

/** For a client to read. */
export const tooManyHeaders = `A request may have ${maxHeaders} headers.`;
