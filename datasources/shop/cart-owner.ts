import { createHash, randomBytes } from 'node:crypto';

/** Whose cart it is, in one word: what its row is found by, and its cache entry. */
export type CartOwner = `user ${string}` | `visitor ${string}`;

export const userOwner = (userId: string): CartOwner => `user ${userId}`;

/** Tokens are secrets like passwords, but too long to guess: nothing of them is kept but a plain hash. */
export const visitorOwner = (token: string): CartOwner =>
  `visitor ${createHash('sha256').update(token).digest('hex')}`;

/** The user's id; null for a visitor. */
export const userIdOf = (owner: CartOwner): string | null =>
  owner.startsWith('user ') ? owner.slice('user '.length) : null;

/** 128 random bits. */
export const newCartToken = (): string => randomBytes(16).toString('base64url');

export const isCartToken = (text: string): boolean => /^[\w-]{22}$/.test(text);
